/** The descriptors of every process that lead to something of ours, read again only where something may have changed. */
import { Descriptors, eachDescriptor } from '../../libc/directory';
import { compare } from '../../libc/kcmp';
import { cpuClock } from '../../libc/time';
import { deniedFor, stampOf, threadsOf } from '../../proc/threads';
import { Clocked } from '../processes/clocked';
import type { Clocks } from '../processes/clocks';
import { DENIED, type KnownPipe, Listing, NONE } from './listing';
import type { ProcessDescriptors } from './openFiles';
import { kept, survey } from '../look';
import type { WalkerThread, ListedProcess } from './walkerThread';
import { Sharing } from '../processes/sharing';

/** Kept from one census to the next. */
export class DescriptorTable {
  private readonly pipes = new Map<number, KnownPipe>();
  private readonly processes: Clocked<ProcessDescriptors>;
  /** Whether anything may be taken for unchanged. */
  private trusts = true;

  /** `once`: for one walk only, and what must be looked at again for it. `second`: another thread that lists descriptors. */
  constructor(
    once: boolean,
    private readonly second?: WalkerThread,
  ) {
    const together = once ? undefined : new Sharing('files');
    const tasks = ({ apart }: ProcessDescriptors, pid: number) => [pid, ...apart];
    this.processes = new Clocked((pid, before) => this.read(pid, before), together, tasks, second);
  }

  /** As `Clocked.foresee`. */
  foresee(now: Clocks): void {
    this.processes.foresee(now);
  }

  /** Every process's descriptors. An unchanged process answers with the same object. Yields often. */
  *walk(now: Clocks): Generator<undefined, ReadonlyMap<number, ProcessDescriptors>> {
    const all = yield* this.processes.walk(now);
    this.trusts = true;
    return all;
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
    this.trusts = false;
  }

  /** `keep`: whether threads that have not run may be taken for unchanged. */
  private *read(
    pid: number,
    before: ProcessDescriptors | undefined,
    keep = this.trusts,
  ): Generator<undefined, ProcessDescriptors> {
    const list = new Listing(before, this.pipes);
    const told = this.second?.take(pid);
    let how = told
      ? noteListed(pid, told, list)
      : eachDescriptor(`/proc/${pid}/fd`, (descriptor) => list.note(descriptor));
    if (how === 'denied') {
      const why = deniedFor(pid);
      if (why !== 'noLeader') return why === 'rights' ? DENIED : NONE;
      how = 'gone';
    }
    let denied = false;
    const others = threadsOf(pid).filter((tid) => tid !== pid);
    // What stands in a thread's own table another may have closed that shares it: such a table is listed each time.
    const known =
      keep && list.isAsBefore && isOf(before?.stamps, others) && !hasOwn(before) ? before?.stamps : undefined;
    for (const tid of others) {
      yield;
      // A leader that has exited shows nothing, though its threads have everything; a thread after unshare(CLONE_FILES) has a table of its own.
      const compared = how === 'done' && list.some ? compare('files', pid, tid) : undefined;
      if (compared === 'same') continue;
      const stamp = compared === 'denied' ? stampOf(pid, tid) : undefined;
      if (stamp !== undefined) list.stamps.set(tid, stamp);
      if (stamp !== undefined && stamp === known?.get(tid)) {
        list.apart.push(tid);
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
    if (denied && how !== 'done') return DENIED;
    // Who ends while it is listed has nothing left to hide.
    return list.result(denied || (list.refused && cpuClock(pid) !== undefined));
  }
}

/** Their table. */
export const descriptorTable = kept(({ once, second }) => new DescriptorTable(once, second));

/** What each process has open of ours, without who waits. */
export const descriptors = survey((look) => look.kept(descriptorTable).walk(look.clocks));

/** What another thread has listed. */
function noteListed(pid: number, told: ListedProcess, list: Listing): 'done' {
  let descriptors: Descriptors | undefined;
  list.some = told.some;
  told.each((one) => {
    // Opened for the first that must be asked, if any.
    const ask = () => (descriptors ??= Descriptors.of(`/proc/${pid}/fd`))?.at(one.fd);
    list.noteListed(one, ask);
  });
  descriptors?.close();
  return 'done';
}

/** Whether anything stands in the table of a thread alone. */
function hasOwn(before: ProcessDescriptors | undefined): boolean {
  const { streams = [], sockets = [], files = [], anonymous = [], named = [] } = before ?? {};
  return [streams, sockets, files, anonymous, named].some((list) =>
    list.some(({ tid }) => tid !== undefined),
  );
}

/** Whether these are the threads that have stamps. */
function isOf(stamps: ReadonlyMap<number, string> | undefined, tids: readonly number[]): boolean {
  return stamps?.size === tids.length && tids.every((tid) => stamps.has(tid));
}
