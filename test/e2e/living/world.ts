/** Objects of the test's own that come, change and go at random, and stand still when they are told to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SysvKind } from '../../../src/protocol/ref';
import { hexKey } from '../../../src/presentation/text';
import { freeKey, type Made, operate, receive, removeQueue, send } from '../../support/sysv';
import type { Holder } from '../../support/streams';
import type { Dice } from './dice';

/** An object that has a panel in the test. */
export interface Own {
  kind: SysvKind;
  id: number;
  label: string;
  change(dice: Dice): void | Promise<void>;
  remove(): void | Promise<void>;
}

/** At most so many of them. */
const MOST = 8;
const SEMAPHORES = 3;

export class World {
  readonly alive: Own[] = [];
  private readonly labels = new Set<string>();
  /** Ends of pipes, and sockets, of a Python process, as it calls them. */
  private ends = 0;

  constructor(
    private readonly made: Made,
    /** Absent where there is no Python. */
    private readonly holder: Holder | undefined,
  ) {}

  /** Whether a line speaks of something that is ours, or was. */
  owns(text: string): boolean {
    return [...this.labels].some((label) => text.includes(label));
  }

  /** Makes, changes and removes until it is stopped; resolves when all stands still. */
  async churn(dice: Dice, signal: AbortSignal): Promise<void> {
    for (let turn = 0; turn === 0 || !signal.aborted; turn++) {
      await this.act(dice);
      await sleep(20 + dice.below(120));
    }
  }

  private async act(dice: Dice): Promise<void> {
    if (this.holder && dice.below(3) === 0) return this.actThere(this.holder, dice);
    if (this.alive.length === 0 || (this.alive.length < MOST && dice.below(4) === 0)) {
      const own = dice.pick([() => this.queue(), () => this.set(), () => this.segment()])();
      this.alive.push(own);
      this.labels.add(own.label);
    } else if (dice.below(6) === 0) {
      await this.alive.splice(dice.below(this.alive.length), 1)[0]?.remove();
    } else await dice.pick(this.alive).change(dice);
  }

  /** In the Python process: pipes that fill up, connections that come and go. */
  private async actThere(holder: Holder, dice: Dice): Promise<void> {
    this.labels.add(`(${holder.pid})`);
    if (this.ends < 3 && dice.below(2) === 0) {
      await holder.run(`things.append(dice_${dice.below(2)}())`);
      this.ends++;
    } else if (this.ends > 0) {
      const at = dice.below(this.ends);
      if (dice.below(4) === 0) {
        await holder.run(`[close(one) for one in things.pop(${at})]`);
        this.ends--;
      } else await holder.run(`put(things[${at}], ${dice.below(70_000)})`);
    }
  }

  private queue(): Own {
    const key = freeKey();
    const id = this.made.queue(key);
    return {
      ...{ kind: 'sysv.msg', id, label: hexKey(key) },
      change: (dice) => {
        if (dice.below(3) === 0) receive(id);
        else send(id, 1 + dice.below(3), 'x'.repeat(dice.below(40)));
      },
      remove: () => removeQueue(id),
    };
  }

  private set(): Own {
    const id = this.made.set(SEMAPHORES);
    return {
      ...{ kind: 'sysv.sem', id, label: `private #${id}` },
      change: (dice) => operate(id, dice.below(SEMAPHORES), 1),
      remove: () => this.made.removeSet(id),
    };
  }

  /**
   * Attached and detached by the Python process: a child that this one starts has its memory too until it runs its own program, and then the segment truly has one user more. It has a
   * key, since a set of the same id would have the same label.
   */
  private segment(): Own {
    const key = freeKey();
    const id = this.made.segment(4096 * 3, 0o600, key);
    const { holder } = this;
    let attached = false;
    const turn = async () => {
      if (!holder) return;
      await holder.run(attached ? `detach(${id})` : `attach(${id})`);
      attached = !attached;
    };
    return {
      ...{ kind: 'sysv.shm', id, label: hexKey(key), change: turn },
      remove: async () => {
        if (attached) await turn();
        this.made.removeSegment(id);
      },
    };
  }
}

/** What the Python process knows: segments, a pipe, a pair of sockets, and how bytes come into them and out again. */
export const PYTHON = `
import ctypes, os, socket
things = []
places = {}
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
libc.shmdt.argtypes = [ctypes.c_void_p]
def attach(id): places[id] = libc.shmat(id, None, 0)
def detach(id): libc.shmdt(places.pop(id))
def dice_0():
    ends = os.pipe(); os.set_blocking(ends[0], False); os.set_blocking(ends[1], False); return ends
def dice_1():
    ends = socket.socketpair(); [end.setblocking(False) for end in ends]; return ends
def close(end): os.close(end) if isinstance(end, int) else end.close()
def put(ends, count):
    there, here = [end if isinstance(end, int) else end.fileno() for end in ends]
    try: os.read(there, 1 << 20)
    except BlockingIOError: pass
    try: os.write(here, b'x' * count)
    except BlockingIOError: pass
`;
