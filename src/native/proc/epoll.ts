/** What an epoll watches, as its fdinfo tells it (proc(5); fs/eventpoll.c, ep_show_fdinfo). */
import { makedev } from '../libc/directory';

/** One file of an epoll. */
export interface EpollEntry {
  /** The number under which it was added. After close(2) or fork(2) that leads elsewhere, or nowhere. */
  fd: number;
  /** EPOLLIN and so on (epoll_ctl(2)). */
  events: number;
  /** The file behind it; absent before Linux 4.13. */
  file?: WatchedFile;
}

/** A file by what the kernel itself calls it, both as decimal text. On overlay, stat(2) may say something else. */
export interface WatchedFile {
  inode: string;
  device: string;
}

const ENTRY =
  /(?<=^|\n)tfd:\s*(\d+) events:\s*([0-9a-f]+)(?: data:\s*\S+\s+pos:-?\d+ ino:([0-9a-f]+) sdev:([0-9a-f]+))?/g;
/** MINORBITS of linux/kdev_t.h. */
const MINOR_BITS = 20;

/** The entries of an fdinfo, at most so many; `rest`: how many there are beyond. */
export function parseEpoll(text: string, most: number): { entries: EpollEntry[]; rest: number } {
  const entries: EpollEntry[] = [];
  let rest = 0;
  for (const [, fd, events = '0', inode, device] of text.matchAll(ENTRY)) {
    if (entries.length === most) {
      rest++;
      continue;
    }
    entries.push({
      fd: Number(fd),
      events: parseInt(events, 16),
      ...(inode !== undefined &&
        device !== undefined && {
          file: { inode: decimal(inode), device: deviceOf(parseInt(device, 16)) },
        }),
    });
  }
  return { entries, rest };
}

/** A hexadecimal number in decimal; those below 2^52 cost less. */
function decimal(hex: string): string {
  return hex.length <= 13 ? String(parseInt(hex, 16)) : String(BigInt(`0x${hex}`));
}

/** The text of each number, which says nothing of what was seen. */
const devices = new Map<number, string>();

/** A device as the kernel has it, as st_dev. */
function deviceOf(device: number): string {
  let text = devices.get(device);
  if (text === undefined) {
    text = String(makedev(device >>> MINOR_BITS, device & ((1 << MINOR_BITS) - 1)));
    devices.set(device, text);
  }
  return text;
}
