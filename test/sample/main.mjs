// @ts-check
/**
 * Something to look at: a producer and a consumer on a System V queue, in processes of their own.
 * `node test/sample/main.mjs`; ends with Ctrl+C, SIGTERM or a closed stdin, and removes what it made. When it is killed,
 * its children notice and remove it.
 */
import { fork } from 'node:child_process';
import { fstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createQueue } from './queue.mjs';
import { removeAll } from './made.mjs';

const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-sample-'));
const queue = createQueue(0o600);
/** @type {import('./made.mjs').Made} */
const made = { folder, queues: [queue] };

const workers = ['producer.mjs', 'consumer.mjs'].map((file) => {
  const child = fork(here(file), [JSON.stringify(made)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.on('exit', (code) => {
    if (!ending) console.log(`${file} (${child.pid}) ended with ${code}`);
  });
  return child;
});
console.log(`sample: queue #${queue}, producer ${workers[0]?.pid}, consumer ${workers[1]?.pid}`);

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  for (const child of workers) child.kill('SIGTERM');
  removeAll(made);
  process.exit(0);
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('SIGHUP', end);
// Whoever started us with a pipe as stdin is gone when it closes; a terminal or /dev/null says nothing.
const stdin = fstatSync(0);
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on('end', end).on('close', end).resume();
