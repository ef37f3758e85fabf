/**
 * The reader: a process of its own that asks what may never be answered, one question after the other, until its stdin closes. Between a check of a page, a name or a descriptor and its use another
 * process can put a file there whose server is silent; then it is this process that waits, and not even SIGKILL may end it.
 */
import { closeSync, openSync, readSync, statfsSync, writeSync } from 'node:fs';
import { prepare } from '../libc/load';
import { readMemoryOf, writeMemoryOf } from '../libc/uio';
import { eventsOf } from '../libc/fd';
import { ownPages, arePresent } from '../proc/pages';
import { readSmall } from '../proc/read';
import { decodeQuestion, encodeAnswer, Frames, type Question, type Writing } from './frames';

const CHUNK = 1 << 16;

/** Runs it. Resolves with the exit code once nobody asks any more. */
export async function runReader(): Promise<number> {
  await prepare();
  const frames = new Frames();
  const chunk = Buffer.alloc(CHUNK);
  // Says that it is there.
  say(encodeAnswer(undefined));
  for (;;) {
    const length = readSync(0, chunk, 0, CHUNK, null);
    if (length === 0) return 0;
    frames.add(chunk.subarray(0, length));
    for (let frame = frames.next(); frame; frame = frames.next()) {
      const question = decodeQuestion(frame);
      if (!say(encodeAnswer(question && answer(question)))) return 0;
    }
  }
}

/** False where nobody listens any more. */
function say(frame: Buffer): boolean {
  try {
    for (let done = 0; done < frame.length;) done += writeSync(1, frame, done);
    return true;
  } catch {
    return false;
  }
}

function answer(question: Question): Buffer | undefined {
  switch (question.ask) {
    case 'present':
      return memory(question, arePresent(question.task, question.address, question.length));
    case 'command': {
      const { task, address } = question;
      // It is read from the process's own memory, and what is in swap comes from there.
      const safe = address === 0n ? undefined : ownPages(task, address, 1, true);
      return safe === false ? undefined : readSmall(`/proc/${task}/cmdline`);
    }
    case 'magic':
      return magic(question.link);
    case 'write':
      return written(question);
  }
}

/** What stood there before, of as many bytes as were written. Undefined: nothing was. */
function written({ task, address, data }: Writing): Buffer | undefined {
  const before = memory({ task, address, length: data.length }, true);
  // Who asked may have given up while that took its time; then nothing is to happen any more.
  if (!before || eventsOf(1).error) return undefined;
  const done = writeMemoryOf(task, address, data);
  const bytes = done === 'refused' ? writeFile(`/proc/${task}/mem`, data, address) : done;
  return bytes > 0 || data.length === 0 ? before.subarray(0, bytes) : undefined;
}

function writeFile(path: string, data: Buffer, position: bigint): number {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r+');
    return writeSync(fd, data, 0, data.length, Number(position));
  } catch {
    return 0;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function memory(
  { task, address, length }: { task: number; address: bigint; length: number },
  safe: boolean,
): Buffer | undefined {
  if (!safe) return undefined;
  const into = Buffer.alloc(length);
  const got = readMemoryOf(task, address, into);
  if (got !== 'refused') return got ? into : undefined;
  return readFile(`/proc/${task}/mem`, into, address) ? into : undefined;
}

function readFile(path: string, into: Buffer, position: bigint): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readSync(fd, into, 0, into.length, position) === into.length;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function magic(link: string): Buffer | undefined {
  try {
    const found = Buffer.alloc(4);
    found.writeUInt32LE(statfsSync(link).type >>> 0);
    return found;
  } catch {
    return undefined;
  }
}
