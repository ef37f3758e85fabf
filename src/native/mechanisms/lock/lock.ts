/** Files with locks: each lock with those who really hold it, those who wait, and taking one oneself. */
import { constants } from 'node:fs';
import * as v from 'valibot';
import { exactly } from '../../../protocol/numbers';
import { IpcFailure } from '../../../protocol/errors';
import type { Endpoint } from '../../../protocol/facts';
import { type HeldLock, lock, type LockObject } from '../../../protocol/kinds/lock';
import { parseLockRef, type Ref } from '../../../protocol/ref';
import { isCount, type Mechanism } from '../../census/mechanism';
import {
  endpointsOf,
  fileLocks,
  type FileLocks,
  type FoundLock,
  lockLines,
  type LockedFile,
} from '../../census/locks/fileLocks';
import { mention } from '../../census/memory/held';
import type { Look } from '../../census/look';
import { type FileStatus, statusOfPath, targetOfLink } from '../../libc/directory';
import { openFile, pointing, statusOf } from '../../libc/path';
import { takeLock } from '../../libc/lock';
import { isLocalPointer } from '../../proc/mountTable';
import { lockedFileKey } from '../../proc/locks';
import { kernelName, namedBy } from '../../proc/names';
import { ownerOf } from '../../proc/users';
import { runNow } from '../../slices';
import { Unchanged } from '../../unchanged';
import { linkOf, pointToOne } from '../common/holderLinks';
import { hiddenHolders, joined } from '../common/holders';
import { isFile } from '../posix/file';

const KIND = 'lock';
const BREATH = 20;
/** Of those who have it open, how many are asked what it is. */
const ASKED = 8;

/** What the file behind the locks is, by the first link that leads to it. */
interface Behind {
  link: string;
  path: Buffer;
  status: FileStatus;
}

function behind({ locks, waiters, inode }: LockedFile): Behind | undefined {
  const places = [...locks.flatMap(({ holders }) => holders), ...waiters];
  for (const { pid, tid, fd } of places.slice(0, ASKED)) {
    if (pid === undefined || fd === undefined) continue;
    // A waiter's tid is that of its thread, whose table is mostly its process's.
    const link = linkOf({ pid, fd, ...(tid !== undefined && { tid }) } as Endpoint);
    const path = link === undefined ? undefined : targetOfLink(Buffer.from(link));
    const status = link === undefined ? undefined : statusOfPath(Buffer.from(link));
    // Its number leads elsewhere by now.
    if (link === undefined || path?.[0] !== SLASH || status?.inode !== inode) continue;
    return { link, path, status };
  }
  return undefined;
}
const SLASH = 0x2f;

function build(file: LockedFile, look: Look, closely: boolean): LockObject {
  const { ref, device, inode } = file;
  const ends = endpointsOf(file);
  mention(ends, look.processes);
  const found = behind(file);
  const unlinked = found?.status.links === 0;
  const shown = found && kernelName(unlinked ? namedBy(found.path).path : found.path);
  const local = closely && found ? pointing(found.link, isLocalPointer, { follow: true }) : undefined;
  const endpoints = joined(ends, look.own(ref)) ?? [];
  return {
    kind: KIND,
    ref,
    ...(found && {
      owner: ownerOf(found.status.uid, found.status.gid),
      mode: found.status.mode & 0o777,
    }),
    flags: unlinked ? ['unlinked'] : [],
    endpoints,
    device,
    inode,
    ...(shown && { path: shown.text, ...(shown.bytes !== undefined && { pathBytes: shown.bytes }) }),
    held: file.locks.map((one) => heldLock(one, look)).sort(byPlace),
    waiters: file.waiters.map(({ wait: _wait, ...waiter }) => waiter),
    ...(local !== undefined && { local }),
  };
}

function heldLock({ line, holders }: FoundLock, look: Look): HeldLock {
  const { type, mode, start, end, breaking } = line;
  const taker = takerOf(line.pid, holders, look);
  return {
    type,
    mode,
    start: exactly(start),
    ...(end !== undefined && { end: exactly(end) }),
    ...(taker && { taker }),
    holders: [...holders].sort((a, b) => a.pid - b.pid || a.fd - b.fd),
    ...(breaking && { breaking: true as const }),
  };
}

function takerOf(pid: number, holders: HeldLock['holders'], look: Look): HeldLock['taker'] {
  if (pid < 0) return undefined;
  if (pid === 0) return { pid, now: 'outside' };
  if (holders.some((one) => one.pid === pid)) return { pid, now: 'holds' };
  // Named with the lock, so that it is told what it is.
  return { pid, now: look.processes.living(pid) ? 'lives' : 'ended' };
}

function byPlace(one: HeldLock, other: HeldLock): number {
  const [a, b] = [BigInt(one.start), BigInt(other.start)];
  if (a !== b) return a < b ? -1 : 1;
  return (one.holders[0]?.pid ?? 0) - (other.holders[0]?.pid ?? 0);
}

/** The file of a ref at this moment. Throws `gone`. */
function present(ref: Ref, look: Look): LockedFile {
  if (!parseLockRef(ref)) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  const file = runNow(look.get(fileLocks)).files.get(ref);
  if (!file) throw new IpcFailure({ code: 'gone' });
  return file;
}

export function makeLock(): Mechanism<typeof KIND> {
  const unchanged = new Unchanged<LockObject>();

  return {
    kind: KIND,
    *read(look, wanted) {
      // The list has all but what a pid namespace hides.
      if (isCount(wanted) && !look.unseen.includes('pidNamespace')) {
        const lines = yield* look.get(lockLines);
        if (lines) return { count: new Set(lines.map(lockedFileKey)).size, objects: [], blind: [] };
      }
      const found = yield* look.get(fileLocks);
      const pass = unchanged.begin(look);
      const objects: LockObject[] = [];
      for (const file of found.files.values()) {
        const closely = wanted.allDetails === true || wanted.details.has(file.ref);
        if (!wanted.rows && !closely) continue;
        if (objects.length % BREATH === 0) yield;
        objects.push(pass.keep(build(file, look, closely)));
      }
      pass.end();
      return { count: found.files.size, objects, blind: blindOf(found, look) };
    },
    abilities: {
      inspect: ({ ref }, { look }) => {
        const now = look();
        return build(present(ref, now), now, true);
      },

      async hold({ ref, how, range, wait: waits }, { look, wait }) {
        const file = present(ref, look());
        const found = behind(file);
        if (!found) throw new IpcFailure({ code: 'unsupported', detail: { why: 'noPath' } });
        const type = found.status.mode & constants.S_IFMT;
        // To open a device or a FIFO may do something.
        if (type !== constants.S_IFREG && type !== constants.S_IFDIR)
          throw new IpcFailure({ code: 'disturbs', detail: { why: 'noFile' } });
        const places = [...file.locks.flatMap(({ holders }) => holders), ...file.waiters];
        const links = places
          .slice(0, ASKED)
          .flatMap(({ pid, fd }) => (pid === undefined || fd === undefined ? [] : [`/proc/${pid}/fd/${fd}`]));
        const { device, inode, birth } = found.status;
        const ended = await wait({
          kind: KIND,
          ability: 'hold',
          ref,
          id: 0,
          parameters: { how, range, wait: waits, links, identity: { device, inode, birth } },
        });
        if (ended.is !== 'held') throw new IpcFailure({ code: 'internal', text: 'it holds nothing' });
        return { act: ended.act };
      },
    },
  };
}

/** Where /proc/locks is hidden, those of hidden processes are too. */
function blindOf({ denied, unlisted }: FileLocks, look: Look) {
  return [
    ...hiddenHolders(KIND, { denied }, look),
    ...(unlisted ? [{ kind: KIND, code: 'denied' } as const] : []),
  ];
}

const holding = v.object({
  ...v.omit(lock.abilities.hold.parameters, ['ref']).entries,
  links: v.array(v.string()),
  identity: v.object({ device: v.string(), inode: v.string(), birth: v.string() }),
});

/** flock(2), or F_OFD_SETLK of fcntl(2), in a process of its own: it has the lock until it ends. Rejects with ErrnoError (EAGAIN: others are in the way; EACCES) and `gone`. */
export async function lockHold(given: unknown): Promise<'held'> {
  const { how, range, wait, links, identity } = v.parse(holding, given);
  const pointer = pointToOne({ links }, (one) => isFile(identity, statusOf(one)));
  const writes = how.type === 'ofd' && how.mode === 'exclusive';
  // Both stay open as long as this process lives.
  const fd = openFile(pointer, writes ? 'both' : 'read');
  const start = BigInt(range?.start ?? 0);
  const end = range?.end === undefined ? undefined : BigInt(range.end);
  await takeLock(fd, { type: how.type, exclusive: how.mode === 'exclusive', start, end }, wait ?? false);
  return 'held';
}
