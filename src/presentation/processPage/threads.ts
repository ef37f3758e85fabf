/** The threads of a process, with what each waits on: those that do the same are one row. */
import type { Severity } from '../../protocol/findings';
import type { ProcessSubject } from '../../protocol/kinds';
import type { ProcessPage, Said, ThreadRow } from '../../protocol/pages/process';
import type { Thread } from '../../protocol/process';
import { waitingClause, waitingPieces } from '../findings/waiting';
import { stateText } from '../processes';
import { t } from '../translate';
import { grouped } from '../values';
import { waitWords } from '../waits';
import type { PageAround } from './around';

/** Rows; of more only how many threads. */
const ROWS_MOST = 60;
/** Spans of numbers in one row. */
const SPANS_MOST = 2;

/** Threads that are alike. */
interface Alike {
  first: Thread;
  name: string;
  tone: Severity | undefined;
  does: Said;
  tids: number[];
  /** The latest: all have waited since then. */
  since: number | undefined;
  atLeast: boolean;
}

export function threadRows(process: ProcessSubject, around: PageAround): ProcessPage['threads'] {
  const { threads = [], threadCount = threads.length } = process;
  const tones = tonesOf(process, around);
  const times = new Map((process.details?.threads ?? []).map((one) => [one.tid, one]));
  const found = new Map<string, Alike>();
  for (const thread of threads) {
    const { tid, wait } = thread;
    const does = doesOf(thread, times.has(tid) && times.get(tid)?.since !== undefined, around);
    const name = thread.name ?? (tid === process.pid ? t('main') : process.name);
    const call = wait === undefined || wait === 'runs' ? '' : wait.call;
    const tone = tones.get(tid);
    const key = JSON.stringify([name, does, call, tone, tid === process.pid]);
    const { since, atLeast = false } = (typeof wait === 'object' ? wait : times.get(tid)) ?? {};
    const known = found.get(key);
    if (!known) {
      found.set(key, { first: thread, name, tone, does, tids: [tid], since, atLeast });
      continue;
    }
    known.tids.push(tid);
    known.since = since === undefined || known.since === undefined ? undefined : Math.max(known.since, since);
    known.atLeast = true;
  }
  const rows = [...found.values()].sort(
    (a, b) => Number(b.tone !== undefined) - Number(a.tone !== undefined) || a.first.tid - b.first.tid,
  );
  const untold = threadCount - threads.length + sum(rows.slice(ROWS_MOST));
  return {
    count: threadCount,
    rows: rows.slice(0, ROWS_MOST).map(rowOf),
    ...(threads.length === 0
      ? { note: t('What its threads do was not told.') }
      : untold > 0 && { note: t('and {0} more', grouped(untold)) }),
  };
}

function sum(rows: readonly Alike[]): number {
  return rows.reduce((all, { tids }) => all + tids.length, 0);
}

function rowOf({ first, name, tone, does, tids, since, atLeast }: Alike): ThreadRow {
  const sorted = [...tids].sort((a, b) => a - b);
  const [short, every] = [spansText(sorted, SPANS_MOST), spansText(sorted, Infinity)];
  const call = callText(first, tids.length > 1);
  return {
    name: tids.length > 1 ? t('{0} × {1}', grouped(tids.length), name) : name,
    tids: short,
    has: sorted,
    ...(every !== short && { every }),
    ...(tone && { tone }),
    does,
    ...(call !== '' && { call }),
    ...(since !== undefined && { since, ...(atLeast && { atLeast }) }),
  };
}

/** What the kernel calls it; where several are alike what each names is different. */
function callText({ wait }: Thread, several: boolean): string {
  if (wait === undefined || wait === 'runs') return '';
  return several ? wait.call : [wait.call, ...waitWords(wait)].join(', ');
}

/** `5404–5407, 5410` */
function spansText(tids: readonly number[], most: number): string {
  const spans: [number, number][] = [];
  for (const tid of tids) {
    const last = spans.at(-1);
    if (last?.[1] === tid - 1) last[1] = tid;
    else spans.push([tid, tid]);
  }
  const named = spans.slice(0, most).map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  const shown = spans.slice(0, most).reduce((all, [from, to]) => all + to - from + 1, 0);
  const more = tids.length - shown;
  return more > 0 ? t('{0} and {1} more', named.join(', '), grouped(more)) : named.join(', ');
}

function doesOf({ state, wait }: Thread, sleeps: boolean, around: PageAround): Said {
  if (wait === 'runs') return [t('runs')];
  if (wait !== undefined) {
    const { on } = wait;
    const pieces: Said =
      on.is === 'thread'
        ? [{ text: waitingClause({ wait }, around), thread: on.number }]
        : [...waitingPieces(wait, around)];
    return wait.certain ? pieces : [...pieces, t(', probably')];
  }
  return [sleeps ? t('sleeps; in which call is not known') : stateText(state)];
}

/** How grave it is what findings say of each thread that they name. */
function tonesOf({ ref, pid }: ProcessSubject, { wrong }: PageAround): Map<number, Severity> {
  const tones = new Map<number, Severity>();
  for (const { severity, parts } of wrong(ref))
    for (const part of Object.values(parts).flat() as unknown[])
      if (isWaiter(part) && part.pid === pid && !tones.has(part.tid)) tones.set(part.tid, severity);
  return tones;
}

function isWaiter(part: unknown): part is { pid: number; tid: number } {
  return typeof part === 'object' && part !== null && 'pid' in part && 'tid' in part;
}
