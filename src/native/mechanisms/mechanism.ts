/** What a kind must be able to do in the helper. */
import type { UnixRecord } from '../proc/unixDiag';
import type { AbilityOf, ObjectOf, ParametersOf, ResultOf } from '../../protocol/kinds';
import type { Kind, Ref } from '../../protocol/ref';
import type { Blind, Usage } from '../../protocol/snapshot';
import type { Endpoint } from '../../protocol/facts';
import type { Blocked } from '../census/blocked';
import type { Mapped, ProcessMappings } from '../census/mappings';
import type { ProcessDescriptors } from '../census/openFiles';
import type { Held } from '../census/held';
import type { OpenStream, Streams } from '../census/streams';
import type { FifoFile } from '../census/fifoFiles';
import type { SocketEnds } from '../census/socketEnds';
import type { SocketFiles } from '../census/socketFiles';
import type { InetSockets, NamedSockets, UnixSockets } from '../census/sockets';
import type { UnixRelations } from '../census/unixRelations';
import type { ProcessTable } from '../census/processes';
import type { ProcessThreads } from '../census/threads';
import type { Ended, Errand } from '../waiting/waits';

/** What a census hands to each mechanism. */
export interface Look {
  ipcNamespace: string;
  processes: ProcessTable;
  /** Who has System V segments mapped, once somebody walked the mappings in this look. */
  mapped?: Mapped;
  walkMappings: () => Generator<undefined, Mapped>;
  /** What each process has mapped shared; walked once in a look. */
  mappings: () => Generator<undefined, ReadonlyMap<number, ProcessMappings>>;
  /** Who has segments mapped, at once, for an act. */
  mappingsNow: () => Mapped;
  /** Who waits on queues and sets, once somebody walked the threads in this look. */
  blocked?: Blocked;
  walkBlocked: () => Generator<undefined, Blocked>;
  /** In which call each sleeping thread is; walked once in a look. */
  threads: () => Generator<undefined, ReadonlyMap<number, ProcessThreads>>;
  /** What each process has open of them, without who waits: enough to count. */
  descriptors: () => Generator<undefined, ReadonlyMap<number, ProcessDescriptors>>;
  /** Who holds pipes and FIFOs; walked once in a look. */
  streams: () => Generator<undefined, Streams>;
  /** FIFOs that are there as files, held or not; what was not looked at; and one that is to be among them from now on. */
  fifoFiles: () => Generator<undefined, FifoFile[]>;
  readonly fifoFilesBlind: readonly Blind[];
  keepFifo: (ref: Ref, path: Buffer) => void;
  /** Who has queues open and memory mapped or open, and who sleeps on it; walked once in a look. */
  held: () => Generator<undefined, Held>;
  /** Of the workspace and of the settings: absolute paths. */
  folders: readonly string[];
  /** One of them once more, after a walk of what has run since; undefined where nobody holds it any more. */
  streamAgain: (ref: Ref) => Generator<undefined, OpenStream | undefined>;
  /** Unix sockets, what they are to each other, TCP and UDP sockets, and who holds sockets: each read once in a look. */
  unixSockets: () => Generator<undefined, UnixSockets>;
  /** The same where it is enough to count them. */
  unixNames: () => Generator<undefined, NamedSockets>;
  /** Those of our own network namespace, read once more; undefined without sock_diag. */
  unixSocketsNow: () => Generator<undefined, readonly UnixRecord[] | undefined>;
  unixRelations: () => Generator<undefined, UnixRelations>;
  /** Files of sockets, also those that nobody has; `beside`: further folders to look into. */
  socketFiles: (beside: ReadonlySet<string>) => Generator<undefined, SocketFiles>;
  inetSockets: () => Generator<undefined, InetSockets>;
  socketEnds: () => Generator<undefined, SocketEnds>;
  /** Why there may be processes that do not show at all, so that nobody can count them. */
  unseen: readonly ('hidepid' | 'pidNamespace')[];
  /** Since when a sleeping thread has not run, or longer, in milliseconds since the epoch; undefined where nobody knows. */
  asleepSince: (pid: number, tid: number) => number | undefined;
  /** The waiting and holding acts of this helper on an object. */
  own: (ref: Ref) => Endpoint[];
  pageSize: number;
  /** When the census began, in milliseconds since the epoch. */
  startedAt: number;
}

/** How much of a kind is wanted: every row, or only the objects that a panel shows. */
export interface Wanted {
  rows: boolean;
  details: ReadonlySet<Ref>;
  /** Details of every object, as the command line may ask. */
  allDetails?: boolean;
  /** Nobody has wanted more than the number for a while: what only rows need may be given back. */
  idle?: boolean;
}

/** Whether nobody wants more than to know how many there are. */
export function isCount({ rows, details, allDetails }: Wanted): boolean {
  return !rows && details.size === 0 && allDetails !== true;
}

/** What was found of one kind. An object that did not change is the same JavaScript object as in the last census. */
export interface Reading<K extends Kind> {
  /** Absent: cannot be known; `blind` says why. */
  count?: number;
  objects: ObjectOf<K>[];
  usage?: Usage[keyof Usage];
  blind: Blind[];
}

/** What an act may know about its caller. */
export interface ActContext {
  look: () => Look;
  /** Whether the caller gave the act up; long ones ask between two steps. */
  cancelled: () => boolean;
  /** Runs an act that waits or holds in a process of its own. Rejects as `Waits.start` does. */
  wait: (errand: Errand) => Promise<Ended>;
}

/** One kind: how it is read, and every ability that its contract declares. */
export interface Mechanism<K extends Kind> {
  readonly kind: K;
  /** Yields often; whoever drives it may pause there. */
  read(look: Look, wanted: Wanted): Generator<undefined, Reading<K>>;
  readonly abilities: {
    readonly [A in AbilityOf<K>]: (
      parameters: ParametersOf<K, A>,
      context: ActContext,
    ) => ResultOf<K, A> | Promise<ResultOf<K, A>>;
  };
  /** The caller is gone: what it has not acknowledged must not be lost. */
  end?(): void;
}
