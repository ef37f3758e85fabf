/** Pseudo-terminals (pty(7)) that somebody has open: who has which side, and who waits on it. */
import type { Endpoint } from '../../../protocol/facts';
import { ptyRef, type Ref } from '../../../protocol/ref';
import { statusOfPath } from '../../libc/directory';
import { readRecord } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import { descriptors, descriptorTable } from '../descriptors/descriptors';
import {
  type DescriptorNumber,
  knows,
  type NamedFd,
  type ProcessDescriptors,
} from '../descriptors/openFiles';
import { kept, type Look, survey } from '../look';
import { type SleepingThread, threads } from '../waits/threads';
import { toldWait } from '../waits/toldWait';
import { type WaitedFd, waitedAt } from '../waits/waitedFds';
import { type KnownDevices, masterOf, ownIndex, type PtyId, slaveIndex } from './masters';

/** One pseudo-terminal. */
export interface OpenPty extends PtyId {
  ref: Ref;
  ends: Endpoint[];
}

/** What one walk found. */
export interface Ptys {
  all: ReadonlyMap<Ref, OpenPty>;
  /** Which one a descriptor of a process leads to. */
  refOf: (pid: number, one: DescriptorNumber) => Ref | undefined;
  /** Processes whose descriptors may not be looked at. */
  denied: number;
}

/** A descriptor of a terminal; `own` stands for /dev/tty, of which the devpts is not known. */
interface Side extends PtyId {
  one: NamedFd;
  role: 'master' | 'slave';
}

const BREATH = 16;
const NOBODY: readonly SleepingThread[] = [];
const NONE: readonly Side[] = [];

/** Of a process that has not run since: its sides. */
interface Cached {
  clock: number;
  list: ProcessDescriptors['named'];
  sides: readonly Side[];
  devices: KnownDevices;
}

const knownSides = kept(() => {
  const byPid = new Map<number, Cached>();
  return { byPid, forget: () => byPid.clear() };
});

/** The sides that each process has, and how many processes may not be looked at. Who waits is not asked. */
export const ptySides = survey(function* (look) {
  const sides = new Map<number, readonly Side[]>();
  let [denied, breath] = [0, 0];
  for (const [pid, table] of yield* look.get(descriptors)) {
    if (table.denied) denied++;
    if (!table.named.some(({ terminal }) => terminal)) continue;
    if (++breath % BREATH === 0) yield;
    const mine = sidesOf(look, pid, table);
    if (mine.length > 0) sides.set(pid, mine);
  }
  const { byPid } = look.kept(knownSides);
  for (const pid of byPid.keys()) if (!sides.has(pid)) byPid.delete(pid);
  return { sides: placed(sides), denied };
});

function sidesOf(look: Look, pid: number, { named }: ProcessDescriptors): readonly Side[] {
  const { byPid } = look.kept(knownSides);
  const known = byPid.get(pid);
  const clock = look.clocks.get(pid) ?? -1;
  const { fresh } = look.kept(descriptorTable);
  if (known?.clock === clock && known.list === named && !fresh.has(pid)) return known.sides;
  // Of one whose number was given to another process nothing is known: its list is another.
  const devices = known?.list === named ? known.devices : new Map<string, string>();
  const sides = named.flatMap((one) => sideOf(pid, one, devices) ?? []);
  byPid.set(pid, { clock, list: named, sides, devices });
  return sides.length === 0 ? NONE : sides;
}

function sideOf(pid: number, one: NamedFd, devices: KnownDevices): Side | undefined {
  switch (one.terminal?.is) {
    case 'master': {
      const id = masterOf(pid, one, devices);
      return id && { one, role: 'master', ...id };
    }
    case 'slave':
      return { one, role: 'slave', device: one.device, index: one.terminal.index };
    case 'own': {
      // Without a copy: the terminal that it has now, which it may not have had when it opened this.
      const index = ownIndex(pid, one) ?? controllingIndex(pid);
      return index === undefined ? undefined : { one, role: 'slave', index };
    }
    case undefined:
      return undefined;
  }
}

function controllingIndex(pid: number): number | undefined {
  const line = readRecord(`/proc/${pid}/stat`);
  return slaveIndex((line && parseStat(line)?.terminal) ?? 0);
}

/** Those of which the devpts is not known are of the only one that has a terminal of this number, or of the one of which the same process has it. */
function placed(all: ReadonlyMap<number, readonly Side[]>): ReadonlyMap<number, readonly Side[]> {
  const devices = new Map<number, Set<string>>();
  const unplaced: number[] = [];
  for (const [pid, sides] of all)
    for (const { device, index } of sides) {
      if (device === undefined) unplaced.push(pid);
      else devices.set(index, (devices.get(index) ?? new Set()).add(device));
    }
  if (unplaced.length === 0) return all;
  const now = new Map(all);
  for (const pid of new Set(unplaced)) {
    const sides = all.get(pid) ?? [];
    const place = (side: Side): Side => {
      if (side.device !== undefined) return side;
      const beside = new Set(sides.flatMap((one) => (one.index === side.index ? (one.device ?? []) : [])));
      const [only, ...others] = beside.size > 0 ? beside : (devices.get(side.index) ?? []);
      return only === undefined || others.length > 0 ? side : { ...side, device: only };
    };
    now.set(pid, sides.map(place));
  }
  return now;
}

/** Which there are, and who has each side. */
export const ptys = survey(function* (look): Generator<undefined, Ptys> {
  const { sides: byPid, denied } = yield* look.get(ptySides);
  const tables = yield* look.get(descriptors);
  const sleepers = yield* look.get(threads);
  const all = new Map<Ref, OpenPty>();
  const refs = new Map<number, Map<string, Ref>>();
  for (const [pid, sides] of byPid) {
    const table = tables.get(pid);
    const startTime = look.processes.bornAt(pid);
    if (!table || startTime === undefined) continue;
    const own = new Map<string, Ref>();
    refs.set(pid, own);
    const sleeping = sleepers.get(pid)?.sleeping ?? NOBODY;
    for (const { one, role, device, index } of sides) {
      const { fd, tid } = one;
      const ref = ptyRef(device ?? '0', index);
      // A thread's own table repeats what it copied.
      if (tid !== undefined && own.get(placeKey({ fd })) === ref) continue;
      own.set(placeKey(one), ref);
      const waits = sleeping.flatMap((thread) =>
        waitedOnTerminal(thread, one, table).length > 0 ? [toldWait(thread)] : [],
      );
      const end = {
        ...{ pid, startTime, fd, role },
        ...(tid !== undefined && { tid }),
        ...(waits.length > 0 && { waits }),
      };
      const known = all.get(ref);
      if (known) known.ends.push(end);
      else all.set(ref, { ref, index, ...(device !== undefined && { device }), ends: [end] });
    }
  }
  return { all, denied, refOf: (pid, one) => refs.get(pid)?.get(placeKey(one)) };
});

/** What of all that a thread waits on is meant by a terminal that its process has open. */
export function waitedOnTerminal(
  { tid, target }: SleepingThread,
  one: NamedFd,
  table: ProcessDescriptors,
): readonly WaitedFd[] {
  if (!one.terminal || target.is !== 'fds' || !knows(table, tid, one)) return [];
  // Its readers and writers sleep where those of sockets do, or in functions of its own.
  if (target.asleepIn === 'pipe') return [];
  const file = `${one.device}:${one.inode}`;
  return waitedAt(target.fds, one, table.named).filter(
    (waited) =>
      waited.ref === undefined &&
      waited.socket === undefined &&
      (waited.file ?? file) === file &&
      // All masters have one inode: under another number it may be another of them.
      (one.terminal?.is === 'slave' || waited.fd === one.fd),
  );
}

/** What its file tells, by the first of these that leads there at this moment: owner, mode, and whether it still has a name. */
export function slaveStatus({ ends, device, index }: OpenPty) {
  for (const { pid, tid, fd, role } of ends.slice(0, ASKED)) {
    if (role !== 'slave' || fd === undefined) continue;
    const status = statusOfPath(
      Buffer.from(`/proc/${pid}${tid === undefined ? '' : `/task/${tid}`}/fd/${fd}`),
    );
    if (status?.device === device && status?.minor === index) return status;
  }
  return undefined;
}
const ASKED = 64;

function placeKey({ fd, tid }: DescriptorNumber): string {
  return tid === undefined ? String(fd) : `${fd} ${tid}`;
}
