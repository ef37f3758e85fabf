// @ts-check
/** Hears what the exchange tells, and reads it slowly, so that something is always unread. */
import { connect } from 'node:net';
import { child } from './child.mjs';

const { folder } = child('ipc-subscriber');
function subscribe() {
  const socket = connect(`${folder}/exchange.sock`);
  socket.on('error', () => undefined).on('close', () => setTimeout(subscribe, 500));
  socket.on('connect', () => {
    socket.pause();
    const reading = setInterval(() => socket.read(), 5000);
    socket.on('close', () => clearInterval(reading));
  });
}
subscribe();
