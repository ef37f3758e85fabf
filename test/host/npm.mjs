// @ts-check
// npm as a child: quiet, and with its output in the error when it fails.
import { basename } from 'node:path';
import { startOnLeash } from './onLeash.mjs';

/**
 * The npm that runs us, else the one on the PATH.
 * @param {string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npm(...args) {
  const own = process.env['npm_execpath'];
  return own && basename(own) === 'npm-cli.js' ? [process.execPath, [own, ...args]] : ['npm', args];
}

/**
 * Our environment without what is meant for us only: what npm tells its scripts, a surrounding
 * VS Code or code-server tells its terminals, and Vitest its workers.
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment() {
  const foreign =
    /^(npm_(?!config_)|npm_config_(local_prefix|global_prefix|prefix|only|omit|include|production|workspace)|VSCODE_|ELECTRON_|CODE_SERVER_|CS_|VITEST|NODE_OPTIONS$|NODE_ENV$|INIT_CWD$|PORT$|PASSWORD$|HASHED_PASSWORD$|GITHUB_TOKEN$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/**
 * Runs npm in a folder.
 * @param {string} folder
 * @param {string[]} args
 */
export async function runNpm(folder, ...args) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-progress'];
  const [command, all] = npm(...args, ...quiet, '--engine-strict=false', '--loglevel=error');
  const run = startOnLeash(command, all, { cwd: folder, env: cleanEnvironment(), output: 'pipe' });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [run.stdout, run.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => lines.push(text));
  }
  const code = await run.exited;
  if (code !== 0) {
    throw new Error(`npm ${args.join(' ')} failed (${code}):\n${lines.join('').slice(0, 3000)}`);
  }
}
