// @ts-check
/**
 * Serves a Unix socket, on which it tells the time, and a TCP port as an echo. Beside them what a crash leaves behind: a socket
 * file that nobody is bound to, and a client that nobody ever accepts.
 */
import { createServer } from 'node:net';
import { rmSync } from 'node:fs';
import { child } from './child.mjs';
import { abandonFile, makeUnaccepted } from './socket.mjs';

const { folder } = child('ipc-exchange');
const path = (/** @type {string} */ name) => `${folder}/${name}.sock`;
for (const name of ['exchange', 'stale', 'busy']) rmSync(path(name), { force: true });

/** @type {Set<import('node:net').Socket>} */
const subscribers = new Set();
createServer((socket) => {
  subscribers.add(socket);
  socket.on('error', () => undefined).on('close', () => subscribers.delete(socket));
  socket.resume();
}).listen(path('exchange'));
setInterval(() => {
  for (const socket of subscribers) socket.write(`${new Date().toISOString()}\n`);
}, 2000);

createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
}).listen(0, '127.0.0.1');

abandonFile(path('stale'));
makeUnaccepted(path('busy'));
