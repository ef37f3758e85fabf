/** Destroying: says who would notice, makes sure that it is still the same object, and removes it. */
import type * as vscode from 'vscode';
import { copyOf } from '../presentation/copying';
import type { IpcObject, ObjectOf } from '../protocol/kinds';
import { type Losses, lossesOf, ownerOf, worstFirst } from '../protocol/losses';
import type { Kind } from '../protocol/ref';
import type { Host } from '../protocol/snapshot';
import type { Acting } from './acts/acting';
import { type Refusal, stateRefusal } from '../protocol/mayAct';
import { refusalText } from '../presentation/refusals';
import { destroy, inspect } from './acts/objects';
import type { Ask } from './ask';
import { oneLine } from './foreign';
import { type Find, grouped, momentText, pastText, size, userText } from '../presentation/values';
import { kindViews, nameOf, viewOf } from '../presentation/kinds';
import { attempt } from './attempt';
import { refusedNow } from './may';
import { untoldText } from '../presentation/kinds/posixMq';
import { typeText } from '../presentation/kinds/posixShm';
import { waitersSentence } from '../presentation/waits';
import {
  attachersText,
  finder,
  hiddenText,
  keepersText,
  notifiedText,
  openersText,
  ownTexts,
  serversText,
  waitersText,
} from './noticing';
import { t } from '../presentation/translate';

/** Objects named one by one in the question; of more only the number. */
const MOST_NAMED = 10;

type Parts = Acting & { ask: Ask; log: vscode.LogOutputChannel };

/** Asks, then destroys. False where the user said no, or nothing was left to destroy. */
export async function destroyObjects(parts: Parts, objects: readonly IpcObject[]): Promise<boolean> {
  const called = (object: IpcObject) => nameOf(object, parts.inventory.process);
  const { inspected, refused } = await lookedAt(parts, objects);
  const [first] = inspected;
  if (!first) {
    if (refused[0]) void parts.ask.tell('info', refusedText(parts, refused[0].object, refused[0].refusal));
    return false;
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
  if (!(await parts.ask.confirm(question, detail, verb))) return false;
  let all = true;
  for (const object of inspected) {
    const done = await attempt(parts, t('destroy {0}', called(object)), () => destroy(parts, object));
    if (!done) all = false;
    else if (done.changedAt !== undefined && 'changedAt' in object && done.changedAt !== object.changedAt)
      void parts.ask.tell(
        'info',
        t(
          '{0} was altered at {1}, between the question and its removal.',
          called(object),
          momentText(done.changedAt),
        ),
      );
  }
  return all;
}

interface Refused {
  object: IpcObject;
  refusal: Refusal;
}

/** The objects as they are now, apart from those that cannot be destroyed: their names may have gone since they were shown. */
async function lookedAt(
  parts: Parts,
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
function leftOutText(parts: Parts, [first, ...more]: readonly Refused[]): string[] {
  if (!first) return [];
  const why = refusedText(parts, first.object, first.refusal);
  return [
    more.length === 0
      ? t('1 more is left alone: {0}', why)
      : t('{0} more are left alone. Of the first: {1}', grouped(more.length + 1), why),
  ];
}

function refusedText({ inventory }: Parts, object: IpcObject, refusal: Refusal): string {
  if (refusal.why === 'state') return endlessText(object, inventory.process, refusal.state);
  return t('Could not destroy {0}: {1}', nameOf(object, inventory.process), refusalText(refusal));
}

/** Why nothing here destroys an object, whatever the user's rights. */
export function endlessText(object: IpcObject, find: Find, state = stateRefusal(object, 'destroy')): string {
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

/** What a question is asked with. */
interface Around {
  find: Find;
  host: Host | undefined;
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
            ? t('1 has waiters ({0} threads)', grouped(waiters))
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

/** What is known of an object, and who would notice. */
function notices(object: IpcObject, { find, host }: Around, named: boolean): string[] {
  const said = [whichText(object, find, named)];
  switch (object.kind) {
    case 'sysv.msg':
      said.push(
        object.messages === 0
          ? t('It holds no messages.')
          : object.messages === 1
            ? t('Its message ({0}) is lost.', size(object.bytes))
            : t('Its {0} messages ({1}) are lost.', grouped(object.messages), size(object.bytes)),
      );
      if (object.lastSend)
        said.push(
          t('Last sender: {0}, at {1}.', pastText(object.lastSend, find), momentText(object.lastSend.at)),
        );
      if (object.lastReceive)
        said.push(
          t(
            'Last receiver: {0}, at {1}.',
            pastText(object.lastReceive, find),
            momentText(object.lastReceive.at),
          ),
        );
      said.push(...waitersSentence(object, find));
      break;
    case 'sysv.sem':
      said.push(
        object.semaphores === 1
          ? t('It has 1 semaphore.')
          : t('It has {0} semaphores.', grouped(object.semaphores)),
      );
      said.push(
        waitersText(object) ?? t('How many wait on it is hidden: its mode does not let you read it.'),
        ...waitersSentence(object, find),
        t('Calls that wait on it fail (EIDRM).'),
      );
      break;
    case 'sysv.shm':
      said.push(t('Its {0} are lost.', size(object.bytes)));
      said.push(attachersText(object, find));
      if (object.attachments > 0) said.push(t('It is marked, and goes when the last process detaches.'));
      said.push(t('Created by: {0}.', pastText(object.createdBy, find)));
      if (object.lastUse)
        said.push(
          t(
            'Last attached or detached by {0}, at {1}.',
            pastText(object.lastUse, find),
            momentText(object.lastUse.at),
          ),
        );
      break;
    case 'fifo':
      said.push(...openersText(object, find), ...waitersSentence(object, find));
      break;
    case 'unix':
      said.push(...serversText(object, find), ...waitersSentence(object, find));
      break;
    case 'posix.mq':
      said.push(
        ...messagesText(object, host),
        ...keepersText(object, find),
        ...waitersSentence(object, find),
        ...notifiedText(object, find),
      );
      break;
    case 'posix.sem':
      said.push(
        object.waiters === undefined
          ? t('How many wait on it is hidden.')
          : object.waiters === 0
            ? t('Nobody waits on it.')
            : t('{0} wait on it, and go on waiting.', grouped(object.waiters)),
        ...keepersText(object, find),
        ...waitersSentence(object, find),
      );
      break;
    case 'posix.shm':
      said.push(
        object.bytes === undefined
          ? t('How many bytes it has is hidden; they are lost when the last process that has it closes it.')
          : t('Its {0} are lost when the last process that has it closes it.', size(object.bytes)),
      );
      if (object.type !== 'file') said.push(t('It is {0}.', typeText(object.type)));
      said.push(...keepersText(object, find));
      break;
    case 'mapping':
    case 'pipe':
    case 'inet':
      break;
  }
  return [...said, ...ownTexts(object)];
}

/** What is in a POSIX queue. */
function messagesText(queue: ObjectOf<'posix.mq'>, host: Host | undefined): string[] {
  const { messages, bytes } = queue;
  if (messages === undefined)
    return [t('What is in it: {0}.', host ? untoldText(queue, host) : t('not known'))];
  if (messages === 0) return [t('It holds no messages.')];
  const [many, held] = [grouped(messages), bytes === undefined ? '?' : size(bytes)];
  return [t('Its messages ({0}, {1}) are lost when the last process that has it closes it.', many, held)];
}

/** Which object it is: the first line of its block. */
function whichText(object: IpcObject, find: Find, named: boolean): string {
  const owned = ownerOf(object);
  const name = nameOf(object, find);
  const owner = owned ? userText(owned) : t('hidden');
  switch (object.kind) {
    case 'posix.mq':
    case 'posix.sem':
    case 'posix.shm':
      return named ? t('{0}, owner {1}', name, owner) : t('Owner {0}.', owner);
    case 'pipe':
    case 'fifo':
    case 'mapping':
    case 'unix':
    case 'inet': {
      const id = oneLine(copyOf(object, 'id')?.text ?? '');
      return named ? t('{0}, {1}, owner {2}', name, id, owner) : t('{0}, owner {1}.', id, owner);
    }
    default:
      return named
        ? t('{0}, #{1}, owner {2}', name, object.id, owner)
        : t('Id {0}, owner {1}, changed {2}.', object.id, owner, momentText(object.changedAt));
  }
}
