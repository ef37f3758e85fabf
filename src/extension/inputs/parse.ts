/** What people type for numbers, keys, modes, sizes, values and operations, as what it means; undefined where it means nothing. No word of a language in here. */
import { encodeText } from '../../protocol/bytes';
import type { BigCount } from '../../protocol/facts';
import type { KeyChoice } from '../../protocol/inputs';
import type { Operation } from '../../protocol/kinds/sysvSem';

const MAX_KEY = 0xffffffff;
/** No set has more semaphores than the 16 bits of a sembuf can name. */
const MOST_VALUES = 65_536;

/** A key: a number, decimal or hexadecimal, never 0, which is no key but "private". */
export function parseKey(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (!/^(0x[0-9a-f]{1,8}|\d{1,10})$/.test(trimmed)) return undefined;
  const key = Number(trimmed);
  return key > 0 && key <= MAX_KEY ? key : undefined;
}

/** The project of ftok(3): 0 to 255 decimal, 0x.., or one character, in quotes where it is a digit. */
export function parseProject(text: string): Extract<KeyChoice, object>['project'] | undefined {
  const trimmed = text.trim();
  if (/^(0x[0-9a-f]{1,2}|\d{1,3})$/i.test(trimmed)) {
    const project = Number(trimmed);
    return project <= 255 ? project : undefined;
  }
  const character = /^'(.)'$/su.exec(trimmed)?.[1] ?? trimmed;
  const code = character.length === 1 ? character.charCodeAt(0) : 256;
  return code < 128 ? code : undefined;
}

/** A mode: octal (`640`, `0640`, `0o640`) or as `ls` writes it (`rw-r-----`). */
export function parseMode(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^0?o?[0-7]{1,3}$/.test(trimmed)) return parseInt(trimmed.replace('o', ''), 8);
  if (!/^([r-][w-][x-]){3}$/.test(trimmed)) return undefined;
  return parseInt(
    trimmed.replace(/./g, (letter) => (letter === '-' ? '0' : '1')),
    2,
  );
}

/** A whole number above or at 0, decimal or hexadecimal. */
export function parseWhole(text: string): BigCount | undefined {
  const trimmed = text.trim().toLowerCase();
  return /^(0x[0-9a-f]{1,16}|\d{1,20})$/.test(trimmed) ? bigCountOf(BigInt(trimmed)) : undefined;
}

/** A size in bytes: `65536`, `64 KiB`, `4G`, `1.5 MiB`. Units are powers of 1024. */
export function parseSize(text: string): BigCount | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,3}))? *(?:([kmgtpe])(?:ib)?|b)?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, whole = '0', part = '', unit] = match;
  const factor = 1024n ** BigInt(unit === undefined ? 0 : 'kmgtpe'.indexOf(unit.toLowerCase()) + 1);
  const [scaled, digits] = [BigInt(whole + part) * factor, 10n ** BigInt(part.length)];
  return scaled % digits === 0n ? bigCountOf(scaled / digits) : undefined;
}

/** A whole number, with or without a sign. */
export function parseSigned(text: string): number | undefined {
  return /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) + 0 : undefined;
}

/** Values of semaphores: `1, 0, 5`, `1 0 5` or with runs, `32000 x 1`. */
export function parseValues(text: string): number[] | undefined {
  const values: number[] = [];
  const parts = text
    .trim()
    .replace(/\s*[x*×]\s*/gi, 'x')
    .split(/\s*,\s*|\s+/);
  for (const part of parts) {
    const match = /^(?:(\d{1,5})x)?(\d{1,9})$/.exec(part);
    if (!match) return undefined;
    const times = match[1] === undefined ? 1 : Number(match[1]);
    if (times === 0 || values.length + times > MOST_VALUES) return undefined;
    for (let left = times; left > 0; left--) values.push(Number(match[2]));
  }
  return values;
}

/** A number, then a change. Without brackets white space or a sign must part the two: `12` is no pair. */
const PAIR = /^(?:\[\s*(\d{1,6})\s*\]\s*|(\d{1,6})(?:\s*[:=]\s*|\s+|(?=[+-])))([+-]?\d{1,9})/;

/** Operations of one semop(2): `0 -1, 2 +1` or `[0] -1 [2] +1`. `alone`: the set has one semaphore, so that `-1` says it all. */
export function parseOperations(text: string, alone: boolean): Operation[] | undefined {
  let rest = text.trim();
  const only = alone ? parseSigned(rest) : undefined;
  if (only !== undefined) return [{ number: 0, change: only }];
  const operations: Operation[] = [];
  while (rest !== '') {
    const match = PAIR.exec(rest);
    if (!match) return undefined;
    operations.push({ number: Number(match[1] ?? match[2]), change: Number(match[3]) + 0 });
    const after = rest.slice(match[0].length);
    // What follows a pair begins a new one, so something must part them.
    if (after !== '' && !/^[\s,;[]/.test(after)) return undefined;
    rest = after.replace(/^\s*[,;]?\s*/, '');
  }
  return operations.length > 0 ? operations : undefined;
}

/** A count as the protocol writes it: a number, beyond 2^53 a decimal string. */
export function bigCountOf(value: bigint): BigCount {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

/** What is wrong with the path of a file that is to be made. */
export interface PathProblem {
  code: 'empty' | 'relative' | 'name' | 'zero' | 'long' | 'longName';
}

/** PATH_MAX without its closing zero, and NAME_MAX (limits.h), in bytes. */
const PATH_MOST = 4095;
const NAME_MOST = 255;

/** The whole path of a file that is to be made. `~` is `home`; another beginning than / goes from `folder` on. */
export function parseNewPath(text: string, home: string, folder: string | undefined): string | PathProblem {
  if (text.trim() === '') return { code: 'empty' };
  if (text.includes('\0')) return { code: 'zero' };
  const typed = text.replace(/^~(?=\/|$)/, home);
  if (!typed.startsWith('/') && folder === undefined) return { code: 'relative' };
  const whole = typed.startsWith('/') ? typed : `${folder?.replace(/\/$/, '')}/${typed}`;
  const name = whole.slice(whole.lastIndexOf('/') + 1);
  if (name === '' || name === '.' || name === '..') return { code: 'name' };
  if (encodeText(whole).length > PATH_MOST) return { code: 'long' };
  return encodeText(name).length > NAME_MOST ? { code: 'longName' } : whole;
}
