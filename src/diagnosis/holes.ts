/** What may interrupt who is waited for, so that a proof is none: timers and children of its own, of which the kernel tells little. */
import type { Hole, Member } from './edge';
import { isInert, type Machine } from './machine';
import { mask } from './masks';

/** SIGALRM, SIGVTALRM, SIGPROF and SIGIO (signal(7)) as bits of a mask. */
const TIMERS = (1n << 13n) | (1n << 25n) | (1n << 26n) | (1n << 28n);
const SIGCHLD = 1n << 16n;

/** What of a process may interrupt it. */
interface Interrupts {
  timer: boolean;
  child: boolean;
}

/** Asks each process once. */
export class Holes {
  private readonly known = new Map<number, Interrupts>();

  constructor(private readonly machine: Machine) {}

  /** The holes that the members of an edge bring. */
  of(members: readonly Member[]): Hole[] {
    let [timer, child] = [false, false];
    for (const member of members) {
      if (member.is === 'ended') continue;
      const found = this.interruptsOf(member.pid);
      timer ||= found.timer;
      child ||= found.child && this.hasChildOutside(member.pid, members);
    }
    return [...(timer ? (['timer'] as const) : []), ...(child ? (['child'] as const) : [])];
  }

  private interruptsOf(pid: number): Interrupts {
    let known = this.known.get(pid);
    if (!known) {
      const caught = mask(this.machine.process(pid)?.signals?.caught);
      known = { timer: (caught & TIMERS) !== 0n, child: (caught & SIGCHLD) !== 0n };
      this.known.set(pid, known);
    }
    return known;
  }

  private hasChildOutside(pid: number, members: readonly Member[]): boolean {
    return this.machine
      .childrenOf(pid)
      .some((child) => !isInert(child) && !members.some((member) => member.pid === child.pid));
  }
}
