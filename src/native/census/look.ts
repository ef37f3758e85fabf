/** One look at the machine: each walk happens at most once in it, and only if a mechanism asks. */
import { type Ref, sysvRef } from '../../protocol/ref';
import type { Wait } from '../../protocol/waits';
import type { Blind } from '../../protocol/snapshot';
import { type FifoFile, FifoFiles } from './fifoFiles';
import type { Look } from '../mechanisms/mechanism';
import { inetRefOf } from '../proc/inetDiag';
import type { UnixRecord } from '../proc/unixDiag';
import { runNow } from '../slices';
import { type Blocked, blockedOn } from './blocked';
import { type Clocks, readClocks } from './clocks';
import { watchedPipe } from './epollFds';
import { deviceOf, type Held, HeldJoin, keyOf, mappingAt, refOfHeld } from './held';
import { DescriptorTable } from './descriptors';
import { IpcNamespaceTable } from './ipcNamespaces';
import type { ProcessDescriptors } from './openFiles';
import { type Mapped, MappingTable, type ProcessMappings } from './mappings';
import type { ProcessTable } from './processes';
import type { SecondWalker } from './secondWalker';
import { boundsOf } from './sleepers';
import type { SocketEnds } from './socketEnds';
import { type SocketFiles, SocketFileTable } from './socketFiles';
import { type InetSockets, type NamedSockets, SocketTables, type UnixSockets } from './sockets';
import { UnixRelations } from './unixRelations';
import type { OpenStream, StreamJoin, Streams } from './streams';
import { type ProcessThreads, type SleepingThread, ThreadTable } from './threads';
import { waitWithRefs } from './waitRefs';

/** What is kept from one look to the next. */
export class Tables {
  readonly mappings: MappingTable;
  readonly threads: ThreadTable;
  readonly descriptors: DescriptorTable;
  readonly sockets = new SocketTables();
  readonly socketFiles = new SocketFileTable();
  readonly fifoFiles = new FifoFiles();
  readonly held = new HeldJoin();
  readonly ipcNamespaces: IpcNamespaceTable;

  /** Of one ipc namespace. `once`: for one look only, after which nothing is compared with anything. `second`: another thread that lists descriptors. */
  constructor(ipcNamespace: string, once: boolean, second?: SecondWalker) {
    this.descriptors = new DescriptorTable(once, second);
    this.mappings = new MappingTable(ipcNamespace, once);
    this.threads = new ThreadTable(ipcNamespace);
    this.ipcNamespaces = new IpcNamespaceTable(ipcNamespace);
  }

  private relations: { of: UnixSockets; are: UnixRelations } | undefined;

  /** The same as in the last look where no socket has changed. */
  relationsOf(now: UnixSockets): UnixRelations {
    const { relations } = this;
    const same =
      relations?.of.own === now.own &&
      relations.of.unread === now.unread &&
      relations.of.unplaced === now.unplaced &&
      relations.of.foreign.length === now.foreign.length &&
      relations.of.foreign.every(({ records }, at) => records === now.foreign[at]?.records);
    if (same) return relations.are;
    const are = new UnixRelations(now, relations?.are);
    this.relations = { of: now, are };
    return are;
  }

  /** Nobody wants rows any more: tens of thousands of records would only keep the garbage collector busy. */
  rest(): void {
    this.relations = undefined;
    this.sockets.rest();
  }

  /** Takes nothing for unchanged in the next look: a full census. */
  forget(): void {
    this.mappings.forget();
    this.threads.forget();
    this.descriptors.forget();
    this.sockets.forget();
    this.socketFiles.forget();
    this.ipcNamespaces.forget();
  }
}

/** What a look is told. */
interface Given extends Pick<
  Look,
  'processes' | 'ipcNamespace' | 'pageSize' | 'unseen' | 'own' | 'asleepSince' | 'folders'
> {
  /** As `Wanted.idle`, of every kind. */
  idle: boolean;
}

export class LookNow implements Look {
  readonly startedAt = Date.now();
  mapped?: Mapped;
  blocked?: Blocked;
  private foundMappings?: ReadonlyMap<number, ProcessMappings>;
  private foundThreads?: ReadonlyMap<number, ProcessThreads>;
  private foundDescriptors?: ReadonlyMap<number, ProcessDescriptors>;
  private joined?: Streams;

  readonly processes: ProcessTable;
  readonly ipcNamespace: string;
  readonly pageSize: number;
  readonly unseen: Look['unseen'];
  readonly own: Look['own'];
  readonly asleepSince: Look['asleepSince'];
  readonly folders: Look['folders'];

  constructor(
    private readonly tables: Tables,
    private readonly join: StreamJoin,
    { processes, ipcNamespace, pageSize, unseen, own, asleepSince, folders, idle }: Given,
  ) {
    if (idle) {
      tables.rest();
      join.forget();
    }
    this.processes = processes;
    this.ipcNamespace = ipcNamespace;
    this.pageSize = pageSize;
    this.unseen = unseen;
    this.own = own;
    this.asleepSince = asleepSince;
    this.folders = folders;
  }

  /** Read once, before the first walk: what happens later moves them on, and is seen in the next look. */
  private clocks(): Clocks {
    return (this.clocksNow ??= readClocks());
  }
  private clocksNow?: Clocks;

  /** The CPU clock of a process, from before the first walk. */
  clockOf(pid: number): number | undefined {
    return this.clocks().get(pid);
  }

  /** Descriptors will be asked for in this look: another thread may begin to list them. */
  foreseeDescriptors(): void {
    this.tables.descriptors.foresee(this.clocks());
  }

  /** How many other ipc namespaces processes live in that may be looked at. */
  otherIpcNamespaces(): Generator<undefined, number> {
    return this.tables.ipcNamespaces.others(this.clocks());
  }

  /** Living processes of which nothing is reported, though they may be looked at as far as anybody did: they have none of the objects. */
  without(reported: readonly { pid: number }[]): number {
    const pids = new Set(this.clocks().keys());
    for (const { pid } of reported) pids.delete(pid);
    for (const [pid, { denied }] of this.foundDescriptors ?? []) if (denied) pids.delete(pid);
    return pids.size;
  }

  *walkMappings(): Generator<undefined, Mapped> {
    return (this.mapped ??= this.tables.mappings.segmentsIn(
      yield* this.mappings(),
      yield* this.threads(),
      this.processes,
    ));
  }

  *mappings(): Generator<undefined, ReadonlyMap<number, ProcessMappings>> {
    return (this.foundMappings ??= yield* this.tables.mappings.walk(this.clocks()));
  }

  mappingsNow(): Mapped {
    return runNow(this.walkMappings());
  }

  *threads(): Generator<undefined, ReadonlyMap<number, ProcessThreads>> {
    return (this.foundThreads ??= yield* this.tables.threads.walk(this.clocks()));
  }

  *walkBlocked(): Generator<undefined, Blocked> {
    return (this.blocked ??= blockedOn(yield* this.threads(), this.processes));
  }

  *descriptors(): Generator<undefined, ReadonlyMap<number, ProcessDescriptors>> {
    return (this.foundDescriptors ??= yield* this.tables.descriptors.walk(this.clocks()));
  }

  *streams(): Generator<undefined, Streams> {
    if (this.joined) return this.joined;
    const descriptors = yield* this.descriptors();
    const joined = yield* this.join.join(
      { all: descriptors, fresh: this.tables.descriptors.fresh },
      yield* this.threads(),
      this.processes,
      yield* this.fifoFiles(),
    );
    return (this.joined = yield* this.withFiles(joined));
  }

  *fifoFiles(): Generator<undefined, FifoFile[]> {
    return (this.files ??= yield* this.tables.fifoFiles.now());
  }
  private files?: FifoFile[];

  get fifoFilesBlind(): readonly Blind[] {
    const unplaced = this.joined?.unplaced ?? 0;
    const { blind } = this.tables.fifoFiles;
    return unplaced > 0
      ? [...blind, { kind: 'fifo', field: 'openers', code: 'failed', count: unplaced }]
      : blind;
  }

  keepFifo(ref: Ref, path: Buffer): void {
    this.tables.fifoFiles.keep(ref, path);
  }

  /** FIFOs that nobody has open, and the paths of those whose holders do not tell them. */
  private *withFiles(streams: Streams): Generator<undefined, Streams> {
    for (const { ref, path, status } of yield* this.fifoFiles()) {
      const stream = streams.fifos.get(ref);
      const known = stream?.file;
      // Who has it, or waits to open it, knew it by another name.
      if (known && (known.path.length === 0 || known.unlinked))
        stream.file = { ...known, path, unlinked: false };
      if (stream) continue;
      const { device, birth, inode, uid, gid, mode } = status;
      const file = { device, birth, path, unlinked: false };
      streams.fifos.set(ref, { ref, inode, uid, gid, mode: mode & 0o777, file, ends: [] });
    }
    return streams;
  }

  *held(): Generator<undefined, Held> {
    if (this.foundHeld) return this.foundHeld;
    const [descriptors, mappings] = [yield* this.descriptors(), yield* this.mappings()];
    return (this.foundHeld = this.tables.held.join(
      descriptors,
      mappings,
      yield* this.threads(),
      this.processes,
    ));
  }
  private foundHeld?: Held;

  *unixSockets(): Generator<undefined, UnixSockets> {
    return (this.foundUnix ??= yield* this.tables.sockets.unix(this.clocks()));
  }
  private foundUnix?: UnixSockets;

  *unixNames(): Generator<undefined, NamedSockets> {
    if (this.foundUnix) return { ...this.foundUnix, nameless: 0 };
    return (this.foundNames ??= yield* this.tables.sockets.named(this.clocks()));
  }
  private foundNames?: NamedSockets;

  unixSocketsNow(): Generator<undefined, readonly UnixRecord[] | undefined> {
    return this.tables.sockets.unixNow();
  }

  *unixRelations(): Generator<undefined, UnixRelations> {
    return (this.foundRelations ??= this.tables.relationsOf(yield* this.unixSockets()));
  }
  private foundRelations?: UnixRelations;

  *socketFiles(beside: ReadonlySet<string>): Generator<undefined, SocketFiles> {
    return (this.foundFiles ??= yield* this.tables.socketFiles.walk(beside));
  }
  private foundFiles?: SocketFiles;

  *inetSockets(): Generator<undefined, InetSockets> {
    return (this.foundInet ??= yield* this.tables.sockets.inet(this.clocks()));
  }
  private foundInet?: InetSockets;

  *socketEnds(): Generator<undefined, SocketEnds> {
    if (this.foundEnds) return this.foundEnds;
    const descriptors = yield* this.descriptors();
    const threads = yield* this.threads();
    return (this.foundEnds = this.tables.sockets.join.join(descriptors, threads, this.processes));
  }
  private foundEnds?: SocketEnds;

  /** What a thread waits for, with the objects. `known`: what of the snapshot a ref names. */
  waitOf(pid: number, thread: SleepingThread, known: (ref: Ref | undefined) => Ref | undefined): Wait {
    const heldAt = (file: { device: string; inode: string }) => {
      const held = this.foundHeld?.files.get(keyOf(file));
      return held && known(refOfHeld(held));
    };
    return waitWithRefs(thread, {
      table: this.foundDescriptors?.get(pid),
      stream: known,
      opener: this.joined?.openers.get(thread.tid),
      socket: (inode) => known(this.socketRef(inode)),
      file: heldAt,
      watched: (one) => known(watchedPipe(one, this.joined?.pipes)),
      memory: (address) => {
        const place = this.memoryAt(pid, address);
        const ref = known(place?.ref);
        return place && ref !== undefined ? { ...place, ref } : undefined;
      },
      sysv: (call, id) =>
        known(sysvRef(call.startsWith('msg') ? 'sysv.msg' : 'sysv.sem', this.ipcNamespace, id)),
    });
  }

  /** The object in which a word of a process's memory lies, if it is shared. */
  private memoryAt(pid: number, address: bigint): { ref: Ref; offset: number } | undefined {
    const found = this.foundMappings?.get(pid);
    const mapping = found && mappingAt(found.shared, address);
    if (!mapping) return undefined;
    const [start] = boundsOf(mapping.address);
    const offset = mapping.offset + Number(address - start);
    if (found.segments.some((segment) => segment.address === mapping.address))
      return { ref: sysvRef('sysv.shm', this.ipcNamespace, Number(mapping.inode)), offset };
    const held = this.foundHeld?.files.get(keyOf({ device: deviceOf(mapping.device), inode: mapping.inode }));
    return held && { ref: refOfHeld(held), offset };
  }

  /** Only of the sockets that somebody looks at. */
  private socketRef(inode: string): Ref | undefined {
    return this.foundRelations?.refOfInode(inode) ?? this.inetRefs().get(inode);
  }

  private inetRefs(): ReadonlyMap<string, Ref> {
    return (this.inetByInode ??= new Map(
      (this.foundInet?.records ?? []).map((record) => [record.inode, inetRefOf(record)]),
    ));
  }
  private inetByInode?: ReadonlyMap<string, Ref>;

  *streamAgain(ref: Ref): Generator<undefined, OpenStream | undefined> {
    // Once for all that ask in this look: what was on its way when they were found has arrived by now.
    if (!this.settled) {
      this.foundDescriptors = yield* this.tables.descriptors.again(readClocks());
      const descriptors = { all: this.foundDescriptors, fresh: this.tables.descriptors.fresh };
      const files = yield* this.fifoFiles();
      const joined = yield* this.join.join(descriptors, yield* this.threads(), this.processes, files);
      this.settled = yield* this.withFiles(joined);
    }
    return this.settled.pipes.get(ref) ?? this.settled.fifos.get(ref);
  }
  private settled?: Streams;
}
