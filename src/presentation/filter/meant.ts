/** Which objects and processes are meant by what was typed into a filter. Pure. */
import type { IpcObject } from '../../protocol/kinds';
import type { Kind, Ref } from '../../protocol/ref';
import { type Process, waitsOf } from '../../protocol/snapshot';
import { labelOf } from '../kinds';
import { holdersText, idsOf } from '../searched';
import { type Find, processText } from '../values';
import { pidsOf } from './pids';
import type { Asked } from './filterWords';
import { type Measure, objectIn, processIn } from './scope';

/** What surrounds what is filtered. */
export interface FilterAround {
  find: Find;
  measure: Measure;
  /** Whether something is wrong with an object or a process. */
  isWrong: (ref: Ref) => boolean;
}

/** `parts`: the object of a row, and the other end of its connection. */
export function objectsMeant(parts: readonly IpcObject[], asked: Asked, around: FilterAround): boolean {
  const { find, measure, isWrong } = around;
  const { kinds, pids, over, texts } = asked;
  const some = (is: (part: IpcObject) => boolean) => parts.some(is);
  return (
    (!kinds || some(({ kind }) => kinds.has(kind))) &&
    (!asked.waits || some(isWaitedFor)) &&
    (!asked.wrong || some(({ ref }) => isWrong(ref))) &&
    (!asked.mine || some((part) => objectIn(part, 'mine', measure, find))) &&
    (!pids || some((part) => pidsOf(part).some((pid) => pids.has(pid)))) &&
    (over === undefined || some((part) => (bytesOf(part) ?? 0) > over)) &&
    (texts.length === 0 ||
      standIn(
        parts.flatMap((part) => textOf(part, find)),
        texts,
      ))
  );
}

/** A process that holds something, as a filter sees it. */
export interface Holding {
  pid: number;
  /** Undefined where nothing more is known of it. */
  process: Process | undefined;
  ref: Ref;
  /** A waiting or holding act of ours. */
  own: boolean;
  kinds: readonly Kind[];
  objects: () => readonly IpcObject[];
}

export function processMeant(holding: Holding, asked: Asked, { measure, isWrong }: FilterAround): boolean {
  const { pid, process, ref, own } = holding;
  const { kinds, pids, over, texts } = asked;
  return (
    (!kinds || holding.kinds.some((kind) => kinds.has(kind))) &&
    (!asked.waits || (process !== undefined && (waitsOf(process) ?? []).length > 0)) &&
    (!asked.wrong || isWrong(ref)) &&
    (!asked.mine || own || processIn(process, 'mine', measure)) &&
    (!pids || pids.has(pid)) &&
    (over === undefined || holding.objects().some((object) => (bytesOf(object) ?? 0) > over)) &&
    (texts.length === 0 || standIn(processTexts(process, pid), texts))
  );
}

function processTexts(process: Process | undefined, pid: number): string[] {
  if (!process) return [String(pid)];
  return [processText(process), process.name, process.command ?? '', process.workingDirectory ?? ''];
}

function textOf(object: IpcObject, find: Find): string[] {
  return [labelOf(object, find), ...idsOf(object), placeOf(object), ...holdersText(object, find)];
}

/** The whole name of what has one: a row shows the last part of a path. */
function placeOf(object: IpcObject): string {
  if ('path' in object && typeof object.path === 'string') return object.path;
  if (!('name' in object)) return '';
  const { name } = object;
  if (typeof name === 'string') return name;
  return typeof name === 'object' && name !== null && 'text' in name ? name.text : '';
}

function standIn(where: readonly string[], texts: readonly string[]): boolean {
  const whole = where.join('\n').toLowerCase();
  return texts.every((text) => whole.includes(text));
}

function isWaitedFor({ endpoints = [] }: IpcObject): boolean {
  return endpoints.some(({ waits = [] }) => waits.length > 0);
}

/** How large it is, or how much waits in it; undefined where that is not known. */
function bytesOf(object: IpcObject): number | undefined {
  if ('bytes' in object && object.bytes !== undefined) return Number(object.bytes);
  if ('unread' in object && object.unread !== undefined) return object.unread;
  if ('receiveQueue' in object && object.receiveQueue?.unit === 'bytes') return object.receiveQueue.amount;
  return undefined;
}
