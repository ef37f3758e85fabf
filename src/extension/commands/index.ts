/** Every command. */
import type { Documents } from '../documents';
import { alter, attachAndLook, hold, lock, operate, setAll, setValue, unlock, write } from './acting';
import type { Command } from './command';
import { copyId, copyIpcrm, copyKey } from './copy';
import { createQueue, createSegment, createSet } from './create';
import { destroyCommand } from './destroy';
import { keepOpen, open, openTable, receivedMessages, refresh, restartHelper, showLog } from './look';
import { peekCommand, receiveCommand, sendCommand } from './queues';
import { endWaits } from './waits';

/** The commands of the extension; a unit test compares them with package.json. */
export function allCommands(documents: Documents): Command[] {
  return [
    refresh,
    open,
    keepOpen,
    openTable(documents),
    createQueue,
    createSet,
    createSegment,
    sendCommand,
    peekCommand,
    receiveCommand,
    receivedMessages(documents),
    operate,
    hold,
    setValue,
    setAll,
    attachAndLook,
    write,
    lock,
    unlock,
    alter,
    endWaits,
    destroyCommand,
    copyId,
    copyKey,
    copyIpcrm,
    restartHelper,
    showLog,
  ];
}
