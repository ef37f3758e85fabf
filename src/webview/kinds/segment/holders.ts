/** Which processes map a segment, as far as was seen. Pure. */
import type { Endpoint } from '../../../protocol/facts';
import type { SegmentObject } from '../../../protocol/kinds/sysvShm';
import { holderText } from '../../format/process';
import type { Process } from '../../../protocol/snapshot';
import { number, t } from '../../strings';

/** A process with its mappings. */
export interface Holder {
  pid: number;
  startTime: string;
  mappings: Endpoint[];
}

/** The processes in the order of their first mapping; undefined where nobody looked, and the kernel counts some. */
export function holdersOf(object: SegmentObject): Holder[] | undefined {
  if (!object.endpoints) return object.attachments === 0 ? [] : undefined;
  const holders = new Map<string, Holder>();
  for (const end of object.endpoints) {
    if (end.role !== 'attached') continue;
    const key = `${end.pid} ${end.startTime}`;
    const holder = holders.get(key);
    if (holder) holder.mappings.push(end);
    else holders.set(key, { pid: end.pid, startTime: end.startTime, mappings: [end] });
  }
  return [...holders.values()];
}

/** What is to be said where the kernel counts other than was seen; undefined where both agree. */
export function differenceText(holders: readonly Holder[], counted: number): string | undefined {
  const seen = holders.reduce((sum, holder) => sum + holder.mappings.length, 0);
  if (seen === counted) return undefined;
  const counts =
    counted === 1 ? t('The kernel counts 1 mapping;') : t('The kernel counts {0} mappings;', number(counted));
  const saw =
    seen === 0 ? t('none was seen.') : seen === 1 ? t('1 was seen.') : t('{0} were seen.', number(seen));
  const why =
    seen < counted
      ? t('The others belong to processes that may not be looked at, or to another namespace.')
      : t('It changed meanwhile.');
  return `${counts} ${saw} ${why}`;
}

/** `1 process`, `2 processes`; `2 processes seen` where not all mappings were. */
export function processCount(holders: readonly Holder[], counted: number): string {
  const seen = holders.reduce((sum, holder) => sum + holder.mappings.length, 0);
  const count = holders.length;
  if (seen < counted) {
    if (count === 0) return t('processes hidden');
    return count === 1 ? t('1 process seen') : t('{0} processes seen', number(count));
  }
  return count === 1 ? t('1 process') : t('{0} processes', number(count));
}

/** Who sees what is written, in one line for the form that writes. */
export function whoSees(object: SegmentObject, processes: readonly Process[]): string {
  const holders = holdersOf(object);
  if (!holders)
    return t('Which processes map it was not looked at; those that do see what is written at once.');
  const [first] = holders;
  if (!first)
    return object.attachments === 0
      ? t('No process maps it now.')
      : t('Processes that could not be looked at map it: they see what is written at once.');
  const { label } = holderText(first, processes);
  const rest = holders.length - 1;
  if (rest === 0) return t('{0} maps it and sees what is written at once.', label);
  return t('{0} and {1} more map it and see what is written at once.', label, number(rest));
}

/** `read and write`, `read-only` */
export function rightsText(rights: string | undefined): string {
  if (rights === undefined) return t('not known');
  if (rights.startsWith('rw')) return t('read and write');
  return rights.startsWith('r-') ? t('read-only') : t('no access');
}
