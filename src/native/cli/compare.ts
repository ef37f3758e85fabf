/** `compare FILE`: what came, went and changed since a snapshot was kept. */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { absenceOfObjects, hiddenHolders } from '../../presentation/absence';
import { nameOf } from '../../presentation/kinds';
import { type Difference, differences, differenceText, type Moment } from '../../presentation/table/compare';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { lackingLines } from '../../presentation/unseen';
import { clockText, type Find, findIn } from '../../presentation/values';
import { KINDS } from '../../protocol/ref';
import { type Snapshot, snapshotSchema } from '../../protocol/snapshot';
import { parse, UsageError } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { Refusal } from './refusal';

const OPTIONS = { kind: { type: 'string' }, json: { type: 'boolean' } } as const;
const SIGNS: Readonly<Record<Difference['is'], string>> = { came: '+', went: '-', changed: '~' };

type LookedAt = Pick<Snapshot, 'host' | 'objects' | 'processes' | 'blind' | 'endedAt'>;

export async function compare(args: string[]): Promise<number> {
  const { values, words } = parse(args, OPTIONS, 1);
  const kinds = KINDS.filter((kind) => values.kind === undefined || values.kind === kind);
  if (kinds.length === 0) throw new UsageError(`--kind takes one of ${KINDS.join(', ')}.`);
  const before = await read(words[0] ?? '');
  const now = await (await Machine.open()).rows(kinds);
  if (before.host.bootId !== now.host.bootId || before.host.ipcNamespace !== now.host.ipcNamespace)
    throw new Refusal(
      'That snapshot is of another boot, machine or IPC namespace: none of its objects is here.',
    );
  const of = (look: LookedAt): Moment & { find: Find } => {
    const find = findIn(look);
    return {
      find,
      objects: look.objects.filter(({ kind }) => kinds.includes(kind)),
      contextOf: (kind) => ({ host: look.host, process: find, hidden: hiddenHolders(look.blind, kind) }),
    };
  };
  const [then, here] = [of(before), of(now)];
  const all = differences(then, here);
  if (values.json) {
    await printJson({ since: before.endedAt, at: now.endedAt, differences: all });
  } else {
    const since = clockText(before.endedAt, now.endedAt);
    await print(`${t('Since {0}: {1}.', since, differenceText(all))}\n`);
    for (const one of all)
      await print(`${SIGNS[one.is]} ${lineOf(one, one.is === 'went' ? then : here, now)}\n`);
  }
  for (const line of lackingLines(now.blind, kinds)) await complain(line);
  return 0;
}

function lineOf(one: Difference, { find }: { find: Find }, { blind }: LookedAt): string {
  const name = `${one.object.ref}  ${visible(nameOf(one.object, find), 120)}`;
  if (one.is === 'changed') {
    const facts = one.facts.map(({ label, before, now }) => t('{0}: {1} -> {2}', label, before, now));
    return `${name}  ${visible(facts.join('; '), 500)}`;
  }
  // Of some kinds only those are found whose holders may be looked at.
  const hidden = one.is === 'went' && absenceOfObjects(blind, one.object.kind) !== 'proved';
  return hidden ? `${name}  ${t('not seen any more')}` : name;
}

/** Throws Refusal. */
async function read(file: string): Promise<Snapshot> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new Refusal(`${visible(file)} cannot be read (${code}).`);
  }
  const parsed = v.safeParse(snapshotSchema, json(text));
  if (!parsed.success)
    throw new Refusal(`${visible(file)} is no snapshot of this version: \`snapshot\` makes one.`);
  return parsed.output;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
