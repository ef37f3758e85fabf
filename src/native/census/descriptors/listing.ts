/** Makes the list of what one process has open, comparing it with the list before while it is made. */
import { type Descriptor, type FileStatus, linkBytes } from '../../libc/directory';
import { fifoRef, pipeRef, type Ref } from '../../../protocol/ref';
import { ANONYMOUS, leadsTo, startsWith } from './links';
import { namingOf } from '../streams/openers';
import type {
  AnonymousFd,
  FileFd,
  NamedFd,
  DescriptorNumber,
  ProcessDescriptors,
  SocketFd,
  StreamFd,
  Terminal,
} from './openFiles';
import type { ListedDescriptor } from './walkerThread';

const S_IFMT = 0o170000;
const S_IFCHR = 0o020000;
const S_IFIFO = 0o010000;
const S_IFREG = 0o100000;
const S_IFSOCK = 0o140000;
const ROLES = [undefined, 'reader', 'writer', 'both'] as const;
const SLASH = 0x2f;
/** How often a descriptor is asked anew that became another meanwhile. */
const TRIES = 8;

const NOBODY: readonly number[] = [];
/** Of who has nothing of ours. */
export const NONE: ProcessDescriptors = {
  ...{ denied: false, streams: [], sockets: [], files: [], anonymous: [], named: [], apart: NOBODY },
};
/** Of whom nothing may be looked at. */
export const DENIED: ProcessDescriptors = { ...NONE, denied: true };

/** A pipe's facts that do not change in its life. */
export interface KnownPipe {
  ref: Ref;
  inode: string;
  uid: number;
  gid: number;
  mode: number;
}

/** What else can be asked of a pipe's end. */
interface PipeEnd {
  owner: () => { uid: number; gid: number; mode: number } | undefined;
  /** Whether its number still leads there. */
  isSame: () => boolean;
}

/** Collects what one process has. What is as it was before is the same JavaScript object. */
export class Listing {
  /** Whether anything was listed at all. */
  some = false;
  /** Whether the kernel refused to tell of some descriptor what it leads to. */
  refused = false;
  /** Threads whose tables were listed. */
  readonly apart: number[] = [];
  readonly stamps = new Map<number, string>();
  private tid: number | undefined;
  private readonly streams: Kept<StreamFd>;
  private readonly sockets: Kept<SocketFd>;
  private readonly files: Kept<FileFd>;
  private readonly anonymous: Kept<AnonymousFd>;
  private readonly named: Kept<NamedFd>;
  /** What the tables before this one had: a thread's own table repeats what it copied. */
  private others: Set<string> | undefined;

  constructor(
    private readonly before: ProcessDescriptors | undefined,
    private readonly pipes: Map<number, KnownPipe>,
  ) {
    this.streams = new Kept(before?.streams ?? []);
    this.sockets = new Kept(before?.sockets ?? []);
    this.files = new Kept(before?.files ?? []);
    this.anonymous = new Kept(before?.anonymous ?? []);
    this.named = new Kept(before?.named ?? []);
  }

  /** What comes now stands in this thread's own table. */
  begin(tid: number): void {
    this.tid = tid;
    this.others = new Set(
      [...this.streams.now, ...this.sockets.now, ...this.files.now, ...this.named.now].map(
        (one) => `${one.fd} ${one.inode}`,
      ),
    );
  }

  /** Whether what was listed so far is what was listed before. */
  get isAsBefore(): boolean {
    const { streams, sockets, files, anonymous, named, tid } = this;
    return [streams, sockets, files, anonymous, named].every((list) => list.isAsBefore(tid));
  }

  /** `denied`: there is more, which may not be looked at. */
  result(denied: boolean): ProcessDescriptors {
    const [streams, sockets, files] = [this.streams.list(), this.sockets.list(), this.files.list()];
    const [anonymous, named] = [this.anonymous.list(), this.named.list()];
    const { before } = this;
    const apart = sameNumbers(this.apart, before?.apart ?? NOBODY) ? (before?.apart ?? NOBODY) : this.apart;
    const stamps = this.stamps.size > 0 ? this.stamps : undefined;
    if (before?.denied === denied && streams === before.streams && sockets === before.sockets)
      if (
        files === before.files &&
        anonymous === before.anonymous &&
        named === before.named &&
        apart === before.apart
      ) {
        // Those two stand for many.
        if (stamps && before !== NONE && before !== DENIED) before.stamps = stamps;
        return before;
      }
    const lists = [streams, sockets, files, anonymous, named, apart];
    return lists.every(({ length }) => length === 0)
      ? denied
        ? DENIED
        : NONE
      : { denied, streams, sockets, files, anonymous, named, apart, ...(stamps && { stamps }) };
  }

  note(descriptor: Descriptor): void {
    this.some = true;
    // One that changes again and again while it is asked is on its way somewhere, and belongs to a process that is listed again in the next look.
    for (let tries = 0; tries < TRIES; tries++) if (this.noteOnce(descriptor)) break;
    this.refused ||= descriptor.refused;
  }

  /** False where its number was given to something else between two questions, so that the answers are of two things. */
  private noteOnce(descriptor: Descriptor): boolean {
    const length = descriptor.readLink();
    const target = leadsTo(linkBytes, length);
    if (target?.what === 'socket') this.noteSocket(descriptor.fd, target.inode);
    else if (target?.what === 'anonymous') this.noteAnonymous(descriptor.fd, target.inode);
    else if (target?.what === 'pipe') {
      const { fd } = descriptor;
      const { inode } = target;
      return this.notePipe(fd, inode, descriptor.rights(), {
        owner: () => descriptor.owner(inode),
        isSame: () => descriptor.pointsStill(length),
      });
    } else if (target || descriptor.tooLong) return this.noteFile(descriptor, length);
    return true;
  }

  /** The same of what another thread has found. `ask`: the descriptor itself, for what was not told. */
  noteListed({ fd, what, inode, rights, owner }: ListedDescriptor, ask: () => Descriptor | undefined): void {
    if (what === 'socket') this.noteSocket(fd, inode);
    else if (what === 'anonymous') this.noteAnonymous(fd, inode);
    else if (what === 'pipe' && (owner || this.pipes.has(inode)))
      this.notePipe(fd, inode, rights, { owner: () => owner, isSame: () => true });
    else {
      const descriptor = ask();
      if (descriptor) this.note(descriptor);
      else this.refused = true;
    }
  }

  private notePipe(fd: number, inode: number, rights: number | undefined, from: PipeEnd): boolean {
    const role = ROLES[rights ?? 0];
    // O_PATH has neither right, and is no end.
    if (!role) return true;
    const pipe = this.pipes.get(inode) ?? this.newPipe(inode, from);
    if (!pipe) return from.isSame();
    if (this.isKnown(fd, pipe.inode)) return true;
    const { tid } = this;
    const old = this.streams.next(fd, tid);
    if (old?.fd === fd && old.ref === pipe.ref && old.role === role && old.tid === tid)
      this.streams.keep(old);
    // The direction is of the same descriptor as the inode.
    else if (!from.isSame()) return false;
    else this.streams.put(tid === undefined ? { fd, role, ...pipe } : { fd, tid, role, ...pipe });
    return true;
  }

  private newPipe(inode: number, from: PipeEnd): KnownPipe | undefined {
    const owner = from.owner();
    if (!owner) return undefined;
    const text = String(inode);
    const { uid, gid, mode } = owner;
    const pipe = { ref: pipeRef(text), inode: text, uid, gid, mode: mode & 0o777 };
    if (this.pipes.size > 100_000) this.pipes.clear();
    this.pipes.set(inode, pipe);
    return pipe;
  }

  private noteSocket(fd: number, inode: number): void {
    const { tid, others } = this;
    if (others && this.isKnown(fd, String(inode))) return;
    const old = this.sockets.next(fd, tid);
    if (old?.number === inode && old.fd === fd && old.tid === tid) this.sockets.keep(old);
    else this.sockets.put({ fd, ...(tid !== undefined && { tid }), inode: String(inode), number: inode });
  }

  /** What a thread's own table repeats shows only in the fdinfo. */
  private noteAnonymous(fd: number, kind: number): void {
    const what = ANONYMOUS[kind] as AnonymousFd['what'];
    const { tid } = this;
    const old = this.anonymous.next(fd, tid);
    if (old?.fd === fd && old.what === what && old.tid === tid) this.anonymous.keep(old);
    else this.anonymous.put({ fd, ...(tid !== undefined && { tid }), what });
  }

  private noteNamed(fd: number, status: FileStatus): void {
    const { inode, device } = status;
    // All masters have one inode: what a thread's own table repeats of these shows only in the fdinfo.
    const terminal = (status.mode & S_IFMT) === S_IFCHR ? terminalOf(status) : undefined;
    if (terminal?.is !== 'master' && this.isKnown(fd, inode)) return;
    const { tid } = this;
    const old = this.named.next(fd, tid);
    const same = old?.fd === fd && old.inode === inode && old.device === device && old.tid === tid;
    if (same && old.terminal?.is === terminal?.is) this.named.keep(old);
    else
      this.named.put({ fd, ...(tid !== undefined && { tid }), inode, device, ...(terminal && { terminal }) });
  }

  private noteFile(descriptor: Descriptor, length: number): boolean {
    const status = descriptor.status();
    if (!status) return true;
    const type = status.mode & S_IFMT;
    const what = type === S_IFIFO ? 'fifo' : type === S_IFREG ? fileKind(length, status) : undefined;
    const role = what && ROLES[descriptor.rights() ?? 0];
    const { fd } = descriptor;
    const { tid } = this;
    if (length > 0 && !descriptor.pointsStill(length)) return false;
    if (type !== S_IFIFO && type !== S_IFSOCK && !what) this.noteNamed(fd, status);
    if (!what || !role || this.isKnown(fd, status.inode)) return true;
    const { device, inode, birth, uid, gid, links } = status;
    const mode = status.mode & 0o777;
    const shown = Buffer.from(linkBytes.subarray(0, length));
    const { path, unlinked } =
      what === 'fifo' ? namingOf(shown, status) : { path: shown, unlinked: links === 0 };
    const place = { fd, ...(tid !== undefined && { tid }) };
    const same = (old: StreamFd | FileFd | undefined) =>
      old?.fd === fd &&
      old.inode === inode &&
      old.role === role &&
      old.tid === tid &&
      old.mode === mode &&
      old.uid === uid &&
      old.gid === gid;
    if (what === 'fifo') {
      const ref = fifoRef(device, inode, birth);
      const old = this.streams.next(fd, tid);
      const file = old?.file;
      if (old && same(old) && old.ref === ref && file?.unlinked === unlinked && file.path.equals(path))
        this.streams.keep(old);
      else
        this.streams.put({
          ref,
          inode,
          role,
          uid,
          gid,
          mode,
          file: { device, birth, path, unlinked },
          ...place,
        });
    } else {
      const old = this.files.next(fd, tid);
      const isOld =
        same(old) &&
        old?.what === what &&
        old.device === device &&
        old.birth === birth &&
        old.path.equals(path);
      if (old && isOld && old.unlinked === unlinked) this.files.keep(old);
      else this.files.put({ what, role, device, inode, birth, uid, gid, mode, path, unlinked, ...place });
    }
    return true;
  }

  private isKnown(fd: number, inode: string): boolean {
    return this.others?.has(`${fd} ${inode}`) === true;
  }
}

/** A list that is compared with the one before while it is made. */
class Kept<T extends DescriptorNumber> {
  readonly now: T[] = [];
  private same = true;
  private at = 0;

  constructor(private readonly before: readonly T[]) {}

  /** What stood in this place before. Descriptors come in their order, so what was closed is stepped over, and the rest stays what it is. */
  next(fd: number, tid: number | undefined): T | undefined {
    let old = this.before[this.at];
    while (old !== undefined && old.fd < fd && old.tid === tid) {
      this.same = false;
      old = this.before[++this.at];
    }
    return old;
  }

  /** Whether all is as before up to the end of this thread's table. */
  isAsBefore(tid: number | undefined): boolean {
    const next = this.before[this.at];
    return this.same && (next === undefined || next.tid !== tid);
  }

  /** It still stands there. */
  keep(old: T): void {
    this.at++;
    this.now.push(old);
  }

  /** Another does. */
  put(one: T): void {
    this.same = false;
    this.now.push(one);
  }

  /** The list before where all is as it was. */
  list(): readonly T[] {
    return this.same && this.now.length === this.before.length ? this.before : this.now;
  }
}

function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((number, at) => number === other[at]);
}

function fileKind(
  length: number,
  { device, bytes }: { device: string; bytes: number },
): FileFd['what'] | undefined {
  // Too long to be told, and so none of ours.
  if (length === 0) return undefined;
  if (startsWith(linkBytes, '/dev/shm/')) return 'memory';
  if (startsWith(linkBytes, '/memfd:')) return 'memfd';
  // Majors from 1 on are real devices (makedev(3)); what lies deeper than the root is no queue.
  const major = (Number(device) >>> 8) & 0xfff;
  return bytes === QUEUE_BYTES && major === 0 && !hasSlash(length) ? 'queue' : undefined;
}

/** TTYAUX_MAJOR with /dev/tty and /dev/ptmx, and UNIX98_PTY_SLAVE_MAJOR with those behind it (linux/major.h). */
const TERMINALS = { major: 5, own: 0, master: 2, slaves: 136 } as const;

/** Undefined: no pseudo-terminal, as a console. */
function terminalOf({ major, minor }: FileStatus): Terminal | undefined {
  if (major === TERMINALS.major && minor === TERMINALS.master) return { is: 'master' };
  if (major === TERMINALS.major && minor === TERMINALS.own) return { is: 'own' };
  return major === TERMINALS.slaves ? { is: 'slave', index: minor } : undefined;
}

/** FILENT_SIZE of ipc/mqueue.c */
const QUEUE_BYTES = 80;

function hasSlash(length: number): boolean {
  for (let at = 1; at < length; at++) if (linkBytes[at] === SLASH) return true;
  return false;
}
