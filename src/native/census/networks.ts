/** In which network namespace each process is (network_namespaces(7)), also where its `ns` links may not be read. */
import { readlinkSync } from 'node:fs';
import { statusOfPath } from '../libc/directory';
import { Clocked } from './clocked';
import type { Clocks } from './clocks';

/** Another network namespace than ours, by one process of each. */
export interface OtherNetwork {
  /** Inode of its ns file as decimal text, or `proc:` and another number that names it, where that may not be read. */
  id: string;
  pid: number;
  /** That one and a few more, for when it ends: by each the same can be read. */
  pids: readonly number[];
}

/** Processes of a network namespace that are tried. */
const TRIED = 8;

/** Each namespace has files of its own below /proc/PID/net, so their inodes tell them apart, and anybody may ask for these. */
function networkOf(pid: number | 'self'): string | undefined {
  return statusOfPath(Buffer.from(`/proc/${pid}/net/unix`))?.inode;
}

/** Inode of a process's ns file; undefined where it may not be read. */
function idOf(pid: number | 'self'): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0];
  } catch {
    return undefined;
  }
}

/** Kept from one census to the next. */
export class NetworkTable {
  readonly own = idOf('self');
  private readonly ours = networkOf('self');
  private readonly processes = new Clocked<string | undefined>(function* (pid) {
    // A kernel that does not tell of Unix sockets has none.
    const found = networkOf(pid);
    yield;
    return found;
  });

  /** All but our own, in the order of their processes. Yields often. */
  *walk(now: Clocks): Generator<undefined, readonly OtherNetwork[]> {
    const found = new Map<string, { id: string; pid: number; pids: number[] }>();
    for (const [pid, network] of yield* this.processes.walk(now)) {
      if (network === undefined || network === this.ours) continue;
      const known = found.get(network);
      if (!known) found.set(network, { id: idOf(pid) ?? `proc:${network}`, pid, pids: [pid] });
      else if (known.pids.length < TRIED) known.pids.push(pid);
    }
    return [...found.values()];
  }

  forget(): void {
    this.processes.forget();
  }
}
