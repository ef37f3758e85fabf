/** Destroying: says who would notice, makes sure that it is still the same object, and removes it. */
import * as vscode from 'vscode';
import type { IpcObject } from '../protocol/kinds';
import type { Process } from '../protocol/snapshot';
import { type Acting, destroy, inspect } from './acts';
import type { Ask } from './ask';
import { grouped, momentText, pastText, size, userText } from './format';
import { nameOf, viewOf } from './kinds';
import { attempt } from './attempt';

const { t } = vscode.l10n;

/** Objects named one by one in the question; of more only the number. */
const MOST_NAMED = 10;

type Parts = Acting & { ask: Ask; log: vscode.LogOutputChannel };
type Inspected = Awaited<ReturnType<typeof inspect>>;

/** Asks, then destroys. False where the user said no, or nothing was left to destroy. */
export async function destroyObjects(parts: Parts, objects: readonly IpcObject[]): Promise<boolean> {
  const inspected: Inspected[] = [];
  for (const object of objects) {
    const found = await attempt(parts, t('look at {0}', nameOf(object)), () => inspect(parts, object));
    if (found) inspected.push(found);
  }
  const [first] = inspected;
  if (!first) return false;
  const verb =
    inspected.length === 1 ? viewOf(first.object).words.verb : t('Destroy {0} Objects', inspected.length);
  const question =
    inspected.length === 1
      ? t('Destroy {0}?', nameOf(first.object))
      : t('Destroy {0} objects?', inspected.length);
  if (!(await parts.ask.confirm(question, detailOf(parts, inspected), verb))) return false;
  let all = true;
  for (const { object } of inspected) {
    const done = await attempt(parts, t('destroy {0}', nameOf(object)), () => destroy(parts, object));
    if (!done) all = false;
    else if (done.changedAt !== object.changedAt)
      void parts.ask.tell(
        'info',
        t(
          '{0} was altered at {1}, between the question and its removal.',
          nameOf(object),
          momentText(done.changedAt),
        ),
      );
  }
  return all;
}

function detailOf(parts: Parts, inspected: readonly Inspected[]): string {
  const find = parts.inventory.process;
  const blocks = inspected
    .slice(0, MOST_NAMED)
    .map((found) => notices(found, find, inspected.length > 1).join('\n'));
  if (inspected.length > MOST_NAMED) blocks.push(t('And {0} more.', inspected.length - MOST_NAMED));
  // First, so that it is never what a long question loses.
  blocks.unshift(t('This cannot be undone. Which other processes use it was not looked for.'));
  return blocks.join('\n\n');
}

/** What System V itself tells of an object and of who would notice. */
function notices(
  { object, waitForIncrease, waitForZero }: Inspected,
  find: (pid: number) => Process | undefined,
  named: boolean,
): string[] {
  const said = [
    named
      ? t('{0}, #{1}, owner {2}', nameOf(object), object.id, userText(object.owner))
      : t('Id {0}, owner {1}, changed {2}.', object.id, userText(object.owner), momentText(object.changedAt)),
  ];
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
      break;
    case 'sysv.sem':
      said.push(
        object.semaphores === 1
          ? t('It has 1 semaphore.')
          : t('It has {0} semaphores.', grouped(object.semaphores)),
      );
      if (waitForIncrease === undefined || waitForZero === undefined)
        said.push(t('How many wait on it is hidden: its mode does not let you read it.'));
      else if (waitForIncrease + waitForZero === 0) said.push(t('Nobody waits on it.'));
      else
        said.push(
          t(
            '{0} wait for a value to rise and {1} for zero; their calls fail (EIDRM).',
            waitForIncrease,
            waitForZero,
          ),
        );
      break;
    case 'sysv.shm':
      said.push(t('Its {0} are lost.', size(object.bytes)));
      if (object.attachments > 0)
        said.push(
          t('Attachments: {0}. It is marked, and goes when the last process detaches.', object.attachments),
        );
      said.push(t('Created by: {0}.', pastText(object.createdBy, find)));
      if (object.lastUse)
        said.push(
          t(
            'Last attached or detached by {0}, at {1}.',
            pastText(object.lastUse, find),
            momentText(object.lastUse.at),
          ),
        );
  }
  return said;
}
