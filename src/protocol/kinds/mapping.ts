/**
 * Memory that processes map shared and that has no kind of its own (mmap(2), MAP_SHARED): a file, a memfd, or anonymous memory of relatives. An object is what two or more
 * processes map shared while one of them may write, a memfd that two or more have in any way, or one that writes to a file in the folders of `Interest.folders`. Who has it stands in `endpoints` (role `mapped`, with address, rights and
 * offset, one for each mapping; role `open` for a descriptor of a memfd).
 */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { bigCount, count, moment, objectBase, ownerSchema, permissions } from '../facts';
import { refSchema } from '../ref';
import type { KindContract } from './kind';
import { memoryRead, memoryWrite } from './memoryRange';
import { lockSchema } from './posix';

const object = v.object({
  kind: v.literal('mapping'),
  ...objectBase,
  /** Absent where the file may not be looked at: not by its path, nor through a process. */
  owner: v.optional(ownerSchema),
  mode: v.optional(permissions),
  what: v.picklist(['file', 'memfd', 'anonymous']),
  /** The path of a file, or the name of a memfd, as the kernel gives it; bytes that are no UTF-8 stand as \xNN, and then `nameBytes` (base64) has them. Anonymous memory has none. */
  name: v.optional(v.string()),
  nameBytes: v.optional(bytesSchema),
  /** Decimal text, as /proc/PID/maps gives them (the device as makedev(3) makes it): of overlay and btrfs stat(2) may tell another device. */
  device: v.string(),
  inode: v.string(),
  /** Of the file or memfd; of anonymous memory the end of what is mapped of it. */
  bytes: v.optional(bigCount),
  /** st_blocks in bytes, of what lies in memory (memfd, tmpfs). */
  allocated: v.optional(bigCount),
  /** Of a memfd (F_GET_SEALS): `seal`, `shrink`, `grow`, `write`, `futureWrite`, `exec`. */
  seals: v.optional(v.array(v.string())),
  /** Processes that had it mapped a moment ago and have not now: some map for the time of one access only. */
  recent: v.optional(
    v.array(v.object({ pid: count, startTime: v.string(), rights: v.string(), seenAt: moment })),
  ),
  /** Details: what threads sleep on in it. */
  locks: v.optional(v.array(lockSchema)),
});

export const mapping = {
  kind: 'mapping',
  foundBy: 'holders',
  object,
  /**
   * unlinked: a file that has no name left (a memfd never had one). nameGone: the name by which it was mapped is gone, and whether it has
   * another could not be seen, since its links are told only to who may look at the file (map_files of proc(5)).
   */
  flags: ['unlinked', 'nameGone'],
  abilities: {
    inspect: { parameters: v.object({ ref: refSchema }), result: object },
    /** Through the file, or a descriptor or mapping of a process that has it. `disturbs` (`why: denied`) where there is no way. */
    read: memoryRead,
    write: memoryWrite,
  },
} as const satisfies KindContract;

export type MappingObject = v.InferOutput<typeof object>;
