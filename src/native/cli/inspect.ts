/** `inspect`: everything about one object, with its details. */
import { IpcFailure } from '../../protocol/errors';
import type { Endpoint, Past } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { SetDetails } from '../../protocol/kinds/sysvSem';
import type { Blind } from '../../protocol/snapshot';
import { viewOf } from '../../presentation/kinds';
import type { Surroundings } from '../../presentation/kinds/kindView';
import { visible } from '../../presentation/text';
import { t } from '../../presentation/translate';
import { exactPast, type Find, findIn, pidText } from '../../presentation/values';
import { parse } from './arguments';
import { Machine } from './machine';
import { complain, print, printJson } from './output';
import { attempt, blindSentence, isWhole, Refusal } from './sentences';
import { table } from './table';

export async function inspect(args: string[]): Promise<number> {
  const { values, words } = parse(args, { json: { type: 'boolean' } }, 1);
  const [name = ''] = words;
  const { object, around, blind } = await attempt(`inspect ${visible(name)}`, () => lookAt(name));
  const unseen = blind.filter((one) => !(one.field === 'endpoints' && allSeen(object))).map(blindSentence);
  if (values.json) {
    await printJson(object);
    for (const line of unseen) await complain(line);
  } else {
    await print(describe(object, around, unseen));
  }
  return 0;
}

/** The object with its details, and what could not be seen of it. */
async function lookAt(name: string) {
  const machine = await Machine.open();
  const { ref, kind } = await machine.find(name);
  const found = await machine.look({ levels: {}, details: [ref] });
  const blind = found.blind.filter((one) => concerns(one, ref, kind));
  const object = found.objects.find((one) => one.ref === ref);
  const missing = blind.find(isWhole);
  if (!object) throw missing ? new Refusal(blindSentence(missing)) : new IpcFailure({ code: 'gone' });
  return { object, around: { host: found.host, process: findIn(found) }, blind };
}

function concerns(blind: Blind, ref: string, kind: string): boolean {
  return blind.ref === undefined ? blind.kind === undefined || blind.kind === kind : blind.ref === ref;
}

/** The kernel counts what is attached: where we saw as many, nobody else holds it, whoever could not be looked at. */
function allSeen(object: IpcObject): boolean {
  return object.kind === 'sysv.shm' && object.endpoints?.length === object.attachments;
}

function describe(object: IpcObject, around: Surroundings, unseen: string[]): string {
  const details = object.kind === 'sysv.sem' ? object.details : undefined;
  const facts = viewOf(object).facts(object, around);
  return [
    table([
      [t('Ref'), '', object.ref],
      ...facts.map(([what, value, kernelName = '']) => [what, kernelName, visible(value)]),
    ]),
    ...(details ? ['\n', table(semaphores(details, around.process))] : []),
    '\n',
    holders(object.endpoints, around.process, unseen.length > 0),
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

/** Who holds it now, and who waits. `partly`: others may do so unseen. */
function holders(endpoints: Endpoint[] | undefined, find: Find, partly: boolean): string {
  if (!endpoints) return 'Processes: unknown\n';
  if (endpoints.length === 0) return `Processes: ${partly ? 'none seen' : 'none'}\n`;
  return table([
    ['PROCESS', 'ROLE', 'ADDRESS', 'RIGHTS', 'WAITS IN'],
    ...endpoints.map(({ pid, role, address, rights, waits = [] }) => [
      visible(pidText(pid, find)),
      role,
      address ?? '-',
      rights ?? '-',
      waits
        .map(({ call, arguments: given, certain }) => {
          const text = visible(`${call}(${given.join(', ')})`);
          return certain ? text : `${text}, perhaps`;
        })
        .join('; ') || '-',
    ]),
  ]);
}
