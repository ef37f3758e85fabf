/** kcmp(2): whether two tasks share a thing of the kernel. */
import { lazy } from './load';
import { lastErrno } from './errno';

const NUMBER = process.arch === 'x64' ? 312 : 272;
const TYPES = { file: 0, memory: 1, files: 2 } as const;
const c = {
  syscall: lazy<[number, number, number, number, number, number], number>(
    'long syscall(long, long, long, int, unsigned long, unsigned long)',
  ),
};

let denied = false;

/** For tests: as in a container whose seccomp profile denies this call to all (Docker's does, without CAP_SYS_PTRACE). */
export function pretendDenied(on: boolean): void {
  denied = on;
}

/** `same`, or an order by which things can be sorted; `denied` and `gone` where the kernel does not say. */
export type Compared = 'same' | 'less' | 'greater' | 'denied' | 'gone';

/** Compares what two tasks have: an open file description (`a` and `b` are descriptors), the memory, or the table of descriptors. */
export function compare(type: keyof typeof TYPES, one: number, other: number, a = 0, b = 0): Compared {
  if (denied) return 'denied';
  const result = c.syscall(NUMBER, one, other, TYPES[type], a, b);
  if (result === 0) return 'same';
  if (result === 1) return 'less';
  if (result === 2) return 'greater';
  // 3: different, and no order is told (another kernel, or a task that is ending).
  if (result === 3) return 'gone';
  const errno = lastErrno();
  return errno === 'EPERM' || errno === 'EACCES' || errno === 'ENOSYS' ? 'denied' : 'gone';
}
