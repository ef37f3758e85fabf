/**
 * What may be said where nobody, or nothing, is seen. "Nobody" only where that is proved: a process that may not be looked at may have anything. Every face asks here,
 * so that none forgets. Pure: no word of a language in here.
 */
import { contracts, type IpcObject, type ObjectOf } from '../protocol/kinds';
import type { HiddenCount } from '../protocol/pages/object';
import { type Kind, SYSV_KINDS } from '../protocol/ref';
import type { Blind } from '../protocol/snapshot';

/** `proved`: there is none. `notSeen`: none was seen, which proves nothing. `notLooked`: nobody looked. */
export type Absence = 'proved' | 'notSeen' | 'notLooked';

/** Whether who hides a process may hide objects of this kind too. */
export function isFoundThroughProcesses(kind: Kind): boolean {
  return contracts[kind].foundBy === 'holders';
}

/** How many processes the kernel hides that might hold an object of a kind, or wait on it; `unknown` where some of them cannot be counted. */
export function hiddenHolders(blind: readonly Blind[], kind: Kind | undefined): HiddenCount {
  // Who may be seen and does not show what it waits for may wait on any queue or set. Of pipes and FIFOs the holders show.
  const fields = kind !== undefined && isFoundThroughProcesses(kind) ? ['endpoints'] : ['endpoints', 'waits'];
  return blind
    .filter((one) => one.kind === kind && fields.includes(one.field ?? '') && one.ref === undefined)
    .reduce<HiddenCount>(
      (sum, { count }) => (sum === 'unknown' || count === undefined ? 'unknown' : sum + count),
      0,
    );
}

/** What could not be looked at, or how many processes of that might have the object, where that was counted already. */
type Hidden = readonly Blind[] | HiddenCount;

function nobodyHidden(hidden: Hidden, kind: Kind): boolean {
  return (typeof hidden === 'object' ? hiddenHolders(hidden, kind) : hidden) === 0;
}

/** What it means that an object names nobody who has it: no endpoint but of who waits or acts on it. */
export function absenceOfHolders(object: IpcObject, hidden: Hidden): Absence {
  const { endpoints, flags } = object;
  switch (object.kind) {
    case 'sysv.shm':
      // The kernel counts what is attached, whoever it is.
      if (object.attachments === 0) return 'proved';
      return endpoints === undefined ? 'notLooked' : 'notSeen';
    case 'pipe':
    case 'fifo':
      if (endpoints === undefined) return 'notLooked';
      return worse(absenceOfSide(object, 'reader'), absenceOfSide(object, 'writer'));
    case 'unix':
    case 'inet':
      if (endpoints === undefined) return 'notLooked';
      // A socket that lives is somebody's, unless the kernel itself keeps it until it is over or accepted.
      if (flags.includes('nobodySeen')) return 'notSeen';
      return object.inode === null ? 'proved' : 'notSeen';
    default:
      if (endpoints === undefined) return 'notLooked';
      return nobodyHidden(hidden, object.kind) ? 'proved' : 'notSeen';
  }
}

/** What it means that nobody is named on one side of a pipe or FIFO. */
export function absenceOfSide(
  { endpoints, flags }: ObjectOf<'pipe'> | ObjectOf<'fifo'>,
  side: 'reader' | 'writer',
): Absence {
  const flag = side === 'reader' ? 'noReader' : 'noWriter';
  if (flags.includes(flag)) return 'proved';
  if (flags.includes('fileOnly') && !flags.includes(`${flag}Seen`)) return 'proved';
  return endpoints === undefined ? 'notLooked' : 'notSeen';
}

/** What it means that nobody is named who waits on an object. */
export function absenceOfWaiters({ kind, endpoints }: IpcObject, hidden: Hidden): Absence {
  if (endpoints === undefined) return 'notLooked';
  return nobodyHidden(hidden, kind) ? 'proved' : 'notSeen';
}

/** What it means that no object of a kind was found, or not a certain one of them: that it is gone, or that only who is hidden has it. */
export function absenceOfObjects(blind: readonly Blind[], kind: Kind): Absence {
  const whole = blind.some((one) => one.kind === kind && one.ref === undefined && isOfAll(one));
  if (whole) return 'notSeen';
  return isFoundThroughProcesses(kind) && hiddenHolders(blind, kind) !== 0 ? 'notSeen' : 'proved';
}

/** Whether it says that objects of a whole kind may be missing. */
function isOfAll({ field, code }: Blind): boolean {
  if (field === undefined) return true;
  return field === 'folders' || field === 'openers' || code === 'otherNetwork';
}

function worse(one: Absence, other: Absence): Absence {
  const order: readonly Absence[] = ['proved', 'notSeen', 'notLooked'];
  return order[Math.max(order.indexOf(one), order.indexOf(other))] as Absence;
}

/** Caveats about others than the objects that are shown: what was left out, how much, and why. */
const OF_OTHERS: ReadonlySet<Blind['code']> = new Set([
  ...(['otherTraffic', 'otherNetwork', 'notShown', 'otherIpcNamespace', 'inFlight', 'cut'] as const),
]);

/** Whether something that could not be looked at makes a fact of this very object unknown. A caveat about its kind is none about it. */
export function concerns(one: Blind, object: IpcObject, blind: readonly Blind[]): boolean {
  const { ref, kind, field, code, count } = one;
  if (ref !== undefined) return ref === object.ref && count !== 0;
  if ((kind !== undefined && kind !== object.kind) || count === 0) return false;
  if (code === 'otherNetwork') return field !== undefined && isOfOther(field, object) && !(field in object);
  if (OF_OTHERS.has(code)) return false;
  if (field === 'endpoints') return !isProvedWhole(object, blind);
  if (field === 'waits')
    return !(SYSV_KINDS as readonly Kind[]).includes(object.kind) || kind === object.kind;
  // Those that were not listed are others; what failed may be as it was a while ago.
  if (field === undefined) return code === 'failed' || code === 'noSockDiag';
  return FACTS.has(field) && (object as Record<string, unknown>)[field] === undefined;
}

/** Whether a fact of this object depends on sockets of other network namespaces. */
function isOfOther(field: string, object: IpcObject): boolean {
  if (field === 'connections') return object.flags.includes('listening');
  if (field === 'senders') return object.kind === 'unix' && object.type === 'dgram';
  return FACTS.has(field) && object.flags.includes('otherNetwork');
}

/** Fields of objects that a caveat may name. */
const FACTS: ReadonlySet<string> = new Set([
  ...['messages', 'maxBytes', 'values', 'value', 'bytes', 'mode', 'owner', 'peer', 'backlog', 'file'],
  ...['connections', 'senders', 'waiters', 'inode'],
]);

/** Whether nobody else can have it, whoever is hidden. */
function isProvedWhole(object: IpcObject, blind: readonly Blind[]): boolean {
  if (object.kind === 'sysv.shm') return object.endpoints?.length === object.attachments;
  return (object.endpoints ?? []).length === 0 && absenceOfHolders(object, blind) === 'proved';
}
