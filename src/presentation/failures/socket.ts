/** Why calls on sockets fail: connect(2), bind(2), listen(2), accept(2), send(2), recv(2), shutdown(2), as unix(7), tcp(7) and udp(7) tell. */
import { bytesOf, forCalls, has, type Sentences } from './detail';
import { t } from '../translate';

const gone = () =>
  t('the other side closed the connection. Reconnect, or look whether its process still runs.');
const notConnected = () => t('it is not connected. Reconnect first.');
const missing = () =>
  t('there is no such address here: this machine has no IPv6 loopback, most likely. Choose 127.0.0.1.');

export const socket: Sentences = {
  ...forCalls(['connect'], {
    ECONNREFUSED: () =>
      t(
        'nobody listens there: a socket file may be left from a process that has ended, or no process has this port. Start the server first.',
      ),
    ENOENT: () => neverThere(),
    EACCES: () =>
      t(
        'the mode of the socket file does not let you connect (it needs write permission), or a folder on the way may not be searched by you. Run as a user who may.',
      ),
    EPERM: () => t('a rule of this machine forbids it (a firewall, a security module).'),
    EAGAIN: () =>
      t(
        'as many wait to be accepted as the server allows (its backlog). Wait until it accepts some, then try again.',
      ),
    EPROTOTYPE: () =>
      t('it is of another type than was asked for (stream, datagram or seqpacket). Choose its own type.'),
    ENOTSOCK: () => t('it is no socket.'),
    ETIMEDOUT: () => t('it did not answer in time.'),
    ECONNRESET: gone,
    EADDRNOTAVAIL: missing,
    EAFNOSUPPORT: missing,
    ENOTDIR: () => t('something on the way to it is no folder. Look at the path again.'),
    ELOOP: () => t('the links on the way to it lead in a circle, or a link stands in its place.'),
    ENAMETOOLONG: () => t('its name is longer than the kernel takes.'),
    EINVAL: () => t('it is not listening.'),
  }),
  ...forCalls(['bind', 'listen'], {
    EADDRINUSE: () =>
      t(
        'this name or port is taken. Choose another; a socket file that nobody is bound to may be destroyed first.',
      ),
    EADDRNOTAVAIL: missing,
    EAFNOSUPPORT: missing,
    EACCES: () =>
      t(
        'you may not make a socket there: the folder does not let you, or ports below net.ipv4.ip_unprivileged_port_start (1024) need root. Choose another.',
      ),
    ENOENT: () => t('there is no such folder. Make it first, or choose another.'),
    ENOTDIR: () => t('something on the way to it is no folder. Look at the path again.'),
    ENAMETOOLONG: () =>
      t('its name is longer than the kernel takes: 107 bytes of path, and 107 of an abstract name.'),
    EROFS: () => t('it lies on a file system that nothing can be written to. Choose another folder.'),
    EPERM: () => t('the file system there has no sockets. Choose another folder.'),
    ENOSPC: () => t('the disk is full.'),
    EINVAL: () => t('the kernel does not take such a name.'),
  }),
  ...forCalls(['send', 'sendto', 'sendmsg'], {
    EPIPE: gone,
    ECONNRESET: gone,
    ENOTCONN: notConnected,
    EDESTADDRREQ: () => t('it has nobody to send to: answer after somebody has sent something.'),
    ECONNREFUSED: () =>
      t('nobody is bound there any more, so the packet was not sent. Start the receiver, then reconnect.'),
    EMSGSIZE: (detail) =>
      has(detail, 'limit')
        ? t('one packet holds at most {0} here. Send less at once.', bytesOf(detail, 'limit'))
        : t('it is too long for one packet here. Send less at once.'),
    EAGAIN: () => t('the other side does not read, and there is no room left. Try again when it does.'),
    ENOBUFS: () => t('the kernel has no room left for it. Try again later.'),
    EACCES: () => t('you may not send there.'),
    EPERM: () => t('a rule of this machine forbids it (a firewall, a security module).'),
  }),
  ...forCalls(['recv', 'recvfrom', 'recvmsg', 'accept', 'accept4'], {
    ECONNRESET: gone,
    ECONNREFUSED: () => t('nobody is bound there: what was sent came back as refused.'),
    ENOTCONN: notConnected,
    ETIMEDOUT: () => t('the other side did not answer in time.'),
    EACCES: () => socketDisturbs('denied'),
    EPERM: () => socketDisturbs('denied'),
    ESRCH: () => t('the process that had it has ended. Refresh and look again.'),
    EBADF: () => t('the process that had it has closed it. Refresh and look again.'),
  }),
  ...forCalls(['shutdown'], { ENOTCONN: notConnected }),
  ...forCalls(['socket'], {
    EAFNOSUPPORT: missing,
    EACCES: () => t('a rule of this machine forbids such sockets.'),
    EPROTONOSUPPORT: () => t('this kernel has no such sockets.'),
  }),
};

/** What was asked for by its name is not there. */
export function neverThere(): string {
  return t(
    'there is no such socket file or abstract name. Start the server first, or look at the name again.',
  );
}

/** Why nobody can look into a socket without a trace. `why` as the helper gives it. */
export function socketDisturbs(why: unknown): string {
  switch (why) {
    case 'pendingError':
      return t(
        'an error waits in it for its owner, and looking would take that away from them. It can be looked into when they have read it.',
      );
    case 'peekOffset':
      return t(
        'its owner keeps a place from which it looks itself (SO_PEEK_OFF), and a look would move that.',
      );
    case 'noHolder':
      return t('no process has it that may be looked at: nobody accepted it yet, or it is ending.');
    case 'listening':
      return t('it listens, so nothing is to be read in it. Its connections have what was sent.');
    default:
      return t(
        'Linux lets only the same user or root look into the processes that have it open, and kernel.yama.ptrace_scope may forbid that too. Run as that user, or as root.',
      );
  }
}
