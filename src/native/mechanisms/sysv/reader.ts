/** What the three System V mechanisms do alike: read their file of /proc/sysvipc, and find an object by its id. */
import type { Endpoint, Past } from '../../../protocol/facts';
import type { IpcObject, ObjectOf } from '../../../protocol/kinds';
import { IpcFailure } from '../../../protocol/errors';
import { parseSysvRef, sysvRef, type Kind, type Ref, type SysvKind } from '../../../protocol/ref';
import type { Usage } from '../../../protocol/snapshot';
import type { Look, Survey } from '../../census/look';
import { statusOf } from '../../libc/ipc';
import { nameGeneration, ownerOf } from '../../proc/users';
import type { SysvLine } from '../../proc/sysvipc';
import { sameData } from '../../unchanged';
import { hiddenHolders, type Holding, joined } from '../common/holders';
import { type Lines, LineTable } from './lineTable';
import { isCount, type Reading, type Wanted } from '../../census/mechanism';

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
export interface LineReader<K extends SysvKind, L extends Line, E, H extends Holding> {
  kind: K;
  file: 'msg' | 'sem' | 'shm';
  parse(line: string): L | undefined;
  /**
   * What the line does not tell. `before`: what it was, where the line is settled, so that nothing can have changed that leaves a time; to be answered
   * where nothing else changed either. Undefined: the object is gone.
   */
  extra?(line: L, before: E | undefined): E | undefined;
  /** The same with the details; absent: these are no other. */
  extraClosely?(line: L, before: E | undefined): Generator<undefined, E | undefined>;
  /** When anything of `extra` changed last, in seconds since the epoch; absent: at changedAt. */
  newestAt?(line: L): number;
  /** Finds who holds objects or waits on them; asked where there are any. */
  holding: Survey<H>;
  /** Who holds it, but for our own acts. */
  holders(line: L, holding: H): Endpoint[];
  /** The field that could not be read of this object. */
  hidden?(extra: E): string | undefined;
  /** The processes that the line remembers; what became of them is looked up at every census. */
  pasts(line: L, look: Look, extra: E | undefined): (Past | null)[];
  build(line: L, extra: E | undefined, pasts: (Past | null)[], look: Look): ObjectOf<K>;
  /** One cheap call for how many there are and what they use. */
  usage(look: Look): { count: number; usage: Usage[K] };
}

/** What was read of one object. */
interface Read<L, E> {
  ref: Ref;
  line: L;
  extra: E | undefined;
  /** When `extra` was read, in milliseconds since the epoch. */
  extraAt: number;
  closely: boolean;
}

interface Cached<K extends SysvKind, L, E> extends Read<L, E> {
  pasts: (Past | null)[];
  /** As `nameGeneration` was. */
  names: number;
  /** Who holds it, as JSON. */
  endpoints: string;
  object: ObjectOf<K>;
}

/** Reads one kind again and again; an object whose facts are as before stays the same JavaScript object. */
export class SysvReader<K extends SysvKind, L extends Line, H extends Holding, E = never> {
  private readonly table: LineTable<Cached<K, L, E>>;

  constructor(private readonly how: LineReader<K, L, E, H>) {
    this.table = new LineTable(`/proc/sysvipc/${how.file}`);
  }

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>> {
    if (isCount(wanted)) {
      if (wanted.idle) this.table.forget();
      return this.counted(look);
    }
    // A walk over processes has its cost.
    const some = (wanted.rows || wanted.details.size > 0) && (this.usage(look).count ?? 0) > 0;
    const holding = some ? yield* look.get(this.how.holding) : undefined;
    try {
      return yield* this.table.read(look, (all) => this.walk(all, look, wanted, holding));
    } catch (error) {
      // Whatever else fails (EMFILE) says nothing of the objects: the look keeps the last.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return { ...this.counted(look), blind: [{ kind: this.how.kind, code: 'noSysvipc' }] };
    }
  }

  private *walk(
    all: Lines<Cached<K, L, E>>,
    look: Look,
    wanted: Wanted,
    holding: H | undefined,
  ): Generator<undefined, Reading<K>> {
    const { how } = this;
    const objects: ObjectOf<K>[] = [];
    const hidden = new Map<string, number>();
    let unread = 0;
    while (all.next()) {
      if (all.count % BREATH === 0) yield;
      const ref = all.before?.ref ?? sysvRef(how.kind, look.ipcNamespace, all.id);
      const closely = wanted.allDetails === true || wanted.details.has(ref);
      if (!wanted.rows && !closely) continue;
      const { before } = all;
      const line = before?.line ?? how.parse(all.text());
      if (!line) {
        unread++;
        continue;
      }
      const known = settledExtra(how, line, before, closely);
      const extra =
        closely && how.extraClosely ? yield* how.extraClosely(line, known) : how.extra?.(line, known);
      if (how.extra && !extra) continue;
      const extraAt = known === undefined ? look.startedAt : (before?.extraAt ?? look.startedAt);
      const entry = this.entry({ ref, line, extra, extraAt, closely }, before, look, holding);
      all.keep(entry);
      objects.push(entry.object);
      const field = extra && how.hidden?.(extra);
      if (field !== undefined) hidden.set(field, (hidden.get(field) ?? 0) + 1);
    }
    const { usage } = this.usage(look);
    const blind = hiddenHolders(how.kind, holding, look);
    if (unread > 0) blind.push({ kind: how.kind, code: 'failed', count: unread });
    for (const [field, count] of hidden) blind.push({ kind: how.kind, field, code: 'denied', count });
    return { count: wanted.rows ? objects.length : all.count, objects, usage, blind };
  }

  /** `before`: what was made of the same line. */
  private entry(
    read: Read<L, E>,
    before: Cached<K, L, E> | undefined,
    look: Look,
    holding: H | undefined,
  ): Cached<K, L, E> {
    const { how } = this;
    const { ref, line, extra } = read;
    const pasts = how.pasts(line, look, extra);
    const holders = joined(holding && how.holders(line, holding), look.own(ref));
    const names = nameGeneration();
    const endpoints = holders?.length === 0 ? NOBODY : JSON.stringify(holders ?? null);
    if (
      before?.names === names &&
      before.endpoints === endpoints &&
      sameOutcomes(before.pasts, pasts) &&
      sameData(extra, before.extra)
    ) {
      before.extraAt = read.extraAt;
      return before;
    }
    const object = how.build(line, extra, pasts, look);
    if (holders) hold(object, holders);
    return { pasts, names, endpoints, object, ...read };
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

function hold(object: Pick<IpcObject, 'endpoints'>, holders: Endpoint[]): void {
  object.endpoints = holders;
}

/** What the line does not tell, as it was read before, where the line is settled since then. */
function settledExtra<L extends Line, E>(
  how: Pick<LineReader<SysvKind, L, E, Holding>, 'newestAt'>,
  line: L,
  before: Read<L, E> | undefined,
  closely: boolean,
): E | undefined {
  const newest = (how.newestAt?.(line) ?? line.changedAt) * 1000;
  return before?.closely === closely && newest + SETTLED <= before.extraAt ? before.extra : undefined;
}

const NOBODY = '[]';

/** Whether the same became of all processes that a line remembers. */
function sameOutcomes(before: readonly (Past | null)[], now: readonly (Past | null)[]): boolean {
  return before.length === now.length && before.every((past, at) => past?.now === now[at]?.now);
}

/** The fields that every System V object has. */
export function sysvFacts(kind: SysvKind, line: SysvLine, look: Look) {
  return {
    ref: sysvRef(kind, look.ipcNamespace, line.id),
    owner: ownerOf(line.uid, line.gid),
    mode: line.mode & 0o777,
    id: line.id,
    key: line.key,
    creator: ownerOf(line.cuid, line.cgid),
    changedAt: line.changedAt * 1000,
  };
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
