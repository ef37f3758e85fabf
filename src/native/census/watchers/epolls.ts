/** Every epoll that may be looked at, with what it watches (proc(5), fdinfo): so that an object tells who watches it, also while nobody waits. Only for what somebody looks at closely. */
import { type EpollEntry, parseEpoll } from '../../proc/epoll';
import { readWhole } from '../../proc/read';
import { descriptors } from '../descriptors/descriptors';
import { type Look, survey } from '../look';
import { inodeIn } from '../waits/epollFds';

/** An entry of an epoll. */
export interface EpollWatch {
  pid: number;
  startTime: string;
  tid?: number;
  /** The descriptor of the epoll. */
  epoll: number;
  entry: EpollEntry;
  /** Which it is of those of its epoll with the same number, as kcmp(2) counts. */
  place: number;
}

/** By the inode of what is watched, and those of files without a name by their process. */
export interface Epolls {
  byInode: ReadonlyMap<string, readonly EpollWatch[]>;
  anonymous: ReadonlyMap<number, readonly EpollWatch[]>;
}

/** Files of one epoll that are looked at. */
const ENTRIES_MOST = 65_536;
const BREATH = 16;

export const epolls = survey(function* (look): Generator<undefined, Epolls> {
  const byInode = new Map<string, EpollWatch[]>();
  const anonymous = new Map<number, EpollWatch[]>();
  let breath = 0;
  for (const [pid, table] of yield* look.get(descriptors)) {
    for (const { what, fd, tid } of table.anonymous) {
      if (what !== 'eventpoll') continue;
      if (++breath % BREATH === 0) yield;
      const { own, watches } = watchesOf(look, pid, fd, tid);
      for (const watch of watches) {
        const { file } = watch.entry;
        if (file && file.inode !== own) push(byInode, file.inode, watch);
        else if (file) push(anonymous, pid, watch);
      }
    }
  }
  return { byInode, anonymous };
});

function watchesOf(look: Look, pid: number, epoll: number, tid: number | undefined) {
  const startTime = look.processes.bornAt(pid);
  const folder = tid === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${tid}`;
  const read = startTime === undefined ? 'gone' : readWhole(`${folder}/fdinfo/${epoll}`);
  if (typeof read === 'string' || startTime === undefined) return { own: undefined, watches: [] };
  const text = read.toString('latin1');
  const places = new Map<number, number>();
  const watches = parseEpoll(text, ENTRIES_MOST).entries.map((entry): EpollWatch => {
    const place = places.get(entry.fd) ?? 0;
    places.set(entry.fd, place + 1);
    return { pid, startTime, ...(tid !== undefined && { tid }), epoll, entry, place };
  });
  return { own: inodeIn(text), watches };
}

function push<K>(to: Map<K, EpollWatch[]>, key: K, one: EpollWatch): void {
  const known = to.get(key);
  if (known) known.push(one);
  else to.set(key, [one]);
}
