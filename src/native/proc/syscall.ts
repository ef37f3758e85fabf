/** /proc/PID/task/TID/{syscall,wchan} and /proc/PID/mem (proc(5)): in which call a sleeping thread is, with its arguments. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { pretends } from '../environment';
import { type CallShape, callOfWchan, callsOf, shapeOf } from './calls';
import { compatCall, isCompat, isLow, unpacked } from './compat';
import { memoryOf } from './processMemory';
import { readLine } from './read';

const PRETEND_YAMA = pretends('yama');

const CALLS = callsOf(process.arch);

/** A call and its raw arguments. */
export interface RawCall extends CallShape {
  /** Unsigned 64 bits each; those beyond the call's own are garbage. */
  arguments: bigint[];
  /** Of a program of 32 bits, whose structs are laid out otherwise. */
  compat?: true;
}

/** The line of a thread that is in a call. */
export interface SyscallLine {
  number: number;
  arguments: bigint[];
  /** As text with 0x. */
  stackPointer: string;
}

/** 64 bits in hexadecimal. */
const WORD = /^0x[0-9a-f]{1,16}$/;

/** Parses `NR A0 A1 A2 A3 A4 A5 SP PC`. Undefined of `running` and of `-1 SP PC`: then it is in no call. */
export function parseSyscall(line: string): SyscallLine | undefined {
  const [number = '', ...rest] = line.trim().split(' ');
  const stackPointer = rest[6];
  if (!/^\d{1,10}$/.test(number) || stackPointer === undefined) return undefined;
  if (!rest.every((word) => WORD.test(word))) return undefined;
  return { number: Number(number), arguments: rest.slice(0, 6).map(BigInt), stackPointer };
}

const buffer = Buffer.alloc(256);

/**
 * The call in which a thread is; undefined where it is in none of ours, or gone; `denied` where the kernel does not tell us; `foreign` where its number is
 * one of another table than we have, so that only where it sleeps says what it is.
 */
export function callOf(pid: number, tid: number): RawCall | 'denied' | 'foreign' | undefined {
  if (PRETEND_YAMA && pid !== process.pid) return 'denied';
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/task/${tid}/syscall`, 'r');
    const length = readSync(fd, buffer, 0, buffer.length, null);
    const line = parseSyscall(buffer.toString('latin1', 0, length));
    // A thread of the kernel has no stack of its own program (proc(5)).
    if (!line || /^0x0+$/.test(line.stackPointer)) return undefined;
    const foreign = isLow(line.stackPointer) && isCompat(pid) !== false;
    const shape = foreign ? compatCall(line.number) : CALLS.get(line.number);
    if (!shape) return foreign ? 'foreign' : undefined;
    if (foreign) return compatOf(pid, tid, { ...shape, arguments: line.arguments, compat: true });
    const call = { ...shape, arguments: line.arguments };
    return call.name === RESTARTED ? restarted(pid, tid, call) : call;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** A call of a program of 32 bits; `foreign` where it stands within another, and which cannot be told. */
function compatOf(pid: number, tid: number, call: RawCall): RawCall | 'foreign' {
  if (call.name === RESTARTED) return restarted(pid, tid, call);
  const inner = unpacked(call, (address, length) => memoryOf(tid, address, length));
  if (!inner) return 'foreign';
  return inner.name === call.name ? call : { ...call, ...inner, shape: shapeOf(inner.name) };
}

/**
 * What was interrupted by a stop goes on under this name (restart_syscall(2)), and where it sleeps says what it is. All arguments are as they were: only the
 * register of the number is written (arch/x86/kernel/signal.c, arch/arm64/kernel/signal.c).
 */
const RESTARTED = 'restart_syscall';

function restarted(pid: number, tid: number, call: RawCall): RawCall {
  const guess = guessedCall(pid, tid);
  // Of the calls on futexes only futex(2) itself is restarted so (kernel/futex/waitwake.c).
  return { ...call, ...guess, ...(guess?.name === 'futex' && { shape: 'futex' }) };
}

/** Where in the kernel a thread sleeps; empty where it runs, `0` also where we may not know. A weaker right than the call needs. */
export function wchanOf(pid: number, tid: number): string {
  return readLine(`/proc/${pid}/task/${tid}/wchan`) ?? '';
}

/** The call as far as wchan tells it. */
export function guessedCall(pid: number, tid: number): CallShape | undefined {
  return callOfWchan(wchanOf(pid, tid));
}

/**
 * Whether a thread really sleeps in a message queue or semaphore set: a program of 64 bits may call by the numbers of 32 (int 0x80). Undefined where the
 * kernel does not say where it sleeps.
 */
export function sleepsInSysv(wchan: string): boolean | undefined {
  return wchan === '' || wchan === '0' ? undefined : /msg|sem/.test(wchan);
}

/** Text of a process's memory up to its NUL, at most a path's length; undefined where it may not be read. */
export function stringOf(pid: number, address: bigint): Buffer | undefined {
  // A path may stand at the end of what is mapped: page by page, so that a read does not run out of it.
  const parts: Buffer[] = [];
  for (let at = address, left = 4096; left > 0;) {
    const length = Math.min(left, 4096 - Number(at & 0xfffn));
    const part = memoryOf(pid, at, length);
    if (!part) return undefined;
    const end = part.indexOf(0);
    parts.push(end < 0 ? part : part.subarray(0, end));
    if (end >= 0) break;
    at += BigInt(length);
    left -= length;
  }
  return Buffer.concat(parts);
}

/** Why the calls of a process are denied: a process of our own user is kept from us by Yama, where that is at work. */
export function whyDenied(pid: number): 'denied' | 'yama' {
  if (PRETEND_YAMA) return 'yama';
  if (Number(readLine('/proc/sys/kernel/yama/ptrace_scope') ?? 0) === 0) return 'denied';
  try {
    // Of one that is not dumpable the folder is root's (proc(5)).
    return statSync(`/proc/${pid}`).uid === process.geteuid?.() ? 'yama' : 'denied';
  } catch {
    return 'denied';
  }
}
