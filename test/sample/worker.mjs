// @ts-check
/** One of a pool: waits for a permit, works for a while, gives it back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { blockingChild } from './child.mjs';
import { DONE, GATE, PERMITS } from './made.mjs';
import { attach, isSegment } from './segment.mjs';
import { operate, SEM_UNDO, setValue } from './semaphores.mjs';

const { set, segment } = blockingChild('ipc-worker');
attach(segment, { readOnly: true });

// Waits until the gate is 0 and there is a permit. A worker that is killed gives its permit back all the same.
while (operate(set, [GATE, 0], [PERMITS, -1, SEM_UNDO])) {
  await sleep(1000 + Math.random() * 2000);
  operate(set, [PERMITS, 1, SEM_UNDO]);
  // A semaphore counts to 32,767.
  if (!operate(set, [DONE, 1])) setValue(set, DONE, 0);
  if (!isSegment(segment)) break;
}
