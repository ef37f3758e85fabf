/** How the command line writes values. All text of other programs passes through `visible`. */
import type { BigCount, Endpoint, Owner, Past } from '../../protocol/facts';
import type { Process } from '../../protocol/snapshot';
import { hexKey, modeNumber, modeText, scaled, visible } from '../../presentation/text';

/** What exists, but may not be looked at. */
export const HIDDEN = 'hidden';
/** How much of a name is shown. */
const NAME_MOST = 80;

/** `1 message`, `12 messages` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1.2 KiB` */
export function size(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  return `${value} ${unit}`;
}

/** `1.2 of 16 KiB`: the unit once where both have the same. */
export function sizeOf(part: BigCount, whole: BigCount): string {
  const [a, b] = [scaled(part), scaled(whole)];
  const used = a.unit === b.unit || a.value === 0 ? String(a.value) : `${a.value} ${a.unit}`;
  return `${used} of ${b.value} ${b.unit}`;
}

/** `1.2 KiB (1234 B)` */
export function exactSize(bytes: BigCount): string {
  const { value, unit } = scaled(bytes);
  return unit === 'B' ? `${value} B` : `${value} ${unit} (${bytes} B)`;
}

/** `0x00001234`; a key of 0 finds nothing. */
export function keyText(key: number): string {
  return key === 0 ? 'private' : hexKey(key);
}

/** `rw-r----- (0640)` */
export function exactMode(mode: number): string {
  return `${modeText(mode)} (${modeNumber(mode)})`;
}

/** The user's name, or the number where it has none. */
export function userText(owner: Pick<Owner, 'uid' | 'user'>): string {
  return owner.user === undefined ? String(owner.uid) : visible(owner.user, NAME_MOST);
}

/** `dev (1000), staff (50)` */
export function exactOwner({ uid, gid, user, group }: Owner): string {
  const named = (number: number, name: string | undefined) =>
    name === undefined ? String(number) : `${visible(name, NAME_MOST)} (${number})`;
  return `${named(uid, user)}, ${named(gid, group)}`;
}

/** Local time, to the second: the kernel's own resolution. */
export function momentText(at: number | null): string {
  if (at === null) return 'never';
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** The living processes of a look, by pid. */
export type Processes = ReadonlyMap<number, Process>;

/** `python3 (4312)`; only the pid where its name may not be read. */
export function processText(pid: number, processes: Processes): string {
  const process = processes.get(pid);
  return process ? `${visible(process.name, NAME_MOST)} (${pid})` : String(pid);
}

/** A process that the kernel remembers by its pid alone. */
export function pastText(past: Past | null, processes: Processes): string {
  if (past === null) return 'none';
  if (past.pid === 0) return 'a process outside this pid namespace';
  if (past.now === 'same') return processText(past.pid, processes);
  if (past.now !== 'unknown') return `${past.pid}, ended`;
  const process = processes.get(past.pid);
  if (!process) return String(past.pid);
  return `${past.pid}; perhaps ${visible(process.name, NAME_MOST)}, which has this pid now: the times do not tell`;
}

/** `2 wait`, `1 perhaps`: how many threads are blocked, and of how many that is a guess. */
export function waitTexts(endpoints: readonly Endpoint[]): string[] {
  const waits = endpoints.flatMap((end) => end.waits ?? []);
  // A thread waits once, also where it polls several descriptors of one object.
  const certain = new Set(waits.filter((wait) => wait.certain).map(({ tid }) => tid));
  const perhaps = new Set(waits.map(({ tid }) => tid)).size - certain.size;
  const wait = (count: number) => `${count} ${count === 1 ? 'waits' : 'wait'}`;
  return [
    ...(certain.size > 0 ? [wait(certain.size)] : []),
    ...(perhaps > 0 ? [`${certain.size > 0 ? perhaps : wait(perhaps)} perhaps`] : []),
  ];
}
