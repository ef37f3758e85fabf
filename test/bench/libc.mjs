// @ts-check
/** The few calls of libc that the workload needs. */
import koffi from 'koffi';

const libc = koffi.load(null);
const c = {
  pipe2: libc.func('int pipe2(void *, int)'),
  socketpair: libc.func('int socketpair(int, int, int, void *)'),
  socket: libc.func('int socket(int, int, int)'),
  bind: libc.func('int bind(int, void *, int)'),
  listen: libc.func('int listen(int, int)'),
  connect: libc.func('int connect(int, void *, int)'),
  accept: libc.func('int accept(int, void *, void *)'),
  mkfifo: libc.func('int mkfifo(const char *, int)'),
  msgget: libc.func('int msgget(int, int)'),
  semget: libc.func('int semget(int, int, int)'),
  shmget: libc.func('int shmget(int, size_t, int)'),
  msgctl: libc.func('int msgctl(int, int, void *)'),
  semctl: libc.func('int semctl(int, int, int, void *)'),
  shmctl: libc.func('int shmctl(int, int, void *)'),
};
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const IPC_CREAT = 0o1000;
const O_CLOEXEC = 0o2000000;

/** @param {string} call @param {number} result */
function checked(call, result) {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}

const two = Buffer.alloc(8);
/** @returns {[number, number]} */
const both = () => [two.readInt32LE(0), two.readInt32LE(4)];

/** The read end and the write end. */
export function pipe() {
  checked('pipe2', c.pipe2(two, O_CLOEXEC));
  return both();
}

export function socketpair() {
  checked('socketpair', c.socketpair(AF_UNIX, SOCK_STREAM, 0, two));
  return both();
}

/**
 * A listener at a path, one connection to it, and the accepted side.
 * @param {string} path
 */
export function connection(path) {
  const address = Buffer.alloc(110);
  address.writeUInt16LE(AF_UNIX);
  address.write(path, 2);
  const [listener, client] = [0, 1].map(() => checked('socket', c.socket(AF_UNIX, SOCK_STREAM, 0)));
  checked('bind', c.bind(listener, address, 3 + path.length));
  checked('listen', c.listen(listener, 8));
  checked('connect', c.connect(client, address, 3 + path.length));
  return [listener, client, checked('accept', c.accept(listener, null, null))];
}

/** @param {string} path */
export const fifo = (path) => checked('mkfifo', c.mkfifo(path, 0o600));

/** Private System V objects, each with how it is removed. */
export const sysv = {
  queue: () => {
    const id = checked('msgget', c.msgget(0, IPC_CREAT | 0o600));
    return () => c.msgctl(id, 0, null);
  },
  /** @param {number} semaphores */
  set: (semaphores) => {
    const id = checked('semget', c.semget(0, semaphores, IPC_CREAT | 0o600));
    return () => c.semctl(id, 0, 0, null);
  },
  /** @param {number} bytes */
  segment: (bytes) => {
    const id = checked('shmget', c.shmget(0, bytes, IPC_CREAT | 0o600));
    return () => c.shmctl(id, 0, null);
  },
};
