/** Destroying: says who would notice, makes sure that it is still the same object, and removes it. */
import { IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import { type Losses, lossesOf, worstFirst } from '../../protocol/losses';
import { type Refusal, stateRefusal } from '../../protocol/mayAct';
import type { Kind } from '../../protocol/ref';
import { canDo, kindViews, nameOf, viewOf } from '../../presentation/kinds';
import { refusalText } from '../../presentation/refusals';
import { t } from '../../presentation/translate';
import { type Find, grouped, momentText, size } from '../../presentation/values';
import { attempt } from './attempt';
import { carryOut, completed } from './carryOut';
import { refusedNow } from './check';
import { finder, hiddenText, ownTexts } from './consequences';
import { type ActContext, inspect } from './context';
import { actsOf } from './kinds';
import { type Around, asked, type Outcome } from './kinds/kindActs';

/** Objects named one by one in the question; of more only the number. */
const MOST_NAMED = 10;

/** Destroys an object, if it is still the one that `object` describes, and asks nobody. Throws IpcFailure. */
export async function destroy(context: ActContext, object: IpcObject): Promise<Outcome> {
  if (!canDo(object, 'destroy')) throw new IpcFailure({ code: 'invalid', detail: { ability: 'destroy' } });
  return carryOut(context, object, 'destroy', completed(object, 'destroy', {}));
}

/** Asks one question for all, then destroys. Throws `cancelled` where the user said no, nothing was left to destroy, or some of it could not be, which is told here. */
export async function destroyObjects(parts: ActContext, objects: readonly IpcObject[]): Promise<Outcome> {
  const called = (object: IpcObject) => nameOf(object, parts.inventory.process);
  const { inspected, refused } = await lookedAt(parts, objects);
  const [first] = inspected;
  if (!first) {
    if (refused[0]) void parts.ask.tell('info', refusedText(parts, refused[0].object, refused[0].refusal));
    throw new IpcFailure({ code: 'cancelled' });
  }
  const verb =
    inspected.length === 1
      ? (viewOf(first).labels.verb ?? t('Destroy'))
      : t('Destroy {0} Objects', inspected.length);
  const question =
    inspected.length === 1 ? t('Destroy {0}?', called(first)) : t('Destroy {0} objects?', inspected.length);
  const { find, blind } = await finder(parts, inspected);
  const around = { find, host: parts.inventory.actingHost };
  const left = leftOutText(parts, refused);
  const detail = detailOf(inspected, around, [...hiddenText(blind, inspected), ...left]);
  await asked(parts, { question, detail: [detail], verb });
  let all = true;
  for (const object of inspected) {
    const done = await attempt(parts, t('destroy {0}', called(object)), () => destroy(parts, object));
    const { changedAt } = (done?.result ?? {}) as { changedAt?: number };
    if (!done) all = false;
    else if (changedAt !== undefined && 'changedAt' in object && changedAt !== object.changedAt)
      void parts.ask.tell(
        'info',
        t(
          '{0} was altered at {1}, between the question and its removal.',
          called(object),
          momentText(changedAt),
        ),
      );
  }
  if (!all) throw new IpcFailure({ code: 'cancelled' });
  return { result: {} };
}

interface Refused {
  object: IpcObject;
  refusal: Refusal;
}

/** The objects as they are now, apart from those that cannot be destroyed: their names may have gone since they were shown. */
async function lookedAt(
  parts: ActContext,
  objects: readonly IpcObject[],
): Promise<{ inspected: IpcObject[]; refused: Refused[] }> {
  const inspected: IpcObject[] = [];
  const refused: Refused[] = [];
  const sort = async (object: IpcObject) => {
    const before = refusedNow(parts, object, 'destroy');
    const name = nameOf(object, parts.inventory.process);
    const found = before
      ? object
      : await attempt(parts, t('look at {0}', name), () => inspect(parts, object));
    const refusal = before ?? (found && refusedNow(parts, found, 'destroy'));
    if (refusal) refused.push({ object, refusal });
    else if (found) inspected.push(found);
  };
  await parts.ask.progress(t('Looking at {0} objects', grouped(objects.length)), async (token) => {
    for (const object of objects) if (!token.isCancellationRequested) await sort(object);
    // Who ends the look wants nothing destroyed.
    if (token.isCancellationRequested) inspected.length = refused.length = 0;
  });
  return { inspected, refused };
}

/** Which of several stay, and why the first of them does. */
function leftOutText(parts: ActContext, [first, ...more]: readonly Refused[]): string[] {
  if (!first) return [];
  const why = refusedText(parts, first.object, first.refusal);
  return [
    more.length === 0
      ? t('1 more is left alone: {0}', why)
      : t('{0} more are left alone. Of the first: {1}', grouped(more.length + 1), why),
  ];
}

function refusedText({ inventory }: ActContext, object: IpcObject, refusal: Refusal): string {
  if (refusal.why === 'state') return indestructibleText(object, inventory.process, refusal.state);
  return t('Could not destroy {0}: {1}', nameOf(object, inventory.process), refusalText(refusal));
}

/** Why nothing here destroys an object, whatever the user's rights. */
export function indestructibleText(
  object: IpcObject,
  find: Find,
  state = stateRefusal(object, 'destroy'),
): string {
  if (state === 'deletedOrReplaced') return refusalText({ why: 'state', state });
  return state === 'elsewhere'
    ? t(
        '{0} lies in the /dev/shm of another mount namespace: its name here would be that of another object. Destroy it from there.',
        nameOf(object, find),
      )
    : t(
        '{0} has no name in a file system to take away: it goes when the last process lets go of it.',
        nameOf(object, find),
      );
}

function detailOf(inspected: readonly IpcObject[], around: Around, hidden: readonly string[]): string {
  // First, so that it is never what a long question loses.
  const head = [t('This cannot be undone.'), ...hidden].join(' ');
  const [only] = inspected;
  if (only && inspected.length === 1) return `${head}\n\n${notices(only, around, false).join('\n')}`;
  // A line each, so that all that are named fit.
  const said = worstFirst(inspected)
    .slice(0, MOST_NAMED)
    .map((object) => {
      const [which = '', ...rest] = notices(object, around, true);
      return rest.length === 0 ? which : t('{0}: {1}', which, rest.join(' '));
    });
  if (inspected.length > MOST_NAMED) said.push(t('And {0} more.', inspected.length - MOST_NAMED));
  return [`${lossesText(lossesOf(inspected))} ${head}`, ...said].join('\n\n');
}

/** `1,000 queues with 20,412 messages (1.2 MiB), of 3 users; 2 have waiters, 5 in all.` */
export function lossesText(losses: Losses): string {
  const { messages, hiddenQueues, bytes, hiddenBytes, owners, waiters, waited, hiddenWaiters } = losses;
  const { holders, attachments, unseenAttachments, connections, hiddenConnections } = losses;
  const kinds = [...losses.kinds].map(([kind, many]) => countText(kind, many)).join(', ');
  const held = [
    ...(messages > 0
      ? [messages === 1 ? t('1 message') : t('{0} messages', grouped(messages))]
      : hiddenQueues === 0 && hasQueues(losses)
        ? [t('no messages')]
        : []),
    ...(hiddenQueues > 0 ? [t('a hidden number of messages in {0}', grouped(hiddenQueues))] : []),
    ...bytesTexts(bytes, hiddenBytes, hiddenQueues),
  ].join(', ');
  const what = held === '' ? kinds : t('{0} with {1}', kinds, held);
  const whose = owners.size > 1 ? t('{0}, of {1} users', what, grouped(owners.size)) : what;
  const noticed = [
    ...(waited > 0
      ? [
          waited === 1
            ? waiters === 1
              ? t('1 has a waiter')
              : t('1 has waiters ({0} threads)', grouped(waiters))
            : t('{0} have waiters ({1} threads)', grouped(waited), grouped(waiters)),
        ]
      : []),
    ...(hiddenWaiters > 0
      ? [
          hiddenWaiters === 1
            ? t('1 hides how many wait on it')
            : t('{0} hide how many wait on them', grouped(hiddenWaiters)),
        ]
      : []),
    ...(unseenAttachments > 0
      ? [attachments === 1 ? t('attached once') : t('attached {0} times', grouped(attachments))]
      : []),
    ...(holders > 0
      ? [holders === 1 ? t('1 process has some of it') : t('{0} processes have some of it', grouped(holders))]
      : []),
    ...(connections > 0
      ? [
          hiddenConnections > 0
            ? t('at least {0} connections', grouped(connections))
            : t('{0} connections', grouped(connections)),
        ]
      : hiddenConnections > 0
        ? [t('a hidden number of connections')]
        : []),
  ];
  return t('{0}.', [whose, ...noticed].join('; '));
}

/** Bytes that go: at least so many where some are hidden. */
function bytesTexts(bytes: bigint, hiddenBytes: number, hiddenQueues: number): string[] {
  const known = size(String(bytes).length > 15 ? String(bytes) : Number(bytes));
  if (bytes > 0n) return [hiddenBytes + hiddenQueues > 0 ? t('at least {0}', known) : known];
  return hiddenBytes > 0 ? [t('a hidden number of bytes in {0}', grouped(hiddenBytes))] : [];
}

function hasQueues({ kinds }: Losses): boolean {
  return kinds.has('sysv.msg') || kinds.has('posix.mq');
}

function countText(kind: Kind, many: number): string {
  const { labels } = kindViews[kind];
  return many === 1 ? t('1 {0}', labels.one) : t('{0} {1}', grouped(many), labels.many);
}

/** Which object it is, what is known of it, and who would notice. */
function notices(object: IpcObject, around: Around, named: boolean): string[] {
  const { destroy: destruction } = actsOf(object.kind).acts;
  if (!destruction) return [];
  return [
    destruction.which(object, around.find, named),
    ...destruction.consequences(object, around),
    ...ownTexts(object),
  ];
}
