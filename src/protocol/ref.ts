/**
 * A ref names one object, or one process, for as long as it lives: `kind:part:part`. Everybody passes it on as it is;
 * only this file builds one or takes it apart.
 */
import * as v from 'valibot';

/** Every kind of object, in the order in which they are shown. */
export const SYSV_KINDS = ['sysv.msg', 'sysv.sem', 'sysv.shm'] as const;
export const POSIX_KINDS = ['posix.mq', 'posix.sem', 'posix.shm'] as const;
export const KINDS = [
  ...SYSV_KINDS,
  ...POSIX_KINDS,
  'pipe',
  'fifo',
  'unix',
  'inet',
  'mapping',
  'lock',
  'eventfd',
  'pty',
] as const;
export const kindSchema = v.picklist(KINDS);
export type Kind = (typeof KINDS)[number];
/** The kinds that have an id and a key. */
export type SysvKind = (typeof SYSV_KINDS)[number];
/** The kinds that are files of a file system in memory, and have a name there. */
export type PosixKind = (typeof POSIX_KINDS)[number];

/** What acts, panels, findings and failures can be about: an object of any kind, or a process. */
export const SUBJECT_KINDS = [...KINDS, 'process'] as const;
export const subjectKindSchema = v.picklist(SUBJECT_KINDS);
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

export const refSchema = v.pipe(v.string(), v.maxLength(4096), v.brand('Ref'));
/** The opaque name of an object, or of a process. */
export type Ref = v.InferOutput<typeof refSchema>;

/** Stands for the machine itself: what a page is about that is about no object and no process. */
export const MACHINE = 'machine' as Ref;

/** Stands for all objects of some kinds, in the order of the kinds: what a table is about. */
export function tableRef(kinds: readonly Kind[]): Ref {
  return `table:${KINDS.filter((kind) => kinds.includes(kind)).join(',')}` as Ref;
}

/** The kinds of such a ref; undefined where the text is none. */
export function parseTableRef(ref: string): Kind[] | undefined {
  const names = /^table:(.+)$/.exec(ref)?.[1]?.split(',');
  const kinds = KINDS.filter((kind) => names?.includes(kind));
  return kinds.length === names?.length ? kinds : undefined;
}

/** A System V object: its ipc namespace (inode of `/proc/self/ns/ipc`) and its id, which the kernel reuses only after millions of others. */
export function sysvRef(kind: SysvKind, ipcNamespace: string, id: number): Ref {
  return `${kind}:${ipcNamespace}:${id}` as Ref;
}

/** The parts of a System V ref; undefined where the text is none. */
export function parseSysvRef(ref: string): { kind: SysvKind; ipcNamespace: string; id: number } | undefined {
  const match = /^(sysv\.(?:msg|sem|shm)):(\d+):(\d{1,10})$/.exec(ref);
  // An id is an int to the kernel; a larger number would name another object.
  if (!match || Number(match[3]) > 0x7fffffff) return undefined;
  return { kind: match[1] as SysvKind, ipcNamespace: match[2] as string, id: Number(match[3]) };
}

/** A pipe: its inode in pipefs, of which the machine has one. */
export function pipeRef(inode: string): Ref {
  return `pipe:${inode}` as Ref;
}

/** A FIFO: device and inode of its file as decimal text, and its birth time in nanoseconds (0 where the file system has none), since inodes are used again. */
export function fifoRef(device: string, inode: string, birth: string): Ref {
  return `fifo:${device}:${inode}:${birth}` as Ref;
}

/** A thread that waits to open a FIFO which nobody finds any more: its process with its start time, and itself. */
export function fifoOpenerRef(pid: number, startTime: string, tid: number): Ref {
  return `fifo:opener:${pid}:${startTime}:${tid}` as Ref;
}

/** The parts of such a ref; undefined where the text is none. */
export function parseFifoOpenerRef(
  ref: string,
): { kind: 'fifo'; pid: number; startTime: string; tid: number } | undefined {
  const match = /^fifo:opener:(\d{1,10}):(\d{1,20}):(\d{1,10})$/.exec(ref);
  if (!match) return undefined;
  return { kind: 'fifo', pid: Number(match[1]), startTime: match[2] as string, tid: Number(match[3]) };
}

/** The parts of a pipe's or FIFO's ref; undefined where the text is none. */
export function parseStreamRef(
  ref: string,
):
  | { kind: 'pipe'; inode: string }
  | { kind: 'fifo'; device: string; inode: string; birth: string }
  | undefined {
  const pipe = /^pipe:(\d{1,20})$/.exec(ref);
  if (pipe) return { kind: 'pipe', inode: pipe[1] as string };
  const fifo = /^fifo:(\d{1,20}):(\d{1,20}):(\d{1,20})$/.exec(ref);
  if (!fifo) return undefined;
  const [, device, inode, birth] = fifo as unknown as [string, string, string, string];
  return { kind: 'fifo', device, inode, birth };
}

/** Which file an object is: all three as decimal text. */
export interface FileParts {
  /** st_dev as stat(2) gives it. */
  device: string;
  inode: string;
  /** Birth time in nanoseconds since the epoch; 0 where the file system gives no inode number twice (tmpfs, mqueue). */
  birth: string;
}

/** A POSIX object: the file that it is. */
export function posixRef(kind: PosixKind, { device, inode, birth }: FileParts): Ref {
  return `${kind}:${device}:${inode}:${birth}` as Ref;
}

/** The parts of a POSIX object's ref; undefined where the text is none. */
export function parsePosixRef(ref: string): ({ kind: PosixKind } & FileParts) | undefined {
  const match = /^(posix\.(?:mq|sem|shm)):(\d{1,20}):(\d{1,20}):(\d{1,20})$/.exec(ref);
  if (!match) return undefined;
  const [, kind, device, inode, birth] = match as unknown as [string, PosixKind, string, string, string];
  return { kind, device, inode, birth };
}

/** A shared mapping: device and inode of what is mapped as /proc/PID/maps tells them (proc(5)), the device as makedev(3) makes it, in decimal text. */
export function mappingRef(device: string, inode: string): Ref {
  return `mapping:${device}:${inode}` as Ref;
}

/** The parts of a mapping's ref; undefined where the text is none. */
export function parseMappingRef(ref: string): { device: string; inode: string } | undefined {
  const match = /^mapping:(\d{1,20}):(\d{1,20})$/.exec(ref);
  return match ? { device: match[1] as string, inode: match[2] as string } : undefined;
}

/**
 * A Unix socket: its inode in sockfs, of which the machine has one, and the kernel's cookie for it, since inodes come again after 2^32 others. Cookie `0`: not
 * known (no sock_diag, another network namespace). What is not accepted yet has inode 0.
 */
export function unixRef(inode: string, cookie: string): Ref {
  return `unix:${inode}:${cookie}` as Ref;
}

/** A socket file whose socket is not seen: device, inode and birth time as in `fifoRef`. */
export function socketFileRef(device: string, inode: string, birth: string): Ref {
  return `unix:file:${device}:${inode}:${birth}` as Ref;
}

/** A TCP or UDP socket: the kernel's cookie for it, since some have no inode. Without sock_diag: `inode` and that. */
export function inetRef(cookie: string): Ref {
  return `inet:${cookie}` as Ref;
}

/** The same where the kernel tells no cookie. */
export function inetInodeRef(inode: string): Ref {
  return `inet:inode:${inode}` as Ref;
}

/** The parts of a socket's ref; undefined where the text is none. */
export function parseSocketRef(
  ref: string,
):
  | { kind: 'unix'; inode: string; cookie: string }
  | { kind: 'unix'; file: { device: string; inode: string; birth: string } }
  | { kind: 'inet'; cookie: string }
  | { kind: 'inet'; inode: string }
  | undefined {
  const parts = ref.split(':');
  if (!parts.every((part, at) => /^\d{1,20}$/.test(part) || at < 2)) return undefined;
  const [kind, first = '', second = '', third = '', fourth = ''] = parts;
  const number = /^\d{1,20}$/.test(first);
  if (kind === 'unix' && parts.length === 3 && number) return { kind, inode: first, cookie: second };
  if (kind === 'unix' && parts.length === 5 && first === 'file')
    return { kind, file: { device: second, inode: third, birth: fourth } };
  if (kind === 'inet' && parts.length === 2 && number) return { kind, cookie: first };
  if (kind === 'inet' && parts.length === 3 && first === 'inode') return { kind, inode: second };
  return undefined;
}

/** A file with locks: st_dev and st_ino, where its descriptors may be looked at; else device and inode as /proc/locks has them. The device as makedev(3) makes it, in decimal text. */
export function lockRef(device: string, inode: string): Ref {
  return `lock:${device}:${inode}` as Ref;
}

/** The parts of such a ref; undefined where the text is none. */
export function parseLockRef(ref: string): { device: string; inode: string } | undefined {
  const match = /^lock:(\d{1,20}):(\d{1,20})$/.exec(ref);
  return match ? { device: match[1] as string, inode: match[2] as string } : undefined;
}

/** An event counter: the number that the kernel has for it (eventfd-id of proc(5)), as decimal text. It is given again once nobody has it. */
export function eventfdRef(id: string): Ref {
  return `eventfd:${id}` as Ref;
}

/** The parts of an event counter's ref; undefined where the text is none. */
export function parseEventfdRef(ref: string): { id: string } | undefined {
  const match = /^eventfd:(\d{1,10})$/.exec(ref);
  return match ? { id: match[1] as string } : undefined;
}

/** A pseudo-terminal: st_dev of its devpts as decimal text (`0`: not known), of which there may be one for each container, and its number there, which is given again once both sides are closed. */
export function ptyRef(device: string, index: number): Ref {
  return `pty:${device}:${index}` as Ref;
}

/** The parts of such a ref; undefined where the text is none. */
export function parsePtyRef(ref: string): { device: string; index: number } | undefined {
  const match = /^pty:(\d{1,20}):(\d{1,7})$/.exec(ref);
  return match ? { device: match[1] as string, index: Number(match[2]) } : undefined;
}

/** A process: its pid and its start time (field 22 of /proc/PID/stat, as text), which together name it. */
export function processRef(pid: number, startTime: string): Ref {
  return `process:${pid}:${startTime}` as Ref;
}

/** The parts of a process's ref; undefined where the text is none. */
export function parseProcessRef(ref: string): { pid: number; startTime: string } | undefined {
  const match = /^process:([1-9]\d{0,9}):(\d{1,20})$/.exec(ref);
  // A pid is an int to the kernel.
  if (!match || Number(match[1]) > 0x7fffffff) return undefined;
  return { pid: Number(match[1]), startTime: match[2] as string };
}

/** What takes apart the refs of each kind: a forgotten one does not compile. */
const parsers: Readonly<Record<Kind, (ref: string) => object | undefined>> = {
  'sysv.msg': parseSysvRef,
  'sysv.sem': parseSysvRef,
  'sysv.shm': parseSysvRef,
  'posix.mq': parsePosixRef,
  'posix.sem': parsePosixRef,
  'posix.shm': parsePosixRef,
  pipe: parseStreamRef,
  fifo: (ref) => parseStreamRef(ref) ?? parseFifoOpenerRef(ref),
  unix: parseSocketRef,
  inet: parseSocketRef,
  mapping: parseMappingRef,
  lock: parseLockRef,
  eventfd: parseEventfdRef,
  pty: parsePtyRef,
};

/** The ref of an object with its kind; undefined where the text is none. */
export function parseObjectRef(text: string): { ref: Ref; kind: Kind } | undefined {
  const kind = kindOf(text);
  return kind && parsers[kind](text) ? { ref: text as Ref, kind } : undefined;
}

/** What a ref speaks of: an object of some kind, or a process; undefined where the text is no ref. */
export function subjectKindOf(ref: string): SubjectKind | undefined {
  return parseProcessRef(ref) ? 'process' : kindOf(ref);
}

/** The kind that an object's ref speaks of; undefined where the text is none. */
export function kindOf(ref: string): Kind | undefined {
  const kind = ref.slice(0, ref.indexOf(':'));
  return KINDS.find((known) => known === kind);
}
