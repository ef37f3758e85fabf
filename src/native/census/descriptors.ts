/** The descriptors of every process that lead to something of ours, read again only where something may have changed. */
import { eachDescriptor } from '../libc/directory';
import { compare } from '../libc/kcmp';
import { deniedFor, stampOf, threadsOf } from '../proc/threads';
import { Clocked } from './clocked';
import type { Clocks } from './clocks';
import { type KnownPipe, Listing, NONE } from './listing';
import type { ProcessDescriptors } from './openFiles';
import { Sharing } from './sharing';

const DENIED: ProcessDescriptors = { ...NONE, denied: true };

/** Kept from one census to the next. */
export class DescriptorTable {
  private readonly pipes = new Map<number, KnownPipe>();
  private readonly processes: Clocked<ProcessDescriptors>;

  /** `once`: for one walk only, and what must be looked at again for it. */
  constructor(once: boolean) {
    const together = once ? undefined : new Sharing('files');
    const tasks = ({ apart }: ProcessDescriptors, pid: number) => [pid, ...apart];
    this.processes = new Clocked((pid, before) => this.read(pid, before), together, tasks);
  }

  /** Every process's descriptors. An unchanged process answers with the same object. Yields often. */
  walk(now: Clocks): Generator<undefined, ReadonlyMap<number, ProcessDescriptors>> {
    return this.processes.walk(now);
  }

  /** Looks again at what has run since. */
  again(now: Clocks): Generator<undefined, ReadonlyMap<number, ProcessDescriptors>> {
    return this.processes.again(now);
  }

  /** As `Clocked.fresh`. */
  get fresh(): ReadonlySet<number> {
    return this.processes.fresh;
  }

  /** Takes nothing for unchanged in the next walk. */
  forget(): void {
    this.processes.forget();
  }

  /** `keep`: whether threads that have not run may be taken for unchanged. */
  private *read(
    pid: number,
    before: ProcessDescriptors | undefined,
    keep = true,
  ): Generator<undefined, ProcessDescriptors> {
    const list = new Listing(before, this.pipes);
    let how = eachDescriptor(`/proc/${pid}/fd`, (descriptor) => list.note(descriptor));
    if (how === 'denied') {
      const why = deniedFor(pid);
      if (why !== 'noLeader') return why === 'rights' ? DENIED : NONE;
      how = 'gone';
    }
    let denied = false;
    const others = threadsOf(pid).filter((tid) => tid !== pid);
    const known = keep && list.isAsBefore && isOf(before?.stamps, others) ? before?.stamps : undefined;
    for (const tid of others) {
      yield;
      // A leader that has exited shows nothing, though its threads have everything; a thread after unshare(CLONE_FILES) has a table of its own.
      const compared = how === 'done' && list.some ? compare('files', pid, tid) : undefined;
      if (compared === 'same') continue;
      const stamp = compared === 'denied' ? stampOf(pid, tid) : undefined;
      if (stamp !== undefined) list.stamps.set(tid, stamp);
      if (stamp !== undefined && stamp === known?.get(tid)) {
        list.keep(tid);
        continue;
      }
      list.begin(tid);
      const done = eachDescriptor(`/proc/${pid}/task/${tid}/fd`, (descriptor) => list.note(descriptor));
      denied ||= done === 'denied';
      if (done !== 'done') continue;
      how = 'done';
      list.apart.push(tid);
      // Whose table that is nobody knows, so those that were kept may have changed with it.
      if (known && !list.isAsBefore) return yield* this.read(pid, before, false);
    }
    return denied && how !== 'done' ? DENIED : list.result();
  }
}

/** Whether these are the threads that have stamps. */
function isOf(stamps: ReadonlyMap<number, string> | undefined, tids: readonly number[]): boolean {
  return stamps?.size === tids.length && tids.every((tid) => stamps.has(tid));
}
