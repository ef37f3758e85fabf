/** By which descriptors one process watches something, and what: of a process that somebody looks at closely. */
import { readlinkSync } from 'node:fs';
import type { ProcessDetails } from '../../../protocol/process';
import { type Watcher, WATCHED_THINGS_MOST, type WatcherOf } from '../../../protocol/watchers';
import { eachNumber } from '../../libc/directory';
import { parseEpoll } from '../../proc/epoll';
import { readLine, readSmall, readWhole } from '../../proc/read';
import { parseInotify, parsePidfd, parseRing, parseTimer } from '../../proc/watchers';
import { typeOfLink } from '../descriptors/descriptorType';
import type { Look } from '../look';
import { inodeIn, isMoved } from '../waits/epollFds';
import type { WaitRefs } from '../waits/waitRefs';
import { inotifiesOf } from './inotifies';
import { pathsOf } from './watchedPaths';

/** Descriptors of a process that are looked at. */
const LOOKED_AT = 65_536;
const BREATH = 64;
/** Moments to a tenth of a second: what is read in each look shall not differ in each. */
const TENTH = 100;

/** Undefined where its descriptors may not be looked at. `task`: the thread that shows them. Yields often. */
export function* watchersOf(
  pid: number,
  task: number,
  refs: WaitRefs,
  look: Look,
): Generator<undefined, Watcher[] | undefined> {
  const folder = `/proc/${task}`;
  const fds: number[] = [];
  if (eachNumber(`${folder}/fd`, (fd) => fds.push(fd)) !== 'done') return undefined;
  const found: Watcher[] = [];
  for (const [at, fd] of fds
    .sort((a, b) => a - b)
    .slice(0, LOOKED_AT)
    .entries()) {
    if (at % BREATH === BREATH - 1) yield;
    const link = linkOf(folder, fd);
    if (link?.startsWith('anon_inode:') !== true) continue;
    const watcher =
      typeOfLink(link) === 'inotify'
        ? yield* inotifyAt(pid, task, fd, look)
        : watcherAt(pid, folder, fd, link, refs);
    if (watcher) found.push(watcher);
  }
  return found;
}

function linkOf(folder: string, fd: number): string | undefined {
  try {
    return readlinkSync(`${folder}/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function watcherAt(
  pid: number,
  folder: string,
  fd: number,
  link: string,
  refs: WaitRefs,
): Watcher | undefined {
  const file = `${folder}/fdinfo/${fd}`;
  const small = () => readSmall(file)?.toString('latin1');
  const ring = link === 'anon_inode:[io_uring]' ? parseRing(small()) : undefined;
  if (ring) return { is: 'ioUring', fd, ...ring };
  switch (typeOfLink(link)) {
    case 'epoll':
      return epollAt(pid, folder, fd, refs);
    case 'timerfd': {
      const timer = parseTimer(small());
      if (!timer) return undefined;
      const { clock, left, interval } = timer;
      const expires = left === 0 ? null : Math.round((Date.now() + left) / TENTH) * TENTH;
      return { is: 'timerfd', fd, clock, expires, interval };
    }
    case 'pidfd': {
      const whose = parsePidfd(small());
      return whose === undefined ? undefined : { is: 'pidfd', fd, pid: whose };
    }
    default:
      return undefined;
  }
}

function* inotifyAt(
  pid: number,
  task: number,
  fd: number,
  look: Look,
): Generator<undefined, WatcherOf<'inotify'> | undefined> {
  const text = textOf(`/proc/${task}/fdinfo/${fd}`);
  if (text === undefined) return undefined;
  const { entries, rest } = parseInotify(text, WATCHED_THINGS_MOST);
  const paths = yield* pathsOf(pid, task, entries, look);
  const watches = entries.map((entry): WatcherOf<'inotify'>['watches'][number] => {
    const { wd, events, inode, device } = entry;
    const path = paths.get(entry);
    return {
      ...{ wd, events, inode, device },
      ...(path && { path: path.text, ...(path.bytes !== undefined && { pathBytes: path.bytes }) }),
    };
  });
  return { is: 'inotify', fd, watches, ...(rest > 0 && { more: rest }) };
}

function epollAt(pid: number, folder: string, fd: number, refs: WaitRefs): WatcherOf<'epoll'> | undefined {
  const text = textOf(`${folder}/fdinfo/${fd}`);
  if (text === undefined) return undefined;
  const own = inodeIn(text);
  const { entries, rest } = parseEpoll(text, WATCHED_THINGS_MOST);
  const targets = entries.map((entry): WatcherOf<'epoll'>['targets'][number] => {
    const watched = entry.file;
    // What has no name of its own may be anything of the sort by now.
    const moved =
      watched !== undefined &&
      (watched.inode === own
        ? linkOf(folder, entry.fd)?.startsWith('anon_inode:') !== true
        : isMoved(folder, { fd: entry.fd, write: false, watched }));
    const ref = refs.ofWatched(pid, entry, moved);
    const link = moved || ref !== undefined ? undefined : linkOf(folder, entry.fd);
    return {
      ...{ fd: entry.fd, events: entry.events },
      ...(ref !== undefined && { ref }),
      ...(link !== undefined && { type: typeOfLink(link) }),
      ...(moved && { moved: true as const }),
    };
  });
  return { is: 'epoll', fd, targets, ...(rest > 0 && { more: rest }) };
}

/** Of any length. */
function textOf(file: string): string | undefined {
  const read = readWhole(file);
  return typeof read === 'string' ? undefined : read.toString('latin1');
}

/** Of a process that has one: of all processes of its user, as far as they may be looked at. Yields often. */
export function* inotifyUse(
  uid: number | undefined,
  watchers: readonly Watcher[],
  look: Look,
): Generator<undefined, ProcessDetails['inotify']> {
  const [instances, watches] = [limitOfInotify('max_user_instances'), limitOfInotify('max_user_watches')];
  if (uid === undefined || instances === undefined || watches === undefined) return undefined;
  if (!watchers.some(({ is }) => is === 'inotify')) return undefined;
  const each = (yield* inotifiesOf(uid, look)).held.filter(({ again }) => !again);
  return {
    instances: { use: each.length, limit: instances },
    watches: { use: each.reduce((all, one) => all + (one.watches ?? 0), 0), limit: watches },
  };
}

/** A limit of inotify(7) that each user has. */
export function limitOfInotify(name: 'max_user_instances' | 'max_user_watches'): number | undefined {
  const text = readLine(`/proc/sys/fs/inotify/${name}`);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
