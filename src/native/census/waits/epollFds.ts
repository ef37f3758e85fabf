/** What a thread in epoll_wait(2) waits on: the files that were added, whatever the numbers lead to by now. */
import { pipeRef, type Ref } from '../../../protocol/ref';
import { statusOfPath, targetOfLink } from '../../libc/directory';
import { close, makePipe } from '../../libc/fd';
import { openSocket } from '../../libc/socket';
import { type EpollEntry, parseEpoll, type WatchedFile } from '../../proc/epoll';
import { readSmall, readWhole } from '../../proc/read';
import type { WaitedFd } from './waitedFds';
import { fieldOf } from '../../proc/fields';
import { descriptorType } from '../descriptors/descriptorType';

const POLLIN = 1;
const POLLOUT = 4;
/** POLLERR and POLLHUP, which are always asked for, but of an entry that has fired once (EPOLLONESHOT; ep_insert, ep_poll_callback). */
const ALWAYS = 0x18;
/** EP_MAX_NESTS of fs/eventpoll.c, with one more for the outermost. */
const NESTED_MOST = 5;
/** Files with a name of which is asked whether the number leads to them still: few epolls have more than one. */
const ASKED = 64;

/** `rest`: entries that were not looked at. `doubtful`: the kernel does not tell the files, only the numbers. */
export interface EpollFds {
  fds: WaitedFd[];
  rest: number;
  doubtful: boolean;
}

/** The descriptors of an epoll, at most so many; undefined where they may not be read. `thread`: its folder in /proc. */
export function fdsOfEpoll(thread: string, epoll: number, most: number, depth = 0): EpollFds | undefined {
  const text = readWhole(`${thread}/fdinfo/${epoll}`);
  if (typeof text === 'string') return undefined;
  const told = text.toString('latin1');
  const { entries, rest } = parseEpoll(told, most);
  // An eventfd and the like have one inode together, which the epoll has too.
  const anonymous = inodeIn(told);
  const nameless = devices();
  const fds: WaitedFd[] = [];
  let asked = 0;
  let doubtful = entries.some(({ file }) => !file);
  let beyond = rest;
  for (const entry of entries) {
    const { fd, events } = entry;
    if ((events & (POLLIN | POLLOUT | ALWAYS)) === 0) continue;
    // What it watches is watched through it. Whether the number is still that epoll nobody can tell: all have one inode.
    const inner =
      entry.file?.inode === anonymous && depth < NESTED_MOST && descriptorType(thread, fd) === 'epoll'
        ? fdsOfEpoll(thread, fd, Math.max(most - fds.length, 0), depth + 1)
        : undefined;
    if (inner) {
      fds.push(...inner.fds);
      beyond += inner.rest;
      doubtful = true;
      continue;
    }
    const named = entry.file && entry.file.inode !== anonymous && !isNameless(entry.file, nameless);
    const file = named && asked++ < ASKED && leadsThere(thread, entry) ? undefined : entry.file;
    const watched = file && { watched: file };
    // One that asks for neither waits for the other side to go.
    if (events & POLLIN || !(events & POLLOUT)) fds.push({ fd, write: false, ...watched });
    if (events & POLLOUT) fds.push({ fd, write: true, ...watched });
  }
  return { fds, rest: beyond, doubtful };
}

function leadsThere(thread: string, { fd, file }: EpollEntry): boolean {
  return inodeOf(thread, fd) === file?.inode;
}

/** Since Linux 5.14 fdinfo has the inode as the kernel itself has it, which stat(2) does not on overlay; and nothing is asked of a server. */
function inodeOf(thread: string, fd: number): string | undefined {
  return inodeIn(readSmall(`${thread}/fdinfo/${fd}`)?.toString('latin1') ?? '');
}

/** The inode in an fdinfo, as the kernel itself has it, since Linux 5.14. */
export function inodeIn(fdinfo: string): string | undefined {
  return fieldOf(fdinfo, 'ino');
}

/** Whether the number of what is watched leads elsewhere by now, or nowhere. */
export function isMoved(thread: string, { fd, watched }: WaitedFd): boolean {
  if (!watched) return false;
  const link = targetOfLink(Buffer.from(`${thread}/fd/${fd}`))?.toString('latin1');
  if (link === undefined) return true;
  const inode = /^(?:pipe|socket):\[(\d+)\]$/.exec(link)?.[1] ?? inodeOf(thread, fd);
  return inode === undefined ? isNameless(watched, devices()) : inode !== watched.inode;
}

/** The pipe that is watched and that somebody has, though not under a number of the one who watches it. */
export function watchedPipe(
  { watched }: WaitedFd,
  pipes: ReadonlyMap<Ref, unknown> | undefined,
): Ref | undefined {
  if (watched === undefined || watched.device !== devices()?.pipe) return undefined;
  const ref = pipeRef(watched.inode);
  return pipes?.has(ref) === true ? ref : undefined;
}

/** Whether a file is a pipe, as the kernel calls it. */
export function isPipe({ device }: WatchedFile): boolean {
  return device === devices()?.pipe;
}

/** The same of a socket. */
export function isSocket({ device }: WatchedFile): boolean {
  return device === devices()?.socket;
}

/** Pipes and sockets: their inodes are the same for everybody. */
function isNameless({ device }: WatchedFile, nameless: Devices | undefined): boolean {
  return device === nameless?.pipe || device === nameless?.socket;
}

interface Devices {
  pipe: string;
  socket: string;
}

/** Of the kernel, and so of this process. */
let known: Devices | undefined;

/** The devices of all pipes and of all sockets; undefined where we may have no descriptor at present. */
function devices(): Devices | undefined {
  if (known) return known;
  try {
    const { read, write } = makePipe();
    const pipe = deviceOf(read);
    close(write);
    const socket = deviceOf(openSocket('unix', 'dgram'));
    if (pipe !== undefined && socket !== undefined) known = { pipe, socket };
  } catch {
    return undefined;
  }
  return known;
}

/** Closes it. */
function deviceOf(fd: number): string | undefined {
  const status = statusOfPath(Buffer.from(`/proc/self/fd/${fd}`));
  close(fd);
  return status?.device;
}
