/** What could not be looked at, a line each: for lists of text, which have no row for it and no tooltip. */
import type { Blind } from '../protocol/snapshot';
import { type Kind, KINDS } from '../protocol/ref';
import { shortWhy } from './causes';
import { absenceOfObjects, hiddenHolders, isFoundThroughProcesses } from './absence';
import { leftOutTexts } from './leftOut';
import { t } from './translate';
import { grouped, ofMany } from './values';

/** Whether a whole kind is missing, not one fact or one object. */
export function isWhole({ ref, field }: Blind): boolean {
  return ref === undefined && field === undefined;
}

/** What could not be looked at, and why. */
export function unseenLine({ kind, ref, field, code, count }: Blind): string {
  const why = shortWhy(code);
  if (field === 'endpoints' && count !== undefined)
    return count === 1
      ? t('Not seen: whether 1 more process holds it or waits on it: {0}.', why)
      : t('Not seen: whether {0} more processes hold it or wait on it: {1}.', grouped(count), why);
  const what = [ref ?? kind ?? t('a part'), field].filter((part) => part !== undefined).join(' ');
  return t('Not seen: {0}: {1}.', what, why);
}

/** Kinds whose lines say who has the object, as far as it was seen. */
const WITH_HOLDERS: readonly Kind[] = KINDS.filter((kind) => !kind.startsWith('sysv.'));
/** Kinds whose lines say who waits by what processes show, not by a count of the kernel's. */
const WITH_WAITS: readonly Kind[] = ['pipe', 'fifo'];

/** What the lines of a list lack since processes could not be looked at: one line for all kinds that lack the same. */
export function lackingLines(blind: readonly Blind[], kinds: readonly Kind[]): string[] {
  const lacking = new Map<string, { one: Blind; of: Kind[] }>();
  for (const one of blind) {
    const { kind, ref, field, code, count } = one;
    const told = field === 'endpoints' ? WITH_HOLDERS : field === 'waits' ? WITH_WAITS : [];
    if (ref !== undefined || kind === undefined || count === 0) continue;
    if (!told.includes(kind) || !kinds.includes(kind)) continue;
    const key = [field, code, count].join();
    lacking.set(key, { one, of: [...(lacking.get(key)?.of ?? []), kind] });
  }
  return [...lacking.values()].map(({ one, of }) => `${whatText(one)} ${lackText(one, of)}`);
}

function whatText({ field, code, count }: Blind): string {
  const waits = field === 'waits';
  if (code === 'pidNamespace')
    return waits
      ? t('Not seen: what processes outside this pid namespace wait for.')
      : t('Not seen: what processes outside this pid namespace have.');
  const why = shortWhy(code);
  return waits
    ? ofMany(
        count,
        t('Not seen: what processes of other users wait for: {0}.', why),
        t('Not seen: what 1 process waits for: {0}.', why),
        (many) => t('Not seen: what {0} processes wait for: {1}.', many, why),
      )
    : ofMany(
        count,
        t('Not seen: what processes of other users have: {0}.', why),
        t('Not seen: what 1 process has: {0}.', why),
        (many) => t('Not seen: what {0} processes have: {1}.', many, why),
      );
}

function lackText({ field }: Blind, kinds: readonly Kind[]): string {
  if (field === 'waits') return t('More may wait than is listed.');
  const some = kinds.filter(isFoundThroughProcesses);
  const last = some.length > 1 ? some.pop() : undefined;
  if (some.length === 0) return t('More may have what is listed.');
  const names = last === undefined ? some.join(', ') : t('{0} and {1}', some.join(', '), last);
  return t('There may be more of {0} than is listed, and more who have them.', names);
}

/** What was found of these kinds and stands in no line, and what of the whole machine. */
export function leftOutLines(blind: readonly Blind[], kinds: readonly Kind[]): string[] {
  const texts = [...kinds, undefined].flatMap((kind) => leftOutTexts(blind, kind));
  return texts.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** Why an object of a kind may be there all the same, though it was not found; undefined where it is proved that there is none. */
export function notFoundText(blind: readonly Blind[], kind: Kind): string | undefined {
  const missing = blind.find((one) => one.kind === kind && isWhole(one));
  if (missing) return unseenLine(missing);
  if (absenceOfObjects(blind, kind) === 'proved') return undefined;
  const hidden = hiddenHolders(blind, kind);
  if (hidden === 0)
    return t('It was not found, which is no proof that there is none: not everything could be looked at.');
  return ofMany(
    hidden === 'unknown' ? undefined : hidden,
    t('It was not found: it is gone, or only processes that cannot be seen from here have it.'),
    t('It was not found: it is gone, or only 1 process that may not be looked at has it.'),
    (many) =>
      t('It was not found: it is gone, or only {0} processes that may not be looked at have it.', many),
  );
}
