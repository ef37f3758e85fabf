/** Which descriptors of a process are those that a thread waits on: by their numbers, and where the kernel tells it by the file that an epoll watches. */
import type { Ref } from '../../../protocol/ref';
import type { WatchedFile } from '../../proc/epoll';

/** A descriptor that a thread waits on, and whether it wants to write to it. */
export interface WaitedFd {
  fd: number;
  write: boolean;
  /** To what the number led when the thread was first seen asleep in a pipe: it sleeps there still, whatever it leads to by now. */
  ref?: Ref;
  /** The same of a socket: its inode. */
  socket?: string;
  /** The same of a device, as a terminal: st_dev and st_ino of its file. */
  file?: string;
  /** What an epoll watches, whatever the number leads to by now. */
  watched?: WatchedFile;
}

/** One descriptor of a process. `file`: of one that has a name. */
interface Held {
  fd: number;
  inode: string;
  device?: string;
  file?: { device: string };
}

interface Index {
  byFd: Map<number, WaitedFd[]>;
  byInode: Map<string, WaitedFd[]>;
  /** Of `byInode` those whose number leads elsewhere in a process: for its descriptors. */
  moved: WeakMap<readonly Held[], Map<string, readonly WaitedFd[]>>;
}

// A thread may wait on tens of thousands, in a process that has as many. Of each list, which never changes: so of no census.
const indexes = new WeakMap<readonly WaitedFd[], Index>();
const numbers = new WeakMap<readonly Held[], ReadonlySet<string>>();
const NONE: readonly WaitedFd[] = [];

/** What of all that a thread waits on is meant by a descriptor. `all`: the descriptors of the process of the same sort. */
export function waitedAt(fds: readonly WaitedFd[], one: Held, all: readonly Held[]): WaitedFd[] {
  const index = indexOf(fds);
  const here = (index.byFd.get(one.fd) ?? NONE).filter(
    ({ watched }) => !watched || watched.inode === one.inode,
  );
  const moved = movedIn(index, one.inode, all).filter((wanted) => fitsDevice(wanted, one));
  return moved.length > 0 ? [...here, ...moved] : here;
}

/** Closed under its own number, and open under others (dup(2)). */
function movedIn(index: Index, inode: string, all: readonly Held[]): readonly WaitedFd[] {
  const wanted = index.byInode.get(inode);
  if (!wanted) return NONE;
  let known = index.moved.get(all);
  if (!known) index.moved.set(all, (known = new Map<string, readonly WaitedFd[]>()));
  let moved = known.get(inode);
  if (!moved) {
    const held = numbersOf(all);
    moved = wanted.filter(({ fd }) => !held.has(`${fd} ${inode}`));
    known.set(inode, moved);
  }
  return moved;
}

function numbersOf(all: readonly Held[]): ReadonlySet<string> {
  let known = numbers.get(all);
  if (!known) numbers.set(all, (known = new Set(all.map(({ fd, inode }) => `${fd} ${inode}`))));
  return known;
}

function fitsDevice({ watched }: WaitedFd, one: Held): boolean {
  const device = one.device ?? one.file?.device;
  return device === undefined || device === watched?.device;
}

function indexOf(fds: readonly WaitedFd[]): Index {
  let index = indexes.get(fds);
  if (!index) {
    index = { byFd: new Map(), byInode: new Map(), moved: new WeakMap() };
    for (const one of fds) {
      add(index.byFd, one.fd, one);
      if (one.watched) add(index.byInode, one.watched.inode, one);
    }
    indexes.set(fds, index);
  }
  return index;
}

function add<K>(to: Map<K, WaitedFd[]>, key: K, one: WaitedFd): void {
  const known = to.get(key);
  if (known) known.push(one);
  else to.set(key, [one]);
}

/** Whether two lists say the same. isDeepStrictEqual takes ten times longer, which counts with tens of thousands. */
export function sameFds(before: readonly WaitedFd[], now: readonly WaitedFd[]): boolean {
  return (
    before.length === now.length &&
    before.every((one, at) => {
      const other = now[at];
      return (
        other?.fd === one.fd &&
        other.write === one.write &&
        other.ref === one.ref &&
        other.socket === one.socket &&
        other.file === one.file &&
        other.watched?.inode === one.watched?.inode &&
        other.watched?.device === one.watched?.device
      );
    })
  );
}
