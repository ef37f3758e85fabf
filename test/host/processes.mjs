// @ts-check
// Finds and ends the processes that we started, and no others.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The environment variable by which a process is known to be ours, wherever it was adopted. */
export const markVariable = 'IPC_INSPECTOR_RUN';

/** @typedef {{ pid: number, startTime: string }} Identity a pid alone may belong to another by now */
/** @typedef {Identity & { parent: number }} Relative */

const graceful = 5000;
const forced = 5000;

/** @param {number} pid @returns {Relative | undefined} nothing for a process that is gone or a zombie */
function look(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold spaces and parentheses of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/**
 * The field that tells a process from a later one with the same pid.
 * @param {number} pid
 * @returns {string | undefined} nothing if no such process runs
 */
export function startTimeOf(pid) {
  return look(pid)?.startTime;
}

/** @param {number} pid @param {string} mark */
function carries(pid, mark) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environment.split('\0').some((v) => v.startsWith(`${markVariable}=`) && v.includes(mark));
  } catch {
    return false;
  }
}

/**
 * A process, its descendants, and whoever carries the mark although its parents are gone.
 * @param {Identity | undefined} root
 * @param {string} mark
 * @returns {Identity[]}
 */
export function family(root, mark) {
  /** @type {Map<number, Relative>} */
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    const found = /^\d+$/.test(name) ? look(Number(name)) : undefined;
    if (found) all.set(found.pid, found);
  }
  /** @type {Map<number, boolean>} */
  const known = new Map([[process.pid, false]]);
  /** @param {Relative} one @returns {boolean} */
  const belongs = (one) => {
    const before = known.get(one.pid);
    if (before !== undefined) return before;
    known.set(one.pid, false);
    const parent = all.get(one.parent);
    const answer =
      (one.pid === root?.pid && one.startTime === root.startTime) ||
      (parent !== undefined && belongs(parent)) ||
      carries(one.pid, mark);
    known.set(one.pid, answer);
    return answer;
  };
  return [...all.values()].filter(belongs);
}

/** @param {Identity[]} targets @param {NodeJS.Signals} signal */
function signalAll(targets, signal) {
  for (const { pid, startTime } of targets) {
    if (startTimeOf(pid) !== startTime) continue;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
  }
}

/**
 * Ends a family: first a word to its head, so that it can tidy up, then to the others, then by force.
 * @param {Identity | undefined} root
 * @param {string} mark
 */
export async function endFamily(root, mark) {
  /** @param {number} milliseconds @param {() => boolean} done */
  const until = async (milliseconds, done) => {
    const end = performance.now() + milliseconds;
    for (let wait = 5; !done() && performance.now() < end; wait = Math.min(wait * 2, 100)) {
      await sleep(wait);
    }
  };
  const gone = () => family(root, mark).length === 0;
  if (root && startTimeOf(root.pid) === root.startTime) {
    signalAll([root], 'SIGTERM');
    await until(graceful, () => startTimeOf(root.pid) !== root.startTime);
  }
  if (gone()) return;
  signalAll(family(root, mark), 'SIGTERM');
  await until(graceful, gone);
  // Again and again, because one may start another while it is being ended.
  await until(forced, () => {
    const left = family(root, mark);
    signalAll(left, 'SIGKILL');
    return left.length === 0;
  });
}
