/**
 * /proc/sysvipc/{msg,sem,shm} (proc_sysvipc(5), ipc/{msg,sem,shm}.c): text in, records out. Anybody may read them; they show the
 * ipc namespace of the thread that opens them.
 */

/** What the lines of all three files have. */
export interface SysvLine {
  /** As people write it: 32 bits without sign. */
  key: number;
  id: number;
  /** Nine permission bits; for segments also SHM_DEST (01000) and SHM_LOCKED (02000). */
  mode: number;
  uid: number;
  gid: number;
  cuid: number;
  cgid: number;
  /** Seconds since the epoch. */
  changedAt: number;
}
export interface QueueLine extends SysvLine {
  bytes: number;
  messages: number;
  lastSender: number;
  lastReceiver: number;
  sentAt: number;
  receivedAt: number;
}
export interface SetLine extends SysvLine {
  semaphores: number;
  operatedAt: number;
}
export interface SegmentLine extends SysvLine {
  /** Sizes may pass 2^53, so they stay decimal text. */
  bytes: string;
  creator: number;
  lastUser: number;
  attachments: number;
  attachedAt: number;
  detachedAt: number;
  resident: string;
  swapped: string;
}

/** The lines of such a file without its header. */
export function* lines(text: string): Generator<string> {
  let from = text.indexOf('\n') + 1;
  if (from === 0) return;
  for (let to = text.indexOf('\n', from); to >= 0; to = text.indexOf('\n', from)) {
    yield text.slice(from, to);
    from = to + 1;
  }
}

const BLANK = 0x20;
const ZERO = 0x30;

/** The id in a line, its second number, without taking the rest apart. `at`: where the line begins. */
export function idOfLine(bytes: Buffer, at: number): number {
  let place = at;
  while (bytes[place] === BLANK) place++;
  while (place < bytes.length && bytes[place] !== BLANK) place++;
  while (bytes[place] === BLANK) place++;
  let id = 0;
  for (let digit = digitAt(bytes, place); digit >= 0; digit = digitAt(bytes, ++place)) id = id * 10 + digit;
  return id;
}

function digitAt(bytes: Buffer, place: number): number {
  const digit = (bytes[place] ?? 0) - ZERO;
  return digit <= 9 ? digit : -1;
}

/** key msqid perms cbytes qnum lspid lrpid uid gid cuid cgid stime rtime ctime. Undefined where it is none. */
export function parseQueueLine(line: string): QueueLine | undefined {
  const f = fields(line, 14);
  if (!f) return undefined;
  return {
    bytes: Number(f[3]),
    ...head(f),
    messages: Number(f[4]),
    lastSender: Number(f[5]),
    lastReceiver: Number(f[6]),
    ...owners(f, 7),
    sentAt: Number(f[11]),
    receivedAt: Number(f[12]),
    changedAt: Number(f[13]),
  };
}

/** key semid perms nsems uid gid cuid cgid otime ctime. Undefined where it is none. */
export function parseSetLine(line: string): SetLine | undefined {
  const f = fields(line, 10);
  if (!f) return undefined;
  return {
    semaphores: Number(f[3]),
    ...head(f),
    ...owners(f, 4),
    operatedAt: Number(f[8]),
    changedAt: Number(f[9]),
  };
}

/** key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap. Undefined where it is none. */
export function parseSegmentLine(line: string): SegmentLine | undefined {
  const f = fields(line, 16);
  if (!f) return undefined;
  return {
    bytes: f[3] as string,
    ...head(f),
    creator: Number(f[4]),
    lastUser: Number(f[5]),
    attachments: Number(f[6]),
    ...owners(f, 7),
    attachedAt: Number(f[11]),
    detachedAt: Number(f[12]),
    changedAt: Number(f[13]),
    resident: f[14] as string,
    swapped: f[15] as string,
  };
}

const NUMBER = /^-?\d{1,20}$/;

/** So many numbers; undefined where there are fewer, or something else stands there. */
function fields(line: string, wanted: number): string[] | undefined {
  const found = line.trim().split(/ +/);
  return found.length >= wanted && found.every((field) => NUMBER.test(field)) ? found : undefined;
}

function head(f: string[]) {
  return { key: Number(f[0]) >>> 0, id: Number(f[1]), mode: parseInt(f[2] as string, 8) };
}

function owners(f: string[], from: number) {
  return {
    uid: Number(f[from]),
    gid: Number(f[from + 1]),
    cuid: Number(f[from + 2]),
    cgid: Number(f[from + 3]),
  };
}
