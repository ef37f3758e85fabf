/** The question before an act that others would notice, or that takes something away. Most acts have none. */
import { fromBytes } from '../protocol/bytes';
import type { IpcObject, ObjectOf, ParametersOf } from '../protocol/kinds';
import {
  type Access,
  accessTo,
  type Alteration,
  altered,
  fileAccessTo,
  type Permissions,
} from '../protocol/rights';
import type { Acting } from './acts/acting';
import { inspect } from './acts/objects';
import type { Ask } from './ask';
import { actingUser } from './may';
import { exactOwner, type Find, grouped, pastText, size } from '../presentation/values';
import { nameOf } from '../presentation/kinds';
import type { FileMemory } from '../presentation/kinds/memoryUsers';
import { waitsAt } from '../presentation/kinds/setValues';
import { waitersSentence } from '../presentation/waits';
import { attachersText, finder, hiddenText, mappersText, ownTexts, waitersText } from './noticing';
import { t } from '../presentation/translate';
import { actTitles } from '../presentation/shared';

type Parts = Acting & { ask: Ask };
type Of<A extends 'set' | 'setAll'> = ParametersOf<'sysv.sem', A>;

/** Asks before what needs it. True where the act may go on. `parameters` are complete and checked. Throws IpcFailure. */
export async function confirmed(
  parts: Parts,
  object: IpcObject,
  ability: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  switch (`${object.kind} ${ability}`) {
    case 'sysv.sem set':
      return confirmSet(parts, object, parameters as unknown as Of<'set'>);
    case 'sysv.sem setAll':
      return confirmSetAll(parts, object, parameters as unknown as Of<'setAll'>);
    case 'sysv.shm write':
      return confirmWrite(parts, object, parameters as unknown as ParametersOf<'sysv.shm', 'write'>);
    case 'posix.shm write':
    case 'mapping write':
      return confirmMemory(parts, object, parameters as unknown as ParametersOf<'mapping', 'write'>);
    case 'posix.shm resize':
      return confirmResize(parts, object, parameters as unknown as ParametersOf<'posix.shm', 'resize'>);
  }
  const permissions = ability === 'alter' ? permissionsOf(object) : undefined;
  return permissions ? confirmAlter(parts, object, permissions, parameters) : true;
}

/** What says who may do what with an object that can be altered; undefined where that is hidden. */
function permissionsOf(object: IpcObject): Permissions | undefined {
  // Nobody gives a socket to another user.
  if (object.kind === 'unix' || object.kind === 'inet') return undefined;
  const { owner, mode } = object;
  if (!owner || mode === undefined) return undefined;
  return { owner, mode, creator: 'creator' in object ? object.creator : owner };
}

/** The set as it is at this moment; as it was, where its mode lets us set but not read. */
async function now(parts: Parts, object: IpcObject): Promise<[ObjectOf<'sysv.sem'>, Find]> {
  const set = (await inspect(parts, object)) as ObjectOf<'sysv.sem'>;
  return [set, (await finder(parts, [set])).find];
}

async function confirmSet(parts: Parts, object: IpcObject, { number, value }: Of<'set'>): Promise<boolean> {
  const [set, find] = await now(parts, object);
  const was = set.details?.values[number] ?? set.values?.[number];
  const waits = waitsAt(set, number);
  const said = [
    was === undefined
      ? t('Its value is hidden: its mode does not let you read it.')
      : t('It is {0} now.', was),
    ...(waits && waits.increase + waits.zero > 0
      ? [
          t(
            '{0} wait for it to rise and {1} for zero; who can go on then does.',
            grouped(waits.increase),
            grouped(waits.zero),
          ),
        ]
      : []),
    ...waitersSentence(set, find),
    ...lastChanger(set, number, find),
    t('This discards what processes would give back (SEM_UNDO) of this semaphore.'),
    ...ownTexts(set),
  ];
  return parts.ask.confirm(
    t('Set semaphore [{0}] of {1} to {2}?', number, nameOf(set, parts.inventory.process), value),
    said.join('\n'),
    t('Set Value'),
  );
}

function lastChanger(set: ObjectOf<'sysv.sem'>, number: number, find: Find): string[] {
  const pid = set.details?.lastPids[number];
  const past = set.details?.past.find((one) => one.pid === pid);
  return past ? [t('Last changed by: {0}.', pastText(past, find))] : [];
}

async function confirmSetAll(parts: Parts, object: IpcObject, { values }: Of<'setAll'>): Promise<boolean> {
  const [set, find] = await now(parts, object);
  const pasts = (set.details?.past ?? []).filter(({ pid }) => pid !== 0);
  const said = [
    waitersText(set) ?? t('How many wait on it is hidden: its mode does not let you read it.'),
    t('Whoever can go on with the new values does.'),
    ...waitersSentence(set, find),
    ...(pasts.length > 0
      ? [
          t(
            'Changed by: {0}.',
            pasts
              .slice(0, 8)
              .map((past) => pastText(past, find))
              .join(', '),
          ),
        ]
      : []),
    t('This discards what processes would give back (SEM_UNDO) of all its semaphores.'),
    ...ownTexts(set),
  ];
  return parts.ask.confirm(
    t('Set all {0} values of {1}?', grouped(values.length), nameOf(set, parts.inventory.process)),
    said.join('\n'),
    t('Set All Values'),
  );
}

async function confirmWrite(
  parts: Parts,
  object: IpcObject,
  written: ParametersOf<'sysv.shm', 'write'>,
): Promise<boolean> {
  const segment = (await inspect(parts, object)) as ObjectOf<'sysv.shm'>;
  const said = [
    attachersText(segment, (await finder(parts, [segment])).find),
    segment.attachments > 0
      ? t('They see the new bytes at once. What stood there is replaced.')
      : t('What stood there is replaced.'),
    t('You attach it for a moment and become its last user.'),
  ];
  return askToWrite(parts, segment, written, said);
}

async function confirmMemory(
  parts: Parts,
  object: IpcObject,
  written: ParametersOf<'mapping', 'write'>,
): Promise<boolean> {
  const memory = (await inspect(parts, object)) as FileMemory;
  const { find, blind } = await finder(parts, [memory]);
  const said = [
    mappersText(memory, find),
    t('They see the new bytes at once. What stood there is replaced.'),
    ...(memory.kind === 'mapping' && memory.what === 'file' ? [t('The file on disk changes too.')] : []),
    ...hiddenText(blind, [memory]),
  ];
  return askToWrite(parts, memory, written, said);
}

function askToWrite(
  parts: Parts,
  object: IpcObject,
  { offset, content }: Pick<ParametersOf<'mapping', 'write'>, 'offset' | 'content'>,
  said: readonly string[],
): Promise<boolean> {
  const bytes = size(fromBytes(content).length);
  const name = nameOf(object, parts.inventory.process);
  return parts.ask.confirm(
    t('Write {0} at offset {1} of {2}?', bytes, grouped(offset), name),
    said.join('\n'),
    actTitles.write(),
  );
}

/** Only where something is cut off. */
async function confirmResize(
  parts: Parts,
  object: IpcObject,
  { bytes }: ParametersOf<'posix.shm', 'resize'>,
): Promise<boolean> {
  const memory = (await inspect(parts, object)) as ObjectOf<'posix.shm'>;
  if (memory.bytes !== undefined && BigInt(bytes) >= BigInt(memory.bytes)) return true;
  const { find, blind } = await finder(parts, [memory]);
  const said = [
    ...(memory.bytes === undefined
      ? []
      : [t('It has {0} now. What is cut off is lost.', size(memory.bytes))]),
    t('A process that touches what is cut off gets SIGBUS, which ends most programs.'),
    mappersText(memory, find),
    ...hiddenText(blind, [memory]),
  ];
  return parts.ask.confirm(
    t('Cut {0} to {1}?', nameOf(memory, parts.inventory.process), size(bytes)),
    said.join('\n'),
    t('Resize'),
  );
}

/** Only where the user would lose something by it. */
async function confirmAlter(
  parts: Parts,
  object: IpcObject,
  permissions: Permissions,
  alteration: Alteration,
): Promise<boolean> {
  const me = actingUser(parts);
  const access = 'creator' in object ? accessTo : fileAccessTo;
  const [before, after] = [access(permissions, me), access(altered(permissions, alteration), me)];
  const lost = losses(before, after);
  if (lost.length === 0) return true;
  return parts.ask.confirm(
    t('Alter {0}?', nameOf(object, parts.inventory.process)),
    [t('Owner now: {0}.', exactOwner(permissions.owner)), ...lost].join('\n'),
    t('Alter'),
  );
}

function losses(before: Access, after: Access): string[] {
  return [
    ...(before.read && !after.read ? [t('You could read it, and then no more.')] : []),
    ...(before.write && !after.write ? [t('You could write it, and then no more.')] : []),
    ...(before.control && !after.control
      ? [t('You could alter and destroy it, and then only its new owner or root can.')]
      : []),
  ];
}
