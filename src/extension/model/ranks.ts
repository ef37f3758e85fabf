/** In which order processes are offered. Pure. */
import { processRef, type Ref } from '../../protocol/ref';
import { type Process, type Snapshot, waitsOf } from '../../protocol/snapshot';
import { refOfWait } from '../../protocol/waits';
import { groupInFront } from './foreground';

/**
 * Why a process stands where it does, in this order. `wrong`: something was found about it. `inFront`: of the group that a terminal waits for. `waits`: on an object. `has`: it has one. `kernel`: a thread of
 * the kernel, which no signal ends.
 */
const STANDINGS = ['wrong', 'inFront', 'waits', 'has', 'other', 'kernel'] as const;
export type Standing = (typeof STANDINGS)[number];

/** The same in their order; what stands alike stays as it was. */
export function byStanding<T extends { standing: Standing }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing));
}

/** The processes of a snapshot; alike ones in the order of their pids. `shells`: the leaders of the sessions of terminals. */
export function ranksOf(
  { processes, objects }: Pick<Snapshot, 'processes' | 'objects'>,
  { wrong, shells }: { wrong: (ref: Ref) => boolean; shells: readonly number[] },
): { process: Process; standing: Standing }[] {
  const holders = new Set(objects.flatMap(({ endpoints = [] }) => endpoints.map(({ pid }) => pid)));
  const inFront = new Set(shells.flatMap((shell) => groupInFront(shell, processes)));
  const standingOf = (process: Process): Standing => {
    const { pid, startTime, parent, command } = process;
    if (wrong(processRef(pid, startTime))) return 'wrong';
    if (inFront.has(process)) return 'inFront';
    if (waitsOf(process)?.some((wait) => refOfWait(wait) !== undefined)) return 'waits';
    if (holders.has(pid)) return 'has';
    return command === '' && (pid === KERNEL || parent === KERNEL) ? 'kernel' : 'other';
  };
  const inOrder = [...processes].sort((a, b) => a.pid - b.pid);
  return byStanding(inOrder.map((process) => ({ process, standing: standingOf(process) })));
}

/** kthreadd, the parent of all threads of the kernel. In a pid namespace of its own a program has its number, and a command line. */
const KERNEL = 2;
