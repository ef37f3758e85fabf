/** What can be done with sockets: look into one, talk to one, listen on a new one. */
import type { AbilityOf, IpcObject } from '../../protocol/kinds';
import { refusalOf } from '../../protocol/mayAct';
import { attemptOf, titleOf } from '../../presentation/abilities';
import { listen, type Session, talk } from '../acts/sockets';
import { BACK } from '../ask';
import { attempt } from '../attempt';
import { COMMANDS } from '../ids';
import { askParameters } from '../inputs';
import { nameOf } from '../../presentation/kinds';
import { actorOf, mayAsk, mayBegin, mayMake } from '../may';
import { type Command, type CommandParts, listed, pickObjects, targets } from './command';
import { t } from '../../presentation/translate';

type SocketKind = 'unix' | 'inet';
const SOCKETS = ['unix', 'inet'] as const;

export const peekSocket: Command = {
  id: COMMANDS.peekSocket,
  async run(parts, node) {
    const [object] = await targets(parts, t('Peek at Socket'), SOCKETS, node, undefined);
    // The panel peeks by itself and shows what it finds.
    if (object) parts.panels.show(object, { keep: false, preserveFocus: false });
  },
};

export const talkCommand: Command = {
  id: COMMANDS.talk,
  async run(parts, node) {
    if (!mayAsk(parts, 'talk', node)) return;
    const [pointed] = node === undefined ? [] : await targets(parts, '', SOCKETS, node, undefined);
    if (node !== undefined && !pointed) return;
    const chosen = pointed ?? (await chooseTarget(parts));
    if (chosen === undefined) return;
    const object = typeof chosen === 'string' ? undefined : chosen;
    if (object && !mayBegin(parts, object, 'talk')) return;
    const kind = typeof chosen === 'string' ? chosen : (chosen.kind as SocketKind);
    const name = object ? nameOf(object, parts.inventory.process) : t('a socket');
    const given = await ask(parts, kind, 'talk', name, object);
    if (!given) return;
    const begun = await attempt(parts, attemptOf('talk', name), () =>
      parts.ask.progress(t('Connecting to {0}', name), (token) => talk(parts, kind, given, object, token)),
    );
    if (begun) showSession(parts, begun);
  },
};

export const listenCommand: Command = {
  id: COMMANDS.listen,
  async run(parts) {
    const title = t('Listen on a New Socket');
    if (!mayMake(parts, attemptOf('listen', t('a new socket')))) return;
    const kind = await parts.ask.pick<SocketKind>({
      ...{ title, placeholder: t('What kind of socket?') },
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
    if (kind === undefined || kind === BACK) return;
    const name = t('a new socket');
    const given = await ask(parts, kind, 'listen', name, undefined);
    if (!given) return;
    const begun = await attempt(parts, attemptOf('listen', name), () => listen(parts, kind, given));
    if (begun) showSession(parts, begun);
  },
};

function ask(
  parts: CommandParts,
  kind: SocketKind,
  ability: AbilityOf<SocketKind>,
  name: string,
  object: IpcObject | undefined,
): Promise<Record<string, unknown> | undefined> {
  const about = { title: titleOf(ability, name), object, host: parts.inventory.actingHost };
  return askParameters(parts.ask, kind, ability, about);
}

/** The panel has what is said; where no object stands for it there is none to be shown. */
function showSession(parts: CommandParts, { home }: Session): void {
  if (home) {
    parts.panels.show(home, { keep: false, preserveFocus: false });
    return;
  }
  void parts.ask.tell(
    'warning',
    t(
      'You are connected, but no socket of this machine could be found that stands for it, so there is no panel. "End Waiting or Release a Hold" ends it.',
    ),
  );
}

/** A socket that is listed, or the kind of one that is to be named. */
async function chooseTarget(parts: CommandParts): Promise<IpcObject | SocketKind | undefined> {
  const answer = await parts.ask.pick<IpcObject | SocketKind>({
    title: t('Talk to Socket'),
    placeholder: t('Which one? Type a path, a port or the name of a process.'),
    items: [
      {
        icon: 'plug',
        label: t('Unix Socket...'),
        description: t('by its path or abstract name'),
        value: 'unix' as const,
      },
      {
        icon: 'globe',
        label: t('Loopback Port...'),
        description: t('TCP or UDP of this machine'),
        value: 'inet' as const,
      },
    ],
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
