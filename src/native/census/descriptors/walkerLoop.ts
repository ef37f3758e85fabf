/** The second thread that lists descriptors: waits for a walk, takes processes from its end, and writes down what their descriptors are. */
import { type Descriptor, eachDescriptor, linkBytes } from '../../libc/directory';
import { prepare } from '../../libc/load';
import { leadsTo } from './links';
import { CONTROL, RECORD, STATE, WHAT, type WalkShare } from './walkShare';

/** Pipes of which it is remembered that their owners were told. */
const TOLD_MOST = 50_000;

/** Never ends: the process ends it. */
export async function runWalker(share: WalkShare): Promise<never> {
  await prepare();
  const { control, pids, states } = share;
  // Pipes whose owners were told, which are not asked for again.
  const told = new Set<number>();
  for (let walk = 0; ;) {
    Atomics.wait(control, CONTROL.walk, walk);
    walk = Atomics.load(control, CONTROL.walk);
    const records = new Records(share, told);
    for (let at = Atomics.load(control, CONTROL.count) - 1; at >= 0; at--) {
      // The other thread has come as far as this.
      if (Atomics.compareExchange(states, at, STATE.free, STATE.working) !== STATE.free) break;
      Atomics.store(states, at, records.write(at, pids[at] ?? 0) ? STATE.done : STATE.left);
      Atomics.notify(states, at);
    }
    Atomics.store(control, CONTROL.busy, 0);
  }
}

class Records {
  private used = 0;

  constructor(
    private readonly share: WalkShare,
    private readonly told: Set<number>,
  ) {}

  /** Lists one process; false where the other thread had better do that. */
  write(at: number, pid: number): boolean {
    const { starts, counts, some } = this.share;
    const start = this.used;
    let listed = false;
    let full = false;
    const how = eachDescriptor(`/proc/${pid}/fd`, (descriptor) => {
      listed = true;
      // What is refused the other thread has to say.
      full ||= !this.note(descriptor) || descriptor.refused;
    });
    // Why it is denied, or has nothing, is not for us to find out.
    if (how !== 'done' || full) {
      this.used = start;
      return false;
    }
    starts[at] = start;
    counts[at] = (this.used - start) / RECORD;
    some[at] = listed ? 1 : 0;
    return true;
  }

  /** False where there is no room. */
  private note(descriptor: Descriptor): boolean {
    const { records } = this.share;
    const { told } = this;
    const { fd } = descriptor;
    const length = descriptor.readLink();
    const target = leadsTo(linkBytes, length);
    if (!target && !descriptor.tooLong) return true;
    if (this.used + RECORD > records.length) return false;
    const { what, inode } = target ?? { what: 'file', inode: 0 };
    if (what === 'file') this.put(fd, WHAT.asked, 0, 0);
    else if (what === 'socket') this.put(fd, WHAT.socket, inode, 0);
    else if (what === 'anonymous') this.put(fd, WHAT.anonymous, inode, 0);
    else {
      const rights = descriptor.rights();
      const owner = rights === undefined || told.has(inode) ? undefined : descriptor.owner(inode);
      // It has become another: the first thread asks it anew.
      if (rights === undefined || !descriptor.pointsStill(length)) {
        this.put(fd, WHAT.asked, 0, 0);
        return true;
      }
      this.put(fd, WHAT.pipe, inode, rights);
      if (!owner) return true;
      if (told.size >= TOLD_MOST) told.clear();
      told.add(inode);
      records.set([owner.uid, owner.gid, owner.mode], this.used - 3);
    }
    return true;
  }

  private put(fd: number, what: number, inode: number, rights: number): void {
    const { records } = this.share;
    records[this.used] = fd;
    records[this.used + 1] = what;
    records[this.used + 2] = inode;
    records[this.used + 3] = rights;
    records[this.used + 4] = -1;
    this.used += RECORD;
  }
}
