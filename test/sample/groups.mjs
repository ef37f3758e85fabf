// @ts-check
/** Programs of a shell, each in a process group of its own, which ends with the process that started it. */
import { spawn } from 'node:child_process';

/** Ends the whole group when we are gone, however we went: then the other end of its stdin is closed. */
const LEASH = 'exec 4<&0; (cat <&4 >/dev/null; kill -9 0) & exec 4<&- </dev/null;';

/** @type {Set<import('node:child_process').ChildProcess>} */
const groups = new Set();
process.on('exit', () => groups.forEach(endGroup));

/**
 * @param {string} program in the words of a shell
 * @param {string[]} args
 * @param {number[]} fds what it has as descriptor 3
 */
export function startGroup(program, args = [], fds = []) {
  const group = spawn('sh', ['-c', `${LEASH} ${program}`, 'sh', ...args], {
    stdio: ['pipe', 'ignore', 'ignore', ...fds],
    detached: true,
  });
  groups.add(group);
  group.on('exit', () => groups.delete(group));
  return group;
}

/** @param {import('node:child_process').ChildProcess} group */
export function endGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
