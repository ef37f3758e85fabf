// @ts-check
/** Sends a job a few times a second, of three types, and sometimes a burst. */
import { child } from './child.mjs';
import { isQueue, send } from './queue.mjs';

const { queue } = child('ipc-producer');
let job = 0;
setInterval(() => {
  if (!isQueue(queue)) process.exit(0);
  const burst = job % 40 === 0 ? 12 : 1;
  for (let at = 0; at < burst; at++) {
    job++;
    send(queue, (job % 3) + 1, JSON.stringify({ job, path: `/upload/${job}.png` }));
  }
}, 300);
