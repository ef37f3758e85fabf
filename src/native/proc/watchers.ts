/** What the fdinfo of descriptors that watch something tells (proc(5)): timerfd_create(2), inotify(7), pidfd_open(2), io_uring(7). Epoll is in epoll.ts. */
import type { FileHandle } from '../libc/handle';
import { fieldOf, numberOf } from './fields';

/** Milliseconds. */
export interface TimerInfo {
  clock: number;
  /** Until it expires next; 0: it is not armed. */
  left: number;
  interval: number;
}

export interface InotifyEntry {
  wd: number;
  /** IN_MODIFY and so on. */
  events: number;
  /** Decimal text. */
  inode: string;
  /** As the kernel has it: `254:0`. */
  device: string;
  /** How its file system names it (name_to_handle_at(2)); absent where it has no such names. */
  handle?: FileHandle;
}

export interface RingInfo {
  submissions: number;
  completions: number;
  files: number;
  buffers: number;
}

const SPAN = /^\((\d{1,15}), (\d{1,9})\)$/;
const WATCH =
  /(?<=^|\n)inotify wd:([0-9a-f]{1,8}) ino:([0-9a-f]{1,16}) sdev:([0-9a-f]{1,8}) mask:([0-9a-f]{1,8})([^\n]*)/g;
/** What follows it: of MAX_HANDLE_SZ bytes at most. */
const HANDLE =
  / fhandle-bytes:([0-9a-f]{1,2}) fhandle-type:([0-9a-f]{1,2}) f_handle:((?:[0-9a-f]{2}){1,128})$/;
/** MINORBITS of linux/kdev_t.h. */
const MINOR_BITS = 20;

export function parseTimer(text: string | undefined): TimerInfo | undefined {
  const clock = numberOf(text, 'clockid');
  const [left, interval] = [spanOf(fieldOf(text, 'it_value')), spanOf(fieldOf(text, 'it_interval'))];
  return clock === undefined || left === undefined || interval === undefined
    ? undefined
    : { clock, left, interval };
}

/** `(seconds, nanoseconds)` */
function spanOf(text: string | undefined): number | undefined {
  const [, seconds, nanoseconds] = SPAN.exec(text ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 + Number(nanoseconds) / 1e6;
}

/** The watches of an fdinfo, at most so many; `rest`: how many there are beyond. */
export function parseInotify(text: string, most: number): { entries: InotifyEntry[]; rest: number } {
  const entries: InotifyEntry[] = [];
  let rest = 0;
  for (const [, wd = '', inode = '', device = '', events = '', behind = ''] of text.matchAll(WATCH)) {
    if (entries.length === most) {
      rest++;
      continue;
    }
    const packed = parseInt(device, 16);
    const handle = handleIn(behind);
    entries.push({
      wd: parseInt(wd, 16),
      events: parseInt(events, 16),
      inode: String(BigInt(`0x${inode}`)),
      device: `${packed >>> MINOR_BITS}:${packed & ((1 << MINOR_BITS) - 1)}`,
      ...(handle && { handle }),
    });
  }
  return { entries, rest };
}

function handleIn(text: string): FileHandle | undefined {
  const [, length = '', type = '', bytes = ''] = HANDLE.exec(text) ?? [];
  const handle = Buffer.from(bytes, 'hex');
  return handle.length > 0 && handle.length === parseInt(length, 16)
    ? { type: parseInt(type, 16), bytes: handle }
    : undefined;
}

/** How many watches an inotify has. */
export function countWatches(text: string): number {
  return parseInotify(text, 0).rest;
}

/** Of whom a pidfd is, by the number that our pid namespace has for it: 0 outside of it, null once it was collected; undefined where it is no pidfd. */
export function parsePidfd(text: string | undefined): number | null | undefined {
  const pid = fieldOf(text, 'Pid');
  if (pid === '-1') return null;
  return numberOf(text, 'Pid');
}

/** Undefined where it is no io_uring. */
export function parseRing(text: string | undefined): RingInfo | undefined {
  const [submissions, completions] = [maskOf(fieldOf(text, 'SqMask')), maskOf(fieldOf(text, 'CqMask'))];
  if (submissions === undefined || completions === undefined) return undefined;
  const [files, buffers] = [numberOf(text, 'UserFiles') ?? 0, numberOf(text, 'UserBufs') ?? 0];
  return { submissions: submissions + 1, completions: completions + 1, files, buffers };
}

/** `0x7` */
function maskOf(text: string | undefined): number | undefined {
  return text !== undefined && /^0x[0-9a-f]{1,8}$/.test(text) ? Number(text) : undefined;
}
