/** What Unix sockets are to each other: peers, listeners and their connections, datagram sockets and who sends to them. */
import type { Ref } from '../../../protocol/ref';
import { type UnixRecord, unixRefOf } from '../../sockdiag/unixDiag';
import { unchanged } from '../../unchanged';
import { kept, survey } from '../look';
import { type UnixSockets, unixSockets } from './sockets';

/** What one socket is to others. Absent: not known. */
export interface Relation {
  peer?: Ref | null;
  listener?: Ref;
  connections?: number;
  senders?: number;
  /** Both sides are connected and have no name. */
  pair?: true;
  unaccepted?: true;
  peerClosed?: true;
}

const NONE: Relation = {};

/** Relations of all sockets of one look. */
export class UnixRelations {
  private readonly byInode = new Map<string, UnixRecord>();
  private readonly listeners = new Map<string, UnixRecord | null>();
  private readonly connections = new Map<UnixRecord, number>();
  private readonly senders = new Map<string, number>();
  private readonly waitsFor = new Map<string, UnixRecord>();
  /** Of other network namespaces, whose sockets may be connected by a path too: by name, the connected ones, and names that listeners have there. */
  private readonly foreignConnections = new Map<string, number>();
  private readonly foreignListeners = new Set<string>();
  private foreignDatagrams = false;

  private readonly known = new Map<UnixRecord, Relation>();
  private readonly before: ReadonlyMap<UnixRecord, Relation> | undefined;

  /** `before`: those of the last look, of which those that are as before stay the same JavaScript objects. */
  constructor(
    private readonly all: Pick<UnixSockets, 'own' | 'foreign' | 'fallback'> &
      Partial<Pick<UnixSockets, 'unread' | 'unplaced'>>,
    before?: UnixRelations,
  ) {
    this.before = before?.known;
    for (const { records } of all.foreign) for (const record of records) this.noteForeign(record);
    for (const record of all.own) this.note(record);
    for (const record of all.own) this.count(record);
  }

  /** The ref of the socket with this inode; undefined where there is none. */
  refOfInode(inode: string): Ref | undefined {
    const record = this.byInode.get(inode);
    return record && unixRefOf(record);
  }

  private noteForeign(record: UnixRecord): void {
    this.byInode.set(record.inode, record);
    if (record.type === 'dgram') this.foreignDatagrams = true;
    if (record.name?.is !== 'path' || record.type === 'dgram') return;
    const key = pathKey(record);
    if (record.state === 'listening') this.foreignListeners.add(key);
    else if (record.state === 'connected')
      this.foreignConnections.set(key, (this.foreignConnections.get(key) ?? 0) + 1);
  }

  /** How many connections a listener has accepted. What it accepts is of its client's network namespace, and a path leads to it from each. Undefined: nobody can tell. */
  private connectionsOf(listener: UnixRecord): number | undefined {
    const own = this.connections.get(listener) ?? 0;
    if (listener.name?.is !== 'path') return own;
    const { unread = 0, unplaced = 0 } = this.all;
    if (unread + unplaced > 0) return undefined;
    const foreign = this.foreignConnections.get(pathKey(listener)) ?? 0;
    // They may have another file by this name there.
    return foreign > 0 && this.foreignListeners.has(pathKey(listener)) ? undefined : own + foreign;
  }

  /** How many sockets are connected to a datagram socket. Of those of other network namespaces the kernel does not tell to whom. */
  private sendersOf({ inode, name }: UnixRecord): number | undefined {
    const { unread = 0, unplaced = 0 } = this.all;
    const elsewhere = this.foreignDatagrams || unread + unplaced > 0;
    return name?.is === 'path' && elsewhere ? undefined : (this.senders.get(inode) ?? 0);
  }

  private note(record: UnixRecord): void {
    this.byInode.set(record.inode, record);
    if (record.peer !== undefined && record.type === 'dgram')
      this.senders.set(record.peer, (this.senders.get(record.peer) ?? 0) + 1);
    if (record.state !== 'listening') return;
    const key = nameKey(record);
    // Two listeners of one path cannot be told apart without sock_diag: their file was replaced.
    if (key !== undefined) this.listeners.set(key, this.listeners.has(key) ? null : record);
    for (const inode of record.waiting ?? []) this.waitsFor.set(inode, record);
  }

  private count(record: UnixRecord): void {
    const listener = this.listenerOf(record);
    if (listener) this.connections.set(listener, (this.connections.get(listener) ?? 0) + 1);
  }

  /** An accepted socket has the name of its listener. Undefined: none that lives has its name, or it cannot be told which. */
  private listenerOf(record: UnixRecord): UnixRecord | undefined {
    if (record.state !== 'connected' || record.type === 'dgram') return undefined;
    const key = nameKey(record);
    return key === undefined ? undefined : (this.listeners.get(key) ?? undefined);
  }

  /** Of a socket of our own network namespace. */
  of(record: UnixRecord): Relation {
    const known = this.known.get(record);
    if (known) return known;
    const relation = unchanged(this.before?.get(record), this.relate(record));
    this.known.set(record, relation);
    return relation;
  }

  private relate(record: UnixRecord): Relation {
    const listener = this.listenerOf(record);
    const waits = this.waitsFor.get(record.inode);
    const peer = this.peerOf(record);
    const other = record.peer === undefined ? undefined : this.byInode.get(record.peer);
    if (record.state === 'listening') {
      // Without sock_diag two names that differ in NUL and @ look alike.
      if (this.all.fallback) return NONE;
      const connections = this.connectionsOf(record);
      return { peer: null, ...(connections !== undefined && { connections }) };
    }
    const relation: Relation = {};
    if (peer !== undefined) relation.peer = peer;
    if (waits) {
      relation.unaccepted = true;
      relation.listener = unixRefOf(waits);
    } else if (listener) relation.listener = unixRefOf(listener);
    const senders = record.type === 'dgram' && !this.all.fallback ? this.sendersOf(record) : undefined;
    if (senders !== undefined) relation.senders = senders;
    if (record.state === 'connected' && record.peer === '0' && !waits) relation.peerClosed = true;
    if (other && record.state === 'connected' && !record.name && !other.name && other.peer === record.inode)
      relation.pair = true;
    return relation;
  }

  private peerOf(record: UnixRecord): Ref | null | undefined {
    if (this.all.fallback) return undefined;
    if (record.peer === undefined || record.peer === '0') return null;
    // One of another network namespace that we could not read.
    return this.refOfInode(record.peer);
  }
}

/** Kept from one look to the next. */
class RelationsTable {
  private last: { of: UnixSockets; are: UnixRelations } | undefined;

  /** The same as in the last look where no socket has changed. */
  of(now: UnixSockets): UnixRelations {
    const { last } = this;
    const same =
      last?.of.own === now.own &&
      last.of.unread === now.unread &&
      last.of.unplaced === now.unplaced &&
      last.of.foreign.length === now.foreign.length &&
      last.of.foreign.every(({ records }, at) => records === now.foreign[at]?.records);
    if (same) return last.are;
    const are = new UnixRelations(now, last?.are);
    this.last = { of: now, are };
    return are;
  }

  /** As of `Lasting`. */
  rest(): void {
    this.last = undefined;
  }
}

const relationsTable = kept(() => new RelationsTable());

/** What the Unix sockets are to each other. */
export const unixRelations = survey(function* (look) {
  return look.kept(relationsTable).of(yield* look.get(unixSockets));
});

function pathKey({ type, name }: UnixRecord): string {
  return `${type} ${name?.bytes.toString('latin1')}`;
}

/** What listeners and what they accepted have in common. The file where it is known: a path may have had another before. */
function nameKey({ type, name, file }: UnixRecord): string | undefined {
  if (!name) return undefined;
  return file
    ? `${type} ${file.device} ${file.inode}`
    : `${type} ${name.is} ${name.bytes.toString('latin1')}`;
}
