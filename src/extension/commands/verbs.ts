/** A command for each thing that can be done, whatever the kind: it finds what it is about, and performs it. */
import { attemptOf } from '../../presentation/abilities';
import { actTitles } from '../../presentation/shared';
import { t } from '../../presentation/translate';
import type { IpcObject } from '../../protocol/kinds';
import { refusalOf } from '../../protocol/mayAct';
import { type Kind, KINDS } from '../../protocol/ref';
import { attempt } from '../acts/attempt';
import type { Subject } from '../acts/context';
import { actorOf, demandTrust } from '../acts/check';
import { actOf } from '../acts/kinds';
import { calledIn, perform } from '../acts/perform';
import { BACK } from '../ask';
import type { PickItem } from '../foreign';
import { COMMANDS, type CommandId } from '../ids';
import { type Command, type CommandParts, listed, pickObjects, targets } from './command';

type SocketKind = 'unix' | 'inet';
const SOCKETS = ['unix', 'inet'] as const;

/** `title`: asked with where the command was called on nothing. */
function verb(
  id: CommandId,
  title: string,
  ability: string,
  kinds: readonly Kind[] = KINDS.filter((kind) => actOf(kind, ability)),
): Command {
  const opens = kinds.every((kind) => actOf(kind, ability)?.opens);
  return {
    id,
    async run(parts, node, nodes) {
      if (node === undefined && !opens && !(await mayAsk(parts, ability, t('any object')))) return;
      const several = ability === 'destroy';
      const fits = opens ? undefined : ability;
      const objects = await targets(parts, title, kinds, node, several ? nodes : undefined, fits);
      const [object] = objects;
      if (object) await performed(parts, several ? objects : object, ability);
    },
  };
}

/** Performs it, and tells the user where it failed. */
function performed(parts: CommandParts, subject: Subject | readonly IpcObject[], ability: string) {
  const [first = ''] =
    typeof subject === 'object' && Array.isArray(subject) ? (subject as IpcObject[]) : [subject];
  const name = calledIn(parts, first as Subject, ability);
  return attempt(parts, attemptOf(ability, name), () => perform(parts, subject, ability));
}

/** Whether it makes sense to ask with what: in Restricted Mode with nothing, and that is told. */
async function mayAsk(parts: CommandParts, ability: string, what: string): Promise<boolean> {
  const may = await attempt(parts, attemptOf(ability, what), () => {
    demandTrust();
    return Promise.resolve(true);
  });
  return may === true;
}

function creating(id: CommandId, kind: Kind): Command {
  return { id, run: (parts) => performed(parts, kind, 'create') };
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

export const verbs: readonly Command[] = [
  creating(COMMANDS.createQueue, 'sysv.msg'),
  creating(COMMANDS.createSet, 'sysv.sem'),
  creating(COMMANDS.createSegment, 'sysv.shm'),
  creating(COMMANDS.createFifo, 'fifo'),
  creating(COMMANDS.createMq, 'posix.mq'),
  creating(COMMANDS.createSemaphore, 'posix.sem'),
  creating(COMMANDS.createMemory, 'posix.shm'),
  talk,
  listen,
  verb(COMMANDS.send, t('Send to Queue'), 'send'),
  verb(COMMANDS.receive, t('Receive from Queue'), 'take'),
  verb(COMMANDS.peek, t('Peek at Queue'), 'peek', ['sysv.msg']),
  verb(COMMANDS.peekStream, t('Peek at Pipe or FIFO'), 'peek', ['pipe', 'fifo']),
  verb(COMMANDS.peekSocket, t('Peek at Socket'), 'peek', SOCKETS),
  verb(COMMANDS.drainAndRestore, t('Drain and Restore Queue'), 'drainAndRestore'),
  verb(COMMANDS.operate, t('Operate on Semaphore Set'), 'operate'),
  verb(COMMANDS.hold, t('Hold Semaphores'), 'hold'),
  verb(COMMANDS.setValue, t('Set a Value'), 'set'),
  verb(COMMANDS.setAll, t('Set All Values'), 'setAll'),
  verb(COMMANDS.post, t('Post Semaphore'), 'post'),
  verb(COMMANDS.tryWait, t('Lower Semaphore'), 'tryWait'),
  verb(COMMANDS.waitFor, t('Wait and Lower Semaphore'), 'wait'),
  verb(COMMANDS.attachAndLook, actTitles.attachAndLook(), 'read', ['sysv.shm']),
  verb(COMMANDS.write, t('Write to Memory'), 'write', ['sysv.shm', 'posix.shm', 'mapping']),
  verb(COMMANDS.writeFifo, t('Write to FIFO'), 'write', ['fifo']),
  verb(COMMANDS.readFifo, t('Read from FIFO'), 'read', ['fifo']),
  verb(COMMANDS.resize, t('Resize Shared Memory'), 'resize'),
  verb(COMMANDS.lock, t('Lock Segment in Memory'), 'lock'),
  verb(COMMANDS.unlock, t('Unlock Segment'), 'unlock'),
  verb(COMMANDS.alter, t('Alter Owner, Mode or Limit'), 'alter'),
  verb(COMMANDS.alterCapacity, actTitles.alterCapacity(), 'alterCapacity'),
  verb(COMMANDS.destroy, t('Destroy'), 'destroy'),
];
