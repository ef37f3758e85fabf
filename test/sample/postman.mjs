// @ts-check
/** Brings a letter now and then, and notes it on a board in shared memory and in a ledger, a file that it maps. */
import { existsSync } from 'node:fs';
import { child } from './child.mjs';
import { BOARD_BYTES, LEDGER_BYTES } from './made.mjs';
import { isMq, mapShared, memoryFile, openMq, sendMq } from './posix.mjs';
import { write } from './segment.mjs';

const { mail, board, ledger } = child('ipc-postman');
const mq = openMq(mail, { send: true });
const notes = mapShared(memoryFile(board), BOARD_BYTES, { write: true });
const lines = mapShared(ledger, LEDGER_BYTES, { write: true });
if (mq < 0 || notes === undefined || lines === undefined) process.exit(0);

let count = 0;
setInterval(() => {
  if (!isMq(mail) || !existsSync(memoryFile(board)) || !existsSync(ledger)) process.exit(0);
  const letter = `letter ${++count}`;
  // An urgent one is read before those that came earlier.
  sendMq(mq, count % 3 === 0 ? 9 : 1, letter);
  write(notes, Buffer.from(`${letter} is in the queue`.padEnd(48)));
  write(lines + BigInt((count % 64) * 32), Buffer.from(`${letter}\n`.padEnd(32)));
}, 2500);
