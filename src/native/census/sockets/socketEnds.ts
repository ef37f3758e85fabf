/** Joins the descriptors of sockets with the threads that wait on them: who holds each socket, by its inode. */
import type { Endpoint } from '../../../protocol/facts';
import type { Wait } from '../../../protocol/waits';
import type { SleepsIn, Shape } from '../../proc/calls';
import { descriptors } from '../descriptors/descriptors';
import { JoinByProcess } from '../processes/joinByProcess';
import { kept, survey } from '../look';
import { knows, type ProcessDescriptors, type SocketFd } from '../descriptors/openFiles';
import { type SleepingThread, threads } from '../waits/threads';
import { guessedWait, toldWait } from '../waits/toldWait';
import { waitedAt, type WaitedFd } from '../waits/waitedFds';

/** Who holds sockets. */
export interface SocketEnds {
  /** By inode as decimal text; each with role `open`, which says no more than that. */
  byInode: ReadonlyMap<string, readonly Endpoint[]>;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
}

/** Sockets that a thread whose call is hidden may wait on: with more, nothing can be said. */
const CANDIDATES = 1;
const NOBODY: readonly SleepingThread[] = [];
/** Calls on sockets alone (proc/calls.ts); of a hidden call only their general names are known. */
const ON_SOCKET = /^(?:recv|send(?!file)|accept|connect)/;
/** Calls whose arguments say by themselves on what they wait, wherever they sleep. */
const WATCHES: ReadonlySet<Shape> = new Set(['poll', 'select', 'epoll']);

const socketJoin = kept(() => new JoinByProcess(endsOf));

/** Who holds sockets. */
export const socketEnds = survey(function* (look): Generator<undefined, SocketEnds> {
  const byInode = new Map<string, Endpoint[]>();
  let hidden = 0;
  const [tables, sleepers] = [yield* look.get(descriptors), yield* look.get(threads)];
  const join = look.kept(socketJoin).begin(look);
  for (const [pid, table] of tables) {
    const { denied, sockets: fds } = table;
    if (denied) hidden++;
    if (fds.length === 0) continue;
    const process = look.processes.living(pid);
    if (!process) continue;
    const ofProcess = join.of(pid, process.startTime, table, sleepers.get(pid)?.sleeping ?? NOBODY);
    for (let at = 0; at < fds.length; at++) {
      const { inode } = fds[at] as SocketFd;
      const end = ofProcess[at] as Endpoint;
      const ends = byInode.get(inode);
      if (ends) ends.push(end);
      else byInode.set(inode, [end]);
    }
  }
  join.end();
  return { byInode, denied: hidden };
});

function endsOf(
  pid: number,
  startTime: string,
  table: ProcessDescriptors,
  sleeping: readonly SleepingThread[],
): Endpoint[] {
  const waits = new Map<SocketFd, Wait[]>();
  for (const thread of sleeping) {
    const { shape, target } = thread;
    // Where the kernel hides in what a thread sleeps, its descriptor may lead elsewhere by now (dup2).
    const proved = WATCHES.has(shape) || (target.is === 'fds' && target.asleepIn !== undefined);
    const told = toldWait(thread, thread.certain && proved);
    for (const one of waitedSockets(thread, table).keys()) {
      // Of hidden calls `waitedSockets` has an answer only where it can be but one.
      const wait = isHidden(thread) ? guessedWait(thread, { fd: one.fd, only: true }) : told;
      const known = waits.get(one);
      if (known) known.push(wait);
      else waits.set(one, [wait]);
    }
  }
  return table.sockets.map((one) => {
    const mine = waits.get(one);
    return {
      pid,
      startTime,
      ...(one.tid !== undefined && { tid: one.tid }),
      fd: one.fd,
      role: 'open',
      ...(mine && { waits: mine }),
    };
  });
}

/** The kernel does not tell in which call it is. */
function isHidden({ certain, target }: SleepingThread): boolean {
  return !certain && target.is === 'none';
}

/**
 * The sockets of a process on which a thread of it waits, each once, with what of all that it waits on is meant by it; nothing of that where the call
 * is hidden.
 */
export function waitedSockets(
  thread: SleepingThread,
  table: ProcessDescriptors,
): ReadonlyMap<SocketFd, readonly WaitedFd[]> {
  const { tid, call, shape, certain, target } = thread;
  const { sockets } = table;
  const found = new Map<SocketFd, readonly WaitedFd[]>();
  if (sockets.length === 0) return found;
  if (target.is === 'fds') {
    if (!WATCHES.has(shape) && !maySleepInSocket(call, target.asleepIn)) return found;
    for (const one of sockets) {
      // Another may have its number by now (dup2).
      const waited = waitedAt(target.fds, one, sockets).filter(
        ({ socket, file }) => file === undefined && (socket ?? one.inode) === one.inode,
      );
      if (waited.length > 0 && knows(table, tid, one)) found.set(one, waited);
    }
    return found;
  }
  // The call is hidden, but it sleeps in a socket: it is the one that it has, if it has one.
  if (certain || (shape !== 'read' && shape !== 'write') || !ON_SOCKET.test(call)) return found;
  const known = sockets.filter((one) => knows(table, tid, one));
  if (known.length <= CANDIDATES) for (const one of known) found.set(one, []);
  return found;
}

/** What is called on nothing but sockets sleeps in one also where we do not know the place. */
function maySleepInSocket(call: string, asleepIn: SleepsIn | undefined): boolean {
  if (call.startsWith('mq_') || asleepIn === 'pipe') return false;
  return asleepIn !== 'other' || ON_SOCKET.test(call);
}
