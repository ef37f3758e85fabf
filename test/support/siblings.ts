/** Test files run beside each other, each with a census of its own, which for a moment has copies of what it looks at: true, but not what a test is about. */
import { readFileSync } from 'node:fs';
import type { IpcObject } from '../../src/protocol/kinds';

/** The parent of a process; 0 where there is none. Source: /proc/PID/stat. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Whether a process is, or descends from, another child of the process that started this one. */
function isSibling(pid: number): boolean {
  for (let at = pid; at > 1 && at !== process.pid; at = parentOf(at)) {
    if (parentOf(at) === process.ppid) return true;
  }
  return false;
}

/** The objects, without what the processes of other test files have of them. An object they have nothing of stays the same JavaScript object. */
export function withoutSiblings<T extends IpcObject>(objects: Iterable<T>): T[] {
  const known = new Map<number, boolean>();
  const isTheirs = (pid: number) => {
    const before = known.get(pid);
    if (before !== undefined) return before;
    const now = isSibling(pid);
    known.set(pid, now);
    return now;
  };
  return [...objects].map((object) => {
    const endpoints = object.endpoints;
    if (!endpoints?.some(({ pid }) => isTheirs(pid))) return object;
    const ours = endpoints.filter(({ pid }) => !isTheirs(pid));
    // Of what only they have there is nothing to say but that.
    return ours.length > 0 ? { ...object, endpoints: ours } : object;
  });
}
