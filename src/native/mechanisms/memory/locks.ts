/** What threads sleep on in shared memory (futex(2)): told apart by the words there, and who holds it, so that an owner that died is seen. */
import type { Lock } from '../../../protocol/kinds/posix';
import type { HeldFile } from '../../census/memory/held';
import type { Look } from '../../census/look';
import { mappings } from '../../census/memory/mappings';
import { sinceTable } from '../../census/waits/since';
import type { Sleeper } from '../../census/waits/sleepers';
import { pageSize } from '../../libc/time';
import { isCompat } from '../../proc/compat';
import { type Around, BEFORE, BEHIND, type LockWords, parseLock } from '../../proc/futexWords';
import { presentMemoryOf } from '../../proc/processMemory';
import { readWhole } from '../../proc/read';
import { Owners } from './lockOwners';
import { showing, stillMaps, type Window, windows } from './stillMapped';

/** Places of one object that are told; a program may sleep on thousands. */
const MOST = 64;
/** Sleepers of one place through whose memory its words are read, until one lets us. */
const ASKED = 8;

/** The places, in their order. Yields often: thousands may sleep on them. */
export function* locksIn(file: HeldFile, look: Look): Generator<undefined, Lock[]> {
  const places = new Map<number, Sleeper[]>();
  for (const sleeper of file.sleepers) {
    const here = places.get(sleeper.offset);
    if (here) here.push(sleeper);
    else places.set(sleeper.offset, [sleeper]);
  }
  const all = windows(file);
  const mapped = yield* look.get(mappings);
  const owners = new Owners({
    file,
    isHidden: (pid) => mapped.get(pid)?.denied !== false,
    beganAt: (pid, tid) => look.processes.beganAt(pid, tid),
    asleepSince: (pid, tid) => look.kept(sinceTable).of(pid, tid).since,
  });
  const foreign = new Map<string, boolean>();
  const locks: Lock[] = [];
  for (const [offset, here] of [...places].sort(([a], [b]) => a - b).slice(0, MOST)) {
    yield;
    // Another C library has other words, and a program of 32 bits shorter ones.
    const words = (yield* areForeign(here, foreign)) ? undefined : wordsAt(file, all, offset, here);
    const { what = 'unknown', owner = 0, readers } = words ?? {};
    locks.push({
      offset,
      what,
      waiters: here.length,
      ...(owner > 0 && { owner: yield* owners.of(owner, here) }),
      ...(readers !== undefined && { readers }),
    });
  }
  return locks;
}

function wordsAt(
  file: HeldFile,
  all: readonly Window[],
  offset: number,
  sleepers: readonly Sleeper[],
): LockWords | undefined {
  for (const { pid, address } of sleepers.slice(0, ASKED)) {
    const window = all.find(
      (one) => one.pid === pid && one.address <= address && Number(address - one.address) < one.to - one.from,
    );
    const around = window && wordsAround(file, window, offset, sleepers.length);
    if (around) return parseLock(around);
  }
  return undefined;
}

/** What lies around a word as far as it may be read; undefined where the word itself may not, or the memory has become another's meanwhile. */
function wordsAround(file: HeldFile, window: Window, offset: number, sleepers: number): Around | undefined {
  if (stillMaps(file, window) !== 'yes') return undefined;
  const task = showing(window);
  const page = pageSize();
  const start = offset - (offset % page);
  const read = (from: number, to: number): Buffer => {
    const [first, end] = [Math.max(from, window.from), Math.min(to, window.to)];
    const address = window.address + BigInt(first - window.from);
    return (end > first ? presentMemoryOf(task, address, end - first) : undefined) ?? Buffer.alloc(0);
  };
  // Page by page: a neighbour that nobody has touched tells nothing.
  const own = read(Math.max(start, offset - BEFORE), Math.min(start + page, offset + BEHIND));
  if (own.length < 4) return undefined;
  const ahead = read(offset - BEFORE, start);
  const behind = read(start + page, offset + BEHIND);
  if (stillMaps(file, window) !== 'yes') return undefined;
  const at = Math.min(offset - Math.max(start, window.from), BEFORE) + ahead.length;
  return {
    bytes: Buffer.concat([ahead, own, behind]),
    at,
    address: window.address + BigInt(offset - window.from),
    sleepers,
  };
}

/** Below it lie the addresses of programs of 32 bits. */
const HIGH = 1n << 32n;
/** musl is mapped by what its name leads to: its loader's, or `libc.so`, which of glibc is but a script for the linker. */
const MUSL = /\/(?:ld-musl-|libc\.musl-)|\/libc\.so(?: \(deleted\))?(?:\n|$)/;

/** Whether the process of one of them has another C library than glibc, or words of 32 bits. `known`: what was found of processes in this moment, each of which is asked once, however many of its threads sleep. */
function* areForeign(
  sleepers: readonly Sleeper[],
  known: Map<string, boolean>,
): Generator<undefined, boolean> {
  for (const { pid, address } of sleepers) {
    const low = address < HIGH;
    const key = `${pid} ${low}`;
    let foreign = known.get(key);
    if (foreign === undefined) {
      known.set(key, (foreign = isForeign(pid, low)));
      yield;
    }
    if (foreign) return true;
  }
  return false;
}

/** One that is linked statically does not show it. `low`: it sleeps where the addresses of programs of 32 bits are. */
function isForeign(pid: number, low: boolean): boolean {
  if (low && isCompat(pid) !== false) return true;
  const maps = readWhole(`/proc/${pid}/maps`);
  return typeof maps !== 'string' && MUSL.test(maps.toString('latin1'));
}
