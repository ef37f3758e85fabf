// @ts-check
/**
 * What the sample has made. It is written down in a file, so that whoever is left can remove all of it, also what was
 * made after that process began.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMq, makeFile, makeMemory, makeMq, memoryFile, removeMemory, removeMq } from './posix.mjs';
import { isQueue, makeQueue, removeQueue } from './queue.mjs';
import { isSegment, makeSegment, removeSegment } from './segment.mjs';
import { isSet, makeSet, removeSet, setValue } from './semaphores.mjs';

/** @typedef {{ key: number, id: number }} Keyed */
/** `mail`: a POSIX queue; `board`: a shared memory object; `ledger`: the path of a file that is mapped. */
/** @typedef {{ queue: Keyed, set: Keyed, segment: number, mail: string, board: string, ledger: string }} Made */

/** "JOB" and a number. */
const KEY = 0x4a4f4200;
/** The semaphores of the set: how many may work at once; how many jobs were done; work goes on while the gate is 0. */
export const [PERMITS, DONE, GATE] = [0, 1, 2];
export const AT_ONCE = 2;
const SEGMENT_BYTES = 65_536;
export const BOARD_BYTES = 16_384;
export const LEDGER_BYTES = 8192;

export const makeFolder = () => mkdtempSync(join(tmpdir(), 'ipc-inspector-sample-'));
/** The FIFO of the sample. @param {string} folder */
export const fifoOf = (folder) => join(folder, 'orders');
/** The file that it locks. @param {string} folder */
export const lockOf = (folder) => join(folder, 'build.lock');
const file = (/** @type {string} */ folder) => join(folder, 'made.json');

/**
 * What there is; nothing where all is removed.
 * @param {string} folder
 * @returns {Partial<Made>}
 */
export function readMade(folder) {
  try {
    return JSON.parse(readFileSync(file(folder), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Makes what is not there: all of it at first, later what somebody destroyed.
 * @param {string} folder
 * @returns {Made}
 */
export function makeMissing(folder) {
  const made = readMade(folder);
  /** Each is recorded at once, should the next one fail. @template T @param {T} one @param {(one: T) => void} note */
  const recorded = (one, note) => {
    note(one);
    writeFileSync(file(folder), JSON.stringify(made));
    return one;
  };
  const { queue, set, segment, mail, board, ledger } = made;
  return {
    queue: queue && isQueue(queue.id) ? queue : recorded(makeQueue(KEY + 1), (one) => (made.queue = one)),
    set: set && isSet(set.id) ? set : recorded(makePool(), (one) => (made.set = one)),
    segment:
      segment !== undefined && isSegment(segment)
        ? segment
        : recorded(makeSegment(SEGMENT_BYTES), (one) => (made.segment = one)),
    mail:
      mail !== undefined && isMq(mail) ? mail : recorded(makeMq('/sample-mail'), (one) => (made.mail = one)),
    board:
      board !== undefined && existsSync(memoryFile(board))
        ? board
        : recorded(makeMemory('/sample-board', BOARD_BYTES), (one) => (made.board = one)),
    ledger:
      ledger !== undefined && existsSync(ledger)
        ? ledger
        : recorded(makeLedger(folder), (one) => (made.ledger = one)),
  };
}

/** @param {string} folder */
function makeLedger(folder) {
  const path = join(folder, 'ledger.dat');
  makeFile(path, LEDGER_BYTES);
  return path;
}

function makePool() {
  const set = makeSet(KEY + 2, 3);
  setValue(set.id, PERMITS, AT_ONCE);
  return set;
}

/**
 * Removes everything; what is gone already is passed over.
 * @param {string} folder
 */
export function removeAll(folder) {
  const { queue, set, segment, mail, board } = readMade(folder);
  if (mail !== undefined) removeMq(mail);
  if (board !== undefined) removeMemory(board);
  if (queue) removeQueue(queue.id);
  if (set) removeSet(set.id);
  if (segment !== undefined) removeSegment(segment);
  rmSync(folder, { recursive: true, force: true });
}
