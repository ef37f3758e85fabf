/** sys/ipc.h: what the three System V mechanisms share. */
import { ErrnoError } from './errno';

export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
export const IPC_RMID = 0;
export const IPC_SET = 1;

/** struct ipc_perm, with the key as the unsigned number that people write. */
export interface IpcPermissions {
  key: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  /** Nine permission bits; a segment carries SHM_DEST and SHM_LOCKED besides. */
  mode: number;
}

/** struct ipc_perm stands at offset 0 of every *_ds. */
export function decodePermissions(ds: Buffer): IpcPermissions {
  return {
    key: ds.readUInt32LE(0),
    uid: ds.readUInt32LE(4),
    gid: ds.readUInt32LE(8),
    cuid: ds.readUInt32LE(12),
    cgid: ds.readUInt32LE(16),
    mode: ds.readUInt32LE(20) & 0o7777,
  };
}

/** What IPC_SET alters; what is absent stays. */
export interface Alteration {
  uid?: number | undefined;
  gid?: number | undefined;
  mode?: number | undefined;
}

/** Writes an alteration into a *_ds that holds the present state. */
export function encodeAlteration(ds: Buffer, { uid, gid, mode }: Alteration): void {
  if (uid !== undefined) ds.writeUInt32LE(uid, 4);
  if (gid !== undefined) ds.writeUInt32LE(gid, 8);
  if (mode !== undefined) ds.writeUInt32LE((ds.readUInt32LE(20) & ~0o777) | mode, 20);
}

/** Creates an object by a key, or opens the one that it finds unless `exclusive`. Says which of both it did. `get` throws ErrnoError. */
export function createOrOpen(
  exclusive: boolean,
  get: (flags: number) => number,
): { id: number; existed: boolean } {
  for (;;) {
    try {
      return { id: get(IPC_CREAT | IPC_EXCL), existed: false };
    } catch (error) {
      if (exclusive || !(error instanceof ErrnoError) || error.errno !== 'EEXIST') throw error;
    }
    try {
      return { id: get(0), existed: true };
    } catch (error) {
      // Removed between the two calls: then it can be made.
      if (!(error instanceof ErrnoError) || error.errno !== 'ENOENT') throw error;
    }
  }
}

/**
 * The slot of an id in the kernel's table: the low 15 bits, or 24 where booted with ipcmni_extend (ipc/util.h).
 * *_STAT_ANY take a slot and answer the id that is in it, so a wrong guess shows.
 */
export function slotsOf(id: number): number[] {
  return [id & 0x7fff, id & 0xffffff];
}

/** The status of an object by its id, found through its slot; undefined when it is gone. */
export function statusOf<S extends { id: number }>(
  id: number,
  at: (slot: number) => S | undefined,
): S | undefined {
  for (const slot of slotsOf(id)) {
    const status = at(slot);
    if (status?.id === id) return status;
  }
  return undefined;
}
