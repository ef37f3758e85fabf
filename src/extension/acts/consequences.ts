/** Who would notice an act on an object: what stands in the question before it. */
import type { IpcObject, ObjectOf } from '../../protocol/kinds';
import { absenceOfSide, hiddenHolders } from '../../presentation/absence';
import type { PosixKind, Ref } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { pidsOf } from '../../presentation/filter/pids';
import type { ActContext } from './context';
import { type Find, findIn, grouped, pidText } from '../../presentation/values';
import { actText, isSession, ownActs } from '../../presentation/ownActs';
import { attachedNames, attachedTo } from '../../presentation/kinds/segmentUsers';
import { waitSums } from '../../presentation/kinds/setValues';
import { type FileMemory, usersOf } from '../../presentation/kinds/memoryUsers';
import { notifyText } from '../../presentation/kinds/posixMq';
import { holderNames } from '../../presentation/kinds/posix';
import { holderNames as socketHolderNames } from '../../presentation/kinds/socket';
import { sideNames } from '../../presentation/kinds/stream';
import { t } from '../../presentation/translate';

/** Finds the living processes that objects name, and says what is hidden; asks for a snapshot where nobody has looked at them yet. */
export async function finder(
  { inventory }: Pick<ActContext, 'inventory'>,
  objects: readonly IpcObject[],
): Promise<{ find: Find; blind: readonly Blind[] }> {
  const known = objects.flatMap(pidsOf).every((pid) => inventory.process(pid));
  if (known && objects.every(({ ref }) => inventory.answers(ref)))
    return { find: inventory.process, blind: inventory.blind };
  const snapshot = await inventory.snapshot().catch(() => undefined);
  inventory.learn(snapshot?.processes ?? []);
  const fresh = snapshot && findIn(snapshot);
  return {
    find: Object.assign((pid: number) => fresh?.(pid) ?? inventory.process(pid), {
      object: (ref: Ref) => fresh?.object?.(ref) ?? inventory.get(ref),
    }),
    blind: snapshot?.blind ?? inventory.blind,
  };
}

/** That there may be others who hold these objects or wait on them; empty where nothing is hidden. */
export function hiddenText(blind: readonly Blind[], objects: readonly IpcObject[]): string[] {
  const all = objects.map(({ kind }) => hiddenHolders(blind, kind));
  const counted = all.filter((one) => one !== 'unknown');
  if (counted.length < all.length) return [t('Processes that cannot be seen from here might use it too.')];
  const most = Math.max(0, ...counted);
  if (most === 0) return [];
  return [
    most === 1
      ? t('1 process may not be looked at; it might use it too.')
      : t('{0} processes may not be looked at; they might use it too.', grouped(most)),
  ];
}

/** Who waits on a set; undefined where its mode hides that. */
export function waitersText(set: ObjectOf<'sysv.sem'>): string | undefined {
  const sums = waitSums(set);
  if (!sums) return undefined;
  const { increase, zero } = sums;
  if (increase + zero === 0) return t('Nobody waits on it.');
  return t('{0} wait for a value to rise and {1} for zero.', grouped(increase), grouped(zero));
}

/** Which processes have a segment attached. */
export function attachersText(segment: ObjectOf<'sysv.shm'>, find: Find): string {
  const names = attachedNames(segment, find);
  if (segment.attachments === 0 && attachedTo(segment).pids.length === 0)
    return t('No process has it attached.');
  return names === undefined
    ? t('Attachments: {0}.', grouped(segment.attachments))
    : t('Attached by: {0}.', names);
}

/** Which processes have a FIFO open. */
export function openersText(fifo: ObjectOf<'fifo'>, find: Find): string[] {
  const [writers, readers] = [sideNames(fifo, 'writer', find), sideNames(fifo, 'reader', find)];
  if (writers === undefined && readers === undefined)
    return [
      absenceOfSide(fifo, 'reader') === 'proved' && absenceOfSide(fifo, 'writer') === 'proved'
        ? t('Nobody has it open.')
        : t('Nobody was seen to have it open.'),
    ];
  return [
    ...(writers === undefined ? [] : [t('Open to write: {0}.', writers)]),
    ...(readers === undefined ? [] : [t('Open to read: {0}.', readers)]),
    t('They keep it, but nobody finds it by its name any more.'),
  ];
}

/** Who has a POSIX object, and keeps it when its name goes. */
export function keepersText(object: ObjectOf<PosixKind>, find: Find): string[] {
  const names = holderNames(object, find);
  if (names === undefined) return [t('Nobody was seen to have it.')];
  return [t('Had by: {0}.', names), t('They keep it, but nobody finds it by its name any more.')];
}

/** Who is told of the next message of a queue. */
export function notifiedText({ notify }: ObjectOf<'posix.mq'>, find: Find): string[] {
  return notify ? [t('It notifies {0}.', notifyText(notify, find))] : [];
}

/** Which processes see what is written into memory. */
export function mappersText(object: FileMemory, find: Find): string {
  const { mapped, open } = usersOf(object);
  const names = [...mapped, ...open].slice(0, 8).map((pid) => pidText(pid, find));
  const more = mapped.length + open.length - names.length;
  if (more > 0) names.push(t('{0} more', grouped(more)));
  return names.length === 0
    ? t('No process was seen to have it mapped.')
    : t('Mapped or open by: {0}.', names.join(', '));
}

/** Who serves a socket whose file is to be removed, and what that means for them. */
export function serversText(socket: ObjectOf<'unix'>, find: Find): string[] {
  const { flags, connections } = socket;
  if (flags.includes('stale')) return [t('Nobody is bound to it, in any network namespace of this machine.')];
  if (flags.includes('nobodySeen'))
    return [
      t(
        'Nobody was seen bound to it, but not every network namespace could be looked into: somebody may serve it all the same.',
      ),
    ];
  const servers = socketHolderNames(socket, find);
  return [
    flags.includes('otherNetwork')
      ? t('It is in use, by a process in another network namespace: {0}.', servers)
      : t('It is in use! Served by: {0}.', servers),
    ...(connections !== undefined && connections > 0
      ? [t('Its {0} connections stay.', grouped(connections))]
      : connections === undefined && flags.includes('listening')
        ? [t('How many connections it has is hidden; they stay.')]
        : []),
    t('Who serves it goes on, but nobody can connect to it any more until it is made anew.'),
  ];
}

/** Our own waits and holds at an object; each a sentence. */
export function ownTexts(object: IpcObject): string[] {
  return ownActs(object).map((act) =>
    isSession(act.ability)
      ? t('You {0}.', actText(act))
      : act.holds
        ? t('You hold: {0}.', actText(act))
        : t('You wait: {0}.', actText(act)),
  );
}
