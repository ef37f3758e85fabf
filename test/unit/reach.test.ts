/** Ways that may not be walked, since a file system with a server lies on them: links of a real folder, and mounts as they might be. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { isLocalType } from '../../src/native/proc/mounts';
import { isWithinReach, withoutLinks } from '../../src/native/proc/reach';

let folder: string;
beforeAll(prepare);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-reach-'));
  mkdirSync(join(folder, 'near'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const mounts = (path: string) =>
  path === `${folder}/far` || path.startsWith(`${folder}/far/`)
    ? 'fuse.sshfs'
    : path.startsWith('/proc/')
      ? 'proc'
      : 'ext4';
const wayOf = (path: string) => withoutLinks(Buffer.from(join('/', path)), { mounts })?.toString();
const reaches = (path: string) => isWithinReach(Buffer.from(path), { mounts, last: true });

test('a link, a link of a link and .. lead to what they lead to', () => {
  symlinkSync(join(folder, 'near'), join(folder, 'straight'));
  symlinkSync('straight/../near', join(folder, 'round'));
  symlinkSync('../far', join(folder, 'near/out'));
  symlinkSync(join(folder, 'far/s'), join(folder, 'near/s'));
  for (const [path, expected] of [
    ['near/x', 'near/x'],
    ['round/x', 'near/x'],
    ['round/./y/../x', 'near/x'],
    ['straight/out/x', undefined],
    ['near/s', undefined],
    ['far/x', undefined],
  ] as const) {
    const whole = `${folder}/${path}`;
    expect([path, wayOf(whole)]).toEqual([path, expected && `${folder}/${expected}`]);
    expect([path, reaches(whole)]).toEqual([path, expected !== undefined]);
  }
  expect(reaches(`${folder}/near/../far/x`)).toBe(false);
});

test('links that lead in a circle are left as they are', () => {
  symlinkSync('circle', join(folder, 'circle'));
  expect(wayOf(`${folder}/circle/x`)).toBe(`${folder}/circle/x`);
});

test('what /proc shows as a link and is none is not followed by its text', () => {
  expect(wayOf('/proc/self/status')).toBe(`/proc/${process.pid}/status`);
  expect(wayOf('/proc/self/root/tmp')).toBeUndefined();
  expect(wayOf('/proc/self/fd/0')).toBeUndefined();
});

test('file systems with a server, and without', () => {
  for (const type of ['nfs4', 'fuse.sshfs', 'lustre', 'gpfs', 'beegfs', 'ocfs2', 'vboxsf', '9p', undefined])
    expect([type, isLocalType(type)]).toEqual([type, false]);
  for (const type of ['ext4', 'tmpfs', 'overlay', 'btrfs', 'fusectl', 'proc'])
    expect([type, isLocalType(type)]).toEqual([type, true]);
});
