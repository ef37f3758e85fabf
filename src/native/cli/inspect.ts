/** `inspect`: everything about one object, with its details. */
import { IpcFailure } from '../../protocol/errors';
import type { Past } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { SetDetails } from '../../protocol/kinds/sysvSem';
import type { Blind } from '../../protocol/snapshot';
import { type Absence, absenceOfHolders, concerns } from '../../presentation/absence';
import { viewOf } from '../../presentation/kinds';
import type { Surroundings } from '../../presentation/kinds/kindView';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { exactPast, type Find, findIn, pidText } from '../../presentation/values';
import { waitWords } from '../../presentation/waits';
import { parse } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { attempt, blindSentence, notFound } from './sentences';
import { table } from './table';
import { counted } from './words';

export async function inspect(args: string[]): Promise<number> {
  const { values, words } = parse(args, { json: { type: 'boolean' } }, 1);
  const [name = ''] = words;
  const { object, around, blind } = await attempt(`inspect ${visible(name)}`, () => lookAt(name));
  const unseen = blind.filter((one) => concerns(one, object, blind)).map(blindSentence);
  if (values.json) {
    await printJson(object);
    for (const line of unseen) await complain(line);
  } else {
    await print(describe(object, around, blind, unseen));
  }
  return 0;
}

/** The object with its details, and what could not be seen of it. */
async function lookAt(name: string) {
  const machine = await Machine.open();
  const { ref, kind } = await machine.find(name);
  const found = await machine.look({ levels: {}, details: [ref] });
  const { blind, objects, host } = found;
  const object = objects.find((one) => one.ref === ref);
  if (!object) throw notFound(blind, kind) ?? new IpcFailure({ code: 'gone' });
  return { object, around: { host, process: findIn(found) }, blind };
}

const NOBODY: Readonly<Record<Absence, string>> = {
  proved: 'none',
  notSeen: 'none seen',
  notLooked: 'unknown',
};

/** What the kernel counts beside an empty list. */
function attachedText(object: IpcObject): string {
  if (object.kind !== 'sysv.shm' || object.attachments === 0) return '';
  return `; the kernel counts ${counted(object.attachments, 'attachment')}`;
}

function describe(
  object: IpcObject,
  around: Surroundings,
  blind: readonly Blind[],
  unseen: string[],
): string {
  const details = object.kind === 'sysv.sem' ? object.details : undefined;
  const facts = viewOf(object).facts(object, around);
  return [
    table([
      [t('Ref'), '', object.ref],
      ...facts.map(([what, value, kernelName = '']) => [what, kernelName, visible(value)]),
    ]),
    ...(details ? ['\n', table(semaphores(details, around.process))] : []),
    '\n',
    holders(object, around.process, blind),
    ...unseen.map((line) => `${line}\n`),
  ].join('');
}

function semaphores({ values, lastPids, past, ...waits }: SetDetails, find: Find): string[][] {
  const pasts = new Map(past.map((one) => [one.pid, one]));
  return [
    [
      'SEMAPHORE',
      'semval',
      'semncnt (wait for increase)',
      'semzcnt (wait for zero)',
      'sempid (last process)',
    ],
    ...values.map((value, number) => [
      `[${number}]`,
      String(value),
      String(waits.waitForIncrease[number]),
      String(waits.waitForZero[number]),
      lastText(pasts.get(lastPids[number] ?? 0), find),
    ]),
  ];
}

function lastText(past: Past | undefined, find: Find): string {
  return past ? visible(exactPast(past, find)) : t('none');
}

/** Who holds it now, and who waits. */
function holders(object: IpcObject, find: Find, blind: readonly Blind[]): string {
  const { endpoints = [] } = object;
  if (endpoints.length === 0)
    return `Processes: ${NOBODY[absenceOfHolders(object, blind)]}${attachedText(object)}\n`;
  return table([
    ['PROCESS', 'ROLE', 'ADDRESS', 'RIGHTS', 'WAITS IN'],
    ...endpoints.map(({ pid, role, address, rights, waits = [] }) => [
      visible(pidText(pid, find)),
      role,
      address ?? '-',
      rights ?? '-',
      waits
        .map((wait) => {
          const text = visible(`${wait.call}(${waitWords(wait).join(', ')})`);
          return wait.certain ? text : `${text}, perhaps`;
        })
        .join('; ') || '-',
    ]),
  ]);
}
