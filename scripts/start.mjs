// @ts-check
// `npm start`: VS Code with this extension and something to look at. On the desktop where that is
// possible, else in the browser, on loopback and behind a password.
// usage: npm start [-- --port N]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDependencies } from '../test/host/dependencies.mjs';
import { desktopCode, programBehind } from '../test/host/desktop.mjs';
import { installVsix, startCodeServer } from '../test/host/codeServer.mjs';
import { ensureHost } from '../test/host/host.mjs';
import { cleanEnvironment, npm } from '../test/host/npm.mjs';
import { startOnLeash } from '../test/host/onLeash.mjs';
import { writeSettings } from '../test/host/settings.mjs';
import { step } from '../test/host/steps.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { port } = parseArgs({ options: { port: { type: 'string' } } }).values;
const log = console.log;
if (port !== undefined && !/^[0-9]{1,5}$/.test(port)) {
  console.error(`--port takes a number, not "${port}".`);
  process.exit(2);
}

/** @type {{ stop(): Promise<void> }[]} */
const running = [];
const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-start-'));
const workspace = join(scratch, 'workspace');
const folders = { userDataDir: join(scratch, 'user'), extensionsDir: join(scratch, 'extensions') };
for (const folder of [workspace, folders.extensionsDir]) mkdirSync(folder);

let ending = false;
/** @param {number} code */
async function end(code) {
  if (ending) return;
  ending = true;
  await Promise.all(running.map((one) => one.stop()));
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    log('\nEnding VS Code and the sample.');
    // To be ended is how this command ends well, but whoever only lost us should know.
    void end(signal === 'SIGHUP' ? 128 + constants.signals.SIGHUP : 0);
  });
}

/** @param {[command: string, args: string[]]} run */
async function must([command, args]) {
  const child = startOnLeash(command, args, { cwd: root });
  running.push(child);
  const code = await child.exited;
  if (code !== 0 && !ending) throw new Error(`${args.at(-1)} failed (${code})`);
}

function startSample() {
  // A pipe as its stdin: it ends when that closes, should even the leash be cut.
  const sample = startOnLeash(process.execPath, [join(root, 'test/sample/main.mjs')], { stdin: 'pipe' });
  running.push(sample);
  void sample.exited.then((code) => ending || log(`The sample ended (${code}).`));
}

/** @param {string} code the launcher on the PATH */
async function startDesktop(code) {
  writeSettings(folders.userDataDir);
  const program = programBehind(code);
  const args = [
    workspace,
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${folders.userDataDir}`,
    `--extensions-dir=${folders.extensionsDir}`,
    '--new-window',
    '--skip-welcome',
    '--disable-workspace-trust',
    '--disable-telemetry',
    // A launcher returns at once unless told to wait for the window.
    ...(program ? [] : ['--wait']),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const window = startOnLeash(program ?? code, args, { env: cleanEnvironment(), remove: [scratch] });
  running.push(window);
  startSample();
  log(
    '\nVS Code opens. Look for IPC Inspector in the activity bar. Close the window or press Ctrl+C to end.',
  );
  return window.exited;
}

async function startServer() {
  await step(log, 'Packaging the extension', () => must(npm('run', '--silent', 'package')));
  const vsix = join(root, `out/ipc-inspector-linux-${process.arch}.vsix`);
  const host = await ensureHost({ log });
  await step(log, 'Installing the extension', () => installVsix({ host, vsix, ...folders }));
  const server = await step(log, 'Starting VS Code', () =>
    startCodeServer({
      host,
      ...folders,
      port: Number(port ?? 0),
      // Long enough for a lost connection, short enough not to pile up.
      graceTime: 60,
      remove: [scratch],
    }),
  );
  running.push(server);
  startSample();
  log(`
VS Code ${host.version} with IPC Inspector runs here; look for it in the activity bar.
  Address:  ${server.url}?folder=${encodeURIComponent(workspace)}
  Password: ${server.password}
Press Ctrl+C to end.`);
  return server.exited;
}

try {
  await ensureDependencies(root, log);
  await step(log, 'Building', () => must(npm('run', '--silent', 'build')));
  const code = desktopCode();
  await end(await (code ? startDesktop(code) : startServer()));
} catch (error) {
  // What is stopped on purpose fails on purpose.
  if (!ending) console.error(error instanceof Error ? error.message : error);
  await end(1);
}
