// @ts-check
// Runs one command and ends all of it when our starter says so or is gone, even by SIGKILL:
// the channel to the starter closes then. Started by onLeash.mjs only.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { endFamily, markVariable, startTimeOf } from './processes.mjs';

/** @type {import('./onLeash.mjs').Errand} */
const errand = JSON.parse(process.argv[2] ?? '{}');
const mark = `${process.pid}-${randomBytes(8).toString('hex')}`;

const child = spawn(errand.command, errand.args, {
  // A session of its own: Ctrl+C on the terminal reaches us and is passed on in good order.
  detached: true,
  stdio: [errand.stdin, 'inherit', 'inherit'],
  env: { ...process.env, [markVariable]: `${process.env[markVariable] ?? ''}/${mark}` },
});
const root =
  child.pid === undefined ? undefined : { pid: child.pid, startTime: startTimeOf(child.pid) ?? 'gone' };

let ending = false;
/** @param {number} code */
async function end(code) {
  if (ending) return;
  ending = true;
  await endFamily(root, mark);
  for (const path of errand.remove) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

child.on('error', (error) => {
  console.error(`${errand.command} cannot be started: ${error.message}`);
  void end(127);
});
child.on('exit', (code, signal) => void end(code ?? 128 + (signal ? constants.signals[signal] : 0)));
process.on('disconnect', () => void end(0));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => void end(128 + constants.signals[signal]));
}
if (process.connected) process.send?.({ pid: child.pid });
else void end(0);
