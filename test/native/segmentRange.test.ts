/** The file of a segment is told by its device too: an inode of the same number may be one of another file system. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMapped } from '../../src/native/mechanisms/memory/segmentRange';
import { needsRoot } from '../support/oracles';
import { posixStage } from '../support/posix';

const { scene } = await posixStage();

test('what lies where a segment was is never shown as the segment', async (context) => {
  needsRoot(context, 'opens map_files');
  const holder = await scene.posix();
  const [inode, address] = (await holder.run(
    `(lambda f: (os.ftruncate(f, 4096), os.pwrite(f, b'ANOTHER', 0), globals().update(m=mapped(f, 4096)), (os.fstat(f).st_ino, ctypes.addressof(ctypes.c_char.from_buffer(m))))[-1])(os.open(${JSON.stringify(join(scene.folder(), 'file'))}, os.O_RDWR | os.O_CREAT))`,
  )) as [number, number];
  const range = `${address.toString(16)}-${(address + 4096).toString(16)}`;
  const wanted = { offset: 0, length: 7, pageSize: 4096, swapped: false };
  const read = () => readMapped(inode, holder.pid, range, wanted);
  expect(read).toThrow('gone');
  // A segment is still read so.
  const [id, at] = (await holder.run(
    `(setattr(libc.shmat, 'restype', ctypes.c_void_p), (lambda i: (i, libc.shmat(i, None, 0), libc.shmctl(i, 0, None)))(libc.shmget(0, 4096, 0o600)))[1]`,
  )) as [number, number];
  await holder.run(`ctypes.memmove(${at}, b'SEGMENT', 7)`);
  const segment = `${at.toString(16)}-${(at + 4096).toString(16)}`;
  expect(readMapped(id, holder.pid, segment, wanted).content.toString()).toBe('SEGMENT');
});
