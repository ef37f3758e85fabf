/** What each process holds: the inverse of the objects' endpoints, kept from one change to the next. Pure: no word of a language in here. */
import type { Endpoint } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import { kindOf, type Ref } from '../../protocol/ref';
import { processKey } from '../../presentation/holders';

/** A process that holds what another holds. */
export interface Peer {
  key: string;
  pid: number;
  /** What both have. */
  refs: Ref[];
  /** It takes what the other gives, or gives what the other takes. */
  reads: boolean;
  writes: boolean;
}

export class Holdings {
  private readonly processes = new Map<string, Map<Ref, Endpoint[]>>();
  private readonly objects = new Map<Ref, ReadonlySet<string>>();
  /** The socket that each sends to, and those that send to each. */
  private readonly sends = new Map<Ref, Ref>();
  private readonly senders = new Map<Ref, Set<Ref>>();
  /** Peers that were asked for since the last change. */
  private readonly peers = new Map<string, Peer[]>();

  /** Notes an object as it is now. */
  set(object: Pick<IpcObject, 'ref' | 'endpoints'> & { peer?: Ref | null | undefined }): void {
    const { ref, endpoints = [], peer } = object;
    this.delete(ref);
    if (peer) this.connect(ref, peer);
    const keys = new Set<string>();
    for (const end of endpoints) {
      const key = processKey(end);
      let held = this.processes.get(key);
      if (!held) this.processes.set(key, (held = new Map<Ref, Endpoint[]>()));
      const ends = held.get(ref);
      if (ends) ends.push(end);
      else held.set(ref, [end]);
      keys.add(key);
    }
    if (keys.size > 0) this.objects.set(ref, keys);
  }

  /** An object is gone. */
  delete(ref: Ref): void {
    this.peers.clear();
    for (const key of this.objects.get(ref) ?? []) {
      const held = this.processes.get(key);
      held?.delete(ref);
      if (held?.size === 0) this.processes.delete(key);
    }
    this.objects.delete(ref);
    const to = this.sends.get(ref);
    if (to === undefined) return;
    this.sends.delete(ref);
    const others = this.senders.get(to);
    others?.delete(ref);
    if (others?.size === 0) this.senders.delete(to);
  }

  private connect(ref: Ref, peer: Ref): void {
    this.sends.set(ref, peer);
    const others = this.senders.get(peer);
    if (others) others.add(ref);
    else this.senders.set(peer, new Set([ref]));
  }

  clear(): void {
    this.processes.clear();
    this.objects.clear();
    this.sends.clear();
    this.senders.clear();
    this.peers.clear();
  }

  /** Every process that holds something. */
  keys(): Iterable<string> {
    return this.processes.keys();
  }

  /** What a process holds, and by which ends. */
  of(key: string): ReadonlyMap<Ref, readonly Endpoint[]> {
    return this.processes.get(key) ?? NOTHING;
  }

  /** Whether a process talks to another. */
  hasPeers(key: string): boolean {
    return this.peersOf(key).length > 0;
  }

  /** Whom a process talks to: those on the other side of a pipe or socket first, then the others, each by pid. */
  peersOf(key: string): readonly Peer[] {
    let known = this.peers.get(key);
    if (!known) this.peers.set(key, (known = this.findPeers(key)));
    return known;
  }

  /** The sockets at the other end of this one. */
  private across(ref: Ref): Set<Ref> {
    const to = this.sends.get(ref);
    return new Set([...(to === undefined ? [] : [to]), ...(this.senders.get(ref) ?? [])]);
  }

  private findPeers(key: string): Peer[] {
    const peers = new Map<string, Peer>();
    const peerAt = (other: string): Peer => {
      let peer = peers.get(other);
      if (!peer) {
        const pid = Number(other.slice(0, other.indexOf(':')));
        peers.set(other, (peer = { key: other, pid, refs: [], reads: false, writes: false }));
      }
      return peer;
    };
    for (const [ref, mine] of this.of(key)) {
      for (const end of this.across(ref))
        for (const other of this.objects.get(end) ?? []) {
          if (other === key) continue;
          const peer = peerAt(other);
          peer.refs.push(ref);
          peer.reads ||= this.sends.get(ref) === end;
          peer.writes ||= this.sends.get(end) === ref;
        }
      for (const other of this.objects.get(ref) ?? []) {
        if (other === key) continue;
        const theirs = this.processes.get(other)?.get(ref) ?? [];
        const reads = has(theirs, 'reader') && has(mine, 'writer');
        const writes = has(theirs, 'writer') && has(mine, 'reader');
        // Who inherited the same end of a pipe or the same socket does not talk through it.
        if (!reads && !writes && isEnd(ref)) continue;
        const peer = peerAt(other);
        peer.refs.push(ref);
        peer.reads ||= reads;
        peer.writes ||= writes;
      }
    }
    return [...peers.values()].sort(
      (a, b) => Number(b.reads || b.writes) - Number(a.reads || a.writes) || a.pid - b.pid,
    );
  }
}

function isEnd(ref: Ref): boolean {
  const kind = kindOf(ref);
  return kind === 'pipe' || kind === 'fifo' || kind === 'unix' || kind === 'inet';
}

const NOTHING: ReadonlyMap<Ref, readonly Endpoint[]> = new Map();

function has(ends: readonly Endpoint[], side: 'reader' | 'writer'): boolean {
  return ends.some(({ role }) => role === side || role === 'both');
}
