/**
 * dirent.h, unistd.h and sys/stat.h, for walks over /proc/PID/fd: one open directory, one buffer for all answers, no string where a number will do.
 * Twice as fast as fs.readdirSync and fs.readlinkSync, which make a string and an array entry of each name.
 */
import { ErrnoError, lastErrno } from './errno';
import { lazy, native } from './load';

const O_DIRECTORY = process.arch === 'x64' ? 0o200000 : 0o40000;
const O_CLOEXEC = 0o2000000;
const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_STATX_DONT_SYNC = 0x4000;
const AT_NO_AUTOMOUNT = 0x800;
const AT_EMPTY_PATH = 0x1000;
/** STATX_TYPE and STATX_MODE */
const STATX_MODE = 0x3;
/** STATX_BASIC_STATS and STATX_BTIME */
const STATX_MASK = 0xfff;
const STATX_NLINK = 0x4;
/** STATX_TYPE, STATX_MODE, STATX_UID, STATX_GID and STATX_INO */
const STATX_OWNER = 0x11b;
const NO_SERVER = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
const STATX_BTIME = 0x800;
const NUMBERS = process.arch === 'x64' ? { getdents64: 217, statx: 332 } : { getdents64: 61, statx: 291 };
/** struct linux_dirent64: d_reclen, d_type and d_name (getdents(2)) */
const RECLEN = 16;
const TYPE = 18;
const DOT = 0x2e;
const NAME = 19;

const c = {
  open: lazy<[string, number], number>('int open(const char *, int)'),
  close: lazy<[number], number>('int close(int)'),
  // Names are given by their address among the entries: a view of each would be one more object for each descriptor of the machine.
  readlinkat: lazy<[number, number, Buffer, number], number>(
    'long readlinkat(int, uintptr_t, void *, size_t)',
  ),
  readlinkPath: lazy<[number, Buffer, Buffer, number], number>(
    'long readlinkat(int, const void *, void *, size_t)',
  ),
  getdents64: lazy<[number, number, Buffer, number], number>('long syscall(long, int, void *, long)'),
  statx: lazy<[number, number, Buffer, number, number, Buffer], number>(
    'long syscall(long, int, const void *, int, uint32_t, void *)',
  ),
  statxEntry: lazy<[number, number, number, number, number, Buffer], number>(
    'long syscall(long, int, uintptr_t, int, uint32_t, void *)',
  ),
  statxPath: lazy<[number, number, string, number, number, Buffer], number>(
    'long syscall(long, int, const char *, int, uint32_t, void *)',
  ),
};

const entries = Buffer.alloc(1 << 16);
/** The address of `entries`, below 2^47. */
let entriesAt: number | undefined;
const link = Buffer.alloc(4096);
const again = Buffer.alloc(link.length);
const status = Buffer.alloc(256);
/** Of a path, as C has it. */
const END = Buffer.alloc(1);

/** What statx(2) tells of a file. Numbers of 64 bits are decimal text. */
export interface FileStatus {
  mode: number;
  uid: number;
  gid: number;
  links: number;
  bytes: number;
  /** Bytes that it takes up (st_blocks). */
  allocated: number;
  /** Milliseconds since the epoch (st_mtime). */
  writtenAt: number;
  /** The same of st_ctime: the last change of its facts, names among them. */
  changedAt: number;
  /** st_dev as stat(2) gives it (makedev(3)). */
  device: string;
  /** Of a device: which (st_rdev). */
  major: number;
  minor: number;
  inode: string;
  /** Nanoseconds since the epoch; `0` where the file system keeps none. */
  birth: string;
}

/** Where a descriptor points to: the bytes that `Descriptor.readLink` found, until the next call. */
export const linkBytes: Buffer = link;

/** One entry of a directory of descriptors; what it answers holds until the next question. */
export class Descriptor {
  fd = 0;
  /** What `readLink` asked for is longer than the kernel tells (PATH_MAX). */
  tooLong = false;
  /** Whether any question was refused: whose process that is has more rights than we have, or a filter forbids the call (seccomp(2)). Only ENOENT says that it was closed. */
  refused = false;
  private name = 0;
  constructor(private readonly directory: number) {}

  /** Moves on to another entry, whose name stands at that address. */
  at(name: number, fd: number): this {
    this.name = name;
    this.fd = fd;
    return this;
  }

  /** How many bytes of `linkBytes` say where it points to; 0 where it was closed meanwhile, that is refused, or too long. */
  readLink(): number {
    const length = c.readlinkat(this.directory, this.name, link, link.length);
    const errno = length < 0 ? lastErrno() : 'ENOENT';
    this.tooLong = errno === 'ENAMETOOLONG';
    this.refused ||= !this.tooLong && errno !== 'ENOENT';
    return Math.max(0, length);
  }

  /**
   * Whether it points where `readLink` found it to point, of which `linkBytes` has `length` bytes. Its number may be given to something else between any two questions: only what is asked between two
   * same answers is of one descriptor.
   */
  pointsStill(length: number): boolean {
    return (
      c.readlinkat(this.directory, this.name, again, again.length) === length &&
      again.compare(link, 0, length, 0, length) === 0
    );
  }

  /** Whether it may be read (1) and written (2): the mode of the link (proc(5)); undefined where it was closed meanwhile, or that is refused. */
  rights(): number | undefined {
    if (!this.ask(AT_SYMLINK_NOFOLLOW, STATX_MODE)) return undefined;
    const mode = status.readUInt16LE(28);
    return ((mode & 0o400) !== 0 ? 1 : 0) | ((mode & 0o200) !== 0 ? 2 : 0);
  }

  /** What it points to. Asks no server of a network or FUSE file system (AT_STATX_DONT_SYNC); undefined where it was closed meanwhile, or that is refused. */
  status(): FileStatus | undefined {
    return this.ask(NO_SERVER, STATX_MASK) ? answered() : undefined;
  }

  /** The owner of the pipe with this inode; undefined where it points to anything else by now. */
  owner(inode: number): Pick<FileStatus, 'uid' | 'gid' | 'mode'> | undefined {
    if (!this.ask(NO_SERVER, STATX_OWNER)) return undefined;
    const mode = status.readUInt16LE(28);
    if ((mode & S_IFMT) !== S_IFIFO || Number(status.readBigUInt64LE(32)) !== inode) return undefined;
    return { mode, uid: status.readUInt32LE(20), gid: status.readUInt32LE(24) };
  }

  private ask(flags: number, mask: number): boolean {
    const answers = c.statxEntry(NUMBERS.statx, this.directory, this.name, flags, mask, status) >= 0;
    this.refused ||= !answers && lastErrno() !== 'ENOENT';
    return answers;
  }
}

/** What a link says, as bytes of our own; undefined where there is none, or it is no link. Costs no exception, as fs.readlinkSync does of all that is no link. */
export function targetOfLink(path: Buffer): Buffer | undefined {
  if (path.includes(0)) return undefined;
  const length = c.readlinkPath(AT_FDCWD, Buffer.concat([path, END]), link, link.length);
  return length < 0 ? undefined : Buffer.from(link.subarray(0, length));
}

/** What the link that we point to itself (O_PATH | O_NOFOLLOW) says; undefined where it is no link. */
export function targetOfPointer(pointer: number): Buffer | undefined {
  const length = c.readlinkPath(pointer, END, link, link.length);
  return length < 0 ? undefined : Buffer.from(link.subarray(0, length));
}

/** The file behind a path, without asking a server; undefined where it cannot be had. */
export function statusOfPath(path: Buffer): FileStatus | undefined {
  return statusAt(AT_FDCWD, Buffer.concat([path, END]));
}

/** What a descriptor leads to or points to, itself where that is a link. Asks no server; undefined where it cannot be had. */
export function statusOfDescriptor(fd: number): FileStatus | undefined {
  return statusAt(fd, END, AT_EMPTY_PATH);
}

function statusAt(directory: number, name: Buffer, how = 0): FileStatus | undefined {
  return c.statx(NUMBERS.statx, directory, name, NO_SERVER | how, STATX_MASK, status) < 0
    ? undefined
    : answered();
}

function answered(): FileStatus {
  const born = (status.readUInt32LE(0) & STATX_BTIME) !== 0;
  return {
    mode: status.readUInt16LE(28),
    uid: status.readUInt32LE(20),
    gid: status.readUInt32LE(24),
    links: status.readUInt32LE(16),
    bytes: Number(status.readBigUInt64LE(40)),
    allocated: Number(status.readBigUInt64LE(48)) * 512,
    writtenAt: milliseconds(112),
    changedAt: milliseconds(96),
    device: deviceText(status.readUInt32LE(136), status.readUInt32LE(140)),
    major: status.readUInt32LE(128),
    minor: status.readUInt32LE(132),
    inode: unsignedText(32),
    birth: born ? nanosecondsText(80) : '0',
  };
}

/** A struct statx_timestamp as milliseconds since the epoch, cut off. */
function milliseconds(at: number): number {
  return Number(status.readBigInt64LE(at)) * 1000 + Math.floor(status.readUInt32LE(at + 8) / 1e6);
}

/** An unsigned number of 64 bits as text; those that fit in fewer cost less. */
function unsignedText(at: number): string {
  const high = status.readUInt32LE(at + 4);
  return high < 2 ** 20
    ? String(high * 2 ** 32 + status.readUInt32LE(at))
    : String(status.readBigUInt64LE(at));
}

/** A struct statx_timestamp as nanoseconds since the epoch. */
function nanosecondsText(at: number): string {
  const seconds = status.readBigInt64LE(at);
  const rest = status.readUInt32LE(at + 8);
  return seconds > 0n
    ? `${seconds}${String(rest).padStart(9, '0')}`
    : String(seconds * 1_000_000_000n + BigInt(rest));
}

/** Few devices have many files. */
const devices = new Map<number, string>();

function deviceText(major: number, minor: number): string {
  const key = major * 2 ** 20 + minor;
  let text = minor < 2 ** 20 ? devices.get(key) : undefined;
  if (text === undefined) {
    text = String(makedev(major, minor));
    if (minor < 2 ** 20) devices.set(key, text);
  }
  return text;
}

/** gnu_dev_makedev of sys/sysmacros.h */
export function makedev(major: number, minor: number): bigint {
  const [a, b] = [BigInt(major), BigInt(minor)];
  return ((a & 0xfffff000n) << 32n) | ((a & 0xfffn) << 8n) | ((b & 0xffffff00n) << 12n) | (b & 0xffn);
}

/** A directory of descriptors of which some are asked for by number. To be closed. Undefined where it cannot be had. */
export class Descriptors {
  private readonly name = Buffer.alloc(16);
  private readonly descriptor: Descriptor;

  private constructor(private readonly directory: number) {
    this.descriptor = new Descriptor(directory);
  }

  static of(path: string): Descriptors | undefined {
    const directory = c.open(path, O_DIRECTORY | O_CLOEXEC);
    return directory < 0 ? undefined : new Descriptors(directory);
  }

  /** The same object each time; its answers are those of one that was closed where there is none of that number. */
  at(fd: number): Descriptor {
    this.name[this.name.write(String(fd), 'latin1')] = 0;
    return this.descriptor.at(Number(native().address(this.name)), fd);
  }

  close(): void {
    c.close(this.directory);
  }
}

/**
 * Calls back for each descriptor in /proc/PID/fd or /proc/PID/task/TID/fd. `denied`: not ours to look at; `gone`: no such process. The
 * descriptor that is handed on is the same object each time.
 */
export function eachDescriptor(
  path: string,
  look: (descriptor: Descriptor) => void,
): 'done' | 'denied' | 'gone' {
  let descriptor: Descriptor | undefined;
  return eachEntry(path, (fd, directory, name) =>
    look((descriptor ??= new Descriptor(directory)).at(name, fd)),
  );
}

/** Calls back for each number among the names of a directory: processes in /proc, threads in /proc/PID/task. */
export function eachNumber(path: string, look: (number: number) => void): 'done' | 'denied' | 'gone' {
  return eachEntry(path, look);
}

function eachEntry(
  path: string,
  look: (number: number, directory: number, name: number) => void,
): 'done' | 'denied' | 'gone' {
  const start = (entriesAt ??= Number(native().address(entries)));
  const directory = c.open(path, O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return lastDenied() ? 'denied' : 'gone';
  try {
    for (;;) {
      const length = c.getdents64(NUMBERS.getdents64, directory, entries, entries.length);
      if (length < 0 && lastDenied()) return 'denied';
      if (length <= 0) return 'done';
      for (let at = 0; at < length;) {
        const size = entries.readUInt16LE(at + RECLEN);
        const entry = number(at + NAME);
        if (entry >= 0) look(entry, directory, start + at + NAME);
        at += size;
      }
    }
  } finally {
    c.close(directory);
  }
}

/** DT_* of dirent.h. */
const TYPES: Readonly<Record<number, DirectoryEntry['type']>> = {
  1: 'fifo',
  4: 'directory',
  8: 'file',
  10: 'link',
  12: 'socket',
};

/** One entry of a directory. `unknown`: the file system does not tell its type. */
export interface DirectoryEntry {
  /** Bytes of our own. */
  name: Buffer;
  type: 'fifo' | 'directory' | 'file' | 'link' | 'socket' | 'other' | 'unknown';
}

/** What is in a directory that we point to, without `.` and `..`, as many at once as the kernel gives. None of them is asked about. Throws ErrnoError (EACCES, ENOTDIR, ENOENT). */
export function* listOf(pointer: number): Generator<DirectoryEntry[], void> {
  const directory = c.open(`/proc/self/fd/${pointer}`, O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) throw new ErrnoError('open', lastErrno());
  const some = Buffer.alloc(1 << 15);
  try {
    for (;;) {
      const length = c.getdents64(NUMBERS.getdents64, directory, some, some.length);
      if (length < 0) throw new ErrnoError('getdents', lastErrno());
      if (length === 0) return;
      yield entriesIn(some.subarray(0, length));
    }
  } finally {
    c.close(directory);
  }
}

/** The same, all at once and in the order of their names, in which what has several is told by the first. */
export function sortedListOf(pointer: number): DirectoryEntry[] {
  return [...listOf(pointer)].flat().sort((one, other) => Buffer.compare(one.name, other.name));
}

function entriesIn(some: Buffer): DirectoryEntry[] {
  const found: DirectoryEntry[] = [];
  for (let at = 0; at < some.length; at += some.readUInt16LE(at + RECLEN)) {
    const name = some.subarray(at + NAME, some.indexOf(0, at + NAME));
    if (name[0] === DOT && (name.length === 1 || (name.length === 2 && name[1] === DOT))) continue;
    const type = some[at + TYPE] ?? 0;
    found.push({ name: Buffer.from(name), type: type === 0 ? 'unknown' : (TYPES[type] ?? 'other') });
  }
  return found;
}

/** How many directories are in a directory, as its link count tells (of /proc/PID/task: the threads); 0 where it is gone. */
export function subdirectories(path: string): number {
  if (c.statxPath(NUMBERS.statx, AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_NLINK, status) < 0) return 0;
  return Math.max(0, status.readUInt32LE(16) - 2);
}

/** The number that stands at a place of the entries; -1 for `.` and `..`. */
function number(at: number): number {
  let value = 0;
  for (let place = at; ; place++) {
    const byte = entries[place] ?? 0;
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9) return place === at || byte !== 0 ? -1 : value;
    value = value * 10 + digit;
  }
}

function lastDenied(): boolean {
  const errno = lastErrno();
  return errno === 'EACCES' || errno === 'EPERM';
}
