/** A talk: a socket of our own, connected to somebody's. */
import * as v from 'valibot';
import { bytesSchema, fromBytes } from '../../../../protocol/bytes';
import { IpcFailure } from '../../../../protocol/errors';
import { inet } from '../../../../protocol/kinds/inet';
import { type SessionOrder, socketType, SOCKET_TYPES } from '../../../../protocol/kinds/socket';
import { socketFile } from '../../../../protocol/kinds/unix';
import { ErrnoError } from '../../../libc/errno';
import { close } from '../../../libc/fd';
import {
  bindTo,
  connectBlocking,
  openSocket,
  peerCredentials,
  type SocketFamily,
  stopWaiting,
  type Type,
} from '../../../libc/socket';
import { ANY_NAME, inetAddress, inetText, unixAddress } from '../../../libc/socketAddress';
import { pointToSocket } from '../file';
import { kernelName } from '../../../proc/names';
import { Connection } from './connection';
import type { ChildMessage } from '../../../waiting/messages';
import type { Session } from './session';
import { Transcript } from './transcript';

const unixPlace = v.variant('is', [
  v.object({
    is: v.literal('path'),
    path: bytesSchema,
    identity: v.optional(socketFile),
    type: v.optional(socketType),
  }),
  v.object({ is: v.literal('abstract'), name: bytesSchema, type: v.optional(socketType) }),
]);

/** A connected socket, and who is at the other end. */
interface Connected {
  fd: number;
  type: Type;
  from: string;
  credentials?: ReturnType<typeof peerCredentials>;
}

type Connect = (ending: AbortSignal) => Promise<Connected>;

/** Connects, waiting where the backlog is full. Rejects with `gone`, `replaced`, `cancelled` and ErrnoError (ECONNREFUSED: nobody listens). */
export function unixTalk(parameters: unknown, ending: AbortSignal): Promise<Session> {
  const place = v.parse(unixPlace, parameters);
  return Talk.begin((end) => toUnix(place, end), ending);
}

/** The same to a port of this host. */
export function inetTalk(parameters: unknown, ending: AbortSignal): Promise<Session> {
  const { protocol, address, port } = v.parse(inet.abilities.talk.parameters, parameters);
  const family = address.includes(':') ? 6 : 4;
  const type = protocol === 'tcp' ? 'stream' : 'dgram';
  return Talk.begin(async (end) => {
    const fd = await connected(family, type, inetAddress(address, port), end);
    return { fd, type, from: inetText(address, port) };
  }, ending);
}

/** A path is pointed to first, so that what is connected to is what was looked at. */
async function toUnix(place: v.InferOutput<typeof unixPlace>, ending: AbortSignal): Promise<Connected> {
  if (place.is === 'abstract') {
    const name = Buffer.from(fromBytes(place.name));
    return ofAnyType(place.type, unixAddress('abstract', name), `@${kernelName(name).text}`, ending);
  }
  const path = Buffer.from(fromBytes(place.path));
  const pointer = pointToSocket(path, place.identity);
  try {
    const through = unixAddress('path', Buffer.from(`/proc/self/fd/${pointer}`));
    return await ofAnyType(place.type, through, kernelName(path).text, ending);
  } finally {
    close(pointer);
  }
}

/** Without a type: the other side's, which the kernel tells by refusing all others (EPROTOTYPE) before anything has happened. */
async function ofAnyType(
  wanted: Type | undefined,
  address: Buffer,
  from: string,
  ending: AbortSignal,
): Promise<Connected> {
  const types = wanted ? [wanted] : SOCKET_TYPES;
  for (const [at, type] of types.entries()) {
    try {
      const fd = await connected('unix', type, address, ending);
      return { fd, type, from, ...(type !== 'dgram' && { credentials: peerCredentials(fd) }) };
    } catch (error) {
      const other = error instanceof ErrnoError && error.errno === 'EPROTOTYPE';
      if (!other || at === types.length - 1) throw error;
    }
  }
  throw new IpcFailure({ code: 'internal', text: 'no type' });
}

async function connected(
  family: SocketFamily,
  type: Type,
  address: Buffer,
  ending: AbortSignal,
): Promise<number> {
  const fd = openSocket(family, type);
  try {
    // A name of its own, so that it can be answered.
    if (family === 'unix' && type === 'dgram') bindTo(fd, ANY_NAME);
    for (;;) {
      if (ending.aborted) throw new IpcFailure({ code: 'cancelled' });
      try {
        await connectBlocking(fd, address);
        break;
      } catch (error) {
        if (!(error instanceof ErrnoError)) throw error;
        // Another signal came while a handshake went on, which then is over, or goes on.
        if (error.errno === 'EISCONN') break;
        if (error.errno !== 'EINTR' && error.errno !== 'EALREADY') throw error;
      }
    }
    stopWaiting(fd);
    return fd;
  } catch (error) {
    close(fd);
    throw error;
  }
}

class Talk implements Session {
  private readonly transcript = new Transcript<Connection>();
  private readonly ended = new AbortController();
  private current: Connection | undefined;
  private connecting: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly connect: Connect,
    private first: Connected | undefined,
  ) {}

  static async begin(connect: Connect, ending: AbortSignal): Promise<Session> {
    return new Talk(connect, await connect(ending));
  }

  start(say: (news: ChildMessage) => void): void {
    this.transcript.start(say);
    if (this.first) this.use(this.first);
    this.first = undefined;
  }

  async obey(order: SessionOrder): Promise<void> {
    switch (order.is) {
      case 'send':
        return this.the(order.connection).send(Buffer.from(fromBytes(order.content)));
      case 'halfClose': {
        this.the(order.connection).halfClose();
        return;
      }
      case 'close': {
        this.the(order.connection).close();
        return;
      }
      case 'reconnect':
        return this.reconnect();
      case 'echo':
        throw new IpcFailure({ code: 'invalid', detail: { order: order.is } });
    }
  }

  acknowledge(cost: number): void {
    this.transcript.acknowledge(cost);
  }

  end(): void {
    this.ended.abort();
    this.current?.close();
  }

  async settled(): Promise<void> {
    await this.connecting.catch(() => undefined);
  }

  private async reconnect(): Promise<void> {
    this.current?.close();
    // One after the other: two would leave one that nobody closes.
    const connecting = this.connecting.catch(() => undefined).then(() => this.connect(this.ended.signal));
    this.connecting = connecting;
    const connected = await connecting;
    if (this.ended.signal.aborted) {
      close(connected.fd);
      throw new IpcFailure({ code: 'cancelled' });
    }
    this.current?.close();
    this.use(connected);
  }

  private use({ fd, type, from, credentials }: Connected): void {
    const connection = new Connection(this.transcript.number(), fd, type, this.transcript);
    this.current = connection;
    connection.start();
    this.transcript.tell({
      is: 'opened',
      connection: connection.number,
      from,
      ...(credentials && { credentials }),
    });
  }

  private the(number: number | undefined): Connection {
    const { current } = this;
    const open = current && this.transcript.open.get(current.number);
    if (!open || (number !== undefined && number !== open.number)) throw new IpcFailure({ code: 'gone' });
    return open;
  }
}
