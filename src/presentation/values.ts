/** How values are written, in rows, tooltips and messages alike. */
import type { BigCount, Owner, Past } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import type { Ref } from '../protocol/ref';
import type { Process, Snapshot } from '../protocol/snapshot';
import { modeNumber, modeText, scaled } from './text';
import { oneLine } from './text';
import { t } from './translate';

/** A size in bytes, as `1.2 KiB`. */
export function size(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  return `${value} ${unit}`;
}

/** A part of a whole, as `1.2 of 16 KiB`: the unit once where both have the same. */
export function sizeOf(part: BigCount, whole: BigCount): string {
  const [a, b] = [scaled(part), scaled(whole)];
  // Zero is zero in every unit.
  const used = a.unit === b.unit || Number(part) === 0 ? a.value : `${a.value} ${a.unit}`;
  return t('{0} of {1} {2}', used, b.value, b.unit);
}

/** A size with its exact number of bytes, for tooltips. */
export function exactSize(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  const exact = grouped(bytes);
  return unit === 'B' ? `${exact} B` : `${value} ${unit} (${exact} B)`;
}

/** A whole number with separators, as `32,000`. */
export function grouped(count: BigCount): string {
  return BigInt(count).toLocaleString('en-US');
}

/** What is said of a number that nobody may know, of one, and of many. */
export function ofMany(
  count: number | undefined,
  unknown: string,
  one: string,
  many: (grouped: string) => string,
): string {
  if (count === undefined) return unknown;
  return count === 1 ? one : many(grouped(count));
}

/** Permissions with their number, as `rw-r----- (0640)`. */
export function exactMode(mode: number): string {
  return `${modeText(mode)} (${modeNumber(mode)})`;
}

/** A user, by name where there is one. */
export function userText(owner: Pick<Owner, 'uid' | 'user'>): string {
  return owner.user === undefined ? `uid ${owner.uid}` : oneLine(owner.user);
}

/** A group, by name where there is one. */
export function groupText(owner: Pick<Owner, 'gid' | 'group'>): string {
  return owner.group === undefined ? `gid ${owner.gid}` : oneLine(owner.group);
}

/** A user and group with their numbers, for tooltips. */
export function exactOwner(owner: Owner): string {
  const user = owner.user === undefined ? `uid ${owner.uid}` : `${owner.user} (${owner.uid})`;
  const group = owner.group === undefined ? `gid ${owner.gid}` : `${owner.group} (${owner.gid})`;
  return `${user} : ${group}`;
}

/** A moment in local time, to the second. Milliseconds since the epoch. */
export function momentText(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${timeText(at)}`;
}

/** The time of day, as `12:03:01`. */
export function timeText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Of a kind that was not read in time. `readAt`: when it was read last. */
export function pendingText(readAt: number | undefined): string {
  return readAt === undefined
    ? t('not read yet: the machine is busy')
    : t('as of {0}: the machine is busy', timeText(readAt));
}

/** How long something took until now, in whole seconds: `12 s`, `3 min 5 s`. `from`: milliseconds since the epoch. */
export function lasted(from: number): string {
  const seconds = Math.max(0, Math.round((Date.now() - from) / 1000));
  return seconds < 60 ? t('{0} s', seconds) : t('{0} min {1} s', Math.floor(seconds / 60), seconds % 60);
}

/** Finds a living process by its pid, and where `object` is there, an object by its ref (the other end of a connection). */
export interface Find {
  (pid: number): Process | undefined;
  readonly object?: (ref: Ref) => IpcObject | undefined;
}

/** Finds within a snapshot. */
export function findIn({ processes, objects }: Pick<Snapshot, 'processes' | 'objects'>): Find {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const byRef = new Map(objects.map((object) => [object.ref, object]));
  return Object.assign((pid: number) => byPid.get(pid), { object: (ref: Ref) => byRef.get(ref) });
}

/** A living process, as `python3 (4312)`. The name is foreign text. */
export function processText(process: Process): string {
  return `${oneLine(process.name)} (${process.pid})`;
}

/** The same by its pid; the pid alone where nothing more is known. */
export function pidText(pid: number, find: Find): string {
  const process = find(pid);
  return process ? processText(process) : String(pid);
}

/** A process that the kernel remembers by its pid alone. */
export function pastText(past: Past, find: Find): string {
  if (past.pid === 0) return t('a process outside this pid namespace');
  switch (past.now) {
    case 'same': {
      const process = find(past.pid);
      return process ? processText(process) : String(past.pid);
    }
    case 'gone':
    case 'other':
      return t('{0}, ended', past.pid);
    case 'unknown':
      return String(past.pid);
  }
}

/** The same for tooltips: where nobody can tell, with the reason. */
export function exactPast(past: Past, find: Find): string {
  const process = past.now === 'unknown' ? find(past.pid) : undefined;
  return process
    ? t('{0}; perhaps {1}, which has this pid now: the times do not tell', past.pid, oneLine(process.name))
    : pastText(past, find);
}
