// @ts-check
/** Unix sockets in states that no server means to be in (unix(7)). */
import { checked, libc } from './libc.mjs';

const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, void *, uint)');
const listen = libc.func('int listen(int, int)');
const connect = libc.func('int connect(int, void *, uint)');
const close = libc.func('int close(int)');
const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 0o2000001;

/** @param {string} path @returns {[Buffer, number]} */
function address(path) {
  const bytes = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(path), Buffer.alloc(1)]);
  return [bytes, bytes.length];
}

/** A socket file whose socket is closed. @param {string} path */
export function abandonFile(path) {
  const fd = checked('socket', socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0));
  checked('bind', bind(fd, ...address(path)));
  close(fd);
}

/** A listener, and a client that it does not accept. Both stay open. @param {string} path */
export function makeUnaccepted(path) {
  const server = checked('socket', socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0));
  checked('bind', bind(server, ...address(path)));
  checked('listen', listen(server, 4));
  const client = checked('socket', socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0));
  checked('connect', connect(client, ...address(path)));
}
