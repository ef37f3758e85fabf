/** Who watches an object by epoll(7), in words. */
import type { WatchedPart } from '../protocol/watchers';
import type { FactRecord } from './facts';
import { t } from './translate';
import { grouped, pidText } from './values';

/** Epolls that are told one by one; of more only the number. */
const MOST_NAMED = 8;

/** Bits of epoll_ctl(2), in the order in which they are told. */
export const EPOLL = {
  EPOLLIN: 1,
  EPOLLPRI: 2,
  EPOLLOUT: 4,
  EPOLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 1 << 28,
  EPOLLWAKEUP: 1 << 29,
  EPOLLONESHOT: 1 << 30,
  EPOLLET: 1 << 31,
} as const;

/** The kernel's names of what is watched for; `-` where that is nothing. */
export function bitsText(bits: number, names: Readonly<Record<string, number>>): string {
  const found = Object.entries(names).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name]));
  return found.length === 0 ? '-' : found.join(' ');
}

/** Of an object: each epoll that watches it. */
export const watchedFacts: FactRecord<WatchedPart> = {
  key: 'watched',
  label: () => t('Watched by'),
  kernelName: 'tfd',
  value({ watched = [], watchedMore = 0 }, { process }) {
    const more = watched.length - MOST_NAMED + watchedMore;
    return [
      ...watched
        .slice(0, MOST_NAMED)
        .map(({ pid, epoll, fd, events }) =>
          t('{0}, epoll fd {1}, as fd {2}: {3}', pidText(pid, process), epoll, fd, bitsText(events, EPOLL)),
        ),
      ...(more > 0 ? [t('{0} more', grouped(more))] : []),
    ];
  },
};
