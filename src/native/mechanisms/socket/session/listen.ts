/** A listen: a socket of our own with a name or port, to which others connect. */
import * as v from 'valibot';
import { fromBytes } from '../../../../protocol/bytes';
import { IpcFailure } from '../../../../protocol/errors';
import { inet } from '../../../../protocol/kinds/inet';
import type { SessionOrder } from '../../../../protocol/kinds/socket';
import { unix } from '../../../../protocol/kinds/unix';
import { close } from '../../../libc/fd';
import {
  acceptNow,
  bindTo,
  listenOn,
  nameOf,
  onlyV6,
  openSocket,
  peerCredentials,
  type Received,
  reuseAddress,
  type SocketFamily,
  stopWaiting,
  type Type,
  Watch,
} from '../../../libc/socket';
import { inetAddress, unixAddress } from '../../../libc/socketAddress';
import { walkable } from '../../common/paths';
import { destroySocketFile, socketFileAt } from '../file';
import { brief, Connection } from './connection';
import type { ChildMessage, OpenConnection } from '../../../waiting/messages';
import { fromText } from './names';
import type { Session } from './session';
import { Transcript } from './transcript';

const BACKLOG = 128;
/** Connections at a time; those behind them wait in the backlog. */
const MOST = 256;
/** Senders of datagrams that are told apart. */
const MOST_SENDERS = 1000;
/** Milliseconds after which it is tried again to take somebody in. */
const PAUSE = 100;
/** Bytes of an address that has a family and nothing else. */
const NAMELESS = 2;

/** What is listened on. */
interface ListenAddress {
  family: SocketFamily;
  type: Type;
  address: Buffer;
  echo: boolean;
  /** Takes the file away. */
  leave?: () => void;
}

/** Throws ErrnoError (EADDRINUSE, EACCES, ENOENT). */
export function unixListen(parameters: unknown): Session {
  const { name, type, echo } = v.parse(unix.abilities.listen.parameters, parameters);
  if (name.is === 'abstract') {
    const address = unixAddress('abstract', Buffer.from(fromBytes(name.name)));
    return new Listen({ family: 'unix', type, address, echo });
  }
  const path = Buffer.from(walkable(name.path));
  const listen = new Listen({ family: 'unix', type, address: unixAddress('path', path), echo });
  // Whoever takes the name meanwhile keeps it.
  const identity = socketFileAt(path);
  listen.leave = () => destroySocketFile(identity, path);
  return listen;
}

/** The same on a port of the loopback interface. */
export function inetListen(parameters: unknown): Session {
  const { protocol, address, port, echo } = v.parse(inet.abilities.listen.parameters, parameters);
  const family = address.includes(':') ? 6 : 4;
  const type = protocol === 'tcp' ? 'stream' : 'dgram';
  return new Listen({ family, type, address: inetAddress(address, port), echo });
}

class Listen implements Session {
  readonly port: number | undefined;
  leave: () => void = () => undefined;
  private readonly transcript = new Transcript<Connection>();
  private readonly type: Type;
  private readonly family: SocketFamily;
  private readonly fd: number;
  private watch: Watch | undefined;
  /** Nobody is taken in before that. */
  private later: NodeJS.Timeout | undefined;
  private ended = false;
  /** Why nobody could be taken in, as it was told: once, not ten times a second. */
  private refused: string | undefined;
  /** Of datagrams: the one socket, and who has sent to it. */
  private datagrams: Connection | undefined;
  private readonly senders = new Map<string, { number: number; address: Buffer }>();

  constructor({ family, type, address, echo }: ListenAddress) {
    this.type = type;
    this.family = family;
    this.transcript.echo = echo;
    this.fd = openSocket(family, type);
    try {
      if (family !== 'unix' && type === 'stream') reuseAddress(this.fd);
      if (family === 6) onlyV6(this.fd);
      bindTo(this.fd, address);
      if (type !== 'dgram') listenOn(this.fd, BACKLOG);
      stopWaiting(this.fd);
      const name = nameOf(this.fd);
      this.port = name?.is === 'inet' ? name.port : undefined;
    } catch (error) {
      close(this.fd);
      throw error;
    }
  }

  start(say: (news: ChildMessage) => void): void {
    this.transcript.start(say, () => this.answerable());
    this.transcript.tell({ is: 'listening', connection: 0 });
    if (this.type === 'dgram') {
      this.datagrams = new Connection(0, this.fd, this.type, this.transcript, (received) =>
        this.senderOf(received),
      );
      this.datagrams.start();
    } else {
      this.watch = new Watch(this.fd, () => this.accept());
      this.watch.want({ readable: true, writable: false });
    }
  }

  async obey(order: SessionOrder): Promise<void> {
    switch (order.is) {
      case 'send':
        return this.send(Buffer.from(fromBytes(order.content)), order.connection);
      case 'halfClose': {
        this.the(order.connection).halfClose();
        return;
      }
      case 'close':
        this.the(order.connection).close();
        {
          this.accept();
          return;
        }
      case 'echo':
        this.transcript.echo = order.on;
        for (const connection of this.transcript.open.values()) connection.look();
        return;
      case 'reconnect':
        throw new IpcFailure({ code: 'invalid', detail: { order: order.is } });
    }
  }

  acknowledge(cost: number): void {
    this.transcript.acknowledge(cost);
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  end(): void {
    clearTimeout(this.later);
    this.ended = true;
    this.watch?.end();
    for (const connection of [...this.transcript.open.values()]) connection.close();
    if (!this.datagrams) close(this.fd);
    try {
      this.leave();
    } catch {
      // Somebody else has taken it away, or put another in its place.
    }
  }

  private accept(): void {
    if (this.ended || this.later) return;
    while (this.type !== 'dgram' && this.transcript.open.size < MOST) {
      const accepted = this.next();
      if (!accepted) break;
      this.refused = undefined;
      const { fd, from } = accepted;
      const connection = new Connection(this.transcript.number(), fd, this.type, this.transcript);
      const credentials = this.family === 'unix' ? peerCredentials(fd) : undefined;
      const name = fromText(from);
      connection.start();
      this.transcript.tell({
        is: 'opened',
        connection: connection.number,
        ...(name !== undefined && { from: name }),
        ...(credentials && { credentials }),
      });
    }
    this.watch?.want({ readable: !this.later && this.transcript.open.size < MOST, writable: false });
  }

  /** Who comes next. Without a descriptor for it (EMFILE, ENFILE) it stays in the backlog and is tried again; nothing else suffers. */
  private next(): ReturnType<typeof acceptNow> {
    try {
      return acceptNow(this.fd);
    } catch (error) {
      this.later = setTimeout(() => {
        this.later = undefined;
        this.accept();
      }, PAUSE);
      const failure = brief(error);
      const told = JSON.stringify(failure);
      if (told !== this.refused) this.transcript.tell({ is: 'failed', connection: 0, failure });
      this.refused = told;
      return undefined;
    }
  }

  /** Each sender is told as a connection of its own. Who has no name cannot be answered. */
  private senderOf({ address, from }: Received): { connection: number; to: Buffer | undefined } {
    const key = address.toString('latin1');
    let sender = this.senders.get(key);
    if (!sender) {
      if (this.senders.size >= MOST_SENDERS) this.senders.clear();
      sender = { number: this.transcript.number(), address: Buffer.from(address) };
      this.senders.set(key, sender);
      const name = fromText(from);
      this.transcript.tell({
        is: 'opened',
        connection: sender.number,
        ...(name !== undefined && { from: name }),
      });
    }
    return { connection: sender.number, to: address.length <= NAMELESS ? undefined : sender.address };
  }

  /** Those who have sent a datagram, and can be answered. */
  private answerable(): OpenConnection[] {
    return [...this.senders.values()]
      .filter(({ address }) => address.length > NAMELESS)
      .map(({ number }) => ({ connection: number, sends: true, receives: true }));
  }

  private send(data: Buffer, number = this.transcript.newest): Promise<void> {
    if (!this.datagrams) return this.the(number).send(data);
    const sender = [...this.senders.values()].find((one) => one.number === number);
    if (!sender || sender.address.length <= NAMELESS) throw new IpcFailure({ code: 'gone' });
    return this.datagrams.send(data, sender.address, number);
  }

  private the(number = this.transcript.newest): Connection {
    const connection = this.datagrams ? undefined : this.transcript.open.get(number);
    if (!connection) throw new IpcFailure({ code: 'gone' });
    return connection;
  }
}
