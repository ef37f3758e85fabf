/** sys/shm.h: System V shared memory. */
import { ErrnoError, lastErrno } from './errno';
import { decodePermissions, type IpcPermissions, IPC_RMID } from './ipc';
import { lazy } from './load';

const SHM_STAT_ANY = 15;
const SHM_INFO = 14;
const SHMID_DS = 128;

const c = {
  shmctl: lazy<[number, number, Buffer | null], number>('int shmctl(int, int, void *)'),
};

/** struct shmid_ds. Times are seconds since the epoch, 0 for never. */
export interface SegmentStatus extends IpcPermissions {
  id: number;
  bytes: bigint;
  attachedAt: number;
  detachedAt: number;
  changedAt: number;
  creator: number;
  lastUser: number;
  attachments: bigint;
}

/** The segment in a slot of the kernel's table; undefined for an empty slot. Throws ErrnoError. */
export function segmentAt(index: number): SegmentStatus | undefined {
  const ds = Buffer.alloc(SHMID_DS);
  const id = c.shmctl(index, SHM_STAT_ANY, ds);
  if (id < 0) {
    const errno = lastErrno();
    if (errno === 'EINVAL' || errno === 'EIDRM') return undefined;
    throw new ErrnoError('shmctl', errno);
  }
  return {
    id,
    ...decodePermissions(ds),
    bytes: ds.readBigUInt64LE(48),
    attachedAt: Number(ds.readBigInt64LE(56)),
    detachedAt: Number(ds.readBigInt64LE(64)),
    changedAt: Number(ds.readBigInt64LE(72)),
    creator: ds.readInt32LE(80),
    lastUser: ds.readInt32LE(84),
    attachments: ds.readBigUInt64LE(88),
  };
}

/** Marks the segment: it goes when the last process detaches. Throws ErrnoError. */
export function removeSegment(id: number): void {
  if (c.shmctl(id, IPC_RMID, null) < 0) throw new ErrnoError('shmctl', lastErrno());
}

/** What the namespace holds (SHM_INFO); all but `segments` in pages. Throws ErrnoError. */
export function segmentUsage(): { segments: number; pages: bigint; resident: bigint; swapped: bigint } {
  const info = Buffer.alloc(48);
  if (c.shmctl(0, SHM_INFO, info) < 0) throw new ErrnoError('shmctl', lastErrno());
  return {
    segments: info.readUInt32LE(0),
    pages: info.readBigUInt64LE(8),
    resident: info.readBigUInt64LE(16),
    swapped: info.readBigUInt64LE(24),
  };
}
