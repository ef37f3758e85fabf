/** The columns of a table of objects: the facts of their kinds, which tooltip, page and command line walk too. */
import type { IpcObject } from '../../protocol/kinds';
import type { BigCount } from '../../protocol/numbers';
import type { Kind } from '../../protocol/ref';
import { type Amount, type Context, type FactRecord, walk } from '../facts';
import { figuresOf, kindViews, labelOf } from '../kinds';
import { t } from '../translate';
import { clockText, grouped, size } from '../values';
import { LABEL } from './label';

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly kernelName?: string | undefined;
  /** Absent: it is text. */
  readonly is?: Amount<IpcObject>['is'] | undefined;
}

/** Which kind an object is, where there are several. */
const KIND = 'kind';

/** So many columns are shown of themselves. */
const SHOWN = 8;

type Record = FactRecord<IpcObject>;
const known = new Map<Kind, ReadonlyMap<string, Record>>();

function recordsOf(kind: Kind): ReadonlyMap<string, Record> {
  let records = known.get(kind);
  if (!records) {
    // Whoever asks for a kind asks with objects of it.
    const facts = kindViews[kind].facts as unknown as readonly Record[];
    known.set(kind, (records = new Map(facts.map((record) => [record.key, record]))));
  }
  return records;
}

/** Every column that a table of these kinds can have, besides the first. */
export function columnsOf(kinds: readonly Kind[]): Column[] {
  const found = new Map<string, Column>();
  if (kinds.length > 1) found.set(KIND, { key: KIND, label: t('Kind') });
  for (const kind of kinds)
    for (const { key, label, kernelName, amount } of recordsOf(kind).values())
      if (!found.has(key)) found.set(key, { key, label: label(), kernelName, is: amount?.is });
  return [...found.values()];
}

/** What is asked for of every object. */
const COMMON: readonly string[] = ['state', 'owner'];

/** Those that are shown until somebody chooses: the kind, the key figures, who waits, amounts, then what else has a value. `some`: a few objects of the table. */
export function shownOf(columns: readonly Column[], some: readonly IpcObject[], context: Context): string[] {
  const figures = new Set(some.flatMap((object) => figuresOf(object, context).map(({ key }) => key)));
  const filled = columns.filter(
    ({ key }) =>
      some.length === 0 || key === 'waits' || some.some((object) => cellText(object, key, context, 0) !== ''),
  );
  const rank = ({ key, is }: Column) => {
    if (key === KIND) return 0;
    if (figures.has(key)) return 1;
    if (key === 'waits') return 2;
    if (is === 'bytes' || is === 'count') return 3;
    if (COMMON.includes(key)) return 4;
    return is === undefined ? 6 : 5;
  };
  const first = [...filled].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  const chosen = new Set(first.map(({ key }) => key));
  return columns.map(({ key }) => key).filter((key) => chosen.has(key));
}

/** What stands in a cell: one line; empty where an object has no such fact. `now`: the day of moments that are told by their time alone. */
export function cellText(object: IpcObject, key: string, context: Context, now: number): string {
  if (key === LABEL) return labelOf(object, context.process);
  if (key === KIND) return kindViews[object.kind].labels.whole;
  const record = recordsOf(object.kind).get(key);
  if (!record) return '';
  const value = record.amount?.of(object);
  if (value !== undefined && value !== null && record.amount?.is === 'bytes') return size(value);
  if (typeof value === 'number' && record.amount?.is === 'moment') return clockText(value, now);
  return linesText(object, record, context);
}

function linesText(object: IpcObject, record: Record, context: Context): string {
  const label = record.label();
  return walk([record], object, context)
    .map((line) => (line.label === label ? line.text : t('{0}: {1}', line.label, line.text)))
    .join('; ');
}

/** An amount; undefined of what is text, or not known, null of what is known to be none. */
export function amountOf(object: IpcObject, key: string): BigCount | null | undefined {
  return recordsOf(object.kind).get(key)?.amount?.of(object);
}

/** As machines read it: amounts in full, moments as ISO 8601 has them, else the text. */
export function plainCell(object: IpcObject, key: string, context: Context): string {
  const value = amountOf(object, key);
  if (value === undefined || value === null)
    return value === null ? '' : cellText(object, key, context, Number.NaN);
  const moment = recordsOf(object.kind).get(key)?.amount?.is === 'moment';
  return moment ? new Date(Number(value)).toISOString() : String(value);
}

/** What these objects have together, of each column that adds up: `Messages: 115`. */
export function sumsOf(objects: readonly IpcObject[], columns: readonly Column[]): string[] {
  return columns.flatMap(({ key, label, is }) => {
    if (is !== 'bytes' && is !== 'count') return [];
    let sum = 0n;
    let any = false;
    for (const object of objects) {
      const value = amountOf(object, key);
      if (value === undefined || value === null) continue;
      any = true;
      sum += BigInt(value);
    }
    if (!any) return [];
    const total = sum > BigInt(Number.MAX_SAFE_INTEGER) ? String(sum) : Number(sum);
    return [t('{0}: {1}', label, is === 'bytes' ? size(total) : grouped(total))];
  });
}
