/** The entry of the helper process. */
import { Console } from 'node:console';
import { run } from './cli';
import { runChild } from './waiting/child';

// A name by which people find it; Node's own would be "node" or "MainThread".
process.title = 'ipc-inspector';
// stdout belongs to the protocol and to the command line's answers.
globalThis.console = new Console(process.stderr, process.stderr);

const args = process.argv.slice(2);
// `act` is not for people: the helper starts it for an act that waits.
(args[0] === 'act' ? runChild() : run(args)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
