/** What the helper asks its reader, and what that answers: frames of bytes over two pipes, for hundreds of questions in a look. */

/** The question to write to the memory of a task what stands in `data`; its answer is what stood there before, of as many bytes as were written. */
export interface Writing {
  ask: 'write';
  task: number;
  address: bigint;
  data: Buffer;
}

/**
 * A question that may never be answered. `present`: bytes of the memory of a task, where all pages are in its tables;
 * `command`: its arguments; `magic`: the number of the file system (statfs(2), f_type) to which a link of /proc leads; `mount`: on which, as its fdinfo names it.
 */
export type Question =
  | { ask: 'present'; task: number; address: bigint; length: number }
  | { ask: 'command'; task: number; address: bigint }
  | { ask: 'magic'; link: string; mount: string }
  | Writing;

const ASKS = ['present', 'command', 'magic', 'write'] as const;
/** Length, what is asked, task, address, length of what is wanted or of what stands behind it: the link, or the bytes. */
const HEAD = 24;
const AT = { ask: 4, task: 8, address: 12, length: 20 } as const;

export function encodeQuestion(question: Question): Buffer {
  const behind =
    question.ask === 'magic'
      ? Buffer.from(question.link)
      : question.ask === 'write'
        ? question.data
        : undefined;
  const frame = Buffer.alloc(HEAD + (behind?.length ?? 0));
  frame.writeUInt32LE(frame.length, 0);
  frame.writeUInt32LE(ASKS.indexOf(question.ask), AT.ask);
  if (question.ask !== 'magic') {
    frame.writeUInt32LE(question.task, AT.task);
    frame.writeBigUInt64LE(BigInt.asUintN(64, question.address), AT.address);
  }
  frame.writeUInt32LE('length' in question ? question.length : (behind?.length ?? 0), AT.length);
  behind?.copy(frame, HEAD);
  return frame;
}

/** The question in a whole frame; undefined where it is none. */
export function decodeQuestion(frame: Buffer): Question | undefined {
  const ask = frame.length < HEAD ? undefined : ASKS[frame.readUInt32LE(AT.ask)];
  if (ask === undefined) return undefined;
  if (ask === 'magic') return { ask, link: frame.toString('utf8', HEAD), mount: '' };
  const about = { task: frame.readUInt32LE(AT.task), address: frame.readBigUInt64LE(AT.address) };
  if (ask === 'command') return { ask, ...about };
  if (ask === 'write') return { ask, ...about, data: Buffer.from(frame.subarray(HEAD)) };
  return { ask, ...about, length: frame.readUInt32LE(AT.length) };
}

/** Bytes of a frame's own: its length, and whether there is an answer. */
const FRAME = 5;

/** An answer; undefined: it may not be read, or not be had. */
export function encodeAnswer(answer: Buffer | undefined): Buffer {
  const frame = Buffer.alloc(FRAME + (answer?.length ?? 0));
  frame.writeUInt32LE(frame.length, 0);
  frame[4] = answer ? 1 : 0;
  answer?.copy(frame, FRAME);
  return frame;
}

/** The answer in a whole frame. */
export function decodeAnswer(frame: Buffer): Buffer | undefined {
  return frame[4] === 1 ? frame.subarray(FRAME) : undefined;
}

/** Puts frames together from what a pipe gives piece by piece. */
export class Frames {
  private rest = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.rest, bytes]);
  }

  /** The next whole frame. */
  next(): Buffer | undefined {
    if (this.rest.length < 4) return undefined;
    const length = this.rest.readUInt32LE(0);
    // It counts itself. What comes behind one that does not is lost.
    if (length < 4) this.rest = Buffer.alloc(0);
    if (length < 4 || this.rest.length < length) return undefined;
    const frame = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return frame;
  }
}
