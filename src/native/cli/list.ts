/** `list`: a line for each object. */
import type { IpcObject } from '../../protocol/kinds';
import { KINDS } from '../../protocol/ref';
import type { Host } from '../../protocol/snapshot';
import { labelOf, viewOf } from '../../presentation/kinds';
import { modeText, visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { type Find, findIn, userText } from '../../presentation/values';
import { parse, UsageError } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { blindSentence, hiddenSentences, isWhole, leftOutSentences } from './sentences';
import { table } from './table';

export async function list(args: string[]): Promise<number> {
  const { values } = parse(args, { kind: { type: 'string' }, json: { type: 'boolean' } });
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  if (kinds.length === 0) throw new UsageError(`--kind takes one of ${KINDS.join(', ')}.`);
  const found = await (await Machine.open()).rows(kinds);
  const { objects, blind, host } = found;
  const find = findIn(found);
  if (values.json) await printJson(objects);
  else
    await print(
      table([['REF', 'NAME', 'OWNER', 'MODE', 'STATE'], ...objects.map((one) => row(one, host, find))]),
    );
  // A single fact that may not be read says so in its line; a whole kind that is missing has none.
  const missing = blind.filter(isWhole);
  for (const one of missing) await complain(blindSentence(one));
  for (const line of hiddenSentences(blind, kinds)) await complain(line);
  for (const line of leftOutSentences(blind, kinds)) await complain(line);
  // Names that nobody lets us list are no failure: what is listed is right, and the line on stderr says what it lacks.
  return missing.some(({ code }) => code !== 'notMounted') ? 1 : 0;
}

/** What the tree shows of it: what it is called, whose it is, and what matters now. All of it may hold text of other programs. */
function row(object: IpcObject, host: Host, find: Find): string[] {
  const { ref, owner, mode } = object;
  const { steady, counters, last = [] } = viewOf(object).description(object, host, find);
  return [
    ref,
    labelOf(object, find),
    owner === undefined ? t('hidden') : userText(owner),
    // Most sockets have no file whose mode that could be.
    mode === undefined ? t('hidden') : mode === null ? '-' : modeText(mode),
    [...steady, ...counters, ...last].join(' · '),
  ].map((cell) => visible(cell));
}
