/** time.h and unistd.h: clocks. */
import { lazy } from './load';

const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;
const CLOCK_BOOTTIME = 7;
const SC_CLK_TCK = 2;
const SC_PAGESIZE = 30;

const c = {
  clock_gettime: lazy<[number, Buffer], number>('int clock_gettime(int, void *)'),
  sysconf: lazy<[number], number>('long sysconf(int)'),
};
const timespec = Buffer.alloc(16);

/** A clock in nanoseconds; undefined where there is no such clock (EINVAL). */
function read(clock: number): bigint | undefined {
  if (c.clock_gettime(clock, timespec) < 0) return undefined;
  return timespec.readBigInt64LE(0) * 1_000_000_000n + timespec.readBigInt64LE(8);
}

/** Nanoseconds between two readings of a clock with another between them, unless something else ran meanwhile. */
const TOGETHER = 50_000n;
/** So often it is tried on a machine that is never idle. */
const TRIES = 5;

/** When the machine started, in milliseconds since the epoch, as the clock stands now. The two clocks are read in one go: what comes between them would shift all that follows from it. */
export function bootedAt(): number {
  let best: { apart: bigint; at: bigint } | undefined;
  for (let turn = 0; turn < TRIES; turn++) {
    const before = read(CLOCK_REALTIME) ?? 0n;
    const since = read(CLOCK_BOOTTIME) ?? 0n;
    const apart = (read(CLOCK_REALTIME) ?? 0n) - before;
    if (apart >= 0n && (best === undefined || apart < best.apart))
      best = { apart, at: before + apart / 2n - since };
    if (apart >= 0n && apart < TOGETHER) break;
  }
  return Number((best?.at ?? 0n) / 1_000_000n);
}

/** Milliseconds of the clock that stands still while the machine is suspended, and how long it was suspended since it started. */
export function monotonic(): { now: number; suspended: number } {
  const [now, boot] = [read(CLOCK_MONOTONIC) ?? 0n, read(CLOCK_BOOTTIME) ?? 0n];
  return { now: Number(now) / 1e6, suspended: Number(boot - now) / 1e6 };
}

/**
 * CPU time that a process has used, its ended threads included, in nanoseconds (to be compared: beyond 104 days it is a multiple of two); undefined when there is no such process.
 * Needs no right (kernel/time/posix-cpu-timers.c: the clock id of a process is `(~pid << 3) | 2`).
 */
export function cpuClock(pid: number): number | undefined {
  if (c.clock_gettime((~pid << 3) | 2, timespec) < 0) return undefined;
  return (timespec.readInt32LE(0) + timespec.readInt32LE(4) * 2 ** 32) * 1e9 + timespec.readInt32LE(8);
}

/** Clock ticks a second, the unit of field 22 of /proc/PID/stat. */
export function ticksPerSecond(): number {
  return c.sysconf(SC_CLK_TCK);
}

/** Bytes of a memory page, the unit of shmall and of SHM_INFO. */
export function pageSize(): number {
  return c.sysconf(SC_PAGESIZE);
}
