/**
 * Acts that wait in the kernel until they can be done, or hold something until they are ended. They go on when a panel
 * closes; what they wait for stands among the object's endpoints, and their outcome is told here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { fromBytes } from '../protocol/bytes';
import { asFailure, type Failure, IpcFailure } from '../protocol/errors';
import type { IpcObject, ObjectOf, ParametersOf, WaitingAct } from '../protocol/kinds';
import type { Ref } from '../protocol/ref';
import { attemptOf } from '../presentation/abilities';
import type { Acting } from './acts/acting';
import { originOf, receive, receiveWaiting } from './acts/messages';
import { receiveMq, sendMq } from './acts/mqMessages';
import { completed } from './acts/objects';
import { readFifo } from './acts/streams';
import type { Ask } from './ask';
import { type Documents, showReceived } from './documents';
import { lasted, size } from '../presentation/values';
import type { StoredMessage } from './history';
import { labelOf, nameOf } from '../presentation/kinds';
import { operationsText } from '../presentation/ownActs';
import { sentence } from '../presentation/failures';
import type { Sessions } from './sessions';
import { t } from '../presentation/translate';

/** What fails within so many milliseconds fails before it has begun to wait: who asked is told at once. */
const BEGUN = 300;

/** The panels, as far as a wait needs them. */
export interface Viewer {
  /** Whether a visible panel shows the object. */
  shows(ref: Ref): boolean;
  show(object: IpcObject, how: { keep: boolean; preserveFocus: boolean }): void;
}

export type WaitingParts = Acting & {
  sessions: Sessions;
  ask: Ask;
  log: vscode.LogOutputChannel;
  panels: Viewer;
  documents: Documents;
};

/** What each of them does, and says when it is done. Resolves when it is done, or when what it holds is held. */
type Run = (parts: WaitingParts, object: IpcObject, given: unknown) => Promise<void>;

const runs = {
  'sysv.msg send': (parts, object, given) =>
    sendWaiting(parts, object as ObjectOf<'sysv.msg'>, given as ParametersOf<'sysv.msg', 'send'>),
  'sysv.msg take': (parts, object, given) =>
    takeWaiting(parts, object as ObjectOf<'sysv.msg'>, given as ParametersOf<'sysv.msg', 'take'>),
  'posix.mq send': (parts, object, given) =>
    sendMqWaiting(parts, object as ObjectOf<'posix.mq'>, given as ParametersOf<'posix.mq', 'send'>),
  'posix.mq take': (parts, object) => takeMqWaiting(parts, object as ObjectOf<'posix.mq'>),
  'posix.sem wait': (parts, object) => lowerWaiting(parts, object),
  'sysv.sem operate': (parts, object, given) =>
    operateWaiting(parts, object, given as ParametersOf<'sysv.sem', 'operate'>),
  'fifo write': (parts, object, given) => writeWaiting(parts, object, given as ParametersOf<'fifo', 'write'>),
  'fifo read': (parts, object, given) =>
    readWaiting(parts, object as ObjectOf<'fifo'>, given as ParametersOf<'fifo', 'read'>),
  'sysv.sem hold': (parts, object, given) => hold(parts, object, given as ParametersOf<'sysv.sem', 'hold'>),
  // What the contract does not say to wait would be taken for a stuck helper: it does not compile here.
} satisfies Partial<Record<WaitingAct, Run>>;

/** Starts an act that waits, and resolves when it has begun. Throws what it gave at once; what it gives later is told. */
export async function startWaiting(
  parts: WaitingParts,
  object: IpcObject,
  ability: string,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const name = `${object.kind} ${ability}`;
  const run = Object.hasOwn(runs, name) ? runs[name as keyof typeof runs] : undefined;
  if (!run) throw new IpcFailure({ code: 'invalid', detail: { ability: name } });
  const outcome = run(parts, object, completed(object, ability, { wait: true, ...given }));
  const begun = new AbortController();
  const ended = outcome.then(
    () => undefined,
    (error: unknown) => {
      if (!begun.signal.aborted) throw error;
      tellFailure(parts, object, ability, asFailure(error));
    },
  );
  try {
    // One that does not wait is over soon, and a wait is among the endpoints as soon as its process is there.
    await (given.wait === false ? ended : Promise.race([ended, sleep(BEGUN)]));
  } finally {
    begun.abort();
    parts.inventory.refresh();
    void ended.catch(() => undefined).finally(() => parts.inventory.refresh());
  }
}

/** Ends a waiting or holding act; what it had taken already still arrives. Throws IpcFailure. */
export async function endAct({ helper, inventory }: Acting, act: number): Promise<void> {
  await helper.request('endAct', { act });
  inventory.refresh();
}

async function sendWaiting(
  parts: WaitingParts,
  queue: ObjectOf<'sysv.msg'>,
  { type, content }: ParametersOf<'sysv.msg', 'send'>,
): Promise<void> {
  const from = Date.now();
  const { ref } = queue;
  const { bytes } = await parts.helper.act('sysv.msg', 'send', { ref, type, content, wait: true });
  parts.history.addSent(ref, { type, content });
  parts.ask.tellBriefly(
    t('Sent {0} to {1} after {2}.', size(bytes), nameOf(queue, parts.inventory.process), lasted(from)),
  );
}

/** First as any receive, with a copy beforehand; only where nothing matches it waits. */
async function takeWaiting(
  parts: WaitingParts,
  queue: ObjectOf<'sysv.msg'>,
  { rule }: ParametersOf<'sysv.msg', 'take'>,
): Promise<void> {
  const from = Date.now();
  const origin = originOf(queue, parts.helper.bootId, labelOf(queue, parts.inventory.process));
  let received: StoredMessage;
  try {
    received = await receive(parts, origin, rule);
  } catch (error) {
    if (asFailure(error).code !== 'nothing') throw error;
    received = await receiveWaiting(parts, origin, rule);
  }
  tellReceived(
    parts,
    queue,
    t(
      'Received a message of type {0} ({1}) from {2} after {3}.',
      received.type ?? '?',
      size(fromBytes(received.content).length),
      nameOf(queue, parts.inventory.process),
      lasted(from),
    ),
  );
}

/** Says it where no panel shows it. */
function tellReceived(parts: WaitingParts, queue: IpcObject, said: string): void {
  if (parts.panels.shows(queue.ref)) return;
  const show = t('Show');
  // Nobody waits for the answer.
  void parts.ask.tell('info', said, show).then((answer) => {
    if (answer === show) parts.panels.show(queue, { keep: false, preserveFocus: false });
  });
}

async function sendMqWaiting(
  parts: WaitingParts,
  queue: ObjectOf<'posix.mq'>,
  { priority, content }: ParametersOf<'posix.mq', 'send'>,
): Promise<void> {
  const from = Date.now();
  const name = nameOf(queue, parts.inventory.process);
  const origin = originOf(queue, parts.helper.bootId, labelOf(queue, parts.inventory.process));
  const { bytes } = await sendMq(parts, origin, { priority, content, wait: true });
  parts.ask.tellBriefly(t('Sent {0} to {1} after {2}.', size(bytes), name, lasted(from)));
}

async function takeMqWaiting(parts: WaitingParts, queue: ObjectOf<'posix.mq'>): Promise<void> {
  const from = Date.now();
  const name = nameOf(queue, parts.inventory.process);
  const origin = originOf(queue, parts.helper.bootId, labelOf(queue, parts.inventory.process));
  const { priority = 0, content } = await receiveMq(parts, origin, true);
  const many = size(fromBytes(content).length);
  tellReceived(
    parts,
    queue,
    t('Received a message of priority {0} ({1}) from {2} after {3}.', priority, many, name, lasted(from)),
  );
}

async function lowerWaiting(parts: WaitingParts, semaphore: IpcObject): Promise<void> {
  const from = Date.now();
  const { ref } = semaphore;
  await parts.helper.act('posix.sem', 'wait', { ref });
  const name = nameOf(semaphore, parts.inventory.process);
  parts.ask.tellBriefly(t('Lowered {0} after {1}.', name, lasted(from)));
}

async function operateWaiting(
  parts: WaitingParts,
  set: IpcObject,
  { ref, operations }: ParametersOf<'sysv.sem', 'operate'>,
): Promise<void> {
  const from = Date.now();
  await parts.helper.act('sysv.sem', 'operate', { ref, operations, wait: true });
  parts.ask.tellBriefly(t('Done on {0} after {1}.', nameOf(set, parts.inventory.process), lasted(from)));
}

async function writeWaiting(
  parts: WaitingParts,
  fifo: IpcObject,
  { ref, content }: ParametersOf<'fifo', 'write'>,
): Promise<void> {
  const from = Date.now();
  const { bytes } = await parts.helper.act('fifo', 'write', { ref, content, wait: true });
  const name = nameOf(fifo, parts.inventory.process);
  parts.ask.tellBriefly(t('Wrote {0} to {1} after {2}.', size(bytes), name, lasted(from)));
}

async function readWaiting(
  parts: WaitingParts,
  fifo: ObjectOf<'fifo'>,
  { length }: ParametersOf<'fifo', 'read'>,
): Promise<void> {
  const from = Date.now();
  const { entry } = await readFifo(parts, fifo, { length, wait: true });
  const name = nameOf(fifo, parts.inventory.process);
  if (!entry) {
    parts.ask.tellBriefly(t('{0}: end of file, nobody has it open for writing any more.', name));
    return;
  }
  if (parts.panels.shows(fifo.ref)) return;
  const show = t('Show');
  const many = size(fromBytes(entry.content).length);
  // Nobody waits for the answer.
  void parts.ask
    .tell('info', t('Read {0} from {1} after {2}.', many, name, lasted(from)), show)
    .then((answer) => {
      if (answer === show) void showReceived(parts.documents, entry);
    });
}

async function hold(
  parts: WaitingParts,
  set: IpcObject,
  { ref, operations, wait }: ParametersOf<'sysv.sem', 'hold'>,
): Promise<void> {
  await parts.helper.act('sysv.sem', 'hold', { ref, operations, wait });
  parts.ask.tellBriefly(
    t('You hold {0} on {1}.', operationsText(operations), nameOf(set, parts.inventory.process)),
  );
}

function tellFailure(parts: WaitingParts, object: IpcObject, ability: string, failure: Failure): void {
  if (failure.code === 'cancelled') {
    const { written, bytes } = failure.detail ?? {};
    parts.ask.tellBriefly(
      written === undefined
        ? t('Ended.')
        : t('Ended after {0} of {1} were written.', size(Number(written)), size(Number(bytes))),
    );
    return;
  }
  parts.log.warn(`wait: ${ability}: ${failure.code} ${failure.call ?? ''} ${failure.errno ?? ''}`);
  void parts.ask.tell(
    'error',
    sentence(attemptOf(ability, nameOf(object, parts.inventory.process)), failure),
  );
}
