/** The descriptors of pipes and FIFOs of every process. */
import { eachDescriptor, type Descriptor } from '../libc/directory';
import { compare } from '../libc/kcmp';
import { isKernelThread, threadsOf } from '../proc/threads';
import { fifoRef, pipeRef, type Ref } from '../../protocol/ref';
import { Clocked } from './clocked';
import { Sharing } from './sharing';

const S_IFMT = 0o170000;
const S_IFIFO = 0o010000;
const PIPE = Buffer.from('pipe:[');
const SLASH = 0x2f;

/** One descriptor of a stream. */
export interface StreamFd {
  fd: number;
  /** Of a thread that has a table of its own. */
  tid?: number;
  ref: Ref;
  inode: string;
  role: 'reader' | 'writer' | 'both';
  uid: number;
  gid: number;
  mode: number;
  /** Of a FIFO. */
  file?: { device: string; birth: string; path: Buffer; unlinked: boolean };
}

/** What was read of one process. */
export interface ProcessStreams {
  denied: boolean;
  fds: readonly StreamFd[];
}

const NONE: ProcessStreams = { denied: false, fds: [] };
const DENIED: ProcessStreams = { denied: true, fds: [] };

/** Kept from one census to the next. */
export class DescriptorTable {
  private readonly sharing = new Sharing('files');
  private readonly owners = new Map<string, { uid: number; gid: number; mode: number }>();
  private readonly processes = new Clocked<ProcessStreams>(
    (pid, before) => this.read(pid, before),
    this.sharing,
  );

  /** Every process's streams. An unchanged process answers with the same object. Yields often. */
  walk(): Generator<undefined, Map<number, ProcessStreams>> {
    return this.processes.walk();
  }

  /** Looks again at what has run since. */
  again(): Generator<undefined, Map<number, ProcessStreams>> {
    return this.processes.again();
  }

  private *read(pid: number, before: ProcessStreams | undefined): Generator<undefined, ProcessStreams> {
    const fds: StreamFd[] = [];
    let how = eachDescriptor(`/proc/${pid}/fd`, (descriptor) => this.note(descriptor, fds));
    if (how === 'denied') return isKernelThread(pid) ? NONE : DENIED;
    const others = threadsOf(pid).filter((tid) => tid !== pid);
    for (const tid of others) {
      yield;
      // A leader that has exited shows nothing, though its threads have everything; a thread after unshare(CLONE_FILES) has a table of its own.
      const apart = how === 'gone' || compare('files', pid, tid) !== 'same';
      if (!apart) continue;
      const mine: StreamFd[] = [];
      const done = eachDescriptor(`/proc/${pid}/task/${tid}/fd`, (descriptor) => this.note(descriptor, mine));
      if (done !== 'done') continue;
      const known = new Set(fds.map((one) => `${one.fd} ${one.ref}`));
      fds.push(...mine.filter((one) => !known.has(`${one.fd} ${one.ref}`)).map((one) => ({ ...one, tid })));
      how = 'done';
    }
    if (fds.length === 0) return NONE;
    return before && same(before.fds, fds) ? before : { denied: false, fds };
  }

  private note(descriptor: Descriptor, fds: StreamFd[]): void {
    const link = descriptor.link();
    if (link.length === 0) return;
    if (link[0] === SLASH) this.noteFile(descriptor, link, fds);
    else if (link.length > PIPE.length && link.compare(PIPE, 0, PIPE.length, 0, PIPE.length) === 0) {
      const inode = link.toString('latin1', PIPE.length, link.length - 1);
      const role = roleOf(descriptor);
      const owner = role && this.ownerOf(inode, descriptor);
      if (role && owner) fds.push({ fd: descriptor.fd, ref: pipeRef(inode), inode, role, ...owner });
    }
  }

  private noteFile(descriptor: Descriptor, link: Buffer, fds: StreamFd[]): void {
    // Devices are no FIFOs, and of those every process has some.
    if (link.length > 5 && link.toString('latin1', 0, 5) === '/dev/' && !isShared(link)) return;
    const path = Buffer.from(link);
    const status = descriptor.status();
    if (!status || (status.mode & S_IFMT) !== S_IFIFO) return;
    const role = roleOf(descriptor);
    if (!role) return;
    const { device, inode, birth, uid, gid, mode, links } = status;
    const file = { device, birth, path, unlinked: links === 0 };
    fds.push({
      fd: descriptor.fd,
      ref: fifoRef(device, inode, birth),
      inode,
      role,
      uid,
      gid,
      mode: mode & 0o777,
      file,
    });
  }

  /** Who made a pipe does not change in its life, and inodes of pipefs are not used again soon. */
  private ownerOf(inode: string, descriptor: Descriptor) {
    const known = this.owners.get(inode);
    if (known) return known;
    const status = descriptor.status();
    if (!status) return undefined;
    const owner = { uid: status.uid, gid: status.gid, mode: status.mode & 0o777 };
    if (this.owners.size > 100_000) this.owners.clear();
    this.owners.set(inode, owner);
    return owner;
  }
}

/** /dev/shm is a file system like any other. */
function isShared(link: Buffer): boolean {
  return link.toString('latin1', 0, 9) === '/dev/shm/';
}

function roleOf(descriptor: Descriptor): StreamFd['role'] | undefined {
  const rights = descriptor.rights();
  if (!rights) return undefined;
  if (rights.read && rights.write) return 'both';
  // O_PATH has neither, and is no end.
  return rights.read ? 'reader' : rights.write ? 'writer' : undefined;
}

function same(before: readonly StreamFd[], now: readonly StreamFd[]): boolean {
  return (
    before.length === now.length &&
    before.every((one, at) => {
      const other = now[at];
      return (
        other?.fd === one.fd &&
        other.ref === one.ref &&
        other.role === one.role &&
        other.tid === one.tid &&
        one.file?.unlinked === other.file?.unlinked &&
        (one.file === undefined || (other.file !== undefined && one.file.path.equals(other.file.path)))
      );
    })
  );
}
