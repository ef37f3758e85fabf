// @ts-check
/** Sends a job a few times a second, of three types, and sometimes a burst. */
import { worker } from './made.mjs';
import { send } from './queue.mjs';

const { queues } = worker('ipc-producer');
const [queue = -1] = queues;
let job = 0;
setInterval(() => {
  const burst = job % 40 === 0 ? 12 : 1;
  for (let at = 0; at < burst; at++) {
    job++;
    send(queue, (job % 3) + 1, JSON.stringify({ job, path: `/upload/${job}.png` }));
  }
}, 300);
