/** A command for each thing that can be done, whatever the kind: it finds what it is about, and performs it. */
import { attemptOf } from '../../presentation/abilities';
import { actTitles } from '../../presentation/shared';
import { t } from '../../presentation/translate';
import type { IpcObject } from '../../protocol/kinds';
import { refusalOf } from '../../protocol/mayAct';
import { type Kind, KINDS } from '../../protocol/ref';
import { attempt } from '../acts/attempt';
import type { Given, Subject } from '../acts/context';
import { demandTrust } from '../acts/check';
import { actOf } from '../acts/kinds';
import { offerUndo } from '../acts/undoing';
import { calledIn, perform } from '../acts/perform';
import { BACK } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import { actorOf } from '../model/actor';
import { COMMANDS } from '../ids';
import { type Command, type CommandParts, listed, pickObjects, targets } from './command';
import { CREATE, type Verb, VERBS } from './table';

type SocketKind = 'unix' | 'inet';
const SOCKETS = ['unix', 'inet'] as const;

/** `title`: asked with where the command was called on nothing. */
function doing(
  title: string,
  ability: string,
  { command, kinds = KINDS.filter((kind) => actOf(kind, ability)) }: Pick<Verb, 'command' | 'kinds'>,
): Command {
  const opens = kinds.every((kind) => actOf(kind, ability)?.opens);
  return {
    id: COMMANDS[command],
    async run(parts, node, nodes) {
      if (node === undefined && !opens && !(await mayAsk(parts, ability, t('any object')))) return;
      const several = ability === 'destroy';
      const fits = opens ? undefined : ability;
      const objects = await targets(parts, title, kinds, node, several ? nodes : undefined, fits);
      const [object] = objects;
      if (!object) return;
      const done = await performed(parts, object, ability, several ? objects : object, givenIn(node));
      if (done !== undefined) offerUndo(parts, node, object);
    },
  };
}

/** Performs it on the subject, or on several, and tells the user where it failed. */
function performed(
  parts: CommandParts,
  subject: Subject,
  ability: string,
  on: Subject | readonly IpcObject[] = subject,
  given: Given = {},
): Promise<unknown> {
  const name = calledIn(parts, subject, ability);
  return attempt(parts, attemptOf(ability, name), () => perform(parts, on, ability, given));
}

/** What is handed over beside an object and need not be asked, as a cure does; it is checked as every parameter is. */
function givenIn(node: unknown): Given {
  return typeof node === 'object' && node !== null && 'given' in node ? (node.given as Given) : {};
}

/** Whether it makes sense to ask with what: in Restricted Mode with nothing, and that is told. */
async function mayAsk(parts: CommandParts, ability: string, what: string): Promise<boolean> {
  const may = await attempt(parts, attemptOf(ability, what), () => {
    demandTrust();
    return Promise.resolve(true);
  });
  return may === true;
}

const talk: Command = {
  id: COMMANDS.talk,
  async run(parts, node) {
    if (node === undefined && !(await mayAsk(parts, 'talk', t('any object')))) return;
    const [subject] =
      node === undefined ? [await chooseTarget(parts)] : await targets(parts, '', SOCKETS, node, undefined);
    if (subject !== undefined) await performed(parts, subject, 'talk');
  },
};

const listen: Command = {
  id: COMMANDS.listen,
  async run(parts) {
    if (!(await mayAsk(parts, 'listen', t('a new socket')))) return;
    const kind = await parts.ask.pick<SocketKind>({
      ...{ title: t('Listen on a New Socket'), placeholder: t('What kind of socket?') },
      items: [
        {
          icon: 'plug',
          label: t('Unix Socket'),
          description: t('a path or an abstract name'),
          value: 'unix',
        },
        {
          icon: 'globe',
          label: t('Loopback Socket'),
          description: t('a TCP or UDP port that only this machine reaches'),
          value: 'inet',
        },
      ],
    });
    if (kind !== undefined && kind !== BACK) await performed(parts, kind, 'listen');
  },
};

/** A socket that is listed, or the kind of one that is to be named. */
async function chooseTarget(parts: CommandParts): Promise<Subject | undefined> {
  const named: PickItem<Subject>[] = [
    {
      icon: 'plug',
      label: t('Unix Socket...'),
      description: t('by its path or abstract name'),
      value: 'unix',
    },
    {
      icon: 'globe',
      label: t('Loopback Port...'),
      description: t('TCP or UDP of this machine'),
      value: 'inet',
    },
  ];
  const answer = await parts.ask.pick<Subject>({
    title: t('Talk to Socket'),
    placeholder: t('Which one? Type a path, a port or the name of a process.'),
    items: named,
    more: listed(parts).then(
      (snapshot) =>
        snapshot &&
        pickObjects(snapshot, SOCKETS).filter(
          ({ value }) => !refusalOf(value, 'talk', actorOf(snapshot.host)),
        ),
    ),
  });
  return answer === BACK ? undefined : answer;
}

/** What is asked with where a verb was called on nothing. */
const titles: Readonly<Record<Exclude<keyof typeof VERBS, 'talk'>, string>> = {
  send: t('Send to Queue'),
  operate: t('Operate on Semaphore Set'),
  hold: t('Hold Semaphores or File Lock'),
  set: t('Set a Value'),
  setAll: t('Set All Values'),
  post: t('Post Semaphore or Add to Event Counter'),
  tryWait: t('Lower Semaphore'),
  wait: t('Wait and Lower Semaphore'),
  write: t('Write to Memory or FIFO'),
  read: t('Read from FIFO'),
  peek: t('Peek'),
  take: t('Receive from Queue'),
  drainAndRestore: t('Drain and Restore Queue'),
  resize: t('Resize Shared Memory'),
  alter: t('Alter Owner, Mode or Limit'),
  alterCapacity: actTitles.alterCapacity(),
  lock: t('Lock Segment in Memory'),
  unlock: t('Unlock Segment'),
  destroy: t('Destroy'),
};

export const verbs: readonly Command[] = [
  ...Object.entries(titles).map(([ability, title]) =>
    doing(title, ability, VERBS[ability as keyof typeof titles]),
  ),
  ...Object.entries(CREATE).map(([kind, command]): Command => ({
    id: COMMANDS[command],
    run: (parts) => performed(parts, kind as Kind, 'create'),
  })),
  doing(actTitles.attachAndLook(), 'read', { command: 'attachAndLook', kinds: ['sysv.shm'] }),
  talk,
  listen,
];
