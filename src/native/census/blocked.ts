/** Who waits on System V queues and sets: the call in which each sleeping thread is (KERNEL: /proc/PID/task/TID/syscall). */
import type { Endpoint } from '../../protocol/facts';
import { memoryOf } from '../proc/memory';
import { callOf, type RawCall, sleepsInSysv } from '../proc/syscall';
import { readSmall } from '../proc/read';
import { parseStat } from '../proc/stat';
import { ipcNamespaceOf, threadsOf } from '../proc/threads';
import { Clocked } from './clocked';
import type { ProcessTable } from './processes';

const MSG_EXCEPT = 0o20000n;
const SEM_UNDO = 0x1000;
const SEMBUF = 6;
/** Operations of one semop that are told; the rest is counted. */
const OPERATIONS_TOLD = 20;

/** Threads between two places where a walk may pause. */
const BREATH = 32;
const NONE: readonly BlockedThread[] = [];

/** A thread that waits on an object of the kind that its call belongs to. */
interface BlockedThread {
  tid: number;
  call: RawCall['call'];
  id: number;
  arguments: string[];
}

/** What one walk found: who waits, by the id of the object, and how many processes the kernel hides. */
export interface Blocked {
  queues: Map<number, Endpoint[]>;
  sets: Map<number, Endpoint[]>;
  denied: number;
}

/** Kept from one census to the next. */
export class BlockedTable {
  private readonly threads: Clocked<readonly BlockedThread[] | 'denied'>;

  /** Of one ipc namespace. */
  constructor(ipcNamespace: string) {
    this.threads = new Clocked((pid) => readThreads(ipcNamespace, pid));
  }

  /** Walks all threads. Yields often. */
  *walk(processes: ProcessTable): Generator<undefined, Blocked> {
    const blocked: Blocked = { queues: new Map(), sets: new Map(), denied: 0 };
    for (const [pid, found] of yield* this.threads.walk()) {
      if (found === 'denied') blocked.denied++;
      else for (const thread of found) note(blocked, pid, thread, processes);
    }
    return blocked;
  }
}

function note(blocked: Blocked, pid: number, thread: BlockedThread, processes: ProcessTable): void {
  const process = processes.living(pid);
  if (!process) return;
  const { tid, call, id } = thread;
  const wait = { tid, call, arguments: thread.arguments, certain: true };
  const objects = call === 'msgrcv' || call === 'msgsnd' ? blocked.queues : blocked.sets;
  const endpoints = objects.get(id) ?? [];
  objects.set(id, endpoints);
  const known = endpoints.find((endpoint) => endpoint.pid === pid);
  if (known) known.waits?.push(wait);
  else endpoints.push({ pid, startTime: process.startTime, role: 'waiter', waits: [wait] });
}

function* readThreads(
  ipcNamespace: string,
  pid: number,
): Generator<undefined, readonly BlockedThread[] | 'denied'> {
  const found: BlockedThread[] = [];
  let breath = 0;
  for (const tid of threadsOf(pid)) {
    if (++breath % BREATH === 0) yield;
    const call = callOf(pid, tid);
    if (call === 'denied') {
      const stat = statOf(pid, tid);
      // A kernel thread waits on none of these, and a thread that has ended on nothing at all.
      if (stat?.kernelThread) return NONE;
      if (!stat || stat.state === 'Z' || stat.state === 'X') continue;
      return 'denied';
    }
    // Ids start over in each namespace, and the memory of who is not of ours is none of our business.
    if (!call || ipcNamespaceOf(pid, tid) !== ipcNamespace || !waits(pid, tid)) continue;
    found.push({
      tid,
      call: call.call,
      id: Number(BigInt.asIntN(32, call.arguments[0] ?? 0n)),
      arguments: argumentsOf(pid, call),
    });
  }
  return found.length === 0 ? NONE : found;
}

/** A stopped thread still shows its call: it is stopped, not waiting. */
function waits(pid: number, tid: number): boolean {
  const state = statOf(pid, tid)?.state;
  return (state === 'S' || state === 'D') && sleepsInSysv(pid, tid) !== false;
}

function statOf(pid: number, tid: number) {
  const stat = readSmall(`/proc/${pid}/task/${tid}/stat`);
  return stat && parseStat(stat);
}

/** What the thread waits for, in the notation of the man pages. */
export function argumentsOf(
  pid: number,
  { call, arguments: [, a1 = 0n, a2 = 0n, a3 = 0n, a4 = 0n] }: RawCall,
): string[] {
  switch (call) {
    case 'msgrcv': {
      const type = BigInt.asIntN(64, a3);
      if (type === 0n) return ['any type'];
      if (type < 0n) return [`type <= ${-type}`];
      return [a4 & MSG_EXCEPT ? `type not ${type}` : `type ${type}`];
    }
    case 'msgsnd': {
      const type = memoryOf(pid, a1, 8)?.readBigInt64LE();
      return [...(type === undefined ? [] : [`type ${type}`]), `${a2} bytes`];
    }
    case 'semop':
    case 'semtimedop':
      return operationsAt(pid, a1, Number(a2));
  }
}

function operationsAt(pid: number, address: bigint, count: number): string[] {
  const told = Math.min(count, OPERATIONS_TOLD);
  const memory = memoryOf(pid, address, told * SEMBUF);
  if (!memory) return [];
  const operations = Array.from({ length: told }, (_, at) => {
    const number = memory.readUInt16LE(at * SEMBUF);
    const change = memory.readInt16LE(at * SEMBUF + 2);
    const undo = memory.readUInt16LE(at * SEMBUF + 4) & SEM_UNDO ? ' undo' : '';
    return `[${number}] ${change > 0 ? '+' : ''}${change}${undo}`;
  });
  return count > told ? [...operations, `and ${count - told} more`] : operations;
}
