/**
 * Files with locks: flock(2), POSIX and open file description locks (fcntl(2), F_SETLK and F_OFD_SETLK), leases (F_SETLEASE). An object is a file on which there is one. Who holds one stands in `endpoints` (role
 * `holder`, with the descriptor), and so do those who wait (role `waiter`).
 */
import * as v from 'valibot';
import { bytesSchema } from '../bytes';
import { bigCount, count, objectBase, ownerSchema, permissions } from '../facts';
import { asked, waitParameter } from '../inputs';
import { refSchema } from '../ref';
import { lockedRange, lockMode, lockType } from '../waits';
import type { KindContract } from './kind';

const holderSchema = v.object({
  pid: count,
  startTime: v.string(),
  tid: v.optional(count),
  fd: count,
});
export type LockHolder = v.InferOutput<typeof holderSchema>;

const heldSchema = v.object({
  type: v.picklist([...lockType.options, 'lease']),
  mode: lockMode,
  ...lockedRange,
  /**
   * Who took it, as far as the kernel remembers: of a lock of an open file description nobody. `holds`: it has it still. `lives`: a process of this number lives and was not seen with it: it closed its copy, or has got
   * the number of the one who did. `ended`. `outside`: of another pid namespace.
   */
  taker: v.optional(v.object({ pid: count, now: v.picklist(['holds', 'lives', 'ended', 'outside']) })),
  /** Whoever has the open file description by which it is held, who took it and heirs alike; of a POSIX lock its process. Empty: nobody who may be looked at. */
  holders: v.array(holderSchema),
  /** Of a lease: the kernel wants it back for somebody who waits. */
  breaking: v.optional(v.literal(true)),
});
export type HeldLock = v.InferOutput<typeof heldSchema>;

const waiterSchema = v.object({
  /** Absent: the kernel does not tell. */
  pid: v.optional(count),
  startTime: v.optional(v.string()),
  tid: v.optional(count),
  fd: v.optional(count),
  type: v.optional(lockType),
  mode: v.optional(lockMode),
  start: v.optional(bigCount),
  end: v.optional(bigCount),
});
export type LockWaiter = v.InferOutput<typeof waiterSchema>;

const object = v.object({
  kind: v.literal('lock'),
  ...objectBase,
  /** Absent where nobody who has it open may be looked at. */
  owner: v.optional(ownerSchema),
  mode: v.optional(permissions),
  /** Decimal text, as stat(2) has them; of a file that nobody is seen to have open as /proc/locks does, which on overlay and btrfs has another device. */
  device: v.string(),
  inode: v.string(),
  /** As a process has it open; bytes that are no UTF-8 stand as \xNN, and then `pathBytes` has them. Absent: not known. */
  path: v.optional(v.string()),
  pathBytes: v.optional(bytesSchema),
  held: v.array(heldSchema),
  /** Who waits for one. */
  waiters: v.array(waiterSchema),
  /** Details: it lies on a file system of this machine, so that nobody else can hold a lock on it. */
  local: v.optional(v.boolean()),
});

const ofRef = v.object({ ref: refSchema });
const rangeSchema = v.object(lockedRange);

export const lock = {
  kind: 'lock',
  foundBy: 'holders',
  object,
  /** unlinked: the file has no name left, so whoever opens that name locks another one. */
  flags: ['unlinked'],
  abilities: {
    inspect: { parameters: ofRef, result: object },
    /**
     * flock(2), or F_OFD_SETLK of fcntl(2), in a process of its own that has it until `endAct`. EAGAIN where others are in the way and `wait` is not asked. `range`: absent, all of the file; flock(2) knows no
     * other. An exclusive one of fcntl(2) needs the right to write.
     */
    hold: {
      parameters: v.object({
        ref: refSchema,
        how: asked('lockHow', v.object({ type: v.picklist(['flock', 'ofd']), mode: lockMode })),
        range: v.optional(asked('lockRange', rangeSchema)),
        wait: waitParameter,
      }),
      result: v.object({ act: count }),
    },
  },
} as const satisfies KindContract;

export type LockObject = v.InferOutput<typeof object>;

/** What is asked for, or held, as far as it decides who is in whose way. */
interface Claim {
  type?: HeldLock['type'] | undefined;
  mode?: HeldLock['mode'] | undefined;
  start?: number | string | undefined;
  end?: number | string | undefined;
}

/**
 * The locks that are in the way of somebody who asks for one: fs/locks.c, flock_locks_conflict, posix_locks_conflict. His own are not: those that his process holds by fcntl(2), and those of the description by which he
 * asks. All of the same sort where it is not known what he asks for.
 */
export function locksInTheWay(
  locks: readonly HeldLock[],
  { pid, fd, ...claim }: Claim & { pid?: number | undefined; fd?: number | undefined },
): HeldLock[] {
  return locks.filter((lock) => {
    if (lock.type === 'lease') return false;
    if (claim.type !== undefined && (claim.type === 'flock') !== (lock.type === 'flock')) return false;
    if (claim.mode === 'shared' && lock.mode === 'shared') return false;
    const own =
      lock.type === claim.type &&
      lock.holders.some((one) => one.pid === pid && (lock.type === 'posix' || one.fd === fd));
    return !own && overlap(lock, claim);
  });
}

function overlap(one: Claim, other: Claim): boolean {
  return !isBefore(one, other) && !isBefore(other, one);
}

function isBefore({ end }: Claim, { start }: Claim): boolean {
  return end !== undefined && start !== undefined && BigInt(end) < BigInt(start);
}
