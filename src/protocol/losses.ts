/** What is lost where objects are destroyed: the sum over all of them, and which of them are worst. Pure. */
import type { IpcObject, ObjectOf } from './kinds';
import type { Kind } from './ref';

/** What goes with one object, as far as it is known. Undefined is hidden, which is never none. */
interface Loss {
  /** Messages that go; none where it is no queue. */
  messages: number | undefined;
  /** Bytes of messages or memory that go. */
  bytes: bigint | undefined;
  /** Threads blocked in a call on it: at least so many. */
  waiters: number;
  /** The kernel counts who waits on it, and does not tell us. */
  hidesWaiters: boolean;
  /** Processes that have it, each once; those that only wait too. */
  holders: number | undefined;
  /** How often the kernel counts a segment as attached, and how many of these were seen. */
  attachments: number;
  seenAttachments: number;
  /** Connections that a listener has. */
  connections: number | undefined;
}

export interface Losses {
  objects: number;
  /** How many of each kind, in the order in which they came. */
  kinds: ReadonlyMap<Kind, number>;
  messages: number;
  /** Queues of which nobody may know how many messages they hold. */
  hiddenQueues: number;
  bytes: bigint;
  /** Other objects of which nobody may know how many bytes they hold. */
  hiddenBytes: number;
  /** Whose they are: uids, each once. What hides its owner counts for nobody. */
  owners: ReadonlySet<number>;
  waiters: number;
  /** Objects that somebody is seen to wait on. */
  waited: number;
  /** Objects that hide how many wait on them. */
  hiddenWaiters: number;
  /** Processes that are seen to have any of them, each once. */
  holders: number;
  /** How often segments are attached, by the kernel's own count; of these so many by nobody that was seen. */
  attachments: number;
  unseenAttachments: number;
  connections: number;
  /** Listeners of which nobody can tell how many connections they have. */
  hiddenConnections: number;
}

/** The sum. */
export function lossesOf(objects: readonly IpcObject[]): Losses {
  const kinds = new Map<Kind, number>();
  const owners = new Set<number>();
  const holders = new Set<number>();
  const sum = {
    ...{ messages: 0, hiddenQueues: 0, bytes: 0n, hiddenBytes: 0, waiters: 0, waited: 0, hiddenWaiters: 0 },
    ...{ attachments: 0, unseenAttachments: 0, connections: 0, hiddenConnections: 0 },
  };
  for (const object of objects) {
    const loss = lossOf(object);
    kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
    const owner = ownerOf(object);
    if (owner) owners.add(owner.uid);
    for (const { pid } of object.endpoints ?? []) holders.add(pid);
    if (loss.messages === undefined) sum.hiddenQueues++;
    else if (loss.bytes === undefined) sum.hiddenBytes++;
    sum.messages += loss.messages ?? 0;
    sum.bytes += loss.bytes ?? 0n;
    sum.waiters += loss.waiters;
    if (loss.waiters > 0) sum.waited++;
    if (loss.hidesWaiters) sum.hiddenWaiters++;
    sum.attachments += loss.attachments;
    sum.unseenAttachments += Math.max(0, loss.attachments - loss.seenAttachments);
    sum.connections += loss.connections ?? 0;
    if (loss.connections === undefined) sum.hiddenConnections++;
  }
  return { objects: objects.length, kinds, owners, holders: holders.size, ...sum };
}

/** Whose an object is where it is named: of a socket that is a file the file's owner, who loses it. */
export function ownerOf(object: IpcObject): ObjectOf<'inet'>['owner'] {
  return object.kind === 'unix' ? (object.fileOwner ?? object.owner) : (object.owner ?? undefined);
}

/** The same objects, the worst to lose first: who is waited on, who is in use, what holds most. Equal ones stay in their order. */
export function worstFirst<T extends IpcObject>(objects: readonly T[]): T[] {
  return objects
    .map((object) => ({ object, loss: lossOf(object) }))
    .sort((a, b) => compare(a.loss, b.loss))
    .map(({ object }) => object);
}

/** What is hidden is no zero: it stands before what is known to be none. */
const HIDDEN = 0.5;

function compare(a: Loss, b: Loss): number {
  return (
    waitersRank(b) - waitersRank(a) ||
    useRank(b) - useRank(a) ||
    // What is hidden may be much.
    difference(b.messages ?? Infinity, a.messages ?? Infinity) ||
    difference(b.bytes ?? Infinity, a.bytes ?? Infinity)
  );
}

function waitersRank({ waiters, hidesWaiters }: Loss): number {
  return waiters > 0 ? waiters : hidesWaiters ? HIDDEN : 0;
}

function useRank({ holders, attachments, connections }: Loss): number {
  const known = Math.max(holders ?? 0, attachments) + (connections ?? 0);
  return known > 0 ? known : holders === undefined || connections === undefined ? HIDDEN : 0;
}

function difference(one: number | bigint, other: number | bigint): number {
  return one > other ? 1 : one < other ? -1 : 0;
}

/** What goes with one object. */
function lossOf(object: IpcObject): Loss {
  const { endpoints } = object;
  const segment = object.kind === 'sysv.shm';
  return {
    messages: messagesOf(object),
    bytes: bytesOf(object),
    ...waitersOf(object),
    // Of a segment the kernel's count tells it.
    holders: endpoints ? new Set(endpoints.map(({ pid }) => pid)).size : segment ? 0 : undefined,
    attachments: segment ? object.attachments : 0,
    seenAttachments: segment ? (endpoints ?? []).filter(({ role }) => role === 'attached').length : 0,
    connections: connectionsOf(object),
  };
}

function messagesOf(object: IpcObject): number | undefined {
  return object.kind === 'sysv.msg' || object.kind === 'posix.mq' ? object.messages : 0;
}

function bytesOf(object: IpcObject): bigint | undefined {
  switch (object.kind) {
    case 'sysv.msg':
    case 'sysv.shm':
    case 'posix.mq':
    case 'posix.shm':
      if (object.bytes !== undefined) return BigInt(object.bytes);
      return object.kind === 'posix.mq' && object.messages === 0 ? 0n : undefined;
    default:
      return 0n;
  }
}

function connectionsOf(object: IpcObject): number | undefined {
  if (object.kind !== 'unix' && object.kind !== 'inet') return 0;
  return object.flags.includes('listening') ? object.connections : 0;
}

/** By the kernel's own count where it has one, which knows also those whom nobody may look at. */
function waitersOf(object: IpcObject): Pick<Loss, 'waiters' | 'hidesWaiters'> {
  const seen = (object.endpoints ?? []).reduce((sum, { waits = [] }) => sum + waits.length, 0);
  const counted =
    object.kind === 'sysv.sem' ? countedOn(object) : object.kind === 'posix.sem' ? object.waiters : 0;
  return { waiters: Math.max(seen, counted ?? 0), hidesWaiters: counted === undefined };
}

/** Undefined where its mode hides it. */
function countedOn({ waitForIncrease, waitForZero, details }: ObjectOf<'sysv.sem'>): number | undefined {
  const lists = [waitForIncrease ?? details?.waitForIncrease, waitForZero ?? details?.waitForZero];
  return lists.reduce<number | undefined>(
    (sum, counts) =>
      sum === undefined || counts === undefined
        ? undefined
        : sum + counts.reduce((all, count) => all + count, 0),
    0,
  );
}
