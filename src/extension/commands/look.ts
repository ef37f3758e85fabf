/** Opening and looking: panels, what was received, the log. */
import * as vscode from 'vscode';
import { KINDS, kindOf } from '../../protocol/ref';
import { BACK } from '../ui/ask';
import { type Documents, showReceived } from '../ui/documents';
import { momentText } from '../../presentation/values';
import { decodeText, fromBytes } from '../../protocol/bytes';
import { COMMANDS } from '../ids';
import { type Command, PROCESSES_SELECTION, SELECTION, targets } from './command';
import { processRefOf, showProcess } from './processes';
import { t } from '../../presentation/translate';
import { actTitles } from '../../presentation/shared';

export const refresh: Command = {
  id: COMMANDS.refresh,
  run: ({ inventory }) => inventory.refresh({ thorough: true }),
};

export const showLog: Command = { id: COMMANDS.showLog, run: ({ log }) => log.show() };

export const restartHelper: Command = { id: COMMANDS.restartHelper, run: ({ helper }) => helper.restart() };

/** A click on a row: the focus stays in the tree. */
export const open: Command = {
  id: COMMANDS.open,
  async run(parts, node) {
    const [object] = await targets(parts, t('Open'), KINDS, node, undefined);
    if (object) parts.panels.show(object, { keep: false, preserveFocus: node !== undefined });
  },
};

export const keepOpen: Command = {
  id: COMMANDS.keepOpen,
  async run(parts, node, nodes) {
    const [row] =
      node === SELECTION
        ? parts.objects.selection
        : node === PROCESSES_SELECTION
          ? parts.processes.selection
          : [];
    switch (row?.is) {
      case 'more':
        return vscode.commands.executeCommand(COMMANDS.openTable, row.kind);
      case 'filtered':
        return vscode.commands.executeCommand(COMMANDS.filterObjects);
      case 'holder':
      case 'process':
      case 'peer': {
        const ref = processRefOf(row);
        if (ref !== undefined) showProcess(parts, ref, { keep: true, preserveFocus: false });
        return undefined;
      }
      case 'unmatched':
        return vscode.commands.executeCommand(COMMANDS.filterProcesses);
      case 'rest':
        // Of what stands under a process the filter brings no more.
        return row.key === undefined ? vscode.commands.executeCommand(COMMANDS.filterProcesses) : undefined;
      case 'moreHolders': {
        const object = parts.inventory.get(row.ref);
        if (object) parts.panels.show(object, { keep: true, preserveFocus: false });
        return undefined;
      }
      case 'group':
      case 'family':
      case 'pairs':
      case 'role':
      case 'mechanism':
      case 'peers':
        // What Enter does to a row that has others under it and no panel.
        return vscode.commands.executeCommand('list.toggleExpand');
    }
    for (const object of await targets(parts, actTitles.keepOpen(), KINDS, node, nodes))
      parts.panels.show(object, { keep: true, preserveFocus: false });
    return undefined;
  },
};

type Received = Awaited<ReturnType<Parameters<Command['run']>[0]['history']['allReceived']>>[number];

/** What was received and not dismissed, also from queues that are gone. */
export function receivedMessages(documents: Documents): Command {
  return {
    id: COMMANDS.receivedMessages,
    async run({ ask, history }) {
      const message = await ask.pick<Received>({
        title: t('Received Messages'),
        placeholder: t('Kept until they are dismissed in the panel of their queue'),
        none: t('Nothing was received that is not dismissed.'),
        items: [],
        more: history.allReceived().then((all) =>
          all.map((one) => ({
            icon: one.what === 'received' ? 'mail-read' : 'question',
            label: decodeText(fromBytes(one.content)) ?? t('{0} bytes', fromBytes(one.content).length),
            ...(kindOf(one.ref) === 'fifo'
              ? { detail: t('{0} from FIFO {1}', momentText(one.at), one.name) }
              : {
                  description:
                    one.priority !== undefined
                      ? t('priority {0}', one.priority)
                      : one.type === undefined
                        ? ''
                        : t('type {0}', one.type),
                  detail: t('{0} from queue {1}', momentText(one.at), one.name),
                }),
            value: one,
          })),
        ),
      });
      if (message === undefined || message === BACK) return;
      const act = await ask.pick<'show' | 'dismiss'>({
        title: t('Received Messages'),
        placeholder: t('What to do with it?'),
        items: [
          { icon: 'go-to-file', label: t('Show'), value: 'show' },
          {
            icon: 'trash',
            label: actTitles.dismiss(),
            description: t('it is kept no longer'),
            value: 'dismiss',
          },
        ],
      });
      if (act === 'dismiss') await history.dismiss(message.ref, message.id);
      if (act === 'show') await showReceived(documents, message);
    },
  };
}
