/** sched.h: on which CPUs this thread may run (sched_setaffinity(2)). */
import { lazy } from './load';

/** sizeof(cpu_set_t) of libc is for 1024; the kernel takes more. */
const SET = 1024;
const c = {
  get: lazy<[number, number, Buffer], number>('int sched_getaffinity(int, size_t, void *)'),
  set: lazy<[number, number, Buffer], number>('int sched_setaffinity(int, size_t, const void *)'),
};

/**
 * Does something on one CPU; where it may run is as before afterwards. Undefined where the thread may not run there. `act` blocks nothing but us, and not
 * for long: nothing else of this thread runs meanwhile.
 */
export function onCpu<T>(cpu: number, act: () => T): T | undefined {
  const before = Buffer.alloc(SET);
  if (cpu >= SET * 8 || c.get(0, SET, before) < 0) return undefined;
  const only = Buffer.alloc(SET);
  only[cpu >> 3] = 1 << (cpu & 7);
  // It may be none of ours, of this machine's, or of those that a container has.
  if (c.set(0, SET, only) < 0) return undefined;
  try {
    return act();
  } finally {
    c.set(0, SET, before);
  }
}
