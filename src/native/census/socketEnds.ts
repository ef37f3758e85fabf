/** Joins the descriptors of sockets with the threads that wait on them: who holds each socket, by its inode. */
import type { Endpoint } from '../../protocol/facts';
import type { ProcessDescriptors, SocketFd } from './descriptors';
import type { ProcessTable } from './processes';
import type { ProcessThreads, SleepingThread } from './threads';

/** Who holds sockets. */
export interface SocketEnds {
  /** By inode as decimal text; each with role `open`, which says no more than that. */
  byInode: ReadonlyMap<string, readonly Endpoint[]>;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
}

interface Joined {
  fds: readonly SocketFd[];
  sleeping: readonly SleepingThread[];
  startTime: string;
  ends: readonly Endpoint[];
}

/** Sockets that a thread whose call is hidden may wait on: with more, nothing can be said. */
const CANDIDATES = 1;
const NOBODY: readonly SleepingThread[] = [];
/** Calls on one socket (proc/calls.ts); of a hidden call only their general names are known. */
const ON_ONE = /^(?:recv|send|accept|connect|read|write)/;

/** Joins again and again; the ends of a process of which nothing changed stay the same JavaScript objects. */
export class SocketJoin {
  private known = new Map<number, Joined>();

  join(
    descriptors: ReadonlyMap<number, ProcessDescriptors>,
    threads: ReadonlyMap<number, ProcessThreads>,
    processes: ProcessTable,
  ): SocketEnds {
    const byInode = new Map<string, Endpoint[]>();
    let hidden = 0;
    const next = new Map<number, Joined>();
    for (const [pid, { denied, sockets: fds }] of descriptors) {
      if (denied) hidden++;
      if (fds.length === 0) continue;
      const process = processes.living(pid);
      if (!process) continue;
      const { startTime } = process;
      const sleeping = threads.get(pid)?.sleeping ?? NOBODY;
      const before = this.known.get(pid);
      const same = before?.fds === fds && before.sleeping === sleeping && before.startTime === startTime;
      const joined = same
        ? before
        : { fds, sleeping, startTime, ends: endsOf(pid, startTime, fds, sleeping) };
      next.set(pid, joined);
      for (let at = 0; at < fds.length; at++) {
        const { inode } = fds[at] as SocketFd;
        const end = joined.ends[at] as Endpoint;
        const ends = byInode.get(inode);
        if (ends) ends.push(end);
        else byInode.set(inode, [end]);
      }
    }
    this.known = next;
    return { byInode, denied: hidden };
  }
}

function endsOf(
  pid: number,
  startTime: string,
  fds: readonly SocketFd[],
  sleeping: readonly SleepingThread[],
): Endpoint[] {
  const waits = new Map<number, NonNullable<Endpoint['waits']>>();
  for (const thread of sleeping) {
    for (const fd of waitedFds(thread, fds)) {
      const { tid, call, arguments: told, certain, shape, target } = thread;
      // Where the kernel hides in what a thread sleeps, its descriptor may lead elsewhere by now (dup2).
      const sure =
        certain &&
        (shape !== 'read' && shape !== 'write' ? true : target.is === 'fds' && target.inPipe === false);
      const list = waits.get(fd) ?? [];
      waits.set(fd, list);
      list.push({ tid, call, arguments: told, certain: sure });
    }
  }
  return fds.map(({ fd, tid }) => {
    const mine = tid === undefined ? waits.get(fd) : waits.get(fd)?.filter((wait) => wait.tid === tid);
    return {
      pid,
      startTime,
      ...(tid !== undefined && { tid }),
      fd,
      role: 'open',
      ...(mine && mine.length > 0 && { waits: mine }),
    };
  });
}

/** The descriptors on which a thread waits; of a socket that it waits to read and to write, once. */
function waitedFds(
  { call, shape, certain, target }: SleepingThread,
  fds: readonly SocketFd[],
): Iterable<number> {
  if (target.is === 'fds') return target.inPipe === true ? [] : new Set(target.fds.map(({ fd }) => fd));
  if (certain || (shape !== 'read' && shape !== 'write') || !ON_ONE.test(call)) return [];
  // The call is hidden, but it sleeps in a socket: it is the one that it has, if it has one.
  return call !== 'read' && call !== 'write' && fds.length === CANDIDATES ? fds.map(({ fd }) => fd) : [];
}
