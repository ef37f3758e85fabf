/** How values are written, in rows, tooltips and messages alike. */
import type { BigCount, Owner, Past } from '../protocol/facts';
import type { IpcObject } from '../protocol/kinds';
import type { Ref } from '../protocol/ref';
import type { Process, Snapshot } from '../protocol/snapshot';
import { programOf } from './programs';
import { modeNumber, modeText, scaled } from './text';
import { oneLine } from './text';
import { language, t } from './translate';

interface Formats {
  language: string;
  whole: Intl.NumberFormat;
  /** One digit after the point; what is scaled needs no separators. */
  short: Intl.NumberFormat;
}
let made: Formats | undefined;

/** How the user's language writes numbers; made once, since that costs more than a thousand uses. */
function formats(): Formats {
  const tag = language();
  if (made?.language !== tag)
    made = {
      language: tag,
      whole: new Intl.NumberFormat(tag),
      short: new Intl.NumberFormat(tag, { maximumFractionDigits: 1, useGrouping: false }),
    };
  return made;
}

/** A size in bytes, as `1.2 KiB`. */
export function size(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  return `${formats().short.format(value)} ${unit}`;
}

/** A part of a whole, as `1.2 of 16 KiB`: the unit once where both have the same. */
export function sizeOf(part: BigCount, whole: BigCount): string {
  const [a, b] = [scaled(part), scaled(whole)];
  // Zero is zero in every unit.
  const same = a.unit === b.unit || Number(part) === 0;
  return t('{0} of {1}', same ? formats().short.format(a.value) : size(part), size(whole));
}

/** A size with its exact number of bytes, for tooltips. */
export function exactSize(bytes: BigCount): string {
  const { unit } = scaled(bytes);
  const exact = grouped(bytes);
  return unit === 'B' ? `${exact} B` : `${size(bytes)} (${exact} B)`;
}

/** The same within a sentence: `1,234 bytes`. */
export function bytesText(bytes: BigCount): string {
  return Number(bytes) === 1 ? t('1 byte') : t('{0} bytes', grouped(bytes));
}

/** A whole number with separators, as `32,000`. */
export function grouped(count: BigCount): string {
  return formats().whole.format(typeof count === 'string' ? BigInt(count) : count);
}

/** `+2`, `-1`, `0` */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

/** A place in memory, as `0x1f40`. */
export function offsetText(offset: BigCount): string {
  return `0x${BigInt(offset).toString(16)}`;
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

/** A user and group with their numbers: `dev (1000) : dev (1000)`; the user alone where no group is known. */
export function exactOwner(owner: Omit<Owner, 'gid'> & { gid?: number | undefined }): string {
  const { uid, gid } = owner;
  const user = owner.user === undefined ? userText(owner) : t('{0} ({1})', userText(owner), uid);
  if (gid === undefined) return user;
  const group = groupText({ ...owner, gid });
  return `${user} : ${owner.group === undefined ? group : t('{0} ({1})', group, gid)}`;
}

/** A moment in local time, to the second. Milliseconds since the epoch; what is no time is written as the number. */
export function momentText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
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

/** The time of day, with the date where that is not today's. */
export function clockText(at: number, now: number): string {
  const today = new Date(at).toDateString() === new Date(now).toDateString();
  return today ? timeText(at) : momentText(at);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `3 s ago`, `5 min ago`, `2 h ago`, `3 d ago`. For panels, which tick; rows show no age. */
export function ago(at: number, now: number): string {
  const age = now - at;
  if (age < SECOND) return t('just now');
  if (age < MINUTE) return t('{0} s ago', Math.floor(age / SECOND));
  if (age < HOUR) return t('{0} min ago', Math.floor(age / MINUTE));
  if (age < 2 * DAY) return t('{0} h ago', Math.floor(age / HOUR));
  return t('{0} d ago', Math.floor(age / DAY));
}

/** How long something lasts by now: `for 12 s`, `for 5 min` */
export function durationText(since: number, now: number): string {
  const age = Math.max(0, now - since);
  if (age < MINUTE) return t('for {0} s', Math.floor(age / SECOND));
  if (age < HOUR) return t('for {0} min', Math.floor(age / MINUTE));
  if (age < 2 * DAY) return t('for {0} h', Math.floor(age / HOUR));
  return t('for {0} d', Math.floor(age / DAY));
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

/** A living process by its program, as `node server.js (4312)`. The name is foreign text. */
export function processText(process: Process): string {
  return `${programOf(process)} (${process.pid})`;
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
