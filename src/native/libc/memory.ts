/** sys/uio.h: process_vm_readv(2), which lets go of the other's memory while it waits for a page; a read of /proc/PID/mem keeps all others from it (mm/gup.c). */
import { lastErrno } from './errno';
import { lazy, native } from './load';

const c = {
  process_vm_readv: lazy<[number, Buffer, number, Buffer, number, number], number>(
    'long process_vm_readv(int, void *, unsigned long, void *, unsigned long, unsigned long)',
  ),
};
/** struct iovec of ours and of the other's. */
const local = Buffer.alloc(16);
const remote = Buffer.alloc(16);

/** Reads a range of the memory of a task; whether all of it could be read, or `refused` where the call itself is (a filter of system calls; Yama). May wait for ever: only for the reader. */
export function readMemoryOf(task: number, address: bigint, into: Buffer): boolean | 'refused' {
  local.writeBigUInt64LE(native().address(into), 0);
  local.writeBigUInt64LE(BigInt(into.length), 8);
  remote.writeBigUInt64LE(BigInt.asUintN(64, address), 0);
  remote.writeBigUInt64LE(BigInt(into.length), 8);
  const got = c.process_vm_readv(task, local, 1, remote, 1, 0);
  if (got >= 0) return got === into.length;
  const errno = lastErrno();
  return errno === 'ENOSYS' || errno === 'EPERM' ? 'refused' : false;
}
