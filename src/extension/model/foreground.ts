/** Who is in front of a terminal. Pure. */
import { type Process, waitsOf } from '../../protocol/snapshot';

/**
 * The process that a terminal waits for, of those that are told: of the group that may read from it (tcgetpgrp(3)) the leader, else one that waits, else any; where nobody of that group is told, the shell.
 * `shell`: the pid of the session's leader. Undefined where nobody of the session is told.
 */
export function foregroundOf(shell: number, processes: readonly Process[]): Process | undefined {
  const group = groupInFront(shell, processes);
  return (
    group.find(({ pid, group: leader }) => pid === leader) ??
    group.find((process) => (waitsOf(process) ?? []).length > 0) ??
    group[0] ??
    processes.find(({ pid }) => pid === shell)
  );
}

/** The group that may read from a terminal, as far as it is told. `shell` as above. */
export function groupInFront(shell: number, processes: readonly Process[]): Process[] {
  const session = processes.filter((process) => process.session === shell || process.pid === shell);
  const front = session.find(({ terminal }) => typeof terminal?.foregroundGroup === 'number')?.terminal;
  return session.filter(({ group }) => group !== undefined && group === front?.foregroundGroup);
}
