/** Walks a component a step: links of a real folder, with openat2(2) and without. What has a server is tried with a real one (test/native/remote.test.ts). */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { close } from '../../src/native/libc/fd';
import { ErrnoError } from '../../src/native/libc/errno';
import { isLocalType } from '../../src/native/proc/mounts';
import { Mounts, parseMountTable } from '../../src/native/proc/mountTable';
import { isObstacle } from '../../src/native/proc/pathResolver';
import { Walker } from '../../src/native/proc/walk';

let folder: string;
beforeAll(prepare);
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'ipc-inspector-walk-')));
  mkdirSync(join(folder, 'near/deep'), { recursive: true });
  writeFileSync(join(folder, 'near/x'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

function wayOf(path: string, how: { last?: boolean; magic?: boolean } = { last: true, magic: false }) {
  const walker = new Walker('/', new Mounts());
  try {
    const found = walker.to(Buffer.from(path), how);
    if (isObstacle(found)) return found instanceof ErrnoError ? found.errno : found;
    close(found.pointer);
    return found.path.toString();
  } finally {
    walker.close();
  }
}

test('a link, a link of a link and .. lead to what they lead to', () => {
  symlinkSync(join(folder, 'near'), join(folder, 'straight'));
  symlinkSync('straight/../near', join(folder, 'round'));
  symlinkSync('../far', join(folder, 'near/out'));
  symlinkSync('near/deep', join(folder, 'deep'));
  for (const [path, expected] of [
    ['near/x', 'near/x'],
    ['near//x', 'near/x'],
    ['round/x', 'near/x'],
    ['round/./deep/../x', 'near/x'],
    // As the kernel has it: from where the link leads.
    ['deep/../x', 'near/x'],
    ['straight', 'near'],
    ['straight/', 'near'],
    ['straight/out/x', undefined],
    ['near/x/y', undefined],
    ['far', undefined],
  ] as const) {
    const way = expected === undefined ? 'missing' : join(folder, expected);
    expect([path, wayOf(`${folder}/${path}`)]).toEqual([path, way]);
  }
  expect(wayOf('/')).toBe('/');
  expect(wayOf('/../..')).toBe('/');
  // A link at the end is itself what is meant, where that was asked for.
  expect(wayOf(`${folder}/straight`, {})).toBe(`${folder}/straight`);
});

test('links that lead in a circle end', () => {
  symlinkSync('circle', join(folder, 'circle'));
  expect(wayOf(`${folder}/circle/x`)).toBe('ELOOP');
});

test('what /proc shows as a link and is none is not followed by its text', () => {
  expect(wayOf('/proc/self/status')).toBe(`/proc/${process.pid}/status`);
  expect(wayOf('/proc/self/root/tmp')).toBe('hidden');
  expect(wayOf('/proc/self/fd/0')).toBe('hidden');
});

test('a name may hold any byte but a NUL', () => {
  expect(wayOf(`${folder}/near\0x`)).toBe('EINVAL');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a])]), '');
  const walker = new Walker('/', new Mounts());
  const found = walker.to(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x0a])]));
  walker.close();
  if (isObstacle(found)) throw new Error(String(found));
  close(found.pointer);
  expect(found.path.subarray(-2)).toEqual(Buffer.from([0xff, 0x0a]));
});

test('file systems with a server, and without', () => {
  for (const type of ['nfs4', 'fuse.sshfs', 'lustre', 'gpfs', 'beegfs', 'ocfs2', 'vboxsf', '9p', undefined])
    expect([type, isLocalType(type)]).toEqual([type, false]);
  for (const type of ['ext4', 'tmpfs', 'overlay', 'btrfs', 'fusectl', 'proc'])
    expect([type, isLocalType(type)]).toEqual([type, true]);
});

test('a mount is known by its id, whatever its point is called', () => {
  const text = [
    '22 1 254:0 / / rw - ext4 /dev/root rw',
    '30 22 0:42 / /home/a\\040b/mnt rw,nosuid shared:7 - fuse.sshfs host:/ rw',
    'torn 4',
    '',
  ].join('\n');
  const table = parseMountTable(text);
  expect(table.get('30')).toEqual({
    parent: '22',
    point: '/home/a b/mnt',
    type: 'fuse.sshfs',
    device: '0:42',
  });
  expect([...table.keys()]).toEqual(['22', '30']);
});
