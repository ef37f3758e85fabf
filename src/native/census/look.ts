/** One look at the machine: each walk happens at most once in it, and only if a mechanism asks. */
import { type Ref, sysvRef } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { type FifoFile, FifoFiles } from './fifoFiles';
import type { Look } from '../mechanisms/mechanism';
import { runNow } from '../slices';
import { type Blocked, blockedOn } from './blocked';
import { DescriptorTable, type ProcessStreams } from './descriptors';
import { type Mapped, MappingTable } from './mappings';
import type { ProcessTable } from './processes';
import { type OpenStream, type StreamJoin, type Streams } from './streams';
import { type ProcessThreads, type SleepingThread, ThreadTable } from './threads';

/** What is kept from one look to the next. */
export class Tables {
  readonly mappings: MappingTable;
  readonly threads: ThreadTable;
  readonly descriptors = new DescriptorTable();
  readonly fifoFiles = new FifoFiles();

  /** Of one ipc namespace. */
  constructor(ipcNamespace: string) {
    this.mappings = new MappingTable(ipcNamespace);
    this.threads = new ThreadTable(ipcNamespace);
  }
}

/** What a look is told. */
type Given = Pick<Look, 'processes' | 'ipcNamespace' | 'pageSize' | 'unseen' | 'own'>;

export class LookNow implements Look {
  readonly startedAt = Date.now();
  mapped?: Mapped;
  blocked?: Blocked;
  private foundThreads?: Map<number, ProcessThreads>;
  private foundDescriptors?: Map<number, ProcessStreams>;
  private joined?: Streams;

  readonly processes: ProcessTable;
  readonly ipcNamespace: string;
  readonly pageSize: number;
  readonly unseen: Look['unseen'];
  readonly own: Look['own'];

  constructor(
    private readonly tables: Tables,
    private readonly join: StreamJoin,
    { processes, ipcNamespace, pageSize, unseen, own }: Given,
  ) {
    this.processes = processes;
    this.ipcNamespace = ipcNamespace;
    this.pageSize = pageSize;
    this.unseen = unseen;
    this.own = own;
  }

  *walkMappings(): Generator<undefined, Mapped> {
    return (this.mapped ??= yield* this.tables.mappings.walk(this.processes));
  }

  mappingsNow(): Mapped {
    return runNow(this.walkMappings());
  }

  *threads(): Generator<undefined, Map<number, ProcessThreads>> {
    return (this.foundThreads ??= yield* this.tables.threads.walk());
  }

  *walkBlocked(): Generator<undefined, Blocked> {
    return (this.blocked ??= blockedOn(yield* this.threads(), this.processes));
  }

  *descriptors(): Generator<undefined, Map<number, ProcessStreams>> {
    return (this.foundDescriptors ??= yield* this.tables.descriptors.walk());
  }

  *streams(): Generator<undefined, Streams> {
    if (this.joined) return this.joined;
    const descriptors = yield* this.descriptors();
    const joined = this.join.join(descriptors, yield* this.threads(), this.processes);
    return (this.joined = yield* this.withFiles(joined));
  }

  *fifoFiles(): Generator<undefined, FifoFile[]> {
    return (this.files ??= yield* this.tables.fifoFiles.now());
  }
  private files?: FifoFile[];

  get fifoFilesBlind(): readonly Blind[] {
    return this.tables.fifoFiles.blind;
  }

  keepFifo(ref: Ref, path: Buffer): void {
    this.tables.fifoFiles.keep(ref, path);
  }

  /** FIFOs that nobody has open. */
  private *withFiles(streams: Streams): Generator<undefined, Streams> {
    for (const { ref, path, status } of yield* this.fifoFiles()) {
      if (streams.fifos.has(ref)) continue;
      const { device, birth, inode, uid, gid, mode } = status;
      const file = { device, birth, path, unlinked: false };
      streams.fifos.set(ref, { ref, inode, uid, gid, mode: mode & 0o777, file, ends: [] });
    }
    return streams;
  }

  /** The object on which a thread waits; of several the first. */
  refOf(pid: number, { call, target }: SleepingThread): Ref | undefined {
    if (target.is === 'sysv')
      return sysvRef(call.startsWith('msg') ? 'sysv.msg' : 'sysv.sem', this.ipcNamespace, target.id);
    if (target.is !== 'fds') return undefined;
    const open = this.foundDescriptors?.get(pid)?.fds;
    return target.fds
      .map(({ fd }) => open?.find((one) => one.fd === fd)?.ref)
      .find((ref) => ref !== undefined);
  }

  *streamAgain(ref: Ref): Generator<undefined, OpenStream | undefined> {
    // Once for all that ask in this look: what was on its way when they were found has arrived by now.
    if (!this.settled) {
      this.foundDescriptors = yield* this.tables.descriptors.again();
      const joined = this.join.join(this.foundDescriptors, yield* this.threads(), this.processes);
      this.settled = yield* this.withFiles(joined);
    }
    return this.settled.pipes.get(ref) ?? this.settled.fifos.get(ref);
  }
  private settled?: Streams;
}
