/** Reads Unix sockets and the files of such again and again. */
import type { Endpoint } from '../../../protocol/facts';
import type { UnixObject } from '../../../protocol/kinds/unix';
import { type Ref, socketFileRef } from '../../../protocol/ref';
import type { Blind } from '../../../protocol/snapshot';
import { directionsOf, type Wait } from '../../../protocol/waits';
import type { Look } from '../../census/look';
import { socketEnds } from '../../census/sockets/socketEnds';
import { type SocketFiles, socketFileTable } from '../../census/sockets/socketFiles';
import { socketTables, unixNames, type UnixSockets, unixSockets } from '../../census/sockets/sockets';
import { type Relation, type UnixRelations, unixRelations } from '../../census/sockets/unixRelations';
import type { FileStatus } from '../../libc/directory';
import { errorWaits, peerCredentials } from '../../libc/socket';
import { kernelName } from '../../proc/names';
import { PathResolver } from '../../proc/pathResolver';
import { type UnixRecord, unixRefOf } from '../../sockdiag/unixDiag';
import { Unchanged } from '../../unchanged';
import { isCount, type Reading, type Wanted } from '../../census/mechanism';
import { SocketCache, type SocketPass } from './cache';
import { descriptorsInFlight, detailsBlind, detailsThrough } from './descriptorCopy';
import { withFlags } from '../common/flags';
import { hiddenHolders } from '../common/holders';
import { abandoned, fileOf, type SocketFileState, isBound, isYoung } from './unixFiles';
import { fileObject, roleOf, socketObject } from './unixObject';

const KIND = 'unix';
const BREATH = 200;
/** Sockets in which something waits that are asked for descriptors in it: each costs ten microseconds. */
const ASKED = 500;
const SLASH = 0x2f;
const NOTHING: SocketFileState = {};
const UNRELATED: Relation = {};
const NOBODY: readonly Endpoint[] = [];

/** What one look at all of them found. */
interface Scene {
  all: UnixSockets;
  relations: UnixRelations;
  files: SocketFiles;
  abandoned: ReturnType<typeof abandoned>;
  sight: PathResolver;
}

export class UnixReader {
  private readonly cache = new SocketCache<UnixRecord, UnixObject>(unixRefOf);
  private readonly fileObjects = new Unchanged<UnixObject>();

  *read(look: Look, wanted: Wanted): Generator<undefined, Reading<typeof KIND>> {
    const sight = new PathResolver();
    try {
      return yield* isCount(wanted)
        ? this.counted(look, wanted, sight)
        : this.rows(yield* this.scene(look, sight), look, wanted);
    } finally {
      sight.close();
    }
  }

  private *rows(scene: Scene, look: Look, wanted: Wanted): Generator<undefined, Reading<typeof KIND>> {
    const blind = blindOf(scene);
    const { byInode, denied } = yield* look.get(socketEnds);
    const objects: UnixObject[] = [];
    const pass = this.cache.begin(look);
    let breath = 0;
    const inFlight = new InFlight();
    const senders = waitingSenders(scene.all.own, byInode);
    for (const one of each(scene)) {
      if (++breath % BREATH === 0) yield;
      const closely =
        wanted.allDetails === true || (wanted.details.size > 0 && wanted.details.has(unixRefOf(one.record)));
      if (!wanted.rows && !closely) continue;
      const ends = byInode.get(one.record.inode) ?? NOBODY;
      objects.push(objectOf(pass, one, withSenders(ends, senders, one.record), closely, blind));
      inFlight.note(one.record, ends);
    }
    pass.end();
    blind.push(...inFlight.blind());
    objects.push(...this.files(scene, wanted, look));
    return { ...countOf(scene), objects, blind: [...blind, ...hiddenHolders(KIND, { denied }, look)] };
  }

  private *counted(
    look: Look,
    { idle }: Wanted,
    sight: PathResolver,
  ): Generator<undefined, Reading<typeof KIND>> {
    if (idle) {
      this.cache.rest();
      this.fileObjects.rest();
    }
    const all = yield* look.get(unixNames);
    const found = yield* this.filesOf(all, look, sight);
    return { ...countOf({ ...found, all }, all.nameless), objects: [], blind: blindOf({ ...found, all }) };
  }

  /** One of them at this moment, closely, with what is known of it; undefined where there is none. With a reader of its own, that nothing is remembered. */
  *one(ref: Ref, look: Look): Generator<undefined, Unix | undefined> {
    const sight = new PathResolver();
    try {
      return yield* this.oneOf(ref, yield* this.scene(look, sight), look);
    } finally {
      sight.close();
    }
  }

  private *oneOf(ref: Ref, scene: Scene, look: Look): Generator<undefined, Unix | undefined> {
    const wanted = { rows: false, details: new Set([ref]) };
    const [file] = this.files(scene, wanted, look);
    if (file) {
      const path = scene.abandoned.find(({ file: { status } }) => isRefOf(ref, status))?.file.path;
      return { object: file, record: undefined, name: path && { is: 'path', bytes: path }, ends: NOBODY };
    }
    for (const one of each(scene)) {
      if (unixRefOf(one.record) !== ref) continue;
      const { byInode } = yield* look.get(socketEnds);
      const ends = byInode.get(one.record.inode) ?? NOBODY;
      const all = withSenders(ends, waitingSenders(scene.all.own, byInode), one.record);
      const object = objectOf(this.cache.begin(look), one, all, true, []);
      return { object, record: one.record, name: one.record.name, ends };
    }
    return undefined;
  }

  private *scene(look: Look, sight: PathResolver): Generator<undefined, Scene> {
    const all = yield* look.get(unixSockets);
    const relations = yield* look.get(unixRelations);
    return { all, relations, ...(yield* this.filesOf(all, look, sight)) };
  }

  private *filesOf(
    all: UnixSockets,
    look: Look,
    sight: PathResolver,
  ): Generator<undefined, Omit<Scene, 'all' | 'relations'>> {
    const files = yield* look.kept(socketFileTable).walk(foldersOf(all));
    const left = yield* this.stillAbandoned(
      abandoned(files.files.values(), all, look.unseen.length === 0, sight),
      look,
    );
    return { files, abandoned: left, sight };
  }

  /** Without those to which somebody has bound a socket since the sockets were read. */
  private *stillAbandoned(left: Scene['abandoned'], look: Look): Generator<undefined, Scene['abandoned']> {
    const young = new Set(left.filter(({ file }) => isYoung(file.status, look.startedAt)));
    if (young.size === 0) return left;
    const now = yield* look.kept(socketTables).unixNow();
    return left.filter((one) => !young.has(one) || (now && !isBound(one.file, now)));
  }

  private files(scene: Scene, wanted: Pick<Wanted, 'rows' | 'details'>, look: Look): UnixObject[] {
    const pass = this.fileObjects.begin(look);
    const objects: UnixObject[] = [];
    for (const { file, proved } of scene.abandoned) {
      const { device, inode, birth } = file.status;
      const ref = socketFileRef(device, inode, birth);
      if (!wanted.rows && !wanted.details.has(ref)) continue;
      objects.push(pass.keep({ ...fileObject(file, proved), endpoints: look.own(ref) }));
    }
    pass.end();
    return objects;
  }
}

/** Who waits to send to a datagram socket that has no room, by its inode: the threads that are blocked in writing to a socket that has it as its receiver, or in sending to its name, where no other has that. */
function waitingSenders(
  records: readonly UnixRecord[],
  byInode: ReadonlyMap<string, readonly Endpoint[]>,
): ReadonlyMap<string, Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  const note = (receiver: string, { pid, startTime }: Endpoint, waits: Wait[]) => {
    if (waits.length === 0) return;
    const all = found.get(receiver) ?? [];
    all.push({ pid, startTime, role: 'waiter', waits });
    found.set(receiver, all);
  };
  let named: ReadonlyMap<string, string> | undefined;
  for (const { type, peer, inode } of records) {
    if (type !== 'dgram') continue;
    for (const end of byInode.get(inode) ?? NOBODY) {
      const sending = (end.waits ?? []).filter(({ on }) => directionsOf(on, end.fd).includes('write'));
      if (peer !== undefined && peer !== '0') note(peer, end, sending.filter(isToPeer));
      for (const wait of sending) {
        if (isToPeer(wait)) continue;
        named ??= receiversOf(records);
        const receiver = named.get(addressOf(wait) ?? '');
        if (receiver !== undefined) note(receiver, end, [wait]);
      }
    }
  }
  return found;
}

function addressOf({ on }: Wait): string | undefined {
  return on.is === 'descriptors' ? on.to : undefined;
}

function isToPeer(wait: Wait): boolean {
  return addressOf(wait) === undefined;
}

/** The inodes of datagram sockets by their names as waits tell addresses, of names that one alone has. */
function receiversOf(records: readonly UnixRecord[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const { type, name, inode } of records) {
    if (type !== 'dgram' || !name) continue;
    const { text } = kernelName(name.bytes);
    const address = name.is === 'abstract' ? `@${text}` : text;
    // Which of several is meant nobody can tell.
    named.set(address, named.has(address) ? '' : inode);
  }
  return named;
}

function withSenders(
  ends: readonly Endpoint[],
  senders: ReadonlyMap<string, Endpoint[]>,
  { inode }: UnixRecord,
): readonly Endpoint[] {
  const waiting = senders.get(inode);
  return waiting ? [...ends, ...waiting] : ends;
}

function objectOf(
  pass: SocketPass<UnixRecord, UnixObject>,
  { record, network, foreign, relations, sight, files }: One,
  ends: readonly Endpoint[],
  closely: boolean,
  blind: Blind[],
): UnixObject {
  const relation = foreign ? UNRELATED : relations.of(record);
  const found = foreign || hasOthersName(record) ? NOTHING : fileOf(record, ends, sight, files.byPath);
  const parts: unknown[] = [relation, network, found.unlinked];
  const { status } = found;
  if (status) parts.push(status.inode, status.device, status.mode, status.uid, status.gid);
  // What stands in details may change without anything else.
  if (closely) parts.push({});
  return pass.get({ record, parts, ends, role: roleOf(record) }, (endpoints) => {
    const object = socketObject({ record, relation, found, network, foreign, endpoints });
    return closely ? withDetails(object, record, ends, blind) : object;
  });
}

/** One object, with what it was made of. */
export interface Unix {
  object: UnixObject;
  /** Absent: a file alone. */
  record: UnixRecord | undefined;
  /** As bind(2) got it. */
  name: UnixRecord['name'];
  ends: readonly Endpoint[];
}

function isRefOf(ref: Ref, { device, inode, birth }: FileStatus): boolean {
  return ref === socketFileRef(device, inode, birth);
}

/** Sums up the descriptors that are on their way in sockets. */
class InFlight {
  private asked = 0;
  private count = 0;
  private cut = false;

  /** Each travels with a message, which is not read yet; what waits to be accepted may have some too. */
  note({ receive }: UnixRecord, [holder]: readonly Endpoint[]): void {
    if (receive === undefined || receive === 0 || !holder) return;
    if (this.asked++ < ASKED) this.count += descriptorsInFlight(holder) ?? 0;
    else this.cut = true;
  }

  blind(): Blind[] {
    // Beyond that nobody knows how many.
    const count = this.cut ? {} : { count: this.count };
    return this.count > 0 ? [{ kind: KIND, field: 'descriptors', code: 'inFlight', ...count }] : [];
  }
}

interface One {
  record: UnixRecord;
  network: string | undefined;
  foreign: boolean;
  relations: UnixRelations;
  sight: PathResolver;
  files: SocketFiles;
}

function* each({ all, relations, sight, files }: Scene): Generator<One> {
  for (const record of all.own)
    yield { record, network: all.network, foreign: false, relations, sight, files };
  for (const { id, records } of all.foreign)
    for (const record of records) yield { record, network: id, foreign: true, relations, sight, files };
}

/** An accepted connection has the name of its listener, whose file it is. */
function hasOthersName({ type, state }: UnixRecord): boolean {
  return state === 'connected' && type !== 'dgram';
}

/** Folders in which sockets of ours have their names. */
function foldersOf({ own }: UnixSockets): Set<string> {
  const folders = new Set<string>();
  for (const { name } of own)
    if (name?.is === 'path' && name.bytes[0] === SLASH)
      folders.add(name.bytes.toString('latin1', 0, Math.max(1, name.bytes.lastIndexOf(SLASH))));
  return folders;
}

/** `besides`: those of our own network namespace that are not listed. */
function countOf(
  { all, abandoned: left }: Pick<Scene, 'all' | 'abandoned'>,
  besides = 0,
): Pick<Reading<typeof KIND>, 'count'> {
  if (all.unreadable) return {};
  const elsewhere = all.foreign.reduce((sum, { records }) => sum + records.length, 0);
  return { count: all.own.length + besides + elsewhere + left.length };
}

function blindOf({ all, files }: Pick<Scene, 'all' | 'files'>): Blind[] {
  const kind = KIND;
  return [
    ...(all.unreadable ? [{ kind, code: 'failed' } as const] : []),
    ...(all.fallback ? [{ kind, field: 'peer', code: 'noSockDiag' } as const] : []),
    ...(all.unread > 0 ? [{ kind, field: 'network', code: 'otherNetwork', count: all.unread } as const] : []),
    // Nobody can know in how many namespaces those are.
    ...(all.unplaced > 0 ? [{ kind, field: 'network', code: 'otherNetwork' } as const] : []),
    ...(all.unread + all.unplaced > 0 || all.foreign.length > 0
      ? (['connections', 'senders'] as const).map((field) => ({ kind, field, code: 'otherNetwork' }) as const)
      : []),
    // Of these only type, state and name are told.
    ...(all.foreign.length > 0
      ? [{ kind, field: 'peer', code: 'otherNetwork', count: all.foreign.length } as const]
      : []),
    ...(files.left > 0 ? [{ kind, field: 'file', code: 'cut', count: files.left } as const] : []),
  ];
}

/** What a copied descriptor tells besides. */
function withDetails(
  { endpoints = [], ...rest }: UnixObject,
  record: UnixRecord,
  ends: readonly Endpoint[],
  blind: Blind[],
): UnixObject {
  const looked = detailsThrough(record.inode, ends, (fd, end) => ({
    error: errorWaits(fd),
    credentials: peerCredentials(fd),
    descriptors: descriptorsInFlight(end),
  }));
  const object: UnixObject = { ...rest, endpoints: withFlags(endpoints, record.inode) };
  blind.push(...detailsBlind(KIND, object.ref, looked));
  if (typeof looked === 'string') return object;
  const { error, credentials, descriptors } = looked.seen;
  return {
    ...object,
    flags: error ? [...object.flags, 'pendingError'] : object.flags,
    // Of a listener they are those of who listens.
    ...(credentials &&
      record.type !== 'dgram' &&
      record.state !== 'listening' && { peerCredentials: credentials }),
    ...(descriptors !== undefined && { descriptors }),
  };
}
