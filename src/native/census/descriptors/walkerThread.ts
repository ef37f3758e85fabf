/** The first thread's side of a walk by two: half of a full census is waiting for the kernel to say where descriptors lead. */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CONTROL, makeShare, RECORD, STATE, WHAT, type WalkShare } from './walkShare';

/** Processes that are worth waking another thread for. */
const LEAST = 100;
/** Milliseconds for which one process of the other thread's is waited for, before it is listed here as well. */
const PATIENCE = 25;

/** One descriptor as the other thread found it. */
export interface ListedDescriptor {
  fd: number;
  what: 'pipe' | 'socket' | 'anonymous' | 'asked';
  /** As `Target` has it. */
  inode: number;
  /** As `Descriptor.rights` has it. */
  rights: number;
  /** Of a pipe that was not told before. */
  owner?: { uid: number; gid: number; mode: number };
}

/** What the other thread found of one process. */
export interface ListedProcess {
  /** Whether anything at all was listed, of ours or not. */
  some: boolean;
  each: (look: (told: ListedDescriptor) => void) => void;
}

export class WalkerThread {
  private share: WalkShare | undefined;
  private places = new Map<number, number>();
  private failed = availableParallelism() < 2;

  /** `script`: the program (`beside.ts`), which runs `runWalker` where it is not the main thread. `least`: for fewer processes it is left asleep. */
  constructor(
    script: string,
    private readonly least = LEAST,
  ) {
    this.script = resolve(script);
  }
  private readonly script: string;

  /** A walk over these begins, in this order. */
  begin(pids: readonly number[]): void {
    this.places.clear();
    if (this.failed || pids.length < this.least) return;
    this.share ??= this.start();
    if (!this.share) return;
    const { control, pids: list, states } = this.share;
    // It is still at the end of a walk that was given up.
    if (pids.length > list.length || Atomics.load(control, CONTROL.busy) === 1) return;
    list.set(pids);
    states.fill(STATE.free, 0, pids.length);
    for (const [at, pid] of pids.entries()) this.places.set(pid, at);
    Atomics.store(control, CONTROL.count, pids.length);
    Atomics.store(control, CONTROL.busy, 1);
    Atomics.add(control, CONTROL.walk, 1);
    Atomics.notify(control, CONTROL.walk);
  }

  /** What the other thread has found of this process; undefined where it is ours to list. */
  take(pid: number): ListedProcess | undefined {
    const at = this.places.get(pid);
    if (at === undefined || !this.share) return undefined;
    const { states } = this.share;
    if (Atomics.compareExchange(states, at, STATE.free, STATE.claimed) === STATE.free) return undefined;
    if (
      Atomics.load(states, at) === STATE.working &&
      Atomics.wait(states, at, STATE.working, PATIENCE) === 'timed-out'
    )
      return undefined;
    return Atomics.load(states, at) === STATE.done ? told(this.share, at) : undefined;
  }

  /** Undefined where there is no thread to be had; then all is done by one. */
  private start(): WalkShare | undefined {
    const failed = (error: unknown) => {
      if (!this.failed) console.error('no second thread:', error instanceof Error ? error.message : error);
      this.failed = true;
    };
    try {
      const share = makeShare();
      // It writes nothing to our stdout, which belongs to the protocol.
      const worker = new Worker(this.script, { workerData: share, stdout: true });
      // It must keep nobody alive.
      worker.unref();
      worker.once('error', failed);
      worker.once('exit', (code) => failed(`it ended with ${code}`));
      return share;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}

const WHATS = {
  [WHAT.pipe]: 'pipe',
  [WHAT.socket]: 'socket',
  [WHAT.asked]: 'asked',
  [WHAT.anonymous]: 'anonymous',
} as const;

function told({ starts, counts, some, records }: WalkShare, at: number): ListedProcess {
  const [start = 0, count = 0] = [starts[at], counts[at]];
  return {
    some: some[at] === 1,
    each: (look) => {
      const one: ListedDescriptor = { fd: 0, what: 'asked', inode: 0, rights: 0 };
      for (let place = start; place < start + count * RECORD; place += RECORD) {
        one.fd = records[place] as number;
        one.what = WHATS[records[place + 1] as keyof typeof WHATS];
        one.inode = records[place + 2] as number;
        one.rights = records[place + 3] as number;
        const uid = records[place + 4] as number;
        if (uid < 0) delete one.owner;
        else one.owner = { uid, gid: records[place + 5] as number, mode: records[place + 6] as number };
        look(one);
      }
    },
  };
}
