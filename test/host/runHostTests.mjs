// @ts-check
// Runs the tests inside an extension host: of a desktop VS Code where one is given or there, else
// of VS Code's server. usage: node test/host/runHostTests.mjs [-g NAME]
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { desktopForTests, runInDesktop } from './desktop.mjs';
import { ensureHost } from './host.mjs';
import { isNoise } from './noise.mjs';
import { readResults } from './results.mjs';
import { runInServer } from './vscodeServer.mjs';

const { values } = parseArgs({ options: { grep: { type: 'string', short: 'g' } } });
const extensionDevelopmentPath = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const extensionTestsPath = join(extensionDevelopmentPath, 'out/test/extension/index');
for (const file of ['dist/extension.js', 'out/test/extension/index.js']) {
  if (!existsSync(join(extensionDevelopmentPath, file))) {
    console.error(`${file} is missing: run "npm run build" first.`);
    process.exit(1);
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'ipc-inspector-tests-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
const results = process.env['IPC_INSPECTOR_RESULTS'] ?? join(scratch, 'results.json');
const printed = `${results}.console`;
const workspace = join(scratch, 'workspace');
// As people do: the kernel tells no path through a link.
mkdirSync(`${workspace}.real`);
symlinkSync(`${workspace}.real`, workspace);
for (const file of [results, printed]) rmSync(file, { force: true });

const env = { IPC_INSPECTOR_RESULTS: results, IPC_INSPECTOR_GREP: values.grep };
const common = { extensionDevelopmentPath, extensionTestsPath, workspace, env };
const desktop = desktopForTests();
let code;
if (desktop) {
  console.log(`Tests inside desktop VS Code: ${desktop.executable ?? 'a downloaded one'}`);
  code = await runInDesktop({ ...common, ...desktop });
} else {
  const host = await ensureHost();
  console.log(`Tests inside VS Code's server, ${host.version}`);
  const follower = follow(printed);
  try {
    code = await runInServer({ ...common, host });
  } finally {
    follower();
  }
}
// An exit code of 0 alone would also come from a host that never ran a test.
if (code === 0 && !readResults(results)) {
  console.error('VS Code ended well, but no results were written.');
  code = 1;
}
process.exit(code);

/**
 * Prints what is appended to a file of JSON lines.
 * @param {string} file
 * @returns {() => void} prints the rest and ends
 */
function follow(file) {
  let done = 0;
  const print = () => {
    if (!existsSync(file)) return;
    const lines = readFileSync(file, 'utf8').split('\n');
    // The last is empty, or not whole yet.
    for (const line of lines.slice(done, -1)) {
      const message = String(JSON.parse(line));
      if (!isNoise(message)) console.log(message);
    }
    done = Math.max(done, lines.length - 1);
  };
  const timer = setInterval(print, 200);
  return () => {
    clearInterval(timer);
    print();
  };
}
