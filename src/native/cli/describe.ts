/** What the command line prints of an object: its line in a list, and everything about it. Pure. */
import type { Past } from '../../protocol/facts';
import type { IpcObject } from '../../protocol/kinds';
import type { SetDetails } from '../../protocol/kinds/sysvSem';
import type { Host } from '../../protocol/snapshot';
import { absenceOfHolders } from '../../presentation/absence';
import type { Context } from '../../presentation/facts';
import { factsOf, labelOf, viewOf } from '../../presentation/kinds';
import { rowParts } from '../../presentation/kinds/kindView';
import { modeText, visible } from '../../presentation/text';
import { noneText } from '../../presentation/nobody';
import { t } from '../../presentation/translate';
import { exactPast, type Find, grouped, pidText, userText } from '../../presentation/values';
import { ownState } from '../../presentation/ownState';
import { roleText, waitText } from '../../presentation/roles';
import { table } from './table';

/** What the tree shows of it: what it is called, whose it is, and what matters now. All of it may hold text of other programs. */
export function listRow(object: IpcObject, host: Host, find: Find): string[] {
  const { ref, owner, mode } = object;
  // Whose it is has a column of its own.
  const parts = rowParts(viewOf(object).row(object, host, find), false);
  return [
    ref,
    labelOf(object, find),
    owner === undefined ? t('hidden') : owner === null ? '-' : userText(owner),
    // Most sockets have no file whose mode that could be.
    mode === undefined ? t('hidden') : mode === null ? '-' : modeText(mode),
    parts.join(' · '),
  ].map((cell) => visible(cell));
}

/** What the kernel counts beside an empty list. */
function attachedText(object: IpcObject): string {
  if (object.kind !== 'sysv.shm' || object.attachments === 0) return '';
  return object.attachments === 1
    ? t('; the kernel counts 1 attachment')
    : t('; the kernel counts {0} attachments', grouped(object.attachments));
}

/** Everything about an object. `unseen`: what could not be looked at, a sentence each. */
export function describe(object: IpcObject, context: Context, unseen: readonly string[]): string {
  const details = object.kind === 'sysv.sem' ? object.details : undefined;
  return [
    table(factRows(object, context)),
    ...(details ? ['\n', table(semaphores(details, context.process))] : []),
    '\n',
    holders(object, context),
    ...unseen.map((line) => `${line}\n`),
  ].join('');
}

/** Its facts, as the tooltip and the panel have them. */
function factRows(object: IpcObject, context: Context): string[][] {
  return [
    [t('Ref'), '', object.ref],
    ...factsOf(object, context).map(({ label, text, kernelName = '' }) => [label, kernelName, visible(text)]),
  ];
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

/** Who holds it now and who waits there, each with what it does by itself. */
function holders(object: IpcObject, { process: find, hidden = 'unknown' }: Context): string {
  const { endpoints = [] } = object;
  if (endpoints.length === 0)
    return `${t('Processes: {0}', noneText(absenceOfHolders(object, hidden)))}${attachedText(object)}\n`;
  const waiting = new Map<number, Set<number>>();
  for (const { pid, waits = [] } of endpoints)
    waiting.set(pid, new Set([...(waiting.get(pid) ?? []), ...waits.map(({ tid }) => tid)]));
  return table([
    ['PROCESS', 'ROLE', 'ADDRESS', 'RIGHTS', 'FD', 'WAITS IN', 'ITSELF'],
    ...endpoints.map(({ pid, startTime, role, fd, address, rights, waits = [] }) => {
      const found = find(pid);
      const process = found?.startTime === startTime ? found : undefined;
      return [
        pidText(pid, find),
        roleText(role),
        address ?? '',
        rights ?? '',
        fd === undefined ? '' : String(fd),
        waits.map(waitText).join('; '),
        ownState(process, waiting.get(pid) ?? new Set(), find).join(', '),
      ].map((cell) => visible(cell) || '-');
    }),
  ]);
}
