/** Every command. */
import type { Documents } from '../documents';
import {
  alter,
  alterCapacity,
  attachAndLook,
  hold,
  lock,
  operate,
  post,
  resize,
  setAll,
  setValue,
  tryWait,
  unlock,
  waitForSemaphore,
  write,
  writeFifo,
} from './acting';
import type { Command } from './command';
import { copyId, copyIpcrm, copyKey, copyName, copyPath, copyPid } from './copy';
import {
  createFifo,
  createMemory,
  createMq,
  createQueue,
  createSegment,
  createSemaphore,
  createSet,
} from './create';
import { destroyCommand } from './destroy';
import { drainCommand } from './drain';
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
    createMq,
    createSemaphore,
    createMemory,
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
    drainCommand,
    receivedMessages(documents),
    operate,
    hold,
    setValue,
    setAll,
    post,
    tryWait,
    waitForSemaphore,
    attachAndLook,
    write,
    resize,
    lock,
    unlock,
    alter,
    endWaits,
    destroyCommand,
    copyId,
    copyKey,
    copyName,
    copyPath,
    copyPid,
    copyIpcrm,
    restartHelper,
    showLog,
  ];
}
