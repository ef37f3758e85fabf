/** What a process watches, in words: by epoll(7), timerfd, inotify, pidfd and io_uring. */
import type { ProcessDetails } from '../protocol/process';
import type { Watcher, WatcherOf } from '../protocol/watchers';
import type { FactValue } from './facts';
import { nameOf } from './kinds';
import { visible } from './text';
import { t } from './translate';
import { type Find, grouped, momentText, pidText } from './values';
import { bitsText, EPOLL } from './watched';

/** Of one list that are told one by one; of more only the number. */
const MOST_NAMED = 8;

/** Bits of inotify(7). */
const INOTIFY = {
  ...{ IN_ACCESS: 1, IN_MODIFY: 2, IN_ATTRIB: 4, IN_CLOSE_WRITE: 8, IN_CLOSE_NOWRITE: 0x10, IN_OPEN: 0x20 },
  ...{ IN_MOVED_FROM: 0x40, IN_MOVED_TO: 0x80, IN_CREATE: 0x100, IN_DELETE: 0x200, IN_DELETE_SELF: 0x400 },
  IN_MOVE_SELF: 0x800,
} as const;

const CLOCKS: Readonly<Record<number, string>> = {
  ...{ 0: 'CLOCK_REALTIME', 1: 'CLOCK_MONOTONIC', 7: 'CLOCK_BOOTTIME', 8: 'CLOCK_REALTIME_ALARM' },
  9: 'CLOCK_BOOTTIME_ALARM',
};

/** Of a process: each descriptor by which it watches. `find`: also its relatives. */
export function watcherValues(watchers: readonly Watcher[], find: Find): FactValue[] {
  return watchers.map((one) => watcherValue(one, find));
}

function watcherValue(one: Watcher, find: Find): FactValue {
  switch (one.is) {
    case 'epoll':
      return { kernelName: 'eventpoll', text: epollText(one, find) };
    case 'timerfd':
      return { kernelName: 'timerfd', text: timerText(one) };
    case 'inotify':
      return { kernelName: 'inotify', text: inotifyText(one) };
    case 'pidfd':
      return { kernelName: 'pidfd', text: pidfdText(one, find) };
    case 'ioUring': {
      const { fd, submissions, completions, files, buffers } = one;
      const rings = t(
        'fd {0}: a ring for {1} requests and {2} results',
        fd,
        grouped(submissions),
        grouped(completions),
      );
      const own = t('registered files: {0}, buffers: {1}', grouped(files), grouped(buffers));
      return { kernelName: 'io_uring', text: `${rings}; ${own}` };
    }
  }
}

function epollText({ fd, targets, more = 0 }: WatcherOf<'epoll'>, find: Find): string {
  if (targets.length === 0) return t('fd {0}: nothing', fd);
  const told = targets.slice(0, MOST_NAMED).map(({ fd: number, events, ref, type, moved }) => {
    const object = ref === undefined ? undefined : find.object?.(ref);
    const what = object ? nameOf(object, find) : type === undefined || type === 'other' ? '' : type;
    const which = moved ? t('what was fd {0}', number) : t('fd {0}', number);
    return `${what === '' ? which : `${which} ${what}`}: ${bitsText(events, EPOLL)}`;
  });
  return t('fd {0}: {1}', fd, withMore(told, targets.length - told.length + more, '; '));
}

function timerText({ fd, clock, expires, interval }: WatcherOf<'timerfd'>): string {
  const by = CLOCKS[clock] ?? t('clock {0}', clock);
  if (expires === null) return t('fd {0}: not armed, {1}', fd, by);
  const at = t('fd {0}: expires {1}, {2}', fd, momentText(expires), by);
  return interval === 0 ? at : t('{0}, then every {1} ms', at, grouped(Math.round(interval)));
}

function inotifyText({ fd, watches, more = 0 }: WatcherOf<'inotify'>): string {
  if (watches.length === 0) return t('fd {0}: nothing', fd);
  const told = watches.slice(0, MOST_NAMED).map(({ device, inode, path, events }) => {
    const where = path !== undefined ? visible(path) : t('inode {0} of device {1}', inode, device);
    return `${where}: ${bitsText(events, INOTIFY)}`;
  });
  return t('fd {0}: {1}', fd, withMore(told, watches.length - told.length + more, '; '));
}

function pidfdText({ fd, pid }: WatcherOf<'pidfd'>, find: Find): string {
  if (pid === null) return t('fd {0}: a process that has ended', fd);
  return t('fd {0}: {1}', fd, pid === 0 ? t('outside this pid namespace') : pidText(pid, find));
}

function withMore(told: readonly string[], more: number, between: string): string {
  return more > 0 ? t('{0} and {1} more', told.join(between), grouped(more)) : told.join(between);
}

/** What its user has of inotify: more may be in processes that are hidden. */
export function inotifyValues({ inotify }: Pick<ProcessDetails, 'inotify'>): FactValue[] {
  if (!inotify) return [];
  const { instances, watches } = inotify;
  const text = ({ use, limit }: typeof watches) => t('at least {0} of {1}', grouped(use), grouped(limit));
  return [
    { label: t('Inotify watches of its user'), kernelName: 'max_user_watches', text: text(watches) },
    { label: t('Inotify of its user'), kernelName: 'max_user_instances', text: text(instances) },
  ];
}
