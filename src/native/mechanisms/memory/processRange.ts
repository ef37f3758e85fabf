/**
 * Ranges of anonymous shared memory through a process that has it (/proc/PID/mem, proc(5)), for those who may not open its file. Reading takes only pages that the process itself has touched, so
 * that none is allocated.
 */
import { closeSync, openSync } from 'node:fs';
import { fromBytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { ParametersOf, ResultOf } from '../../../protocol/kinds';
import { RANGE_MOST } from '../../../protocol/kinds/sysvShm';
import type { HeldFile } from '../../census/memory/held';
import { pageSize } from '../../libc/time';
import { presentMemoryOf, writeTo } from '../../proc/processMemory';
import { Pieces } from './segmentRange';
import { showing, stillMaps, type Window, windows } from './stillMapped';

/** What is known in this call of those who have it. */
class Reach {
  private readonly known = new Map<Window, ReturnType<typeof stillMaps>>();
  private readonly used = new Set<Window>();

  constructor(private readonly file: HeldFile) {}

  of(window: Window): ReturnType<typeof stillMaps> {
    const known = this.known.get(window) ?? stillMaps(this.file, window);
    this.known.set(window, known);
    return known;
  }

  /** Only of what lies there before and, as `confirm` sees, after. */
  page(window: Window, from: number, to: number): Buffer | undefined {
    if (from < window.from || to > window.to || this.of(window) !== 'yes') return undefined;
    const address = window.address + BigInt(from - window.from);
    const page = presentMemoryOf(showing(window), address, to - from);
    if (page) this.used.add(window);
    return page;
  }

  /** Throws `gone` where what was read may have been something else by then. */
  confirm(): void {
    for (const window of this.used)
      if (stillMaps(this.file, window) !== 'yes') throw new IpcFailure({ code: 'gone' });
  }
}

/**
 * Reads a range, cut at the end of what is mapped. Pages that nobody who may be asked has touched are `unknown`. Throws IpcFailure `outside`, `gone` where none of the file's ends leads
 * to it any more, and `disturbs`.
 */
export function readThrough(
  file: HeldFile,
  { offset, length }: Omit<ParametersOf<'mapping', 'read'>, 'ref'>,
): ResultOf<'mapping', 'read'> {
  const reach = new Reach(file);
  const all = windows(file);
  const furthest = [...all].sort((one, other) => other.to - one.to).find((one) => reach.of(one) === 'yes');
  if (!furthest)
    throw new IpcFailure(
      all.some((one) => reach.of(one) === 'denied')
        ? { code: 'disturbs', detail: { why: 'denied' } }
        : { code: 'gone' },
    );
  const page = pageSize();
  const end = Math.min(offset + length, furthest.to);
  if (end <= offset)
    throw new IpcFailure({ code: 'outside', detail: { offset, length, bytes: String(end) } });
  const content = Buffer.alloc(end - offset);
  const pieces = new Pieces();
  let some = false;
  for (let at = offset; at < end;) {
    const next = Math.min(end, (Math.floor(at / page) + 1) * page);
    const found = pageFrom(all, reach, at, next);
    found?.copy(content, at - offset);
    some ||= found !== undefined;
    pieces.add(at, next, found ? 'data' : 'unknown');
    at = next;
  }
  if (!some && !all.some((one) => reach.of(one) === 'yes' && isReadable(one.pid)))
    throw new IpcFailure({ code: 'disturbs', detail: { why: 'denied' } });
  reach.confirm();
  return { offset, content: toBytes(content), pieces: pieces.all, readAt: Date.now() };
}

function pageFrom(all: readonly Window[], reach: Reach, from: number, to: number): Buffer | undefined {
  for (const window of all) {
    const page = reach.page(window, from, to);
    if (page) return page;
  }
  return undefined;
}

function isReadable(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a range through a process that may write there itself. Throws `gone` where none of the file's ends leads to it any more, `disturbs` where there is none that we may use, and `unsettled`
 * where something else came to lie there in the midst of it.
 */
export function writeThrough(
  file: HeldFile,
  { offset, content }: Omit<ParametersOf<'mapping', 'write'>, 'ref'>,
): ResultOf<'mapping', 'write'> {
  const data = Buffer.from(fromBytes(content));
  if (data.length > RANGE_MOST)
    throw new IpcFailure({ code: 'tooMuch', detail: { length: data.length, limit: RANGE_MOST } });
  const all = windows(file);
  const fitting = all.filter(
    ({ from, to, writes }) => writes && offset >= from && offset + data.length <= to,
  );
  for (const window of fitting) {
    if (stillMaps(file, window) !== 'yes') continue;
    const address = window.address + BigInt(offset - window.from);
    const before = writeTo(showing(window), address, data);
    // Another who has it may be open to us.
    if (before === 'refused') continue;
    if (before === 'silent') throw new IpcFailure({ code: 'unsettled', detail: { why: 'silent' } });
    // Between the question and the write its process can put something else there, and nobody can keep it from that.
    if (stillMaps(file, window) !== 'yes')
      throw new IpcFailure({ code: 'unsettled', detail: { why: 'moved' } });
    return { bytes: before.length, before: toBytes(before) };
  }
  const usable = fitting.length > 0 ? fitting : all;
  throw new IpcFailure(
    usable.every((window) => stillMaps(file, window) === 'no')
      ? { code: 'gone' }
      : { code: 'disturbs', detail: { why: 'denied' } },
  );
}
