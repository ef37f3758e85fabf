/** Objects of sockets from look to look: one whose facts are as before stays the same JavaScript object. */
import type { Endpoint } from '../../protocol/facts';
import type { Ref } from '../../protocol/ref';
import { groups, users } from '../proc/users';
import { joined } from './sysv';

const NOBODY: readonly Endpoint[] = [];

interface Entry<R, O> {
  record: R;
  /** What else the object is made of, compared part by part. */
  parts: readonly unknown[];
  ends: readonly Endpoint[];
  own: string;
  names: string;
  role: Endpoint['role'];
  endpoints: Endpoint[];
  object: O;
}

/** What an object is made of, in one look. */
export interface Made<R> {
  ref: Ref;
  record: R;
  /** Compared one by one, each by identity. */
  parts: readonly unknown[];
  ends: readonly Endpoint[] | undefined;
  /** Our own acts on it. */
  own: Endpoint[];
  role: Endpoint['role'];
}

export class SocketCache<R, O extends { ref: Ref }> {
  private known = new Map<Ref, Entry<R, O>>();
  private next = new Map<Ref, Entry<R, O>>();
  private names = '';

  /** Before a look. */
  begin(): void {
    this.next = new Map();
    this.names = `${users.generation} ${groups.generation}`;
  }

  /** After it: what was not asked for is forgotten. */
  end(): void {
    this.known = this.next;
  }

  /** The object; `build` only where something differs. */
  get({ ref, record, parts, ends = NOBODY, own, role }: Made<R>, build: (endpoints: Endpoint[]) => O): O {
    const old = this.known.get(ref);
    const mine = own.length === 0 ? '' : JSON.stringify(own);
    const sameEnds =
      old?.role === role &&
      old.own === mine &&
      old.ends.length === ends.length &&
      old.ends.every((end, at) => end === ends[at]);
    if (sameEnds && old.record === record && old.names === this.names && sameParts(old.parts, parts)) {
      this.next.set(ref, old);
      return old.object;
    }
    const endpoints = sameEnds
      ? old.endpoints
      : (joined(
          ends.map((end) => ({ ...end, role })),
          own,
        ) ?? []);
    const built = build(endpoints);
    const object = old && JSON.stringify(old.object) === JSON.stringify(built) ? old.object : built;
    const copy = [...ends];
    this.next.set(ref, { record, parts, ends: copy, own: mine, names: this.names, role, endpoints, object });
    return object;
  }
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}
