/** What a process has, and whom it talks to by that. */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject, ProcessSubject } from '../../protocol/kinds';
import type { ProcessPage, ProcessRow } from '../../protocol/pages/process';
import { type Kind, KINDS } from '../../protocol/ref';
import { objectName, listed } from '../findings/names';
import { gravest } from '../findings/severity';
import { kindViews, orderOf, viewOf } from '../kinds';
import { isSocket } from '../kinds/connections';
import { allRoleParts } from '../roles';
import { t } from '../translate';
import { grouped, pidText } from '../values';
import type { PageAround } from './around';

/** Rows, and those that are folded of one kind; of more only the number. */
const ROWS_MOST = 200;
const OWN_MOST = 50;

/** An object, by which ends the process has it, and who else does. */
export interface Held {
  object: IpcObject;
  ends: readonly Endpoint[];
  others: readonly Endpoint[];
}

/** What a process has. */
export function heldBy(process: { pid: number; startTime: string }, objects: Iterable<IpcObject>): Held[] {
  const isIts = ({ pid, startTime }: Endpoint) => pid === process.pid && startTime === process.startTime;
  const held: Held[] = [];
  for (const object of objects) {
    const { endpoints = [] } = object;
    if (!endpoints.some(isIts)) continue;
    held.push({
      object,
      ends: endpoints.filter(isIts),
      others: endpoints.filter((end) => !isIts(end)),
    });
  }
  return held;
}

export function holdsOf(
  process: ProcessSubject,
  held: readonly Held[],
  around: PageAround,
): ProcessPage['holds'] {
  const sorted = KINDS.flatMap((kind) =>
    held
      .filter(({ object }) => object.kind === kind)
      .sort((a, b) => orderOf(kind)(a.object, b.object))
      .map((one) => ({ one, row: rowOf(one, around) })),
  ).sort((a, b) => Number(b.row.tone !== undefined) - Number(a.row.tone !== undefined));
  const isOwn = ({ one, row }: (typeof sorted)[number]) => row.tone === undefined && isOwnAlone(one, around);
  const own = sorted.filter(isOwn);
  const rows = sorted.filter((one) => !isOwn(one)).map(({ row }) => row);
  const kinds = KINDS.filter((kind) => own.some(({ one }) => one.object.kind === kind));
  const more = rows.length - ROWS_MOST;
  return {
    count: held.length,
    rows: rows.slice(0, ROWS_MOST),
    own: kinds.map((kind) =>
      folded(
        kind,
        own.filter(({ one }) => one.object.kind === kind).map(({ row }) => row),
      ),
    ),
    notes: [
      ...(more > 0 ? [t('and {0} more', grouped(more))] : []),
      ...(process.details && process.details.handedDown === undefined
        ? [t('Its descriptors may not be looked at, so it may have more.')]
        : []),
    ],
  };
}

function folded(kind: Kind, rows: ProcessRow[]): ProcessPage['holds']['own'][number] {
  const { one, many } = kindViews[kind].labels;
  const text =
    rows.length === 1 ? t('1 {0} to itself', one) : t('{0} {1} to itself', grouped(rows.length), many);
  return { icon: kindViews[kind].icon, text, rows: rows.slice(0, OWN_MOST) };
}

function rowOf({ object, ends, others }: Held, around: PageAround): ProcessRow {
  const { find, host } = around;
  const tone = gravest(around.wrong(object.ref));
  const holders = new Set(ends.map(({ pid }) => pidText(pid, find)));
  const state = viewOf(object)
    .row(object, host, find)
    .steady.filter((word) => !holders.has(word));
  const says = [...allRoleParts(ends), ...withText(object, ends, others, around), ...state];
  return {
    icon: viewOf(object).icon,
    ...(tone && { tone }),
    ...{ name: objectName(object.ref, find), ref: object.ref },
    says: [...new Set(says)].join(' · '),
  };
}

/** With whom. */
function withText(
  object: IpcObject,
  ends: readonly Endpoint[],
  others: readonly Endpoint[],
  { find }: PageAround,
): string[] {
  const named = (all: readonly Endpoint[]) =>
    listed([...new Set(all.map(({ pid }) => pid))].map((pid) => pidText(pid, find)));
  const own = new Set(ends.map(({ pid }) => pid));
  if (isSocket(object)) {
    const peer = object.peer ? find.object?.(object.peer)?.endpoints : undefined;
    const theirs = (peer ?? []).filter(({ pid }) => !own.has(pid));
    return theirs.length > 0 ? [t('with {0}', named(theirs))] : [];
  }
  if (others.length === 0) return [];
  if (object.kind === 'pipe' || object.kind === 'fifo') {
    const on = (all: readonly Endpoint[], side: 'reader' | 'writer') =>
      all.filter(({ role }) => role === side || role === 'both');
    const [from, to] = [on(others, 'writer'), on(others, 'reader')];
    return [
      ...(on(ends, 'reader').length > 0 && from.length > 0 ? [t('from {0}', named(from))] : []),
      ...(on(ends, 'writer').length > 0 && to.length > 0 ? [t('to {0}', named(to))] : []),
    ];
  }
  return [t('with {0}', named(others))];
}

/** Kinds that are of no interest to anybody else where one process alone has them. */
const QUIET: ReadonlySet<Kind> = new Set(['pipe', 'eventfd', 'unix', 'inet']);

/** Nobody else has it, nor the other end. */
function isOwnAlone({ object, ends, others }: Held, { find }: PageAround): boolean {
  if (!QUIET.has(object.kind) || others.length > 0) return false;
  if (!isSocket(object)) return true;
  const peer = object.peer ? find.object?.(object.peer) : undefined;
  const [own] = ends;
  return peer?.endpoints?.every(({ pid }) => pid === own?.pid) === true && peer.endpoints.length > 0;
}
