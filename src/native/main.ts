/** The entry of the helper process. */
import { Console } from 'node:console';
import { run } from './cli';

// A name by which people find it; Node's own would be "node" or "MainThread".
process.title = 'ipc-inspector';
// stdout belongs to the protocol and to the command line's answers.
globalThis.console = new Console(process.stderr, process.stderr);

run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
