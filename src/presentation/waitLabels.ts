/**
 * What the choice to wait is called, of each act that has it: in the questions of the workbench, at the boxes and buttons of the panels, and in the sentences that advise it. In
 * English, which is the key of its translation in both.
 */
import type { WaitingAct } from '../protocol/kinds';

const ROOM = 'Wait until there is room';
const MESSAGE = 'Wait until one comes';
const OPERATION = 'Wait until it can be done';

/** Exhaustive: an act without its label does not compile. A talk always waits, so nobody chooses it. */
export const WAIT_LABELS = {
  'sysv.msg send': ROOM,
  'sysv.msg take': MESSAGE,
  'posix.mq send': ROOM,
  'posix.mq take': MESSAGE,
  'sysv.sem operate': OPERATION,
  'sysv.sem hold': OPERATION,
  'posix.sem wait': 'Wait and Lower',
  'lock hold': 'Wait until nobody is in the way',
  'fifo write': 'Wait until somebody reads',
  'fifo read': 'Wait until there is some',
} as const satisfies Readonly<Record<Exclude<WaitingAct, 'unix talk' | 'inet talk'>, string>>;
