/** POSIX queues by a descriptor that was compared: a name may have come to mean another queue. Opening one makes nothing, waits for nothing and is counted nowhere. */
import { constants, openSync } from 'node:fs';
import { IpcFailure } from '../../../protocol/errors';
import type { FileParts } from '../../../protocol/ref';
import { ErrnoError } from '../../libc/errno';
import { openQueue } from '../../libc/mqueue';
import { pointing, pointTo, statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { placeOf } from '../../proc/mounts';
import { askOne } from '../../reader/reading';
import { isFile } from './file';

/** MQUEUE_MAGIC of ipc/mqueue.c */
const MAGIC = 0x19800202;

/** How a queue can be reached: its name without slash, and links of /proc to descriptors of processes that have it open. */
export interface QueueWays {
  name?: Buffer | undefined;
  links: readonly string[];
}

/** Opens the queue by the first way that leads to it. To be closed. Throws `gone`, or ErrnoError (`mq_open` EACCES). */
export function openSame(
  parts: FileParts,
  { name, links }: QueueWays,
  access: 'read' | 'write' | 'both',
  blocks = false,
): number {
  let denied = false;
  const ways = [
    ...(name ? [() => openQueue(name, access, blocks)] : []),
    ...links.map((link) => () => openLink(link, access, blocks)),
  ];
  for (const open of ways) {
    let fd: number;
    try {
      fd = open();
    } catch (error) {
      if (!(error instanceof ErrnoError)) throw error;
      denied ||= error.errno === 'EACCES' || error.errno === 'EPERM';
      if (error.errno === 'EMFILE' || error.errno === 'ENFILE') throw error;
      continue;
    }
    if (isFile(parts, statusOf(fd))) return fd;
    close(fd);
  }
  if (denied) throw new ErrnoError('mq_open', 'EACCES');
  throw new IpcFailure({ code: 'gone' });
}

/** The number may lead to another file by now, which must not make us wait: so what it leads to is pointed to first, and compared. */
function openLink(link: string, access: 'read' | 'write' | 'both', blocks: boolean): number {
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  const flags = { read: O_RDONLY, write: O_WRONLY, both: O_RDWR }[access];
  const pointer = pointTo(link, { follow: true });
  try {
    if (!isQueue(pointer)) throw new ErrnoError('mq_open', 'ENOENT');
    return openSync(`/proc/self/fd/${pointer}`, flags | (blocks ? 0 : O_NONBLOCK));
  } catch (error) {
    if (error instanceof ErrnoError) throw error;
    throw new ErrnoError('mq_open', (error as NodeJS.ErrnoException).code ?? 'EIO');
  } finally {
    close(pointer);
  }
}

/**
 * Whether a descriptor that looks like a queue's is one. No server of a file system is asked but by the reader: what is mounted says its type, and what is mounted nowhere are the kernel's own, or what
 * was taken away (umount2(2), MNT_DETACH).
 */
export function isQueueLink(pid: number, fd: number): boolean {
  return pointing(`/proc/${pid}/fd/${fd}`, isQueue, { follow: true }) === true;
}

function isQueue(pointer: number): boolean {
  const { type, mount } = placeOf('self', pointer);
  if (type !== undefined || mount === undefined) return type === 'mqueue';
  // By our own pointer, which nobody can turn to something else.
  const link = `/proc/${process.pid}/fd/${pointer}`;
  return askOne({ ask: 'magic', link, mount })?.readUInt32LE() === MAGIC;
}
