/**
 * On what a thread went to sleep. After dup2(2) its number leads to something else, and the kernel does not tell that: only who has seen the
 * thread asleep before knows. So what it meant is noted when it is first seen, and holds until it runs.
 */
import { constants, readlinkSync } from 'node:fs';
import { fifoRef, pipeRef, type Ref } from '../../../protocol/ref';
import { statusOfPath } from '../../libc/directory';
import { withPathResolver } from '../../proc/pathResolver';
import { callOf, type RawCall, stringOf } from '../../proc/syscall';
import { stampOf } from '../../proc/threads';
import { fifoOf, type Named, type OpenedFifo } from '../streams/openers';
import type { Target } from './waitsOf';

/** What was noted of a thread. */
export interface NotedTarget {
  target: Target;
  /** The FIFO to which its path led when it was first seen asleep in opening it; `none`: to none. */
  opens?: OpenedFifo | 'none';
  /** As `stampOf` has it. Absent: nothing may be taken for unchanged. */
  stamp?: string;
}

/**
 * Notes to what the descriptors of a thread lead that sleeps in a pipe or socket in this call, or the path of one that opens a FIFO. `before`: its stamp of before the call and the target were read,
 * where that is known.
 */
export function noteTarget(
  pid: number,
  tid: number,
  call: RawCall,
  target: Target,
  before?: string,
): NotedTarget {
  if (target.is === 'path') return notedOpening(pid, tid, call, target, before);
  if (target.is !== 'fds' || (target.asleepIn !== 'pipe' && target.asleepIn !== 'socket')) return { target };
  // It may have run since the call was read; only what happens between the two stamps counts.
  const stamp = before ?? stampOf(pid, tid);
  const still = before === undefined ? callOf(pid, tid) : call;
  if (stamp === undefined || typeof still !== 'object' || !sameCall(call, still)) return { target };
  const fds = target.fds.map((one) => ({ ...one, ...meantBy(pid, tid, one.fd) }));
  return sleeps(pid, tid, stamp) ? { target: { ...target, fds }, stamp } : { target };
}

function notedOpening(
  pid: number,
  tid: number,
  call: RawCall,
  target: Named,
  before: string | undefined,
): NotedTarget {
  if (before !== undefined) {
    const opens = openedBy(tid, target);
    return sleeps(pid, tid, before) ? { target, ...opens, stamp: before } : { target, ...opens };
  }
  const stamp = stampOf(pid, tid);
  const still = callOf(pid, tid);
  const address = call.arguments[call.shape === 'open' ? 0 : 1] ?? 0n;
  // Between the reading of its path and the stamp it may have opened another, and have the same address.
  const same =
    typeof still === 'object' &&
    sameCall(call, still) &&
    stringOf(tid, address)?.equals(target.path) === true;
  const opens = openedBy(tid, target);
  return same && stamp !== undefined && sleeps(pid, tid, stamp)
    ? { target, ...opens, stamp }
    : { target, ...opens };
}

/** To what its path leads. */
function openedBy(tid: number, target: Named): Pick<NotedTarget, 'opens'> {
  const found = withPathResolver((sight) => fifoOf(tid, target, sight));
  return found ? { opens: found } : {};
}

/** Whether a thread has not run since it was noted. */
export function sleeps(pid: number, tid: number, stamp: string): boolean {
  return stampOf(pid, tid) === stamp;
}

/** Whether two are one, as far as their first arguments tell. */
export function sameCall(one: RawCall, other: RawCall): boolean {
  return one.name === other.name && [0, 1, 2].every((at) => one.arguments[at] === other.arguments[at]);
}

function meantBy(pid: number, tid: number, fd: number): { ref?: Ref; socket?: string; file?: string } {
  const link = `/proc/${pid}/task/${tid}/fd/${fd}`;
  try {
    const [, what, inode] = /^(pipe|socket):\[(\d+)\]$/.exec(readlinkSync(link)) ?? [];
    if (inode !== undefined) return what === 'pipe' ? { ref: pipeRef(inode) } : { socket: inode };
  } catch {
    return {};
  }
  const status = statusOfPath(Buffer.from(link));
  if (!status) return {};
  // Terminals sleep where sockets do (wait_woken).
  if ((status.mode & constants.S_IFMT) === constants.S_IFCHR)
    return { file: `${status.device}:${status.inode}` };
  return { ref: fifoRef(status.device, status.inode, status.birth) };
}
