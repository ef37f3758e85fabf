/** The threads of a process and its namespaces (proc(5)). */
import { readdirSync, readlinkSync } from 'node:fs';
import { subdirectories } from '../libc/directory';
import { cpuClock } from '../libc/time';
import { readLine, readRecord } from './read';
import { parseStat } from './stat';

/** Thread ids; empty where the process is gone. */
export function threadsOf(pid: number): number[] {
  // Most have one, whose id is the process's; a leader that has exited is still counted.
  if (subdirectories(`/proc/${pid}/task`) === 1) return [pid];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** Whether nothing is left of a thread, or of a process, but what its parent has not collected. `state` of /proc/PID/stat. */
export function hasExited(state: string | undefined): boolean {
  return state === 'Z' || state === 'X';
}

/** The thread that shows what a process whose leader has exited still is; undefined where the process as a whole has ended. */
export function survivorOf(pid: number): number | undefined {
  return threadsOf(pid).find((tid) => {
    const line = readRecord(`/proc/${pid}/task/${tid}/stat`);
    return line !== undefined && !hasExited(parseStat(line)?.state ?? 'X');
  });
}

/** A thread's line of schedstat (proc(5)), which moves when it runs; undefined where it is gone, or the kernel keeps no account. Needs no right. */
export function stampOf(pid: number, tid: number): string | undefined {
  const line = readLine(`/proc/${pid}/task/${tid}/schedstat`);
  // A kernel that keeps no account says so with zeros.
  return line === '0 0 0' || line === '' ? undefined : line;
}

/** The inode of a thread's ipc namespace; undefined where it is gone or may not be looked at. */
export function ipcNamespaceOf(pid: number, tid = pid): string | undefined {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/task/${tid}/ns/ipc`))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Why a process's own directory cannot be looked into. `kernelThread`: it has nothing. `noLeader`: its leader has exited, and what is left of that is root's
 * (fs/proc/base.c, task_dump_owner); its threads show what it has. `rights`: not ours to look at.
 */
export function deniedFor(pid: number): 'kernelThread' | 'noLeader' | 'rights' {
  const line = readRecord(`/proc/${pid}/stat`);
  const stat = line && parseStat(line);
  // It has ended meanwhile; with hidepid one that lives shows no more.
  if (!stat && cpuClock(pid) === undefined) return 'noLeader';
  if (stat?.kernelThread) return 'kernelThread';
  return hasExited(stat?.state) ? 'noLeader' : 'rights';
}

/** It has no memory and no descriptors, so nothing of it is hidden. */
export function isKernelThread(pid: number): boolean {
  const stat = readRecord(`/proc/${pid}/stat`);
  return stat !== undefined && parseStat(stat)?.kernelThread === true;
}
