/** Which processes have memory mapped, or the end of a queue, and how, as far as was seen. */
import type { Endpoint } from '../protocol/facts';
import type { ObjectOf } from '../protocol/kinds';
import { holderName } from './processes';
import { visible } from './text';
import { t } from './translate';
import { type Find, grouped } from './values';

/** An object whose holders are listed: memory, and what is reached through it or a descriptor. */
export type HeldObject = ObjectOf<'sysv.shm' | 'posix.shm' | 'mapping' | 'posix.mq' | 'posix.sem'>;

/** How many mappings the kernel counts; undefined where it counts none, so that what is hidden cannot be told. */
export function countedOf(object: HeldObject): number | undefined {
  return object.kind === 'sysv.shm' ? object.attachments : undefined;
}

/** The ends of those who have it, and not only wait at it. */
function holdingEnds({ endpoints }: HeldObject): Endpoint[] | undefined {
  return endpoints?.filter(({ role, own }) => role !== 'waiter' && role !== 'holder' && own !== true);
}

/** A process with its mappings. */
export interface Holder {
  pid: number;
  startTime: string;
  mappings: Endpoint[];
}

/** The processes in the order of their first mapping; undefined where nobody looked, and the kernel counts some. */
export function holdersOf(object: HeldObject): Holder[] | undefined {
  const ends = holdingEnds(object);
  if (!ends) return countedOf(object) === 0 ? [] : undefined;
  const holders = new Map<string, Holder>();
  for (const end of ends) {
    const key = `${end.pid} ${end.startTime}`;
    const holder = holders.get(key);
    if (holder) holder.mappings.push(end);
    else holders.set(key, { pid: end.pid, startTime: end.startTime, mappings: [end] });
  }
  return [...holders.values()];
}

/** What is to be said where the kernel counts other than was seen; undefined where both agree. */
export function differenceText(holders: readonly Holder[], counted: number | undefined): string | undefined {
  if (counted === undefined) return undefined;
  const seen = holders.reduce((sum, holder) => sum + holder.mappings.length, 0);
  if (seen === counted) return undefined;
  const counts =
    counted === 1
      ? t('The kernel counts 1 mapping;')
      : t('The kernel counts {0} mappings;', grouped(counted));
  const saw =
    seen === 0 ? t('none was seen.') : seen === 1 ? t('1 was seen.') : t('{0} were seen.', grouped(seen));
  const why =
    seen < counted
      ? t('The others belong to processes that may not be looked at, or to another namespace.')
      : t('It changed meanwhile.');
  return `${counts} ${saw} ${why}`;
}

/** Who sees what is written, in one line for the form that writes. */
export function whoSees(object: HeldObject, find: Find): string {
  const holders = holdersOf(object);
  if (!holders)
    return t('Which processes map it was not looked at; those that do see what is written at once.');
  const [first] = holders;
  if (!first)
    return countedOf(object) === undefined
      ? t('No process was seen to map it.')
      : countedOf(object) === 0
        ? t('No process maps it now.')
        : t('Processes that could not be looked at map it: they see what is written at once.');
  const label = holderName(first, find).text;
  const rest = holders.length - 1;
  if (rest === 0) return t('{0} maps it and sees what is written at once.', label);
  return t('{0} and {1} more map it and see what is written at once.', label, grouped(rest));
}

/** Where a process has it: an address range with where that begins in the object, or a descriptor. */
export function placeText({ address, fd, offset }: Endpoint): string {
  if (address !== undefined)
    return offset === undefined || offset === 0
      ? visible(address)
      : t('{0} (from {1} on)', visible(address), grouped(offset));
  return fd === undefined ? t('not known') : t('fd {0}', fd);
}

/** `read and write`, `read-only` */
export function rightsText(rights: string | undefined): string {
  if (rights === undefined) return t('not known');
  if (rights.startsWith('rw')) return t('read and write');
  if (rights.startsWith('r')) return t('read-only');
  return rights.includes('w') ? t('write-only') : t('no access');
}

/** What may be done by it, where it is no mapping, but the end of a queue, or open without saying for what. */
export function accessText(role: Endpoint['role']): string {
  switch (role) {
    case 'reader':
      return t('receives');
    case 'writer':
      return t('sends');
    case 'both':
      return t('receives and sends');
    default:
      return t('open');
  }
}
