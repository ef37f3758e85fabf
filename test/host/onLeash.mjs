// @ts-check
// Children that never outlive us: not after Ctrl+C, not after a crash, not after kill -9.
import { fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/** @typedef {{ command: string, args: string[], stdin: 'ignore' | 'pipe', remove: string[] }} Errand */
/**
 * @typedef {object} LeashOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {'inherit' | 'pipe'} [output] `pipe`: read it from `stdout` and `stderr`
 * @property {'ignore' | 'pipe'} [stdin] what the command gets; a `pipe` stays open and silent until the end
 * @property {string[]} [remove] folders to remove when all processes are gone
 */
/**
 * @typedef {object} Leashed
 * @property {Promise<number>} started the pid of the command; rejects if it could not be started
 * @property {Promise<number>} exited the exit code, once everything it started is gone
 * @property {import('node:stream').Readable | null} stdout
 * @property {import('node:stream').Readable | null} stderr
 * @property {() => Promise<void>} stop ends the command and all it started, and waits for that
 */

const leash = fileURLToPath(new URL('leash.mjs', import.meta.url));

/**
 * Starts a command that ends with us at the latest.
 * @param {string} command
 * @param {string[]} args
 * @param {LeashOptions} [options]
 * @returns {Leashed}
 */
export function startOnLeash(command, args, options = {}) {
  const { cwd, env = process.env, output = 'inherit', stdin = 'ignore', remove = [] } = options;
  /** @type {Errand} */
  const errand = { command, args, stdin, remove };
  const child = fork(leash, [JSON.stringify(errand)], {
    cwd,
    env,
    detached: true,
    execArgv: [],
    stdio: ['ignore', output, output, 'ipc'],
  });
  /** @type {Promise<number>} */
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    // Not `close`: it never comes after we disconnected. What was printed is awaited instead.
    child.once('exit', (code) => {
      const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null);
      const ends = outputs.map((stream) => finished(stream.resume()).catch(() => undefined));
      void Promise.all(ends).then(() => resolve(code ?? 1));
    });
  });
  /** @type {Promise<number>} */
  const started = new Promise((resolve, reject) => {
    child.once('message', (/** @type {{ pid?: number }} */ { pid }) =>
      pid === undefined ? reject(new Error(`${command} cannot be started`)) : resolve(pid),
    );
    exited.then((code) => reject(new Error(`${command} ended at once (${code})`)), reject);
  });
  // Who does not ask does not want to hear of it.
  started.catch(() => undefined);
  exited.catch(() => undefined);
  const stop = async () => {
    if (child.connected) child.disconnect();
    await exited.catch(() => undefined);
  };
  return { started, exited, stdout: child.stdout, stderr: child.stderr, stop };
}
