// @ts-check
/** The frame of a child: its name, what was made, and an end with its parent, which may have been killed. */
import { libc } from './libc.mjs';
import { readMade, removeAll } from './made.mjs';

const prctl = libc.func('int prctl(int, ulong, ulong, ulong, ulong)');
const PR_SET_PDEATHSIG = 1;
const SIGTERM = 15;

export const [, , folder = '', parent = ''] = process.argv;

/** @param {string} name at most 15 bytes */
function begin(name) {
  process.title = name;
  const { queue = { id: -1 }, set = { id: -1 }, segment = -1, ...named } = readMade(folder);
  const { mail = '', board = '', ledger = '' } = named;
  return { queue: queue.id, set: set.id, segment, mail, board, ledger, folder };
}

/**
 * A child whose loop turns: without its parent it removes everything.
 * @param {string} name
 */
export function child(name) {
  const orphaned = () => {
    removeAll(folder);
    process.exit(0);
  };
  process.on('disconnect', orphaned);
  // Its end may have been told before we listened.
  if (!process.connected) orphaned();
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  return begin(name);
}

/**
 * A child that blocks in the kernel. No handler of its own would run there, so signals keep their default, which ends it,
 * and the kernel sends one when the parent is gone.
 * @param {string} name
 */
export function blockingChild(name) {
  prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  // It may have been gone before we asked.
  if (process.ppid !== Number(parent)) process.exit(0);
  return begin(name);
}
