/** Objects of sockets from look to look: one whose facts are as before stays the same JavaScript object. */
import type { Endpoint } from '../../protocol/facts';
import type { Ref } from '../../protocol/ref';
import { namesNow } from '../proc/users';
import type { Look } from './mechanism';
import { joined } from './sysv';

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
  private known = new Map<R, Entry<O>>();
  private next = new Map<R, Entry<O>>();
  /** The same by ref, made once it is needed. */
  private knownRefs: Map<Ref, Entry<O>> | undefined;
  private names = 0;

  constructor(private readonly refOf: (record: R) => Ref) {}

  /** Before a look. */
  begin(): void {
    this.next = new Map();
    this.names = namesNow();
  }

  /** Nobody wants rows any more. */
  forget(): void {
    this.known = new Map();
    this.knownRefs = undefined;
  }

  /** After it: what was not asked for is forgotten. */
  end(): void {
    this.known = this.next;
    this.knownRefs = undefined;
  }

  /** The object; `build` only where something differs. */
  get({ record, parts, ends, role }: Made<R>, look: Look, build: (endpoints: Endpoint[]) => O): O {
    const same = this.known.get(record);
    const ref = same?.ref ?? this.refOf(record);
    const own = look.own(ref);
    const ours = own.length === 0 ? '' : JSON.stringify(own);
    if (same?.own === ours && same.role === role && same.names === this.names)
      if (sameItems(same.ends, ends) && sameItems(same.parts, parts)) {
        this.next.set(record, same);
        return same.object;
      }
    const endpoints = joined(
      ends.map((end) => inRole(end, role)),
      own,
    );
    const built = build(endpoints ?? []);
    const old = same ?? this.byRef().get(ref);
    const object = old && JSON.stringify(old.object) === JSON.stringify(built) ? old.object : built;
    const { names } = this;
    this.next.set(record, { ref, parts, ends: [...ends], own: ours, names, role, object });
    return object;
  }

  private byRef(): ReadonlyMap<Ref, Entry<O>> {
    return (this.knownRefs ??= new Map([...this.known.values()].map((entry) => [entry.ref, entry])));
  }
}

/** Written out: a copy that begins with `...` and goes on has a shape of its own in V8 (Node 20), which costs half a kilobyte and all speed for each of tens of thousands. */
function inRole({ pid, startTime, tid, fd, waits }: Endpoint, role: Endpoint['role']): Endpoint {
  return {
    pid,
    startTime,
    ...(tid !== undefined && { tid }),
    ...(fd !== undefined && { fd }),
    role,
    ...(waits && { waits }),
  };
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
