/** What the host does when a panel asks. */
import * as vscode from 'vscode';
import type { Copy } from '../../protocol/copies';
import { copiedText } from '../../presentation/copying';
import { IpcFailure } from '../../protocol/errors';
import type { IpcObject, ObjectOf, ParametersOf } from '../../protocol/kinds';
import type { PanelMemory, PanelSession, PanelState } from '../../protocol/panels';
import { FIFO_MOST } from '../../protocol/kinds/fifo';
import { SOCKET_SEND_MOST } from '../../protocol/kinds/socket';
import { RANGE_MOST } from '../../protocol/kinds/sysvShm';
import { type Kind, kindOf } from '../../protocol/ref';
import { readContentFile } from '../acts/files';
import { receive, send, sendAgain } from '../acts/messages';
import { talkTo } from '../acts/sockets';
import { asTaken, receiveMq, sendMq } from '../acts/mqMessages';
import { readFifo } from '../acts/streams';
import { actOn, completed } from '../acts/objects';
import type { Ask } from '../ask';
import { confirmed } from '../confirming';
import { destroyObjects } from '../destroying';
import { drainAsked } from '../draining';
import type { Origin } from '../history';
import { demand, demandTrust } from '../may';
import { COMMANDS } from '../ids';
import { endAct, startWaiting } from '../waiting';
import type { PanelHandlers } from './bus';
import type { PanelParts } from './parts';
import { t } from '../../presentation/translate';

/** What the handlers see of their panel. */
export interface PanelSide {
  /** The page can hear from now on; what it shows first. */
  ready(): PanelState;
  memory(): PanelMemory;
  /** The object to act on. Throws `gone`. */
  present(): IpcObject;
  /** The socket at the other end of its connection. Throws `gone`. */
  peer(): IpcObject;
  /** The sessions at it. */
  sessions(): PanelSession[];
  setLive(live: boolean): void;
  /** Looks once, also while paused. */
  lookOnce(): void;
  keepOpen(): void;
  /** The object as messages speak of it. */
  name(): string;
}

/** The abilities that a panel may ask for by name; all others have a request of their own, or none. */
const ACTS: Readonly<Record<Kind, readonly string[]>> = {
  'sysv.msg': [],
  'sysv.sem': ['operate', 'set', 'setAll'],
  'sysv.shm': ['read', 'write'],
  'posix.mq': ['send', 'take', 'drainAndRestore'],
  'posix.sem': ['post', 'tryWait'],
  'posix.shm': ['read', 'write'],
  mapping: ['read', 'write'],
  pipe: ['peek', 'alterCapacity'],
  fifo: ['peek', 'alterCapacity', 'write', 'read'],
  unix: ['peek'],
  inet: ['peek'],
};

export function panelHandlers(parts: PanelParts, panel: PanelSide): PanelHandlers {
  const { helper, history, inventory } = parts;
  /** The queue to send to and receive from. Throws `gone`. */
  const target = (): Origin => {
    const { ref } = panel.present();
    const { bootId, title } = panel.memory();
    return { ref, bootId, name: title };
  };
  return {
    ready: () => ({ state: panel.ready(), strings: strings() }),
    setLive: ({ live }) => {
      panel.setLive(live);
      return {};
    },
    refresh: () => {
      panel.lookOnce();
      inventory.refresh({ thorough: true });
      return {};
    },
    keepOpen: () => {
      panel.keepOpen();
      return {};
    },
    copyText: (text) => copy(parts.ask, text),
    copyJson: () => copy(parts.ask, { text: JSON.stringify(panel.present(), undefined, 2), how: 'exact' }),
    destroy: async () => ({ done: await destroyObjects(parts, [panel.present()]) }),
    act: ({ ability, parameters, peer }, token) =>
      act(parts, peer === true ? panel.peer() : panel.present(), target(), ability, parameters, token),
    startWaiting: async ({ ability, parameters }) => {
      demand(parts, panel.present(), ability, parameters);
      await startWaiting(parts, panel.present(), ability, parameters);
      return {};
    },
    endAct: async ({ act: number }) => {
      await endAct(parts, number);
      return {};
    },
    command: async ({ command }) => {
      await vscode.commands.executeCommand(COMMANDS[command], { object: panel.present() });
      return {};
    },
    peek: (range, token) => helper.act('sysv.msg', 'peek', { ref: panel.present().ref, ...range }, token),
    send: (message) => {
      demand(parts, panel.present(), 'send');
      return send(parts, target(), message);
    },
    receive: ({ rule }) => {
      demand(parts, panel.present(), 'take');
      return receive(parts, target(), rule);
    },
    pickFile: ({ purpose }) => {
      switch (purpose) {
        case 'memory':
          return pickFile(parts.ask, t('A file whose bytes are written'), RANGE_MOST);
        case 'stream':
          return pickFile(parts.ask, t('A file whose bytes are written'), FIFO_MOST);
        case 'socket':
          return pickFile(parts.ask, t('A file whose bytes are sent'), SOCKET_SEND_MOST);
        case 'message':
          return pickFile(
            parts.ask,
            t('A file whose bytes become the message'),
            inventory.actingHost?.limits['sysv.msg']?.messageBytes,
          );
      }
    },
    history: () => history.of(panel.memory()),
    sendAgain: ({ id }) => {
      demand(parts, panel.present(), kindOf(panel.present().ref) === 'fifo' ? 'write' : 'send');
      // Once: the panel may show another queue by the time the message is found.
      const origin = target();
      return kindOf(origin.ref) === 'posix.mq'
        ? sendAgain(parts, origin, id, ({ priority = 0, content }) =>
            sendMq(parts, origin, { priority, content }),
          )
        : sendAgain(parts, origin, id);
    },
    dismiss: async ({ id }) => {
      await history.dismiss(panel.memory().ref, id);
      return {};
    },
    sessions: () => panel.sessions(),
    talk: async ({ type }, token) => {
      demand(parts, panel.present(), 'talk');
      const { act: number } = await talkTo(parts, panel.present(), type, token);
      return { act: number };
    },
    tell: async ({ act: number, order }) => {
      demandTrust();
      await parts.sessions.tell(number, order);
      return {};
    },
    clearSession: ({ act: number }) => {
      parts.sessions.clear(number);
      return {};
    },
    dismissSession: ({ act: number }) => {
      parts.sessions.dismiss(number);
      return {};
    },
  };
}

/** An ability by name: never one that is not on the list, and never unasked where others would notice. */
async function act(
  parts: PanelParts,
  object: IpcObject,
  origin: Origin,
  ability: string,
  given: Readonly<Record<string, unknown>>,
  token: vscode.CancellationToken,
): Promise<unknown> {
  // A wait in an ordinary request could not be ended: that is what `startWaiting` is for.
  if (!ACTS[object.kind].includes(ability) || given.wait === true)
    throw new IpcFailure({ code: 'invalid', detail: { ability } });
  demand(parts, object, ability, given);
  const parameters = completed(object, ability, given);
  if (!(await confirmed(parts, object, ability, parameters))) throw new IpcFailure({ code: 'cancelled' });
  // What is taken is kept.
  if (object.kind === 'fifo' && ability === 'read')
    return readFifo(parts, object, parameters as unknown as ParametersOf<'fifo', 'read'>).then(
      ({ content, end, unread }) => ({ content, end, unread, takenAt: Date.now() }),
    );
  if (object.kind === 'posix.mq') return actOnMq(parts, object, origin, ability, parameters);
  return actOn(parts, object, ability, given, token);
}

/** What is given to a POSIX queue is noted, and what is taken is kept. */
async function actOnMq(
  parts: PanelParts,
  queue: ObjectOf<'posix.mq'>,
  origin: Origin,
  ability: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  switch (ability) {
    case 'send':
      return sendMq(parts, origin, parameters as unknown as ParametersOf<'posix.mq', 'send'>);
    case 'take':
      return asTaken(await receiveMq(parts, origin, false));
    default:
      return drainAsked(parts, queue, origin);
  }
}

async function copy(ask: Ask, { text, how }: Copy): Promise<object> {
  await vscode.env.clipboard.writeText(text);
  ask.tellBriefly(copiedText(how));
  return {};
}

/** A file as the content of a message; null where the user chose none. */
async function pickFile(ask: Ask, title: string, limit: number | undefined) {
  const uri = await ask.file(title);
  if (!uri) return null;
  return { name: uri.path.split('/').at(-1) ?? '', content: await readContentFile(uri, limit) };
}

/** The translation of the panels' strings; empty where the display language is English. */
function strings(): Record<string, unknown> {
  return vscode.l10n.bundle ? { ...vscode.l10n.bundle } : {};
}
