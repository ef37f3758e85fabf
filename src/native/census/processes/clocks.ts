/** The CPU clocks of all processes at one moment: whoever's stands still has done nothing. */
import { eachNumber } from '../../libc/directory';
import { cpuClock } from '../../libc/time';

/** Nanoseconds of CPU time by pid. */
export type Clocks = ReadonlyMap<number, number>;

/** Reads them, about a microsecond each. */
export function readClocks(): Clocks {
  const clocks = new Map<number, number>();
  eachNumber('/proc', (pid) => {
    const clock = cpuClock(pid);
    if (clock !== undefined) clocks.set(pid, clock);
  });
  return clocks;
}
