/** What the sample makes: free keys and names alone, each noted at once, and removed by its id where it is still the same. */
import { closeSync, fstatSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrnoError } from '../libc/errno';
import { slotsOf } from '../libc/ipc';
import { createQueue as createMq, openQueue, unlinkQueue } from '../libc/mqueue';
import { createQueue, queueAt, removeQueue } from '../libc/msg';
import { createSet, removeSet, setAt, writeValue } from '../libc/sem';
import { createSegment, removeSegment, segmentAt } from '../libc/shm';

/** Begins every name of the sample. */
export const NAME = 'ipc-inspector-sample';
/** The first key that is tried for each: a key may name one of each kind, but people tell them apart by it. */
const KEYS = { queue: 0x5a000001, set: 0x5a000002, segment: 0x5a000003 };
/** How many keys and names are tried before the sample gives up. */
const TRIES = 1000;
const MODE = 0o600;
const SEGMENT_BYTES = 1n << 20n;
/** Within the limits of a user without rights of his own (mq_overview(7)). */
const MAIL = { maxMessages: 4, messageSize: 128 };
/** What System V objects are told apart by besides their id, which the kernel gives again in the end. */
interface Keyed {
  key: number;
  id: number;
}
/** A name, and the file that it led to. */
interface Named {
  name: string;
  inode: string;
}

/** Everything that there is, as far as it could be made. */
export interface Made {
  folder: string;
  jobs?: Keyed;
  permits?: Keyed;
  segment?: Keyed;
  mail?: Named;
  board?: Named;
}

/** Where the file stands that tells everybody of the sample what there is. */
function noteOf(folder: string): string {
  return join(folder, 'made.json');
}

export function readMade(folder: string): Made {
  return JSON.parse(readFileSync(noteOf(folder), 'utf8')) as Made;
}

/** A folder of its own, and all objects but the segment, whose maker is to have ended. `lacks`: gets what could not be made, and why. */
export function makeAll(lacks: (what: string, why: string) => void): Made {
  const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  const made: Made = { folder };
  const step = (what: string, make: () => void) => {
    try {
      make();
    } catch (error) {
      lacks(what, error instanceof Error ? error.message : String(error));
    }
    note(made);
  };
  step('queue', () => (made.jobs = keyed(KEYS.queue, (key) => createQueue(key, MODE, true).id)));
  step('semaphore set', () => {
    made.permits = keyed(KEYS.set, (key) => createSet(key, 1, MODE, true).id);
    writeValue(made.permits.id, 0, 1);
  });
  step('POSIX queue', () => (made.mail = named('mail', makeMail)));
  step('shared memory', () => (made.board = named('board', makeBoard)));
  return made;
}

/** The segment that nobody will have: made by whoever calls this. */
export function makeSegment(made: Made): number {
  made.segment = keyed(KEYS.segment, (key) => createSegment(key, SEGMENT_BYTES, MODE, true).id);
  note(made);
  return made.segment.id;
}

function note(made: Made): void {
  writeFileSync(noteOf(made.folder), JSON.stringify(made), { mode: MODE });
}

/** With the first key that is free. */
function keyed(from: number, make: (key: number) => number): Keyed {
  // Steps of as many as there are kinds, so that none takes another's.
  return firstFree((turn) => {
    const key = from + turn * Object.keys(KEYS).length;
    return { key, id: make(key) };
  });
}

/** With the first name that is free: `NAME-mail`, `NAME-mail-2`, ... `make`: answers the inode. */
function named(what: string, make: (name: string) => string): Named {
  return firstFree((turn) => {
    const name = `${NAME}-${what}${turn === 0 ? '' : `-${turn + 1}`}`;
    return { name, inode: make(name) };
  });
}

function firstFree<T>(make: (turn: number) => T): T {
  for (let turn = 0; ; turn++)
    try {
      return make(turn);
    } catch (error) {
      const code = error instanceof ErrnoError ? error.errno : (error as NodeJS.ErrnoException).code;
      if (code !== 'EEXIST' || turn >= TRIES) throw error;
    }
}

function makeMail(name: string): string {
  return inodeOf(createMq(Buffer.from(name), MODE, MAIL));
}

function makeBoard(name: string): string {
  const path = memoryFile(name);
  writeFileSync(path, Buffer.alloc(4096), { flag: 'wx', mode: MODE });
  return String(statSync(path, { bigint: true }).ino);
}

/** The file of a shared memory object (shm_overview(7)). */
export function memoryFile(name: string): string {
  return `/dev/shm/${name}`;
}

/** Of an open file, which is closed. */
function inodeOf(fd: number): string {
  try {
    return String(fstatSync(fd, { bigint: true }).ino);
  } finally {
    closeSync(fd);
  }
}

/** Removes what is noted in a folder, and that. What is gone or another's by now is passed over. */
export function removeAll(folder: string): void {
  let made: Made = { folder };
  tried(() => (made = readMade(folder)));
  const { jobs, permits, segment, mail, board } = made;
  if (jobs && isSame(jobs, queueAt)) tried(() => removeQueue(jobs.id));
  if (permits && isSame(permits, setAt)) tried(() => removeSet(permits.id));
  if (segment && isSame(segment, segmentAt)) tried(() => removeSegment(segment.id));
  if (mail)
    tried(() => {
      const name = Buffer.from(mail.name);
      if (inodeOf(openQueue(name, 'read')) === mail.inode) unlinkQueue(name);
    });
  if (board)
    tried(() => {
      const path = memoryFile(board.name);
      if (String(statSync(path, { bigint: true }).ino) === board.inode) rmSync(path);
    });
  rmSync(folder, { recursive: true, force: true });
}

/** Whether an id still is that of the object that we made. */
function isSame(
  { key, id }: Keyed,
  at: (slot: number) => { id: number; key: number; cuid: number } | undefined,
): boolean {
  try {
    return slotsOf(id).some((slot) => {
      const status = at(slot);
      return status?.id === id && status.key >>> 0 === key && status.cuid === process.getuid?.();
    });
  } catch {
    return false;
  }
}

/** Somebody else may have removed it. */
function tried(remove: () => void): void {
  try {
    remove();
  } catch {
    // Then there is nothing to do.
  }
}
