/** Locks on files as /proc/locks and the `lock:` lines of fdinfo tell them (proc(5); fs/locks.c, lock_get_status). */
import { makedev } from '../libc/directory';

/** One lock that is held, or asked for. */
export interface LockLine {
  type: 'flock' | 'posix' | 'ofd' | 'lease';
  mode: 'shared' | 'exclusive';
  /** Of a lease: somebody waits until it is given back. */
  breaking: boolean;
  /** Who took it, or asks for it, by the pid namespace of the mounted proc: 0 where it is outside of that, -1 of a lock of an open file description. */
  pid: number;
  /** The file as the kernel itself has it: the device of its superblock, as makedev(3) makes it, and the inode, both as decimal text. */
  device: string;
  inode: string;
  start: bigint;
  /** The last byte; absent: to the end, wherever that will be. */
  end?: bigint;
  /** 0: it is held. Else it is asked for, and waits for the nearest line above it that has a smaller one. */
  depth: number;
}

const TYPES: Readonly<Record<string, LockLine['type']>> = {
  FLOCK: 'flock',
  POSIX: 'posix',
  ACCESS: 'posix',
  OFDLCK: 'ofd',
  LEASE: 'lease',
  DELEG: 'lease',
};

const LINE =
  /^\d+: ( *-> )?([A-Z]+) +([A-Z*]+) +([A-Z]+) +(-?\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) (\d+) (\d+|EOF) *$/;

/** One line; undefined of what is none, as a lock on a file that is going (`<none>`), or of another layout. */
export function parseLockLine(line: string): LockLine | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, arrow, name = '', state = '', right = '', pid, major = '', minor = '', inode = '', start, end] =
    match;
  const type = TYPES[name];
  // A lease that is to be given back altogether is told as what it will be.
  if (type === undefined || (right === 'UNLCK' && type !== 'lease')) return undefined;
  return {
    type,
    mode: right === 'WRITE' || right === 'RW' ? 'exclusive' : 'shared',
    breaking: state === 'BREAKING',
    pid: Number(pid),
    device: String(makedev(parseInt(major, 16), parseInt(minor, 16))),
    inode,
    start: BigInt(start ?? 0),
    ...(end !== undefined && end !== 'EOF' && { end: BigInt(end) }),
    depth: arrow === undefined ? 0 : arrow.length - 2,
  };
}

/** All lines of /proc/locks. */
export function parseLocks(text: string): LockLine[] {
  return text.split('\n').flatMap((line) => parseLockLine(line) ?? []);
}

/** Those of an fdinfo: locks that were taken through this open file description, and of POSIX locks those of the process whose fdinfo it is. */
export function parseFdLocks(text: string): LockLine[] {
  return text
    .split('\n')
    .flatMap((line) =>
      line.startsWith('lock:\t') ? (parseLockLine(line.slice('lock:\t'.length)) ?? []) : [],
    );
}

/** By which a file is known among locks. */
export function lockedFileKey({ device, inode }: Pick<LockLine, 'device' | 'inode'>): string {
  return `${device}:${inode}`;
}
