// @ts-check
/** Makes the VSIX of the current platform, or of IPC_INSPECTOR_TARGET: `out/ipc-inspector-<target>.vsix`, and refuses one that grew too large. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLoads } from './firstLoad.mjs';

const MOST = 1.5 * 1024 * 1024;

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
/** The C library of this Node, from its ELF interpreter: musl has packages of its own. */
const musl = readFileSync(process.execPath).subarray(0, 4096).includes('ld-musl-');
const target = process.env.IPC_INSPECTOR_TARGET ?? `${musl ? 'alpine' : 'linux'}-${process.arch}`;
const out = join('out', `ipc-inspector-${target}.vsix`);
mkdirSync('out', { recursive: true });

run(process.execPath, ['esbuild.mjs'], { IPC_INSPECTOR_TARGET: target });
for (const [file, bytes, most] of firstLoads()) {
  if (bytes <= most) continue;
  console.error(`${file} loads ${bytes} bytes at first, more than ${most}.`);
  process.exitCode = 1;
}
run(process.execPath, [
  join('node_modules', '@vscode', 'vsce', 'vsce'),
  ...['package', '--no-dependencies', '--target', target, '--out', out],
  ...['--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links'],
]);
if (!existsSync(out)) throw new Error(`${out} was not made`);
const { size } = statSync(out);
console.log(`${out}: ${(size / 1024).toFixed(0)} KiB`);
if (size > MOST) {
  console.error(`The package is larger than ${MOST / 1024} KiB.`);
  process.exitCode = 1;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}
