/** The POSIX queues of our ipc namespace: by their names, and by the descriptors of processes. */
import type { Endpoint } from '../../../protocol/facts';
import { type FileParts, posixRef, type Ref } from '../../../protocol/ref';
import { held, type HeldFile, keyOf } from '../../census/memory/held';
import { kept, type Look, survey } from '../../census/look';
import { QueueFolder } from './mqFolder';
import { type FileStatus, statusOfPath } from '../../libc/directory';
import { openQueue } from '../../libc/mqueue';
import { statusOf } from '../../libc/path';
import { close } from '../../libc/fd';
import { ipcNamespaceOf } from '../../proc/threads';
import { isFile } from './file';
import { someLinksOf } from '../common/holderLinks';
import { isQueueLink } from './mqFile';

/** One queue. */
export interface QueueFound {
  ref: Ref;
  parts: FileParts;
  /** Without slash. Of one that is unlinked: the name that it had. */
  name: Buffer;
  linked: boolean;
  status: { uid: number; gid: number; mode: number; inode: string };
  ends: readonly Endpoint[];
}

/** All that could be found. */
export interface QueuesFound {
  /** False: nobody lets us list the names. */
  whole: boolean;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
  all: Map<Ref, QueueFound>;
}

const queueFolder = kept(({ ipcNamespace }) => new QueueFolder(ipcNamespace));
/** As the last look found them, whoever took it: enough for an act that compares what it opens. */
export const lastQueues = kept(() => ({ all: new Map() as ReadonlyMap<Ref, QueueFound> }));

/** Notes a queue that we made: where nobody lets us list names, this one can still be asked for. */
export function noteQueue(name: Buffer, device: string, look: Look): void {
  look.kept(queueFolder).confirm(name, device);
}

/** Who has what open first, then the names. */
export const queueObjects = survey(function* (look): Generator<undefined, QueuesFound> {
  const { files, denied } = yield* look.get(held);
  const names = yield* look.kept(queueFolder).read();
  const queues: QueuesFound = { whole: names.whole, denied: denied.descriptors, all: new Map() };
  for (const { name, status } of names.entries) {
    const ends = files.get(keyOf(status))?.ends ?? [];
    add(queues, { parts: partsOf(status), name, linked: true, status, ends });
  }
  for (const file of files.values()) {
    if (file.what !== 'queue' || queues.all.has(posixRef('posix.mq', partsOf(file)))) continue;
    const one = unnamed(file, { device: names.device, look });
    if (one) add(queues, one);
  }
  look.kept(lastQueues).all = queues.all;
  return queues;
});

function add({ all }: QueuesFound, queue: Omit<QueueFound, 'ref'>): void {
  const ref = posixRef('posix.mq', queue.parts);
  all.set(ref, { ref, ...queue });
}

function partsOf({ device, inode }: { device: string; inode: string }): FileParts {
  return { device, inode, birth: '0' };
}

/** A queue that only its holders show. Undefined for a file that only looks so, and for one of another namespace. */
function unnamed(
  file: HeldFile,
  { device, look }: { device: string | undefined; look: Look },
): Omit<QueueFound, 'ref'> | undefined {
  const { ends, inode } = file;
  if (device !== undefined && device !== file.device) return undefined;
  const name = file.path.subarray(1);
  const parts = partsOf(file);
  // Others may have taken its name away since its holders last ran.
  const status =
    statusNow(parts, ends) ?? (file.status && { ...file.status, links: file.status.unlinked ? 0 : 1 });
  if (!status) return undefined;
  const linked = status.links > 0;
  if (linked && leadsTo(name, parts)) look.kept(queueFolder).confirm(name, file.device);
  else if (device === undefined && !isOfNamespace(ends, look.ipcNamespace)) return undefined;
  else if (!ends.some(({ pid, fd }) => fd !== undefined && isQueueLink(pid, fd))) return undefined;
  return { parts, name, linked, status: { ...status, inode }, ends };
}

function statusNow(parts: FileParts, ends: readonly Endpoint[]): FileStatus | undefined {
  for (const link of someLinksOf(ends)) {
    const status = statusOfPath(Buffer.from(link));
    if (status && isFile(parts, status)) return status;
  }
  return undefined;
}

function isOfNamespace(ends: readonly Endpoint[], ipcNamespace: string): boolean {
  return ends.some(({ pid }) => ipcNamespaceOf(pid) === ipcNamespace);
}

/** Whether our namespace has this very queue by this name. */
function leadsTo(name: Buffer, { device, inode }: FileParts): boolean {
  let fd: number | undefined;
  try {
    fd = openQueue(name, 'read');
    const status = statusOf(fd);
    return status.device === device && status.inode === inode;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) close(fd);
  }
}
