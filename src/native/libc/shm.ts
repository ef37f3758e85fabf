/** sys/shm.h: System V shared memory. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { IpcFailure } from '../../protocol/errors';
import { ErrnoError, lastErrno } from './errno';
import {
  type Alteration,
  createOrOpen,
  decodePermissions,
  encodeAlteration,
  type IpcPermissions,
  IPC_RMID,
  IPC_SET,
  statusOf,
} from './ipc';
import { lazy } from './load';

const SHM_STAT_ANY = 15;
const SHM_INFO = 14;
const SHM_LOCK = 11;
const SHM_UNLOCK = 12;
const SHM_RDONLY = 0o10000;
const SHMID_DS = 128;
/** What shmat gives where it fails: (void *) -1. */
const FAILED = 0xffff_ffff_ffff_ffffn;

const c = {
  shmget: lazy<[number, bigint, number], number>('int shmget(int, size_t, int)'),
  shmat: lazy<[number, null, number], bigint>('void *shmat(int, const void *, int)'),
  shmdt: lazy<[bigint], number>('int shmdt(void *)'),
  mincore: lazy<[bigint, bigint, Buffer], number>('int mincore(void *, size_t, void *)'),
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
  return readSegment(index, Buffer.alloc(SHMID_DS));
}

function readSegment(index: number, ds: Buffer): SegmentStatus | undefined {
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

/** Makes a segment, or opens the one that `key` finds unless `exclusive`. Throws ErrnoError. */
export function createSegment(
  key: number,
  bytes: bigint,
  mode: number,
  exclusive: boolean,
): { id: number; existed: boolean } {
  return createOrOpen(exclusive, (flags) => {
    const id = c.shmget(key | 0, bytes, flags | mode);
    if (id < 0) throw new ErrnoError('shmget', lastErrno());
    return id;
  });
}

/** A segment that is attached to this process. */
export class Attached {
  private constructor(
    private readonly address: bigint,
    private readonly memory: number,
  ) {}

  /** Attaches, runs `use`, detaches. This makes us the segment's last pid and moves its times. Throws ErrnoError. */
  static during<T>(id: number, access: 'read' | 'write', use: (segment: Attached) => T): T {
    // Not by a pointer: a page that cannot be had (huge pages that ran out) would end the process by SIGBUS, and is EIO here.
    const memory = openSync('/proc/self/mem', access === 'read' ? 'r' : 'r+');
    try {
      const address = c.shmat(id, null, access === 'read' ? SHM_RDONLY : 0);
      if (address === FAILED) throw new ErrnoError('shmat', lastErrno());
      try {
        return use(new Attached(address, memory));
      } finally {
        c.shmdt(address);
      }
    } finally {
      closeSync(memory);
    }
  }

  /** For each page of a range that begins on a page, whether it is in memory (mincore(2)); asking allocates none. Throws ErrnoError. */
  resident(offset: number, pages: number, pageSize: number): Buffer {
    const states = Buffer.alloc(pages);
    if (c.mincore(this.address + BigInt(offset), BigInt(pages) * BigInt(pageSize), states) < 0)
      throw new ErrnoError('mincore', lastErrno());
    return states;
  }

  /** Copies bytes out. A page that was never touched would be allocated by this. Throws IpcFailure (`noPage`). */
  read(offset: number, into: Buffer): void {
    this.move(() => readSync(this.memory, into, 0, into.length, this.address + BigInt(offset)), into.length);
  }

  /** Copies bytes in. Throws IpcFailure (`noPage`). */
  write(offset: number, content: Buffer): void {
    const at = this.address + BigInt(offset);
    // Node takes a number where it writes; a mapping lies below 2^47.
    this.move(() => writeSync(this.memory, content, 0, content.length, Number(at)), content.length);
  }

  private move(copy: () => number, length: number): void {
    let moved: number;
    try {
      moved = copy();
    } catch (error) {
      throw new IpcFailure({ code: 'noPage', errno: (error as NodeJS.ErrnoException).code ?? 'EIO' });
    }
    if (moved !== length) throw new IpcFailure({ code: 'noPage', errno: 'EIO' });
  }
}

/** Keeps a segment out of swap, or lets it go there (SHM_LOCK, SHM_UNLOCK). Throws ErrnoError. */
export function lockSegment(id: number, locked: boolean): void {
  if (c.shmctl(id, locked ? SHM_LOCK : SHM_UNLOCK, null) < 0) throw new ErrnoError('shmctl', lastErrno());
}

/** Owner, group and mode (IPC_SET). Throws ErrnoError. */
export function alterSegment(id: number, alteration: Alteration): void {
  const ds = Buffer.alloc(SHMID_DS);
  if (!statusOf(id, (slot) => readSegment(slot, ds))) throw new ErrnoError('shmctl', 'EINVAL');
  encodeAlteration(ds, alteration);
  if (c.shmctl(id, IPC_SET, ds) < 0) throw new ErrnoError('shmctl', lastErrno());
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
