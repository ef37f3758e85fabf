/** Small looks for the tests of the diagnosis: processes with their threads, and what they hold, in a few words. */
import { type Observation, Machine } from '../../../src/diagnosis/machine';
import type { Endpoint } from '../../../src/protocol/facts';
import type { IpcObject } from '../../../src/protocol/kinds';
import { mappingRef, pipeRef, type Ref, sysvRef, unixRef } from '../../../src/protocol/ref';
import type { Blind, Process, Thread } from '../../../src/protocol/snapshot';
import type { Wait, WaitOn } from '../../../src/protocol/waits';

export const owner = { uid: 0, gid: 0 };
/** What every object has. */
export const base = { owner, mode: 0o600, flags: [] };

/** A look that is made step by step. */
export class Scene {
  private readonly processes: Process[] = [];
  private readonly objects: IpcObject[] = [];
  readonly blind: Blind[] = [];
  private next = 1;

  /** A process with its threads; the first is the leader. */
  process(
    pid: number,
    threads: (Wait['on'] | 'runs' | 'stopped' | Partial<Wait>)[],
    more: Partial<Process> = {},
  ): this {
    const made = threads.map((what, at): Thread => threadOf(pid + at * 1000, what));
    this.processes.push({
      ...{ pid, startTime: String(pid), state: made[0]?.state ?? 'S', name: `p${pid}`, threads: made },
      ...more,
    });
    return this;
  }

  pipe(ends: { read: number[]; write: number[] }): Ref {
    const inode = String(this.next++);
    const ref = pipeRef(inode);
    const endpoints = [
      ...ends.read.map((pid) => ({ ...end(pid, 'reader'), fd: 0 })),
      ...ends.write.map((pid) => ({ ...end(pid, 'writer'), fd: 1 })),
    ];
    this.objects.push({ kind: 'pipe', ref, inode, ...base, endpoints });
    return ref;
  }

  /** Two sockets that are each other's peer. */
  pair(one: number[], other: number[]): [Ref, Ref] {
    const [a, b] = [String(this.next++), String(this.next++)];
    const refs: [Ref, Ref] = [unixRef(a, a), unixRef(b, b)];
    const add = (inode: string, ref: Ref, peer: Ref, pids: number[]) =>
      this.objects.push({
        ...{
          kind: 'unix',
          ref,
          inode,
          peer,
          ...base,
          flags: ['pair'],
          name: { is: 'unnamed' },
          type: 'stream',
        },
        endpoints: pids.map((pid) => end(pid, 'connected')),
      });
    add(a, refs[0], refs[1], one);
    add(b, refs[1], refs[0], other);
    return refs;
  }

  /** A semaphore set with one semaphore, and who changed it last. */
  set(value: number, last: number, now: 'same' | 'gone' | 'unknown' = 'unknown'): Ref {
    const id = this.next++;
    const ref = sysvRef('sysv.sem', '1', id);
    const zero = { waitForIncrease: [0], waitForZero: [0] };
    const details = { values: [value], lastPids: [last], ...zero, past: [{ pid: last, at: 0, now }] };
    this.objects.push({
      ...{ kind: 'sysv.sem', ref, id, key: 1, ...base, creator: owner, changedAt: 0 },
      ...{ semaphores: 1, lastOperationAt: 0, details },
    });
    return ref;
  }

  /** Anonymous memory that these processes map, with a mutex at 0. */
  mutex(pids: number[], lockedBy?: { tid: number; pid?: number; now: 'lives' | 'gone' }): Ref {
    const ref = mappingRef('1', String(this.next++));
    this.objects.push({
      ...{ kind: 'mapping', ref, what: 'anonymous', device: '1', inode: ref.split(':')[2] ?? '', ...base },
      endpoints: pids.map((pid) => end(pid, 'mapped')),
      locks: [{ offset: 0, what: 'mutex', waiters: 1, ...(lockedBy && { owner: lockedBy }) }],
    });
    return ref;
  }

  /** An object as it is. */
  add(object: IpcObject): Ref {
    this.objects.push(object);
    return object.ref;
  }

  /** `at`: when it was taken. */
  look(at = 0): Observation {
    const { objects, processes, blind } = this;
    return { startedAt: at, endedAt: at, objects, processes, blind };
  }

  machine(): Machine {
    return new Machine(this.look());
  }
}

/** A process that has an object in some role. */
export function end(pid: number, role: Endpoint['role']): Endpoint {
  return { pid, startTime: String(pid), role };
}

function threadOf(tid: number, what: WaitOn | 'runs' | 'stopped' | Partial<Wait>): Thread {
  if (what === 'runs') return { tid, state: 'R', wait: 'runs' };
  if (what === 'stopped') return { tid, state: 'T' };
  const wait = 'is' in what ? { on: what } : what;
  return {
    tid,
    state: 'S',
    wait: { tid, call: 'read', certain: true, timeout: null, on: { is: 'unknown' }, ...wait },
  };
}

export const reads = (ref: Ref): WaitOn => ({ is: 'descriptors', of: [{ fd: 0, direction: 'read', ref }] });
export const writes = (ref: Ref): WaitOn => ({ is: 'descriptors', of: [{ fd: 1, direction: 'write', ref }] });
export const polls = (...refs: Ref[]): WaitOn => ({
  is: 'descriptors',
  of: refs.map((ref, fd) => ({ fd, direction: 'read', ref })),
});
export const lowers = (ref: Ref): WaitOn => ({
  is: 'operations',
  of: [{ number: 0, change: -1, undo: false }],
  ref,
});
export const locks = (ref: Ref): WaitOn => ({ is: 'word', address: '0x0', shared: true, ref, offset: 0 });
export const joins: WaitOn = { is: 'word', address: '0x10', shared: false };
/** pthread_join(3) */
export const joinsThread = (number: number): WaitOn => ({ is: 'thread', number });
export const waitsForChild = (pid: number): WaitOn => ({ is: 'children', who: 'pid', number: pid });
export const sleeps: WaitOn = { is: 'time' };
export const fromTerminal: WaitOn = {
  is: 'descriptors',
  of: [{ fd: 0, direction: 'read', type: 'terminal' }],
};
