/** The packages of all targets: what is in each, that its native part is of its processor and C library, and that those that can run here do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unzip } from '../support/zip';

const REPOSITORY = 'https://example.org/somebody/ipc-inspector';
const MOST = 1.5 * 1024 * 1024;
/** e_machine of elf(5). */
const MACHINES = { x64: 62, arm64: 183 };
const TARGETS = {
  'linux-x64': { native: 'linux_x64', machine: MACHINES.x64, libc: 'libc.so.6' },
  'linux-arm64': { native: 'linux_arm64', machine: MACHINES.arm64, libc: 'libc.so.6' },
  'alpine-x64': { native: 'musl_x64', machine: MACHINES.x64, libc: 'libc.musl-x86_64.so.1' },
  'alpine-arm64': { native: 'musl_arm64', machine: MACHINES.arm64, libc: 'libc.musl-aarch64.so.1' },
};
const out = mkdtempSync(join(tmpdir(), 'ipc-inspector-packages-'));
const packages = new Map<string, Map<string, Buffer>>();

beforeAll(() => {
  const args = ['scripts/package.mjs', '--all', '--built', '--out', out];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  for (const target of [...Object.keys(TARGETS), 'universal'])
    packages.set(target, unzip(readFileSync(join(out, `ipc-inspector-${target}.vsix`))));
}, 300_000);
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
});

function filesOf(target: string): Map<string, Buffer> {
  const files = packages.get(target);
  if (!files) throw new Error(`no package for ${target}`);
  return files;
}
const text = (target: string, path: string) =>
  filesOf(target).get(`extension/${path}`)?.toString('utf8') ?? '';
const nativesOf = (target: string) => [...filesOf(target).keys()].filter((path) => path.endsWith('.node'));
const platformOf = (target: string) =>
  / TargetPlatform="([^"]+)"/.exec(
    filesOf(target).get('extension.vsixmanifest')?.toString('utf8') ?? '',
  )?.[1];

/** The package as VS Code unpacks it. */
function installed(target: string): string {
  const folder = join(out, target);
  for (const [path, content] of filesOf(target)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(folder, 'extension/dist/helper.js');
}

describe.each(Object.entries(TARGETS))('%s', (target, { native, machine, libc }) => {
  test('has its one native part, of its processor and C library', () => {
    expect(platformOf(target)).toBe(target);
    expect(nativesOf(target)).toEqual([`extension/dist/${native}/koffi.node`]);
    const elf = filesOf(target).get(`extension/dist/${native}/koffi.node`);
    expect(elf?.toString('latin1', 1, 4)).toBe('ELF');
    expect(elf?.readUInt16LE(18)).toBe(machine);
    expect(elf?.includes(`\0${libc}\0`)).toBe(true);
  });
});

describe.each([...Object.keys(TARGETS), 'universal'])('%s', (target) => {
  test('is small, and has what its manifest names, no source, and nothing that leads nowhere', () => {
    expect(statSync(join(out, `ipc-inspector-${target}.vsix`)).size).toBeLessThan(MOST);
    const names = [...filesOf(target).keys()];
    for (const name of names) expect(name).not.toMatch(/\.ts$|\.map$|\/(test|src|scripts|node_modules)\//);
    const manifest = text(target, 'package.json');
    for (const [, path] of manifest.matchAll(/"((?:\.\/)?(?:media|dist)\/[^"]+)"/g))
      expect(names).toContain(`extension/${path?.replace('./', '')}`);
    expect(Object.keys(JSON.parse(manifest) as object)).not.toContain('repository');
    expect(text(target, 'readme.md')).not.toMatch(/!\[|\]\((?!https:|#)/);
    for (const name of ['koffi', '@vscode/codicons', 'lit', 'valibot', 'vscode-jsonrpc'])
      expect(text(target, 'dist/notices.txt')).toContain(`\n${name} `);
  });
});

test('that of this machine works, sample and all; the universal one says why it does not', () => {
  const run = (helper: string, ...args: string[]) =>
    spawnSync(process.execPath, [helper, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const own = installed(`linux-${process.arch}`);
  expect(run(own, 'list')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^REF +NAME/) as string,
  });
  const universal = installed('universal');
  expect(platformOf('universal')).toBeUndefined();
  expect(nativesOf('universal')).toEqual([]);
  const { status, stderr } = run(universal, 'list');
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^The native part does not load on this machine \(linux \w+\)\. Install the package/,
  );
  expect(stderr).not.toMatch(/^ +at /);
});

test('with the address of the repository, README and manifest lead there', () => {
  const folder = join(out, 'public');
  const args = ['scripts/package.mjs', '--built', '--out', folder, '--repository', `${REPOSITORY}.git`];
  expect(spawnSync(process.execPath, args).status).toBe(0);
  packages.set('public', unzip(readFileSync(join(folder, `ipc-inspector-linux-${process.arch}.vsix`))));
  expect(JSON.parse(text('public', 'package.json'))).toMatchObject({
    repository: { type: 'git', url: `${REPOSITORY}.git` },
    bugs: { url: `${REPOSITORY}/issues` },
    qna: `${REPOSITORY}/discussions`,
  });
  const readme = text('public', 'readme.md');
  expect(readme).toContain(`](${REPOSITORY}/raw/HEAD/media/pictures/`);
  expect(readme).toContain(`](${REPOSITORY}/blob/HEAD/CONTRIBUTING.md)`);
  expect(readme).not.toMatch(/\]\((?!https:|#)/);
});
