/** `table`: the objects of a kind with the columns of the page Table, filtered and sorted as there. */
import { hiddenHolders } from '../../presentation/absence';
import type { Context } from '../../presentation/facts';
import { objectsMeant } from '../../presentation/filter/meant';
import { Misread, parseFilter } from '../../presentation/filter/filterWords';
import { labelOf } from '../../presentation/kinds';
import { frontOf, isSocket, otherEnd } from '../../presentation/kinds/connections';
import { cellText, columnsOf, plainCell, shownOf } from '../../presentation/table/columns';
import { csvText } from '../../presentation/table/csv';
import { LABEL, labelTitle } from '../../presentation/table/label';
import { inOrder } from '../../presentation/table/sorting';
import { visible } from '../../presentation/text';
import { lackingLines, leftOutLines } from '../../presentation/unseen';
import { type Find, findIn } from '../../presentation/values';
import type { IpcObject } from '../../protocol/kinds';
import { type Kind, KINDS } from '../../protocol/ref';
import { parse, UsageError } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { table } from './table';

const OPTIONS = {
  sort: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
} as const;

/** Words of the filter that only a running window knows the answer to. */
const UNKNOWN = ['wrong'] as const;

export async function objectTable(args: string[]): Promise<number> {
  const { values, words } = parse(args, OPTIONS, 'any');
  const [name = '', ...typed] = words;
  const kind = KINDS.find((one) => one === name);
  if (!kind) throw new UsageError(`table takes a KIND: one of ${KINDS.join(', ')}.`);
  const asked = parseFilter(typed.join(' '));
  if (asked instanceof Misread) throw new UsageError(asked.why);
  for (const word of UNKNOWN)
    if (asked[word]) throw new UsageError(`"${word}" means nothing here: \`findings\` tells what is wrong.`);
  const columns = columnsOf([kind]);
  const sorting = sortingOf(
    values.sort,
    columns.map(({ key }) => key),
  );
  const found = await (await Machine.open()).rows([kind]);
  const { objects, blind, host } = found;
  const find = findIn(found);
  const measure = { uid: host.uid, folders: [], debugged: new Set<number>(), sessions: 0, unknown: [] };
  const context: Context = { host, process: find, hidden: hiddenHolders(blind, kind) };
  const meant = objects.filter(
    (object) =>
      (!isSocket(object) || frontOf(object, find.object) === object) &&
      objectsMeant(partsOf(object, find), asked, { find, measure, isWrong: () => false }),
  );
  const sorted = sorting ? inOrder(meant, sorting, () => context) : meant;
  const now = Date.now();
  const keys = values.csv ? columns.map(({ key }) => key) : shownOf(columns, sorted.slice(0, 100), context);
  const labels = columns.filter(({ key }) => keys.includes(key)).map(({ label }) => label);
  if (values.json) await printJson(sorted);
  else if (values.csv)
    await print(
      csvText([
        ['ref', LABEL, ...keys],
        ...sorted.map((one) => [one.ref, ...[LABEL, ...keys].map((key) => plainCell(one, key, context))]),
      ]),
    );
  else
    await print(
      table([
        [labelTitle(), ...labels],
        ...sorted.map((one) =>
          [labelOf(one, find), ...keys.map((key) => cellText(one, key, context, now))].map((text) =>
            visible(text, 60),
          ),
        ),
      ]),
    );
  await tellLacking(blind, kind);
  return 0;
}

/** A connection is one row for its two sockets. */
function partsOf(object: IpcObject, { object: get }: Find): IpcObject[] {
  const other = isSocket(object) ? otherEnd(object, get) : undefined;
  return other ? [object, other] : [object];
}

/** `bytes`, or `-bytes` for the largest first. */
function sortingOf(text: string | undefined, keys: readonly string[]) {
  if (text === undefined) return undefined;
  const descending = text.startsWith('-');
  const key = descending ? text.slice(1) : text;
  if (key !== LABEL && !keys.includes(key))
    throw new UsageError(
      `--sort takes one of ${[LABEL, ...keys].join(', ')}, with - before it for the largest first.`,
    );
  return { key, descending };
}

async function tellLacking(blind: Parameters<typeof lackingLines>[0], kind: Kind): Promise<void> {
  for (const line of lackingLines(blind, [kind])) await complain(line);
  for (const line of leftOutLines(blind, [kind])) await complain(line);
}
