// @ts-check
/**
 * Makes packages: `out/ipc-inspector-<target>.vsix`, and refuses one that grew too large or loads too much.
 * usage: node scripts/package.mjs [--target TARGET | --all] [--repository URL] [--out FOLDER] [--built]
 * TARGET: linux-x64, linux-arm64, alpine-x64, alpine-arm64, or universal for all other systems; by itself that of this machine. `--built`: dist/ is fresh.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { firstLoads } from './firstLoad.mjs';
import { archOf, helperBundle, nativeFile, TARGETS, UNIVERSAL } from './helperBundle.mjs';
import { nativeFor } from './natives.mjs';
import { manifestFor, readmeFor, repositoryOf } from './readme.mjs';

const MOST = 1.5 * 1024 * 1024;

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const { values } = parseArgs({
  options: {
    ...{ target: { type: 'string' }, all: { type: 'boolean' }, repository: { type: 'string' } },
    ...{ out: { type: 'string', default: 'out' }, built: { type: 'boolean' } },
  },
});
/** The C library of this Node, from its ELF interpreter: musl has packages of its own. */
const musl = readFileSync(process.execPath).subarray(0, 4096).includes('ld-musl-');
const own = `${musl ? 'alpine' : 'linux'}-${process.arch}`;
const targets = values.all ? [...TARGETS, UNIVERSAL] : [values.target ?? own];
const repository = values.repository === undefined ? undefined : repositoryOf(values.repository);
const out = resolve(values.out);
mkdirSync(out, { recursive: true });

try {
  if (!values.built) run(process.execPath, ['esbuild.mjs']);
  for (const [file, bytes, most] of firstLoads())
    if (bytes > most) fail(`${file} loads ${bytes} bytes at first, more than ${most}.`);
  for (const target of targets) await makePackage(target);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** In a folder of its own, so that nobody who runs what is in dist/ notices. @param {string} target */
async function makePackage(target) {
  if (![...TARGETS, UNIVERSAL].includes(target)) fail(`There is no package for ${target}.`);
  const stage = mkdtempSync(join(tmpdir(), 'ipc-inspector-package-'));
  try {
    for (const file of [
      '.vscodeignore',
      'package.nls.json',
      'CHANGELOG.md',
      'LICENSE',
      'SUPPORT.md',
      'l10n',
      'media',
    ])
      cpSync(file, join(stage, file), { recursive: true });
    // The helper and its native part are the target's own.
    cpSync('dist', join(stage, 'dist'), {
      recursive: true,
      filter: (path) => !/dist\/(?:(?:helper|beside)\.js|\w+_\w+)$/.test(path),
    });
    const native = target === UNIVERSAL ? undefined : await nativeFor(archOf(target), console.log);
    await esbuild.build({
      ...{
        bundle: true,
        minify: true,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        legalComments: 'none',
      },
      define: { IPC_INSPECTOR_VERSION: JSON.stringify(manifest().version) },
      ...helperBundle(target, join(stage, 'dist'), native),
    });
    if (native !== undefined)
      cpSync(join(native, nativeFile(target)), join(stage, 'dist', nativeFile(target)));
    writeFileSync(join(stage, 'package.json'), JSON.stringify(manifestFor(manifest(), repository), null, 2));
    writeFileSync(join(stage, 'README.md'), readmeFor(readFileSync('README.md', 'utf8'), repository));
    const file = join(out, `ipc-inspector-${target}.vsix`);
    run(
      process.execPath,
      [
        resolve('node_modules/@vscode/vsce/vsce'),
        ...['package', '--no-dependencies', '--out', file],
        ...(target === UNIVERSAL ? [] : ['--target', target]),
        ...['--allow-missing-repository', '--skip-license', '--no-rewrite-relative-links'],
      ],
      stage,
    );
    const { size } = statSync(file);
    console.log(`${file}: ${(size / 1024).toFixed(0)} KiB`);
    if (size > MOST) fail(`The package is larger than ${MOST / 1024} KiB.`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @returns {Record<string, unknown>} */
function manifest() {
  return JSON.parse(readFileSync('package.json', 'utf8'));
}

/** @param {string} command @param {string[]} args @param {string} [cwd] */
function run(command, args, cwd = process.cwd()) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd });
  if (status !== 0) fail(`${args[0]} failed.`);
}

/** @param {string} why @returns {never} */
function fail(why) {
  throw new Error(why);
}
