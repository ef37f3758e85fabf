/**
 * The journal of a drain of a POSIX queue: what was taken, and what has gone back since. The helper writes it, and should it be killed the extension reads in it what is in
 * the queue no longer. Lines of JSON, and behind that of a message its bytes as they are, so that as little as possible stands between the kernel and the disk.
 */
import * as v from 'valibot';
import { type Bytes, decodeText, encodeText, toBytes } from './bytes';
import { count, moment } from './facts';

const head = v.object({
  is: v.literal('drain'),
  /** Who writes it, for as long as that lives. */
  pid: count,
  startTime: v.string(),
  /** As `Recovery` has it: what is known of each message beside what is in it. */
  entry: v.record(v.string(), v.unknown()),
});

const line = v.variant('is', [
  head,
  /** Taken as the `number`th, from 0. So many bytes follow the line, and one more that ends them. */
  v.object({ is: v.literal('took'), number: count, priority: count, takenAt: moment, bytes: count }),
  /** It goes back now; so the one before it has gone. */
  v.object({ is: v.literal('sending'), number: count }),
  /** There was no room for it. */
  v.object({ is: v.literal('left'), number: count }),
  /** The last one has gone back. */
  v.object({ is: v.literal('done') }),
]);
export type JournalLine = v.InferOutput<typeof line>;

/** A message that is in the queue no longer; `certain`: else it was on its way back, and may be in the queue too. */
export interface Drained {
  number: number;
  priority: number;
  takenAt: number;
  content: Bytes;
  certain: boolean;
}

/** A line as it is written. */
export function journalLine(said: JournalLine): Uint8Array {
  return encodeText(`${JSON.stringify(said)}\n`);
}

const NEWLINE = 10;

/** What a journal tells; undefined where not even its first line was written. What was being written when the writer died is left out. */
export function readJournal(
  data: Uint8Array,
): (Pick<v.InferOutput<typeof head>, 'pid' | 'startTime' | 'entry'> & { messages: Drained[] }) | undefined {
  let first: v.InferOutput<typeof head> | undefined;
  const drained = new Map<number, Drained>();
  let sending: number | undefined;
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(NEWLINE, at);
    const said = end < 0 ? undefined : parsed(data.subarray(at, end));
    if (!said) break;
    at = end + 1;
    // Whoever is sent next, the one before is in the queue again, and is named here no more.
    const gone = sending;
    if (said.is === 'drain') first ??= said;
    else if (said.is === 'took') {
      const { number, priority, takenAt, bytes } = said;
      if (at + bytes >= data.length) break;
      const content = toBytes(data.subarray(at, at + bytes));
      drained.set(number, { number, priority, takenAt, content, certain: true });
      at += bytes + 1;
    } else {
      sending = said.is === 'sending' ? said.number : undefined;
      if (gone !== undefined && said.is !== 'left') drained.delete(gone);
    }
  }
  if (!first) return undefined;
  const { pid, startTime, entry } = first;
  const messages = [...drained.values()].map((one) => ({ ...one, certain: one.number !== sending }));
  return { pid, startTime, entry, messages };
}

function parsed(bytes: Uint8Array): JournalLine | undefined {
  try {
    const checked = v.safeParse(line, JSON.parse(decodeText(bytes) ?? ''));
    return checked.success ? checked.output : undefined;
  } catch {
    return undefined;
  }
}

/** What a file of a journal is called. `name`: unlike that of any other. */
export function journalFile(name: string): string {
  return `drain-${name}.journal`;
}

/** The name in that of a file; undefined where it is none of a journal. */
export function journalName(file: string): string | undefined {
  return /^drain-(.+)\.journal$/.exec(file)?.[1];
}

/** The id of one of its messages among the received ones: whoever stores it, it is one line. */
export function drainedId(name: string, number: number): string {
  return `${name}-${number}`;
}
