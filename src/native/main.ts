/** The entry of the helper process. */
import { Console } from 'node:console';
import { isMainThread, workerData } from 'node:worker_threads';
import { runWalker } from './census/descriptors/walkerLoop';
import type { WalkShare } from './census/descriptors/walkShare';
import { run } from './cli';
import { statLine } from './libc/ftok';
import { runReader } from './reader/child';
import { readWith } from './reader/reading';
import { runChild } from './waiting/child';

// stdout belongs to the protocol and to the command line's answers.
globalThis.console = new Console(process.stderr, process.stderr);

if (isMainThread) main();
else void runWalker(workerData as WalkShare);

function main(): void {
  // A name by which people find it; Node's own would be "node" or "MainThread".
  const args = process.argv.slice(2);
  process.title = args[0] === 'read' ? 'ipc-inspector reader' : 'ipc-inspector';
  readWith(process.argv[1] ?? '');
  start(args).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}

/** `act`, `read` and `stat` are not for people: the helper starts them for what may block. */
function start(args: string[]): Promise<number> {
  const [command, path] = args;
  if (command === 'act') return runChild();
  if (command === 'read') return runReader();
  if (command === 'stat' && path !== undefined)
    return new Promise((resolve) => process.stdout.write(statLine(path), () => resolve(0)));
  return run(args);
}
