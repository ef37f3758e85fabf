// @ts-check
/** Waits for letters, and reads each for a while; meanwhile a semaphore of its own, which has no name, is zero. */
import { setTimeout as sleep } from 'node:timers/promises';
import { blockingChild } from './child.mjs';
import { BOARD_BYTES, LEDGER_BYTES } from './made.mjs';
import {
  isMq,
  lower,
  makeUnlinkedSemaphore,
  mapShared,
  memoryFile,
  openMq,
  raise,
  receiveMq,
} from './posix.mjs';

const { mail, board, ledger } = blockingChild('ipc-reader');
mapShared(memoryFile(board), BOARD_BYTES);
mapShared(ledger, LEDGER_BYTES);
const glasses = makeUnlinkedSemaphore();
const mq = openMq(mail);

while (mq >= 0 && isMq(mail) && receiveMq(mq)) {
  lower(glasses);
  await sleep(600);
  raise(glasses);
}
