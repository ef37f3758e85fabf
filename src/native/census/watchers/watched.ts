/** Objects that are looked at closely, with the epolls that watch them. */
import type { IpcObject } from '../../../protocol/kinds';
import { parsePosixRef, type Ref } from '../../../protocol/ref';
import { type Watched, WATCHED_BY_MOST } from '../../../protocol/watchers';
import { compareWatched } from '../../libc/kcmp';
import { sameData } from '../../unchanged';
import type { Look } from '../look';
import { isPipe, isSocket } from '../waits/epollFds';
import { type Epolls, epolls, type EpollWatch } from './epolls';

/** What is said of an object. `more`: how many watch it besides. */
interface Said {
  watched: readonly Watched[];
  more: number;
}

/** Kept from one look to the next: of what did not change it answers with the same object. */
export class WatchedObjects {
  private readonly known = new WeakMap<IpcObject, Said & { object: IpcObject }>();

  /** The same objects, those that are looked at closely with who watches them. Yields often. */
  *inAll(objects: IpcObject[], closely: ReadonlySet<Ref>, look: Look): Generator<undefined, IpcObject[]> {
    if (closely.size === 0 || !objects.some(({ ref, kind }) => closely.has(ref) && POLLED.has(kind)))
      return objects;
    const all = yield* look.get(epolls);
    return objects.map((object) => (closely.has(object.ref) ? this.in(object, all, look) : object));
  }

  private in(object: IpcObject, all: Epolls, look: Look): IpcObject {
    const watches = watchesOn(object, all);
    if (watches.length === 0) return object;
    const watched = watches.slice(0, WATCHED_BY_MOST).map((one): Watched => {
      const { pid, startTime, tid, epoll, entry } = one;
      look.processes.living(pid);
      return {
        ...{ pid, startTime, epoll, fd: entry.fd, events: entry.events },
        ...(tid !== undefined && { tid }),
      };
    });
    const more = watches.length - watched.length;
    const before = this.known.get(object);
    if (before?.more === more && sameData(before.watched, watched)) return before.object;
    const now = { ...object, watched, ...(more > 0 && { watchedMore: more }) };
    this.known.set(object, { watched, more, object: now });
    return now;
  }
}

/** What can be added to an epoll (epoll_ctl(2)). */
const POLLED: ReadonlySet<IpcObject['kind']> = new Set([
  ...(['pipe', 'fifo', 'unix', 'inet', 'eventfd', 'posix.mq', 'pty'] as const),
]);

function watchesOn(object: IpcObject, { byInode, anonymous }: Epolls): EpollWatch[] {
  const of = (inode: string | null | undefined) =>
    (typeof inode === 'string' ? byInode.get(inode) : undefined) ?? [];
  switch (object.kind) {
    case 'pipe':
      return of(object.inode).filter(({ entry: { file } }) => file && isPipe(file));
    case 'unix':
    case 'inet':
      return of(object.inode).filter(({ entry: { file } }) => file && isSocket(file));
    case 'fifo': {
      const { device } = object;
      // On overlay stat(2) has another device than the kernel: there the number has to lead to it.
      const { endpoints = [] } = object;
      const has = ({ pid, entry: { fd } }: EpollWatch) =>
        endpoints.some((end) => end.pid === pid && end.fd === fd);
      return of(object.inode).filter((one) => one.entry.file?.device === device || has(one));
    }
    case 'posix.mq': {
      const file = parsePosixRef(object.ref);
      return of(file?.inode).filter(({ entry }) => entry.file?.device === file?.device);
    }
    case 'eventfd':
      return watchesOnCounter(object, anonymous);
    case 'pty':
      return watchesOnTerminal(object, byInode);
    default:
      return [];
  }
}

/** All masters have one inode, and /dev/tty another: the number says which is meant, and kcmp(2) whether it is meant still. */
function watchesOnTerminal(
  { endpoints = [] }: Pick<IpcObject, 'endpoints'>,
  byInode: Epolls['byInode'],
): EpollWatch[] {
  const all = [...byInode.values()].flat();
  return endpoints.flatMap(({ pid, tid, fd }) =>
    all.filter(({ epoll, entry, place, ...watch }) => {
      if (fd === undefined || watch.pid !== pid || entry.fd !== fd || watch.tid !== tid) return false;
      const [task, watcher] = [tid ?? pid, watch.tid ?? pid];
      const compared = compareWatched({ task, fd }, { task: watcher, epoll, target: fd, place });
      return compared === 'same' || compared === 'denied';
    }),
  );
}

/** All event counters have one inode: the number says which is meant, and kcmp(2) whether it is meant still, where it may be asked. */
function watchesOnCounter(
  { endpoints = [] }: Pick<IpcObject, 'endpoints'>,
  anonymous: Epolls['anonymous'],
): EpollWatch[] {
  return endpoints.flatMap(({ pid, tid, fd }) =>
    (anonymous.get(pid) ?? []).filter(({ epoll, entry, place, ...watch }) => {
      if (fd === undefined || entry.fd !== fd || watch.tid !== tid) return false;
      const [task, watcher] = [tid ?? pid, watch.tid ?? pid];
      const compared = compareWatched({ task, fd }, { task: watcher, epoll, target: fd, place });
      return compared === 'same' || compared === 'denied';
    }),
  );
}
