/** kcmp(2): whether two tasks share a thing of the kernel. */
import { lazy } from './load';
import { lastErrno } from './errno';

const NUMBER = process.arch === 'x64' ? 312 : 272;
const TYPES = { file: 0, memory: 1, files: 2 } as const;
const c = {
  syscall: lazy<[number, number, number, number, number, number], number>(
    'long syscall(long, long, long, int, unsigned long, unsigned long)',
  ),
  withSlot: lazy<[number, number, number, number, number, Buffer], number>(
    'long syscall(long, long, long, int, unsigned long, void *)',
  ),
};
/** KCMP_EPOLL_TFD */
const EPOLL_TARGET = 7;

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
  return comparedAs(c.syscall(NUMBER, one, other, TYPES[type], a, b));
}

/** Compares a descriptor of a task with what an epoll of another watches: under the number `target`, of those with that number the one at this place, counted from 0 in the order of its fdinfo. */
export function compareWatched(
  { task, fd }: { task: number; fd: number },
  { task: watcher, epoll, target, place }: { task: number; epoll: number; target: number; place: number },
): Compared {
  if (denied) return 'denied';
  // struct kcmp_epoll_slot of linux/kcmp.h.
  const slot = Buffer.from(Uint32Array.of(epoll, target, place).buffer);
  return comparedAs(c.withSlot(NUMBER, task, watcher, EPOLL_TARGET, fd, slot));
}

function comparedAs(result: number): Compared {
  if (result === 0) return 'same';
  if (result === 1) return 'less';
  if (result === 2) return 'greater';
  // 3: different, and no order is told (another kernel, or a task that is ending).
  if (result === 3) return 'gone';
  const errno = lastErrno();
  return errno === 'EPERM' || errno === 'EACCES' || errno === 'ENOSYS' ? 'denied' : 'gone';
}
