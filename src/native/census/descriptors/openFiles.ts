/** What descriptors of processes are, as far as they lead to something of ours: ends of pipes and FIFOs, sockets, and files that memory or queues are made of. */
import type { Ref } from '../../../protocol/ref';
import type { Anonymous } from './links';

/** Where a descriptor stands. */
export interface DescriptorNumber {
  fd: number;
  /** Of a thread that has a table of its own. */
  tid?: number;
}

/** One descriptor of a stream. */
export interface StreamFd extends DescriptorNumber {
  ref: Ref;
  inode: string;
  role: 'reader' | 'writer' | 'both';
  uid: number;
  gid: number;
  mode: number;
  /** Of a FIFO. */
  file?: { device: string; birth: string; path: Buffer; unlinked: boolean };
}

/** One descriptor of a socket. */
export interface SocketFd extends DescriptorNumber {
  /** Decimal text. */
  inode: string;
  /** The same as a number. */
  number: number;
}

/**
 * One descriptor of a regular file that may be shared memory or a queue. `memory`: below /dev/shm; `memfd`: memfd_create(2); `queue`: looks as a POSIX
 * queue does (mq_overview(7): 80 bytes on a file system without a device, directly below its root), which the file system has yet to confirm.
 */
export interface FileFd extends DescriptorNumber {
  what: 'memory' | 'memfd' | 'queue';
  role: 'reader' | 'writer' | 'both';
  /** st_dev as decimal text. */
  device: string;
  /** Decimal text. */
  inode: string;
  /** Nanoseconds since the epoch as decimal text. */
  birth: string;
  uid: number;
  gid: number;
  mode: number;
  /** As the link has it. */
  path: Buffer;
  unlinked: boolean;
}

/** One descriptor of a file without a name. Which one it is only its fdinfo tells. */
export interface AnonymousFd extends DescriptorNumber {
  what: Anonymous;
}

/**
 * One descriptor of what has a path, whatever it is: a file, a directory, a device. Anybody may have a lock on it. The inode is that of stat(2).
 */
export interface NamedFd extends DescriptorNumber {
  /** Decimal text, as st_ino and st_dev. */
  inode: string;
  device: string;
  terminal?: Terminal;
}

/**
 * Which side of a pseudo-terminal it is (pty(7)), and of a slave its number. `own`: /dev/tty, which stands for the terminal that controlled who opened it. Which a master or an `own` one is of only their owner's fdinfo, or the
 * descriptor itself tells.
 */
export type Terminal = { is: 'master' | 'own' } | { is: 'slave'; index: number };

/** What was read of one process. */
export interface ProcessDescriptors {
  /** Some or all of what it has may not be looked at. */
  denied: boolean;
  streams: readonly StreamFd[];
  sockets: readonly SocketFd[];
  files: readonly FileFd[];
  anonymous: readonly AnonymousFd[];
  named: readonly NamedFd[];
  /** Threads with a table of their own, or where the leader has exited those that have its. Of what is in the leader's too stands only that one here. */
  apart: readonly number[];
  /** Threads whose tables may not be compared with the leader's (kcmp(2)), so that each was listed: as `stampOf` had them before. */
  stamps?: ReadonlyMap<number, string>;
}

/** Whether a thread knows this descriptor under its number: it may have a table of its own. */
export function knows(
  { streams, sockets, files, anonymous, named, apart }: ProcessDescriptors,
  tid: number,
  one: DescriptorNumber,
): boolean {
  if (one.tid === tid) return true;
  if (!apart.includes(tid)) return one.tid === undefined;
  // Of its own table what the leader's, or the first listed one where the leader has exited, has too stands there alone.
  const all: readonly DescriptorNumber[] = [...streams, ...sockets, ...files, ...anonymous, ...named];
  if (all.some((other) => other.fd === one.fd && other.tid === tid)) return false;
  return one.tid === undefined || (one.tid === apart[0] && all.every((other) => other.tid !== undefined));
}
