// @ts-check
/** Takes a job a little more slowly than they come, and catches up after a while. */
import { child } from './child.mjs';
import { isQueue, receive } from './queue.mjs';

const { queue } = child('ipc-consumer');
let rounds = 0;
setInterval(() => {
  if (!isQueue(queue)) process.exit(0);
  const take = ++rounds % 50 === 0 ? 100 : 1;
  for (let at = 0; at < take; at++) if (receive(queue) === undefined) break;
}, 400);
