/** What a descriptor is of, by the link that /proc has of it (proc(5)): nothing is opened, and no server asked. */
import { readlinkSync } from 'node:fs';
import type { DescriptorType } from '../../../protocol/waits';

/** By the text of the link; undefined where it cannot be read. `task`: a folder of /proc. */
export function descriptorType(task: string, fd: number): DescriptorType | undefined {
  try {
    return typeOfLink(readlinkSync(`${task}/fd/${fd}`));
  } catch {
    return undefined;
  }
}

const ANONYMOUS: Readonly<Record<string, DescriptorType>> = {
  '[eventfd]': 'eventfd',
  '[eventpoll]': 'epoll',
  '[signalfd]': 'signalfd',
  '[timerfd]': 'timerfd',
  inotify: 'inotify',
  '[inotify]': 'inotify',
  '[pidfd]': 'pidfd',
};

/** The same of its text. A file may be called as it likes, but its path begins with a slash. */
export function typeOfLink(link: string): DescriptorType {
  const [, prefix, rest = ''] = /^([a-z_]+):(.*)$/s.exec(link) ?? [];
  if (prefix === 'pipe' || prefix === 'socket') return prefix;
  if (prefix === 'anon_inode') return Object.hasOwn(ANONYMOUS, rest) ? (ANONYMOUS[rest] ?? 'other') : 'other';
  if (prefix !== undefined || !link.startsWith('/')) return 'other';
  if (/^\/dev\/(?:pts\/\d+|tty\w*|console|ptmx|pts\/ptmx)$/.test(link)) return 'terminal';
  return /^\/dev\/(?!shm\/|mqueue\/)/.test(link) ? 'device' : 'file';
}
