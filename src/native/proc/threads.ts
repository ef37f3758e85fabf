/** The threads of a process and its namespaces (proc(5)). */
import { readdirSync, readlinkSync } from 'node:fs';

/** Thread ids; empty where the process is gone. */
export function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** The inode of a thread's ipc namespace; undefined where it is gone or may not be looked at. */
export function ipcNamespaceOf(pid: number, tid = pid): string | undefined {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/task/${tid}/ns/ipc`))?.[1];
  } catch {
    return undefined;
  }
}
