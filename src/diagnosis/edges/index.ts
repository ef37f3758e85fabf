/** What each wait comes to before anything is known of the others: the table of the wait graph. */
import type { Process } from '../../protocol/snapshot';
import type { Wait, WaitOnOf } from '../../protocol/waits';
import { processesOf, type Waiting, withHole, withoutHole } from '../edge';
import type { Machine, ThreadNode } from '../machine';
import { lockEdge } from './locks';
import { connectEdge, descriptorsEdge, sendToEdge } from './streams';
import { operationsEdge, queueEdge } from './sysv';
import { wordEdge } from './futexWords';

/** What the wait of a thread comes to. */
export function waitingOf(node: ThreadNode, wait: Wait, machine: Machine): Waiting {
  // The clock ends it, if nobody else does.
  if (wait.timeout !== undefined && wait.timeout !== null) return { is: 'ends' };
  const any = unbounded(node, wait, machine);
  const waiting = wait.timeout === null ? withoutHole(any, 'limit') : any;
  return wait.certain && wait.by === undefined ? waiting : withHole(waiting, 'uncertain');
}

function unbounded(node: ThreadNode, { on, call }: Wait, machine: Machine): Waiting {
  const { pid } = node.process;
  switch (on.is) {
    case 'descriptors':
      if (call.startsWith('accept')) return { is: 'idle' };
      // Where the call is hidden its name is of what it sleeps in.
      if (call === 'connect') return connectEdge({ ref: on.of[0]?.ref }, machine);
      if (on.to !== undefined && machine.object(on.of[0]?.ref)?.kind === 'unix')
        return sendToEdge(on.to, machine);
      return descriptorsEdge(on, node, machine);
    case 'operations':
      return operationsEdge(on, pid, machine);
    case 'receive':
    case 'send':
      return queueEdge(on, pid, machine);
    case 'word':
      // Any of several words would do, of which the others are not told.
      return on.or === undefined ? wordEdge(on, node, machine) : { is: 'unknown' };
    case 'thread':
      return joinEdge(on, node, machine);
    case 'children':
      return childrenEdge(on, node.process, machine);
    case 'vfork':
      return closed(machine.childrenOf(pid).map((child) => child.pid));
    case 'path':
      // Anybody who may open it can.
      return { is: 'edge', edge: { need: 'any', members: [], closing: 'open', holes: [] } };
    case 'connect':
      return connectEdge(on, machine);
    case 'time':
      return { is: 'ends' };
    case 'signals':
      return { is: 'idle' };
    case 'lock':
      return lockEdge(on, pid, machine);
    case 'unknown':
      return { is: 'unknown' };
  }
}

/**
 * The thread whose end is waited for (pthread_join(3)). As of all waits for others of the own process it is no trouble by itself: a program may join threads that it never means to end; only where each of a ring
 * joins the next does none of them ever end.
 */
function joinEdge({ number }: WaitOnOf<'thread'>, node: ThreadNode, machine: Machine): Waiting {
  const members = [{ is: 'thread', pid: node.process.pid, tid: number }] as const;
  const own = joinsInRing(number, node, machine) ? {} : { own: true as const };
  return { is: 'edge', edge: { need: 'any', members, closing: 'closed', holes: [], ...own } };
}

/** Whether who is joined joins another, and so on, back to who joins it. */
function joinsInRing(joined: number, { process: { pid }, thread }: ThreadNode, machine: Machine): boolean {
  const seen = new Set<number>();
  for (let tid: number | undefined = joined; tid !== undefined && !seen.has(tid);) {
    if (tid === thread.tid) return true;
    seen.add(tid);
    const on: Wait['on'] | undefined = machine.threadOf(pid, tid)?.wait?.on;
    tid = on?.is === 'thread' ? on.number : undefined;
  }
  return false;
}

/** The children that are waited for; where there is none the call would have failed, so they are hidden. */
function childrenEdge(
  on: WaitOnOf<'children'>,
  { pid, group, childCount }: Process,
  machine: Machine,
): Waiting {
  const all = machine.childrenOf(pid);
  // One that is not told may end at any time, unless another is meant.
  if (on.who !== 'pid' && all.length < (childCount ?? 0)) return { is: 'unknown' };
  const children = all.filter((child) => {
    switch (on.who) {
      case 'pid':
        return child.pid === on.number;
      case 'group':
        return child.group === on.number;
      case 'ownGroup':
        return child.group === group;
      case 'any':
        return true;
      case 'pidfd':
        // Which child it leads to is not told here.
        return true;
    }
  });
  return children.length === 0 ? { is: 'unknown' } : closed(children.map((child) => child.pid));
}

function closed(pids: number[]): Waiting {
  return { is: 'edge', edge: { need: 'any', members: processesOf(pids), closing: 'closed', holes: [] } };
}
