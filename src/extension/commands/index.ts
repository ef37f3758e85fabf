/** Every command. */
import type { Documents } from '../documents';
import type { Command } from './command';
import { copyId, copyIpcrm, copyKey } from './copy';
import { destroyCommand } from './destroy';
import { keepOpen, open, openTable, receivedMessages, refresh, restartHelper, showLog } from './look';
import { createQueue, peekCommand, receiveCommand, sendCommand } from './queues';

/** The commands of the extension; a unit test compares them with package.json. */
export function allCommands(documents: Documents): Command[] {
  return [
    refresh,
    open,
    keepOpen,
    openTable(documents),
    createQueue,
    sendCommand,
    peekCommand,
    receiveCommand,
    receivedMessages(documents),
    destroyCommand,
    copyId,
    copyKey,
    copyIpcrm,
    restartHelper,
    showLog,
  ];
}
