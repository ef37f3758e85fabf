/** What the three System V mechanisms do alike: read their file of /proc/sysvipc, and find an object by its id. */
import type { Endpoint, Owner, Past } from '../../protocol/facts';
import type { ObjectOf } from '../../protocol/kinds';
import { IpcFailure } from '../../protocol/errors';
import { parseSysvRef, sysvRef, type Kind, type Ref, type SysvKind } from '../../protocol/ref';
import type { Blind, Usage } from '../../protocol/snapshot';
import { statusOf } from '../libc/ipc';
import { groups, users } from '../proc/users';
import { countLines, lines, type SysvLine } from '../proc/sysvipc';
import { readBreathing } from '../proc/read';
import type { Look, Reading, Wanted } from './mechanism';

/** Lines between two places where a census may pause: about a millisecond's work. */
const BREATH = 200;
/** System V times are whole seconds: a line whose newest time is younger than this may hide a second change. */
const SETTLED = 2000;

interface Line {
  id: number;
  /** Seconds since the epoch. */
  changedAt: number;
}

/** How one kind makes an object of its line. */
export interface LineReader<K extends SysvKind, L extends Line, E> {
  kind: K;
  file: 'msg' | 'sem' | 'shm';
  parse(line: string): L;
  /**
   * What the line does not tell. `before`: what it was, where the line is settled, so that nothing can have changed that leaves a time.
   * `closely`: with the details. Undefined: the object is gone.
   */
  extra?(line: L, before: E | undefined, closely: boolean): Generator<undefined, E | undefined>;
  /** When anything of `extra` changed last, in seconds since the epoch; absent: at changedAt. */
  newestAt?(line: L): number;
  /** Who holds it, but for our own acts; absent where nobody looked. */
  holders(line: L, look: Look): Endpoint[] | undefined;
  /** The field that could not be read of this object. */
  hidden?(extra: E): string | undefined;
  /** The processes that the line remembers; what became of them is looked up at every census. */
  pasts(line: L, look: Look, extra: E | undefined): (Past | null)[];
  build(line: L, extra: E | undefined, pasts: (Past | null)[], look: Look): ObjectOf<K>;
  /** Whose part in the kind could not be looked at. */
  denied(look: Look): Blind[];
  /** One cheap call for how many there are and what they use. */
  usage(look: Look): { count: number; usage: Usage[K] };
}

interface Cached<K extends SysvKind, L, E> {
  line: L;
  extra: E | undefined;
  /** When `extra` was read, in milliseconds since the epoch. */
  extraAt: number;
  closely: boolean;
  /** What the object depends on besides its line. */
  stamp: string;
  object: ObjectOf<K>;
}

/** Reads one kind again and again; an object whose facts are as before stays the same JavaScript object. */
export class SysvReader<K extends SysvKind, L extends Line, E = never> {
  private cache = new Map<string, Cached<K, L, E>>();
  constructor(private readonly how: LineReader<K, L, E>) {}

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>> {
    if (!wanted.rows && wanted.details.size === 0) return this.counted(look);
    let text: string;
    try {
      text = yield* readBreathing(`/proc/sysvipc/${this.how.file}`);
    } catch (error) {
      // Whatever else fails (EMFILE) says nothing of the objects: the look keeps the last.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { ...this.counted(look), blind: [{ kind: this.how.kind, code: 'noSysvipc' }] };
    }
    const objects: ObjectOf<K>[] = [];
    const next = new Map<string, Cached<K, L, E>>();
    const hidden = new Map<string, number>();
    let breath = 0;
    for (const line of lines(text)) {
      if (++breath % BREATH === 0) yield;
      const entry = yield* this.entry(line, look, wanted);
      if (!entry) continue;
      next.set(line, entry);
      objects.push(entry.object);
      const field = entry.extra && this.how.hidden?.(entry.extra);
      if (field !== undefined) hidden.set(field, (hidden.get(field) ?? 0) + 1);
    }
    this.cache = next;
    const { usage } = this.usage(look);
    const blind = this.how.denied(look);
    for (const [field, count] of hidden) blind.push({ kind: this.how.kind, field, code: 'denied', count });
    return { count: wanted.rows ? objects.length : countLines(text), objects, usage, blind };
  }

  private *entry(
    text: string,
    look: Look,
    wanted: Wanted,
  ): Generator<undefined, Cached<K, L, E> | undefined> {
    const { how } = this;
    const known = this.cache.get(text);
    const line = known?.line ?? how.parse(text);
    const ref = sysvRef(how.kind, look.ipcNamespace, line.id);
    if (!wanted.rows && !wanted.details.has(ref)) return undefined;
    const closely = wanted.allDetails === true || wanted.details.has(ref);
    const newestAt = (how.newestAt?.(line) ?? line.changedAt) * 1000;
    const settled = known?.closely === closely && newestAt + SETTLED <= known.extraAt;
    const extra = how.extra && (yield* how.extra(line, settled ? known.extra : undefined, closely));
    const extraAt = settled ? known.extraAt : look.startedAt;
    if (how.extra && !extra) return undefined;
    const pasts = how.pasts(line, look, extra);
    const holders = how.holders(line, look);
    const own = look.own(ref);
    const endpoints = joined(holders, own);
    const stamp = [
      ...pasts.map((past) => past?.now),
      users.generation,
      groups.generation,
      endpoints ? JSON.stringify(endpoints) : '',
    ].join();
    if (
      known?.stamp === stamp &&
      (extra === known.extra || JSON.stringify(extra) === JSON.stringify(known.extra))
    )
      return known.extraAt === extraAt ? known : { ...known, extraAt };
    const built = how.build(line, extra, pasts, look);
    const object = endpoints ? { ...built, endpoints } : built;
    return { line, extra, extraAt, closely, stamp, object };
  }

  private counted(look: Look): Reading<K> {
    const { count, usage } = this.usage(look);
    if (count === undefined) return { objects: [], blind: [{ kind: this.how.kind, code: 'noSysvipc' }] };
    return { count, objects: [], usage, blind: [] };
  }

  private usage(look: Look): { count?: number; usage?: Usage[K] } {
    try {
      return this.how.usage(look);
    } catch {
      return {};
    }
  }
}

/** Who holds an object, our own acts told apart from those that the walk found. */
export function joined(holders: Endpoint[] | undefined, own: Endpoint[]): Endpoint[] | undefined {
  if (own.length === 0) return holders;
  const ours = new Set(own.map(({ pid }) => pid));
  return [...(holders ?? []).filter(({ pid }) => !ours.has(pid)), ...own];
}

/** Whether a walk over processes is worth its cost: somebody looks, and there is something to hold. `count` may throw where the mechanism is missing. */
export function worthAWalk(wanted: Wanted, count: () => number): boolean {
  try {
    return (wanted.rows || wanted.details.size > 0) && count() > 0;
  } catch {
    return false;
  }
}

/** Processes that the kernel hides from us might hold or wait on any object of a kind: how many, where that can be known. */
export function hiddenHolders(
  kind: Kind,
  found: { denied: number; yama?: number } | undefined,
  look: Look,
): Blind[] {
  if (!found) return [];
  const field = 'endpoints';
  return [
    ...(found.denied > 0 ? [{ kind, field, code: 'denied', count: found.denied } as const] : []),
    ...(found.yama ? [{ kind, field: 'waits', code: 'yama', count: found.yama } as const] : []),
    ...look.unseen.map((code) => ({ kind, field, code })),
  ];
}

/** The fields that every System V object has. */
export function sysvFacts(kind: SysvKind, line: SysvLine, look: Look) {
  return {
    ref: sysvRef(kind, look.ipcNamespace, line.id),
    owner: owner(line.uid, line.gid),
    mode: line.mode & 0o777,
    id: line.id,
    key: line.key,
    creator: owner(line.cuid, line.cgid),
    changedAt: line.changedAt * 1000,
  };
}

function owner(uid: number, gid: number): Owner {
  return { uid, gid, user: users.get(uid), group: groups.get(gid) };
}

/** Seconds of the kernel as milliseconds; 0 is "never". */
export function timeOrNever(seconds: number): number | null {
  return seconds === 0 ? null : seconds * 1000;
}

/** The answer of a `create`. */
export function created(kind: SysvKind, look: Look, { id, existed }: { id: number; existed: boolean }) {
  return { ref: sysvRef(kind, look.ipcNamespace, id), id, existed };
}

/** The id behind a ref of this kind, or a failure: not ours, another namespace, no ref at all. */
export function idOf(ref: Ref, kind: Kind, look: Look): number {
  const parts = parseSysvRef(ref);
  if (parts?.kind !== kind) throw new IpcFailure({ code: 'invalid', detail: { field: 'ref' } });
  if (parts.ipcNamespace !== look.ipcNamespace)
    throw new IpcFailure({ code: 'gone', detail: { why: 'namespace' } });
  return parts.id;
}

/** The object's status at this moment. Throws `gone`. */
export function present<S extends { id: number }>(id: number, at: (slot: number) => S | undefined): S {
  const status = statusOf(id, at);
  if (!status) throw new IpcFailure({ code: 'gone' });
  return status;
}

/** Runs an act; an id that became stale under our hands is `gone`, not an error number. EINVAL may mean other things, so we look. */
export function orGone<T>(id: number, at: (slot: number) => { id: number } | undefined, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw asGone(error, id, at);
  }
}

/** The same for what a call gave: `gone` where the object is. Throws that itself. */
export function asGone(
  error: unknown,
  id: number,
  at: (slot: number) => { id: number } | undefined,
): unknown {
  const errno = error instanceof IpcFailure ? error.failure.errno : undefined;
  if (errno === 'EIDRM') return new IpcFailure({ code: 'gone' });
  if (errno === 'EINVAL') present(id, at);
  return error;
}
