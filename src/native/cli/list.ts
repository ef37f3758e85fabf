/** `list`: a line for each object. */
import { KINDS } from '../../protocol/ref';
import { listed } from '../../presentation/findings/names';
import { withoutQuiet } from '../../presentation/kinds';
import { t } from '../../presentation/translate';
import { findIn } from '../../presentation/values';
import { listRow } from './describe';
import { parse, UsageError } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { isWhole, lackingLines, leftOutLines, unseenLine } from '../../presentation/unseen';
import { table } from './table';

export async function list(args: string[]): Promise<number> {
  const options = { kind: { type: 'string' }, json: { type: 'boolean' }, all: { type: 'boolean' } } as const;
  const { values } = parse(args, options);
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  if (kinds.length === 0) throw new UsageError(`--kind takes one of ${KINDS.join(', ')}.`);
  const found = await (await Machine.open()).rows(kinds);
  const { objects, blind, host } = found;
  const find = findIn(found);
  // Who names a kind looks for all of it, and so does a program.
  const { shown, left } =
    values.all || values.kind !== undefined ? { shown: objects, left: [] } : withoutQuiet(objects);
  if (values.json) await printJson(objects);
  else
    await print(
      table([['REF', 'NAME', 'OWNER', 'MODE', 'STATE'], ...shown.map((one) => listRow(one, host, find))]),
    );
  if (left.length > 0 && !values.json) await complain(t('Not listed (--all): {0}.', listed(left)));
  // A single fact that may not be read says so in its line; a whole kind that is missing has none.
  const missing = blind.filter(isWhole);
  for (const one of missing) await complain(unseenLine(one));
  for (const line of lackingLines(blind, kinds)) await complain(line);
  for (const line of leftOutLines(blind, kinds)) await complain(line);
  // Names that nobody lets us list are no failure: what is listed is right, and the line on stderr says what it lacks.
  return missing.some(({ code }) => code !== 'notMounted') ? 1 : 0;
}
