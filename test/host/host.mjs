// @ts-check
// The VS Code that runs in a browser: code-server and the Node it needs, from npm alone.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce, cacheRoot } from './cache.mjs';
import { runNpm } from './npm.mjs';
import { step } from './steps.mjs';

/** @typedef {import('./steps.mjs').Log} Log */
/**
 * @typedef {object} Host
 * @property {string} root the folder in the cache
 * @property {string} node the Node program that runs it
 * @property {string} entry code-server's entry point
 * @property {string} vscode the folder of VS Code's own server
 * @property {string} version of VS Code
 */

/** Raise it when what is done with the packages below changes. */
const recipe = 2;
const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs the host on first use, else finds it.
 * @param {{ log?: Log }} [options]
 * @returns {Promise<Host>}
 */
export async function ensureHost({ log = console.log } = {}) {
  const node = `node-linux-${process.arch}`;
  const lockfile = readFileSync(join(here, 'package-lock.json'));
  const hash = createHash('sha256').update(`${recipe} ${node}\n`).update(lockfile).digest('hex');
  const folder = join(cacheRoot(), `host-${hash.slice(0, 12)}`);
  const root = await buildOnce(folder, log, (scratch) => install(scratch, log));
  const server = join(root, 'node_modules/code-server');
  const vscode = join(server, 'lib/vscode');
  return {
    root,
    node: join(root, 'node_modules', node, 'bin/node'),
    entry: join(server, 'out/node/entry.js'),
    vscode,
    version: JSON.parse(readFileSync(join(vscode, 'package.json'), 'utf8')).version,
  };
}

/** @param {string} folder @param {Log} log */
async function install(folder, log) {
  for (const name of ['package.json', 'package-lock.json']) {
    copyFileSync(join(here, name), join(folder, name));
  }
  // No package's install script runs: nothing is compiled, nothing is fetched from elsewhere.
  await step(log, 'Installing VS Code for the browser, once for this machine (860 MB)', () =>
    runNpm(folder, 'ci', '--ignore-scripts', '--no-bin-links'),
  );
  if (!existsSync(join(folder, 'node_modules', `node-linux-${process.arch}`))) {
    throw new Error(`There is no Node for linux-${process.arch} among the packages of the host.`);
  }
  // VS Code has a lockfile of its own, which `npm ci` does not accept.
  await step(log, "Installing VS Code's own packages", () =>
    runNpm(
      join(folder, 'node_modules/code-server/lib/vscode'),
      'install',
      '--ignore-scripts',
      '--omit=dev',
      '--no-save',
    ),
  );
  // The folder of logs stays empty without it.
  copyFileSync(
    join(here, 'spdlog.cjs'),
    join(folder, 'node_modules/code-server/lib/vscode/node_modules/@vscode/spdlog/index.js'),
  );
}
