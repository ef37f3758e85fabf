/** In which network namespace each process and each of its threads is (network_namespaces(7)), also where its `ns` links may not be read. */
import { readlinkSync } from 'node:fs';
import { statusOfPath } from '../../libc/directory';
import { lastErrno } from '../../libc/errno';
import { threadsOf } from '../../proc/threads';
import { Clocked } from '../processes/clocked';
import type { Clocks } from '../processes/clocks';

/** A process or a thread of it, as a folder of /proc. */
interface ProcFolder {
  pid: number;
  folder: string;
}

/** Another network namespace than ours, by one process of each. */
export interface OtherNetwork {
  /** Inode of its ns file as decimal text, or `proc:` and another number that names it, where that may not be read. */
  id: string;
  pid: number;
  /** That one and a few more, for when it ends: by each the same can be read. */
  places: readonly ProcFolder[];
}

/** What a walk found. */
export interface Networks {
  /** All but our own, in the order of their processes. */
  others: readonly OtherNetwork[];
  /** Processes that may not be asked: nobody knows where they are. */
  refused: number;
}

/** Places of a network namespace that are tried. */
const TRIED = 8;
/** Threads between two places where a walk may pause. */
const BREATH = 32;

/**
 * Each namespace has files of its own below /proc/PID/net, so their inodes tell them apart, and anybody may ask for these. Undefined: it has ended, or the kernel has none; null: it may
 * not be asked.
 */
function networkOf(folder: string): string | null | undefined {
  const inode = statusOfPath(Buffer.from(`${folder}/net/unix`))?.inode;
  // EINVAL: who ends has left its namespace already (fs/proc/proc_net.c).
  return inode ?? (/^(ENOENT|ESRCH|EINVAL)$/.test(lastErrno()) ? undefined : null);
}

/** Inode of a process's ns file; undefined where it may not be read. */
function idOf(folder: string): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`${folder}/ns/net`))?.[0];
  } catch {
    return undefined;
  }
}

/** The networks of one process: mostly one. */
type OfProcess = readonly { network: string | null; tid: number }[];

/** A thread may be in a network that its process is not in (unshare(2), setns(2)). */
function* networksOf(pid: number): Generator<undefined, OfProcess> {
  const found: { network: string | null; tid: number }[] = [];
  let breath = 0;
  for (const tid of threadsOf(pid)) {
    if (++breath % BREATH === 0) yield;
    const network = networkOf(folderOf(pid, tid));
    if (network !== undefined && !found.some((one) => one.network === network)) found.push({ network, tid });
  }
  return found;
}

function folderOf(pid: number, tid: number): string {
  return tid === pid ? `/proc/${pid}` : `/proc/${pid}/task/${tid}`;
}

/** Kept from one census to the next. */
export class NetworkTable {
  readonly own = idOf('/proc/self');
  private readonly ours = networkOf('/proc/self');
  private readonly processes = new Clocked<OfProcess>(networksOf);

  /** Yields often. */
  *walk(now: Clocks): Generator<undefined, Networks> {
    const found = new Map<string, { id: string; pid: number; places: ProcFolder[] }>();
    let refused = 0;
    for (const [pid, networks] of yield* this.processes.walk(now))
      for (const { network, tid } of networks) {
        if (network === null) refused++;
        if (network === null || network === this.ours) continue;
        const folder = folderOf(pid, tid);
        const known = found.get(network);
        if (!known)
          found.set(network, { id: idOf(folder) ?? `proc:${network}`, pid, places: [{ pid, folder }] });
        else if (known.places.length < TRIED) known.places.push({ pid, folder });
      }
    return { others: [...found.values()], refused };
  }

  forget(): void {
    this.processes.forget();
  }
}
