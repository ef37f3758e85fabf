/** The entry of the helper process. */
import { Console } from 'node:console';
import { run } from './cli';
import { statLine } from './libc/ftok';
import { besideProgram } from './programs';
import { readWith } from './reader/reading';
import { runChild } from './waiting/child';

// stdout belongs to the protocol and to the command line's answers.
globalThis.console = new Console(process.stderr, process.stderr);

// A name by which people find it; Node's own would be "node" or "MainThread".
process.title = 'ipc-inspector';
readWith(besideProgram());
start(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

/** `act` and `stat` are not for people: the helper starts them for what may block. */
function start(args: string[]): Promise<number> {
  const [command, path] = args;
  if (command === 'act') return runChild();
  if (command === 'stat' && path !== undefined)
    return new Promise((resolve) => process.stdout.write(statLine(path), () => resolve(0)));
  return run(args);
}
