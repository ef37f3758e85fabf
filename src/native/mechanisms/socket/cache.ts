/** Objects of sockets from look to look: one whose facts are as before stays the same JavaScript object. */
import type { Endpoint } from '../../../protocol/facts';
import type { Ref } from '../../../protocol/ref';
import type { Look } from '../../census/look';
import { nameGeneration } from '../../proc/users';
import { Remembered, type Remembering, unchanged } from '../../unchanged';
import { joined } from '../common/holders';

interface Entry<O> {
  ref: Ref;
  /** What the object is made of besides its record, compared part by part. */
  parts: readonly unknown[];
  ends: readonly Endpoint[];
  own: string;
  names: number;
  role: Endpoint['role'];
  object: O;
}

/** What an object is made of, in one look. */
export interface Made<R> {
  record: R;
  /** Compared one by one, each by identity. */
  parts: readonly unknown[];
  ends: readonly Endpoint[];
  role: Endpoint['role'];
}

/** `R`: what was read of a socket; the same JavaScript object where that is as before. */
export class SocketCache<R extends object, O extends { ref: Ref }> {
  private readonly entries = new Remembered<R, Entry<O>>();

  constructor(private readonly refOf: (record: R) => Ref) {}

  /** A look begins. */
  begin(look: Look): SocketPass<R, O> {
    return new SocketPass(this.entries.begin(look), this.refOf, look);
  }

  /** As of `Remembered`. */
  rest(): void {
    this.entries.rest();
  }
}

/** One look; what is not asked for in it is forgotten with its end. */
export class SocketPass<R extends object, O extends { ref: Ref }> {
  private readonly names = nameGeneration();
  /** Those of the last look by their refs, made once they are needed. */
  private refs: ReadonlyMap<Ref, Entry<O>> | undefined;

  constructor(
    private readonly entries: Remembering<R, Entry<O>>,
    private readonly refOf: (record: R) => Ref,
    private readonly look: Look,
  ) {}

  /** The object; `build` only where something differs. */
  get({ record, parts, ends, role }: Made<R>, build: (endpoints: Endpoint[]) => O): O {
    const { look, names } = this;
    const same = this.entries.before.get(record);
    const ref = same?.ref ?? this.refOf(record);
    const own = look.own(ref);
    const ours = own.length === 0 ? '' : JSON.stringify(own);
    if (same?.own === ours && same.role === role && same.names === names)
      if (sameItems(same.ends, ends) && sameItems(same.parts, parts)) {
        return this.entries.keep(record, same).object;
      }
    const endpoints = joined(
      ends.map((end) => inRole(end, role)),
      own,
    );
    const built = build(endpoints ?? []);
    const object = unchanged((same ?? this.byRef().get(ref))?.object, built);
    this.entries.keep(record, { ref, parts, ends: [...ends], own: ours, names, role, object });
    return object;
  }

  end(): void {
    this.entries.end();
  }

  private byRef(): ReadonlyMap<Ref, Entry<O>> {
    return (this.refs ??= new Map([...this.entries.before.values()].map((entry) => [entry.ref, entry])));
  }
}

/** Written out: a copy that begins with `...` and goes on has a shape of its own in V8 (Node 20), which costs half a kilobyte and all speed for each of tens of thousands. */
function inRole(
  { pid, startTime, tid, fd, waits, role: before }: Endpoint,
  role: Endpoint['role'],
): Endpoint {
  return {
    pid,
    startTime,
    ...(tid !== undefined && { tid }),
    ...(fd !== undefined && { fd }),
    // Who waits at it has not got it.
    role: before === 'waiter' ? before : role,
    ...(waits && { waits }),
  };
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
