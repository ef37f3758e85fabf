/** What the host does when the page of an object asks. */
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import { FIFO_MOST } from '../../protocol/kinds/fifo';
import { SOCKET_SEND_MOST } from '../../protocol/kinds/socket';
import { RANGE_MOST } from '../../protocol/kinds/sysvShm';
import type { PageMemory } from '../../protocol/pages/frame';
import type { ObjectChannel, PanelResult, PanelSession, PanelState } from '../../protocol/pages/object';
import type { Ref } from '../../protocol/ref';
import { attemptOf } from '../../presentation/abilities';
import { t } from '../../presentation/translate';
import { attempt } from '../acts/attempt';
import { endAct } from '../acts/background';
import type { Given } from '../acts/context';
import { demandTrust } from '../acts/check';
import { perform, sendAgain } from '../acts/perform';
import type { Ask } from '../ui/ask';
import { COMMANDS } from '../ids';
import { readContentFile } from '../inputs/files';
import type { Handlers } from './bus';
import { carryOutCure } from './curing';
import { openSubject } from './opening';
import { copy, type FrameChannel, strings } from './frame';
import type { PanelParts } from './parts';

/** What the handlers see of their page. */
export interface PanelSide {
  /** Answers the requests of the frame. */
  frame: Handlers<FrameChannel>;
  /** The page can hear from now on; what it shows first. */
  ready(): PanelState;
  memory(): PageMemory;
  /** The object to act on. Throws `gone`. */
  present(): IpcObject;
  /** The socket at the other end of its connection. Throws `gone`. */
  peer(): IpcObject;
  /** The sessions at it. */
  sessions(): PanelSession[];
  /** The object as messages speak of it. */
  name(): string;
}

export function panelHandlers(parts: PanelParts, panel: PanelSide): Handlers<ObjectChannel> {
  const { helper, history, inventory } = parts;
  const performed = (
    ability: string,
    given: Given,
    token?: vscode.CancellationToken,
    object = panel.present(),
  ) => perform(parts, object, ability, given, { page: true, ...(token && { token }) });
  return {
    ready: () => ({ state: panel.ready(), strings: strings() }),
    ...panel.frame,
    copyJson: () => copy(parts.ask, { text: JSON.stringify(panel.present(), undefined, 2), how: 'exact' }),
    open: ({ ref }) => openSubject(ref, (one) => inventory.get(one)),
    destroy: async () => {
      const object = panel.present();
      const what = attemptOf('destroy', panel.name());
      return { done: (await attempt(parts, what, () => perform(parts, object, 'destroy'))) !== undefined };
    },
    act: async ({ ability, parameters, peer }, token) =>
      (await performed(ability, parameters, token, peer === true ? panel.peer() : panel.present()))?.result,
    startWaiting: async ({ ability, parameters }) => {
      await perform(parts, panel.present(), ability, parameters, { page: true, wait: true });
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
    cure: async ({ cure }) => {
      const objectOf = (ref: Ref) => inventory.get(ref) ?? inventory.wrong.around.find.object?.(ref);
      await carryOutCure(cure, objectOf);
      return {};
    },
    silence: async (name) => {
      const finding = inventory.wrong.named(name);
      if (!finding) throw new IpcFailure({ code: 'gone' });
      await vscode.commands.executeCommand(COMMANDS.silence, { finding });
      return {};
    },
    peek: (range, token) => helper.act('sysv.msg', 'peek', { ref: panel.present().ref, ...range }, token),
    send: async (given) => (await performed('send', given))?.result as PanelResult<'send'>,
    receive: async (given) => (await performed('take', given))?.entry as PanelResult<'receive'>,
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
    sendAgain: ({ id }) => sendAgain(parts, panel.present(), id),
    dismiss: async ({ id }) => {
      await history.dismiss(panel.memory().ref, id);
      return {};
    },
    sessions: () => panel.sessions(),
    talk: async (given, token) => (await performed('talk', given, token))?.result as PanelResult<'talk'>,
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

/** A file as the content of a message; null where the user chose none. */
async function pickFile(ask: Ask, title: string, limit: number | undefined) {
  const uri = await ask.file(title);
  if (!uri) return null;
  return { name: uri.path.split('/').at(-1) ?? '', content: await readContentFile(uri, limit) };
}
