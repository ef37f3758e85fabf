/** Every command. */
import type { Documents } from '../documents';
import {
  alter,
  alterCapacity,
  attachAndLook,
  hold,
  lock,
  operate,
  setAll,
  setValue,
  unlock,
  write,
  writeFifo,
} from './acting';
import type { Command } from './command';
import { copyId, copyIpcrm, copyKey, copyPath } from './copy';
import { createFifo, createQueue, createSegment, createSet } from './create';
import { destroyCommand } from './destroy';
import { filterObjects, filterProcesses } from './filter';
import { find } from './find';
import { keepOpen, open, openTable, receivedMessages, refresh, restartHelper, showLog } from './look';
import { peekCommand, receiveCommand, sendCommand } from './queues';
import { revealObject, revealProcess } from './reveal';
import { listenCommand, peekSocket, talkCommand } from './sockets';
import { peekStream, readFifoCommand } from './streams';
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
    createFifo,
    find,
    filterObjects,
    filterProcesses,
    revealProcess,
    revealObject,
    peekStream,
    writeFifo,
    readFifoCommand,
    alterCapacity,
    talkCommand,
    listenCommand,
    peekSocket,
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
    copyPath,
    copyIpcrm,
    restartHelper,
    showLog,
  ];
}
