// @ts-check
// Runs tests inside the extension host of VS Code's own server, with a headless browser for its
// window: the way for machines without a desktop VS Code.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { launchBrowser } from './browser.mjs';
import { isNoise } from './noise.mjs';
import { cleanEnvironment } from './npm.mjs';
import { startOnLeash } from './onLeash.mjs';
import { calmSettings } from './settings.mjs';
import { installTestDebugger } from './testDebugger.mjs';

/** @typedef {import('./steps.mjs').Log} Log */
/**
 * @typedef {object} InServerOptions
 * @property {import('./host.mjs').Host} host
 * @property {string} extensionDevelopmentPath absolute
 * @property {string} extensionTestsPath absolute, without `.js`; exports `run(): Promise<void>`
 * @property {string} workspace the folder to open
 * @property {NodeJS.ProcessEnv} [env] for the extension host
 * @property {number} [timeout] milliseconds for all of it
 * @property {Log} [log]
 */

/**
 * Runs the tests.
 * @param {InServerOptions} options
 * @returns {Promise<number>} 0 if `run` resolved, else another number
 */
export async function runInServer(options) {
  const { host, env, timeout = 10 * 60_000, log = console.log } = options;
  const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-host-'));
  const token = randomBytes(24).toString('hex');
  const server = startOnLeash(host.node, serverArguments(host, scratch, token), {
    // Its sockets and folders would stay behind in the temporary folder.
    env: { ...cleanEnvironment(), TMPDIR: scratch, XDG_RUNTIME_DIR: scratch, ...env },
    output: 'pipe',
    remove: [scratch],
  });
  /** @type {string[]} */
  const heard = [];
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    /** @type {Promise<never>} */
    const trouble = new Promise((_, reject) => {
      const ended = () => reject(new Error('VS Code ended before the tests did.'));
      server.exited.then(ended, reject);
      const late = () => reject(new Error(`The tests did not end within ${timeout / 1000} s.`));
      timer = setTimeout(late, timeout);
    });
    trouble.catch(() => undefined);
    const port = await Promise.race([portOf(server, heard), trouble]);
    browser = await launchBrowser({ log });
    const page = await browser.newPage();
    const code = new Promise((resolve, reject) => {
      page.on('crash', () => reject(new Error('The page of VS Code crashed.')));
      void page.exposeFunction('codeAutomationExit', (/** @type {number} */ value) => resolve(value));
    });
    await page.exposeFunction(
      'codeAutomationLog',
      (/** @type {string} */ type, /** @type {unknown[]} */ parts) =>
        heard.push(`${type}: ${parts.join(' ')}`),
    );
    await page.goto(address(port, token, options), { timeout: 60_000 });
    return Number(await Promise.race([code, trouble]));
  } catch (error) {
    log(
      heard
        .filter((line) => !isNoise(line))
        .slice(-40)
        .join('\n'),
    );
    throw error;
  } finally {
    clearTimeout(timer);
    await browser?.close();
    await server.stop();
  }
}

/** @param {import('./host.mjs').Host} host @param {string} scratch @param {string} token */
function serverArguments(host, scratch, token) {
  const tokenFile = join(scratch, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const machine = join(scratch, 'data/data/Machine');
  mkdirSync(machine, { recursive: true });
  writeFileSync(join(machine, 'settings.json'), JSON.stringify(calmSettings));
  installTestDebugger(join(scratch, 'extensions'));
  return [
    join(host.vscode, 'out/server-main.js'),
    ...['--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile],
    ...['--server-data-dir', join(scratch, 'data'), '--extensions-dir', join(scratch, 'extensions')],
    ...['--reconnection-grace-time', '3', '--telemetry-level', 'off'],
    '--accept-server-license-terms',
    '--disable-workspace-trust',
    // Without it the page would not take the paths of extension and tests.
    '--enable-smoke-test-driver',
  ];
}

/**
 * @param {import('./onLeash.mjs').Leashed} server
 * @param {string[]} heard
 * @returns {Promise<number>}
 */
function portOf(server, heard) {
  return new Promise((resolve) => {
    let text = '';
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ more) => {
        heard.push(`server: ${more.trimEnd()}`);
        text = (text + more).slice(-2000);
        const found = /Extension host agent listening on (\d+)/.exec(text);
        if (found) resolve(Number(found[1]));
      });
    }
  });
}

/** @param {number} port @param {string} token @param {InServerOptions} options */
function address(port, token, { workspace, extensionDevelopmentPath, extensionTestsPath }) {
  const remote = `vscode-remote://127.0.0.1:${port}`;
  const payload = [
    ['extensionDevelopmentPath', remote + extensionDevelopmentPath],
    ['extensionTestsPath', remote + extensionTestsPath],
    ['skipWelcome', 'true'],
  ];
  const query = { tkn: token, folder: workspace, payload: JSON.stringify(payload) };
  return `http://127.0.0.1:${port}/?${new URLSearchParams(query).toString()}`;
}
