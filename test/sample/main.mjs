// @ts-check
/**
 * Something to look at: a producer and a consumer on a System V queue, a pool of workers that share two permits of a
 * semaphore set, a counter in shared memory, and a family of processes that pipes and a FIFO join; and a reader that waits at a POSIX queue,
 * with a semaphore that has no name, while a postman notes in POSIX shared memory and in a mapped file what he brought; and an exchange on
 * sockets with its subscribers; and a keeper with a lock on a file, and an event counter. Each is a process of its own.
 * `node test/sample/main.mjs`; ends with Ctrl+C, SIGTERM or a closed stdin, and removes what it made. When it is killed,
 * its children notice and remove it. Who loses its object ends, and begins anew with a new one.
 */
import { fork } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AT_ONCE, fifoOf, lockOf, makeFolder, makeMissing, removeAll } from './made.mjs';

const folder = makeFolder();
// Also after an error of ours.
process.on('exit', () => removeAll(folder));
const made = makeMissing(folder);

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
/** @param {string} name */
function start(name) {
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const child = fork(file, [folder, String(process.pid)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.add(child);
  child.on('exit', () => {
    children.delete(child);
    setTimeout(startAgain, 1000, name, child.pid);
  });
  return child.pid;
}

/** @param {string} name @param {number | undefined} pid */
function startAgain(name, pid) {
  const now = makeMissing(folder);
  console.log(`sample: ${name} ${pid} ended, ${start(name)} goes on with ${describe(now)}`);
}

/** @param {import('./made.mjs').Made} made */
function describe({ queue, set, segment, mail, board, ledger }) {
  const keyed = (/** @type {import('./made.mjs').Keyed} */ { key, id }) => `0x${key.toString(16)} (#${id})`;
  return (
    `queue ${keyed(queue)}, semaphore set ${keyed(set)}, segment #${segment}, ` +
    `POSIX queue ${mail}, shared memory ${board}, mapped file ${ledger}`
  );
}

const names = [
  'producer',
  'consumer',
  'counter',
  'family',
  'postman',
  'reader',
  'worker',
  'worker',
  'worker',
  'worker',
];
const pids = names.map(start);
const keeper = start('keeper');
const socketPids = ['exchange', 'subscriber', 'subscriber'].map(start);
console.log(
  `sample: ${describe(made)}; producer ${pids[0]}, consumer ${pids[1]}, counter ${pids[2]}, ` +
    `pipelines of ${pids[3]} and the FIFO ${fifoOf(folder)}, postman ${pids[4]}, reader ${pids[5]}, ` +
    `keeper ${keeper} with the lock on ${lockOf(folder)}, ` +
    `workers ${pids.slice(6).join(' ')} with ${AT_ONCE} permits, ` +
    `exchange ${socketPids[0]} on ${folder}/exchange.sock, subscribers ${socketPids.slice(1).join(' ')}`,
);

function end() {
  for (const child of children) child.kill('SIGTERM');
  process.exit(0);
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('SIGHUP', end);
// Whoever started us with a pipe as stdin is gone when it closes; a terminal or /dev/null says nothing.
const stdin = fstatSync(0);
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on('end', end).on('close', end).resume();
