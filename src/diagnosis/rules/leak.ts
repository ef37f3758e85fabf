/**
 * What a process has of IPC objects, or the memory of them, only grows. Fires where it has risen in each quarter of the time, has never fallen, and has grown by much. Silent on a pool that fills once, on what comes and goes, and in the first minutes.
 */
import type { IpcObject } from '../../protocol/kinds';
import type { RuleMatch, Rule } from '../finding';
import { type Sample, withSample } from '../kept';
import type { Home, Machine } from '../machine';
import { refsOf } from '../waiters';

const MINUTE = 60_000;
/** Samples in the whole time. */
const SAMPLES = 20;
const QUARTERS = 4;

const WHAT = ['objects', 'bytes'] as const;
type What = (typeof WHAT)[number];
type Grown = ReadonlyMap<string, readonly Sample[]>;

export const leak: Rule<'leak'> = {
  seconds: 0,
  cites: 'proc(5) /proc/PID/fd, /proc/PID/maps',
  find({ machine, kept, thresholds: { leakMinutes, leakObjects, leakBytes } }) {
    const span = leakMinutes * MINUTE;
    const least = { objects: leakObjects, bytes: leakBytes };
    const grown = kept.note<Grown>('leak', span / SAMPLES, (before, at) => {
      const now = new Map<string, readonly Sample[]>();
      for (const [pid, held] of holdingsOf(machine))
        for (const what of WHAT)
          if (held[what] >= least[what]) {
            const name = nameOf(what, pid, machine);
            now.set(name, withSample(before?.get(name) ?? [], { at, value: held[what] }, span));
          }
      return now;
    });
    if (grown.size === 0) return [];
    return machine.homes.flatMap((home) => {
      for (const what of WHAT) {
        const samples = grown.get(nameOf(what, home.process.pid, machine)) ?? [];
        if (isRising(samples, span) && riseOf(samples) >= least[what])
          return foundOf(home, what, samples, machine);
      }
      return [];
    });
  },
};

function nameOf(what: What, pid: number, machine: Machine): string {
  return `${what} ${machine.refOf(pid) ?? ''}`;
}

function foundOf(
  { process }: Home,
  what: What,
  samples: readonly Sample[],
  machine: Machine,
): RuleMatch<'leak'>[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return [];
  const { pid, startTime } = process;
  const subjects = refsOf([process], machine);
  return [
    {
      severity: 'warning',
      subjects,
      since: first.at,
      parts: { pid, startTime, what, before: first.value, now: last.value, from: first.at },
      cures: subjects.map((ref) => ({ is: 'debug', ref })),
    },
  ];
}

/** How many objects each process has, and how many bytes of memory; an object that several have counts for each. */
function holdingsOf(machine: Machine): Map<number, Record<What, number>> {
  const holdings = new Map<number, Record<What, number>>();
  for (const object of machine.look.objects) {
    if (!object.endpoints || object.endpoints.length === 0) continue;
    const bytes = bytesOf(object);
    let last: number | undefined;
    let told: Set<number> | undefined;
    for (const { pid, role } of object.endpoints) {
      if (pid === last || role === 'waiter' || told?.has(pid)) continue;
      if (last !== undefined) told = (told ?? new Set([last])).add(pid);
      last = pid;
      const held = holdings.get(pid);
      if (!held) holdings.set(pid, { objects: 1, bytes });
      else {
        held.objects++;
        held.bytes += bytes;
      }
    }
  }
  return holdings;
}

function bytesOf(object: IpcObject): number {
  if (object.kind === 'sysv.shm') return Number(object.bytes);
  if (object.kind === 'posix.shm' || object.kind === 'mapping') return Number(object.allocated ?? 0);
  return 0;
}

function riseOf(samples: readonly Sample[]): number {
  return (samples.at(-1)?.value ?? 0) - (samples[0]?.value ?? 0);
}

/** Whether it has never fallen in the whole time, and has risen in each quarter of it. */
function isRising(samples: readonly Sample[], span: number): boolean {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < span) return false;
  if (samples.some(({ value }, at) => value < (samples[at - 1]?.value ?? 0))) return false;
  const valueAt = (moment: number) => samples.findLast(({ at }) => at <= moment)?.value ?? first.value;
  const quarter = (last.at - first.at) / QUARTERS;
  return Array.from({ length: QUARTERS }, (_, at) => first.at + at * quarter).every(
    (from) => valueAt(from + quarter) > valueAt(from),
  );
}
