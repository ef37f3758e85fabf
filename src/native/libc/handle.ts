/** fcntl.h on handles of files (open_by_handle_at(2)). */
import { ErrnoError, lastErrno } from './errno';
import { lazy } from './load';

const OPEN_BY_HANDLE_AT = process.arch === 'x64' ? 304 : 265;
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
/** struct file_handle: handle_bytes, handle_type, f_handle. */
const HEAD = 8;

const c = {
  openByHandleAt: lazy<[number, number, Buffer, number], number>('long syscall(long, int, void *, int)'),
};

/** A file as its file system itself names it. */
export interface FileHandle {
  type: number;
  bytes: Buffer;
}

/**
 * Points to a file by its handle (O_PATH): nothing is opened, and nobody who watches it hears of it. `near`: any descriptor on its file system, no O_PATH one. To be closed. Throws ErrnoError (EPERM without
 * CAP_DAC_READ_SEARCH; ESTALE: it is gone).
 */
export function pointToHandle(near: number, { type, bytes }: FileHandle): number {
  const handle = Buffer.alloc(HEAD + bytes.length);
  handle.writeUInt32LE(bytes.length, 0);
  handle.writeInt32LE(type, 4);
  bytes.copy(handle, HEAD);
  const fd = c.openByHandleAt(OPEN_BY_HANDLE_AT, near, handle, O_PATH | O_CLOEXEC);
  if (fd < 0) throw new ErrnoError('open_by_handle_at', lastErrno());
  return fd;
}
