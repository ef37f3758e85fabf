/** sys/uio.h: process_vm_readv(2) and process_vm_writev(2), which let go of the other's memory while they wait for a page; who uses /proc/PID/mem keeps all others from it (mm/gup.c). */
import { lastErrno } from './errno';
import { lazy, native } from './load';

type Call = [number, Buffer, number, Buffer, number, number];
const c = {
  process_vm_readv: lazy<Call, number>(
    'long process_vm_readv(int, void *, unsigned long, void *, unsigned long, unsigned long)',
  ),
  process_vm_writev: lazy<Call, number>(
    'long process_vm_writev(int, void *, unsigned long, void *, unsigned long, unsigned long)',
  ),
};
/** struct iovec of ours and of the other's. */
const local = Buffer.alloc(16);
const remote = Buffer.alloc(16);

/** Reads a range of the memory of a task; whether all of it could be read, or `refused` where the call itself is (a filter of system calls; Yama). May wait for ever: only for the reader. */
export function readMemoryOf(task: number, address: bigint, into: Buffer): boolean | 'refused' {
  const got = transfer(c.process_vm_readv, task, address, into);
  return got === 'refused' ? got : got === into.length;
}

/** Writes to memory of a task that it may write itself; how many bytes, or `refused` as above. May wait for ever too. */
export function writeMemoryOf(task: number, address: bigint, data: Buffer): number | 'refused' {
  return transfer(c.process_vm_writev, task, address, data);
}

function transfer(
  call: (...args: Call) => number,
  task: number,
  address: bigint,
  ours: Buffer,
): number | 'refused' {
  local.writeBigUInt64LE(native().address(ours), 0);
  local.writeBigUInt64LE(BigInt(ours.length), 8);
  remote.writeBigUInt64LE(BigInt.asUintN(64, address), 0);
  remote.writeBigUInt64LE(BigInt(ours.length), 8);
  const got = call(task, local, 1, remote, 1, 0);
  if (got >= 0) return got;
  const errno = lastErrno();
  return errno === 'ENOSYS' || errno === 'EPERM' ? 'refused' : 0;
}
