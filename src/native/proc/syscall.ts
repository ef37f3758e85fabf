/** /proc/PID/task/TID/syscall (proc(5)): in which call a sleeping thread is, with its arguments. */
import { closeSync, openSync, readSync } from 'node:fs';
import { readLine } from './read';

/** The calls of which we say that a thread waits in them (asm/unistd.h of each architecture). */
const NAMES: Readonly<Record<string, Readonly<Record<number, Call>>>> = {
  x64: { 65: 'semop', 220: 'semtimedop', 69: 'msgsnd', 70: 'msgrcv' },
  arm64: { 193: 'semop', 192: 'semtimedop', 189: 'msgsnd', 188: 'msgrcv' },
};
export type Call = 'semop' | 'semtimedop' | 'msgsnd' | 'msgrcv';

/** A call and its raw arguments. */
export interface RawCall {
  call: Call;
  /** Unsigned 64 bits each; those beyond the call's own are garbage. */
  arguments: bigint[];
}

/** Parses the line: `NR A0 A1 A2 A3 A4 A5 SP PC`, or `running`, or `-1 SP PC`. Undefined where it is in no call of ours. */
export function parseSyscall(line: string, architecture: string): RawCall | undefined {
  const [number = '', ...rest] = line.trim().split(' ');
  const call = number === '' ? undefined : NAMES[architecture]?.[Number(number)];
  return call === undefined ? undefined : { call, arguments: rest.slice(0, 6).map(BigInt) };
}

const buffer = Buffer.alloc(256);

/** The call in which a thread is; undefined where it is in none of ours, or gone; `denied` where the kernel does not tell us. */
export function callOf(pid: number, tid: number): RawCall | 'denied' | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/task/${tid}/syscall`, 'r');
    const length = readSync(fd, buffer, 0, buffer.length, null);
    return parseSyscall(buffer.toString('latin1', 0, length), process.arch);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'denied' : undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * Whether a thread really sleeps in a message queue or semaphore set: the numbers of calls are those of our own architecture, and a program made for
 * another (32 bits) uses others. Undefined where the kernel does not say where it sleeps.
 */
export function sleepsInSysv(pid: number, tid: number): boolean | undefined {
  const wchan = readLine(`/proc/${pid}/task/${tid}/wchan`);
  return wchan === undefined || wchan === '' || wchan === '0' ? undefined : /msg|sem/.test(wchan);
}
