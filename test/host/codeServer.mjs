// @ts-check
// VS Code as a user has it: code-server with the packaged extension, on loopback, with a password.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment } from './npm.mjs';
import { startOnLeash } from './onLeash.mjs';
import { writeSettings } from './settings.mjs';

/** @typedef {import('./host.mjs').Host} Host */
/**
 * @typedef {object} CodeServerOptions
 * @property {Host} host
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {import('./settings.mjs').Settings} [settings] besides the calm ones
 * @property {string} [password] a random one if not given
 * @property {number} [port] a free one if not given
 * @property {NodeJS.ProcessEnv} [env] added to the environment of server and extension host
 * @property {number} [graceTime] seconds for which the extension host of a closed page lives on
 * @property {string[]} [remove] folders to remove when the server is gone
 * @property {boolean} [trust] folders have to be trusted first, as VS Code has it for its users
 */
/**
 * @typedef {object} CodeServer
 * @property {string} url of the workbench; `?folder=/path` opens a folder
 * @property {string} password
 * @property {number} port
 * @property {number} pid
 * @property {string} userDataDir
 * @property {() => string} output what it has printed lately
 * @property {Promise<number>} exited
 * @property {() => Promise<void>} stop ends it and all it started, and waits until they are gone
 */

const startWithin = 60_000;
const keep = 20_000;

/**
 * Starts code-server and waits until it listens. It ends with us at the latest.
 * @param {CodeServerOptions} options
 * @returns {Promise<CodeServer>}
 */
export async function startCodeServer(options) {
  const { host, userDataDir, extensionsDir, settings, env, graceTime = 3, port = 0 } = options;
  const password = options.password ?? randomBytes(18).toString('base64url');
  mkdirSync(extensionsDir, { recursive: true, mode: 0o700 });
  writeSettings(userDataDir, settings);
  const args = configure(userDataDir, extensionsDir, {
    auth: 'password',
    password,
    'bind-addr': `127.0.0.1:${port}`,
    // Cookies know no ports: without it two servers log each other out.
    'cookie-suffix': randomBytes(4).toString('hex'),
    'disable-getting-started-override': true,
    'disable-proxy': true,
    ...(!options.trust && { 'disable-workspace-trust': true }),
    'ignore-last-opened': true,
    'reconnection-grace-time': String(graceTime),
  });
  const run = startOnLeash(host.node, [host.entry, ...args], {
    env: { ...environment(userDataDir), ...env },
    output: 'pipe',
    remove: options.remove ?? [],
  });
  let text = '';
  /** @type {Promise<number>} */
  const listening = new Promise((resolve, reject) => {
    /** @param {string} more */
    const hear = (more) => {
      text = (text + more).slice(-keep);
      const found = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    };
    for (const stream of [run.stdout, run.stderr]) stream?.setEncoding('utf8').on('data', hear);
    run.exited.then((code) => reject(new Error(`code-server ended (${code}):\n${text}`)), reject);
    const late = () => reject(new Error(`code-server does not listen after a minute:\n${text}`));
    setTimeout(late, startWithin).unref();
  });
  try {
    const bound = await listening;
    return {
      url: `http://127.0.0.1:${bound}/`,
      password,
      port: bound,
      pid: await run.started,
      userDataDir,
      output: () => text,
      exited: run.exited,
      stop: run.stop,
    };
  } catch (error) {
    await run.stop();
    throw error;
  }
}

/**
 * Installs an extension from a VSIX, as a user would.
 * @param {{ host: Host, vsix: string, userDataDir: string, extensionsDir: string }} options
 */
export async function installVsix({ host, vsix, userDataDir, extensionsDir }) {
  mkdirSync(extensionsDir, { recursive: true, mode: 0o700 });
  const args = configure(userDataDir, extensionsDir, {});
  const run = startOnLeash(host.node, [host.entry, ...args, '--install-extension', vsix, '--force'], {
    env: environment(userDataDir),
    output: 'pipe',
  });
  let text = '';
  for (const stream of [run.stdout, run.stderr]) {
    stream?.setEncoding('utf8').on('data', (more) => (text += more));
  }
  const code = await run.exited;
  // It says on its output, not by its exit code, that an extension was refused.
  if (code !== 0 || !/was successfully installed/.test(text)) {
    throw new Error(`${vsix} was not installed (${code}):\n${text.slice(-3000)}`);
  }
}

/**
 * Its configuration goes into a private file: neither a password on a command line, where all
 * can read it, nor the user's own configuration. JSON is YAML.
 * @param {string} userDataDir
 * @param {string} extensionsDir
 * @param {Record<string, string | boolean>} more
 */
function configure(userDataDir, extensionsDir, more) {
  mkdirSync(userDataDir, { recursive: true, mode: 0o700 });
  const file = join(userDataDir, 'code-server.yaml');
  const common = { 'disable-telemetry': true, 'disable-update-check': true };
  writeFileSync(file, JSON.stringify({ ...common, ...more }), { mode: 0o600 });
  return ['--config', file, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
}

/** @param {string} userDataDir @returns {NodeJS.ProcessEnv} */
function environment(userDataDir) {
  const scratch = join(userDataDir, 'tmp');
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  // Its own logs would go into the user's home, and its sockets and folders would stay behind in
  // the temporary folder. The path of a socket has 107 bytes at most.
  const fits = scratch.length < 50;
  return {
    ...cleanEnvironment(),
    XDG_DATA_HOME: join(userDataDir, 'xdg-data'),
    ...(fits ? { TMPDIR: scratch, XDG_RUNTIME_DIR: scratch } : {}),
  };
}
