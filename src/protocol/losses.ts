/** What is lost where objects are destroyed: the sum over all of them, and which of them are worst. Pure. */
import type { IpcObject, ObjectOf } from './kinds';
import type { Kind } from './ref';

/** What goes with one object, as far as it is known. */
export interface Loss {
  /** Messages that go; undefined: it is a queue, and how many is hidden. */
  messages: number | undefined;
  /** Bytes of messages or memory that go. */
  bytes: bigint;
  /** Threads blocked in a call on it. */
  waiters: number;
  /** Processes that have it, each once; those that only wait too. */
  holders: number;
  /** Connections that a listener has. */
  connections: number;
}

export interface Losses {
  objects: number;
  /** How many of each kind, in the order in which they came. */
  kinds: ReadonlyMap<Kind, number>;
  messages: number;
  /** Queues of which nobody may know how many messages they hold. */
  hiddenQueues: number;
  bytes: bigint;
  /** Whose they are: uids, each once. What hides its owner counts for nobody. */
  owners: ReadonlySet<number>;
  waiters: number;
  /** Objects that somebody waits on. */
  waited: number;
  /** Processes that have any of them, each once. */
  holders: number;
  connections: number;
}

/** The sum. */
export function lossesOf(objects: readonly IpcObject[]): Losses {
  const kinds = new Map<Kind, number>();
  const owners = new Set<number>();
  const holders = new Set<number>();
  const sum = { messages: 0, hiddenQueues: 0, bytes: 0n, waiters: 0, waited: 0, connections: 0 };
  for (const object of objects) {
    const loss = lossOf(object);
    kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
    if (object.owner) owners.add(object.owner.uid);
    for (const { pid } of object.endpoints ?? []) holders.add(pid);
    if (loss.messages === undefined) sum.hiddenQueues++;
    sum.messages += loss.messages ?? 0;
    sum.bytes += loss.bytes;
    sum.waiters += loss.waiters;
    if (loss.waiters > 0) sum.waited++;
    sum.connections += loss.connections;
  }
  return { objects: objects.length, kinds, owners, holders: holders.size, ...sum };
}

/** The same objects, the worst to lose first: who is waited on, who is in use, what holds most. Equal ones stay in their order. */
export function worstFirst<T extends IpcObject>(objects: readonly T[]): T[] {
  return objects
    .map((object) => ({ object, loss: lossOf(object) }))
    .sort((a, b) => compare(a.loss, b.loss))
    .map(({ object }) => object);
}

function compare(a: Loss, b: Loss): number {
  return (
    b.waiters - a.waiters ||
    b.holders + b.connections - (a.holders + a.connections) ||
    // What is hidden may be much.
    (b.messages ?? Infinity) - (a.messages ?? Infinity) ||
    (b.bytes > a.bytes ? 1 : b.bytes < a.bytes ? -1 : 0) ||
    0
  );
}

/** What goes with one object. */
export function lossOf(object: IpcObject): Loss {
  return {
    messages: messagesOf(object),
    bytes: bytesOf(object),
    waiters: waitersOf(object),
    holders: new Set((object.endpoints ?? []).map(({ pid }) => pid)).size,
    connections: object.kind === 'unix' || object.kind === 'inet' ? (object.connections ?? 0) : 0,
  };
}

function messagesOf(object: IpcObject): number | undefined {
  return object.kind === 'sysv.msg' || object.kind === 'posix.mq' ? object.messages : 0;
}

function bytesOf(object: IpcObject): bigint {
  switch (object.kind) {
    case 'sysv.msg':
    case 'sysv.shm':
    case 'posix.mq':
    case 'posix.shm':
      return BigInt(object.bytes ?? 0);
    default:
      return 0n;
  }
}

/** By the kernel's own count where it has one, which knows also those whom nobody may look at. */
function waitersOf(object: IpcObject): number {
  const seen = (object.endpoints ?? []).reduce((sum, { waits = [] }) => sum + waits.length, 0);
  const counted =
    object.kind === 'sysv.sem' ? countedOn(object) : object.kind === 'posix.sem' ? (object.waiters ?? 0) : 0;
  return Math.max(seen, counted);
}

function countedOn({ waitForIncrease, waitForZero, details }: ObjectOf<'sysv.sem'>): number {
  const lists = [waitForIncrease ?? details?.waitForIncrease, waitForZero ?? details?.waitForZero];
  return lists.reduce((sum, counts = []) => sum + counts.reduce((all, count) => all + count, 0), 0);
}
