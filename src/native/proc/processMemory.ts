/**
 * Memory of another process (proc(5): mem, pagemap), through the reader. A read of a page that is not there makes the kernel fetch it, from a file system that may never
 * answer: so only pages are read that stand in the process's own tables, be they its own or of a file (as literals of programs are); and since it may put another there in between, only by one who may be left
 * waiting.
 */
import { pretends } from '../environment';
import type { Answer } from '../reader/reader';
import { askOne, askReader, tellReader } from '../reader/reading';

const PRETEND_YAMA = pretends('yama');

/** Memory of a process; undefined where it may not be read, or might have to be fetched. */
export function memoryOf(pid: number, address: bigint, length: number): Buffer | undefined {
  const early = foreseen?.take(pid, address, length);
  return early ? early.memory : presentMemoryOf(pid, address, length);
}

/** The same as it is now, whatever was read ahead: all its pages are in the process's own tables already, so that nothing is fetched and nothing allocated. */
export function presentMemoryOf(task: number, address: bigint, length: number): Buffer | undefined {
  if ((PRETEND_YAMA && task !== process.pid) || length <= 0) return undefined;
  return askOne({ ask: 'present', task, address, length });
}

/**
 * Writes to memory of a process that it may write itself, through the reader, since its process can put a file there whose server is silent. What stood there before, of as many bytes as were written;
 * `refused`: nothing was; `silent`: there was no answer in time, and whether it was written is not known.
 */
export function writeTo(task: number, address: bigint, data: Buffer): Buffer | 'refused' | 'silent' {
  if (PRETEND_YAMA && task !== process.pid) return 'refused';
  return tellReader({ ask: 'write', task, address, data }) ?? 'refused';
}

/** Where the arguments of a task stand in its memory (proc(5), stat). */
export interface Arguments {
  task: number;
  address: bigint;
}

/** The arguments of tasks as /proc/PID/cmdline has them; undefined where they may not be read, `unanswered` where nobody could be asked. */
export function argumentsOf(tasks: readonly Arguments[]): Answer[] {
  return askReader(tasks.map((one) => ({ ask: 'command', ...one })));
}

/** A range of the memory of a task. */
export interface Range {
  address: bigint;
  length: number;
}

/** What `memoryOf` is answered with, while `withMemory` lasts: never from one step of a walk to the next, for there may be several walks. */
let foreseen: ForeseenMemory | undefined;

/** Memory that was read ahead, all at once, since the reader is another process. */
export class ForeseenMemory {
  private readonly memory = new Map<string, Buffer | undefined>();

  constructor(ranges: readonly (Range & { task: number })[]) {
    const some = PRETEND_YAMA ? [] : ranges.filter(({ length }) => length > 0);
    const found = askReader(some.map((range) => ({ ask: 'present', ...range })));
    for (const [at, { task, address, length }] of some.entries())
      this.memory.set(`${task} ${address} ${length}`, answered(found[at]));
  }

  /** What was read there; undefined where nothing was. Only once: who asks again wants to know what is there by then. */
  take(task: number, address: bigint, length: number): { memory: Buffer | undefined } | undefined {
    const key = this.memory.size === 0 ? '' : `${task} ${address} ${length}`;
    if (!this.memory.has(key)) return undefined;
    const memory = this.memory.get(key);
    this.memory.delete(key);
    return { memory };
  }

  /** Throws away what was read of one task. */
  forget(task: number): void {
    for (const key of this.memory.keys()) if (key.startsWith(`${task} `)) this.memory.delete(key);
  }
}

/** Does something to which `memoryOf` answers with what was read ahead. */
export function withMemory<T>(memory: ForeseenMemory, use: () => T): T {
  foreseen = memory;
  try {
    return use();
  } finally {
    foreseen = undefined;
  }
}

function answered(answer: Answer): Buffer | undefined {
  return answer === 'unanswered' ? undefined : answer;
}
