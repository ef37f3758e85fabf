// @ts-check
/** Takes a job a little more slowly than they come, and catches up after a while. */
import { worker } from './made.mjs';
import { receive } from './queue.mjs';

const { queues } = worker('ipc-consumer');
const [queue = -1] = queues;
let rounds = 0;
setInterval(() => {
  const take = ++rounds % 50 === 0 ? 100 : 1;
  for (let at = 0; at < take; at++) if (receive(queue) === undefined) break;
}, 400);
