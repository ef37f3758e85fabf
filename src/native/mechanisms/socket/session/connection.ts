/** One socket of a session: what comes is told, what is ordered goes out in its order. */
import { toBytes } from '../../../../protocol/bytes';
import { asFailure, IpcFailure } from '../../../../protocol/errors';
import { close } from '../../../libc/fd';
import { halfClose, otherEnded, receiveNow, type Received, sendNow, Watch } from '../../../libc/socket';
import type { Type } from '../../../libc/socket';
import { fromText } from './names';
import type { Transcript } from './transcript';

const STREAM_PART = 65_536;
/** More than the send buffer of a socket usually lets through (net.core.wmem_max). */
const PACKET_PART = 1 << 20;
/** Reads in one turn of the loop. */
const TURN = 16;
/** Milliseconds between two tries of a datagram for which there is no room where it goes. */
const AGAIN = 10;
/** Answers of an echo that may wait to go out, beyond which nothing more is taken in. */
const ECHO_WAITS = 8;

interface Outgoing {
  data: Buffer;
  to: Buffer | undefined;
  /** As which connection it is told. */
  connection: number;
  sent: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** A failure as it is told in a session. */
export function brief(error: unknown) {
  const { code, call, errno } = asFailure(error);
  return { code, ...(call !== undefined && { call }), ...(errno !== undefined && { errno }) };
}

export class Connection {
  sends = true;
  receives = true;
  private readonly watch: Watch;
  private readonly queue: Outgoing[] = [];
  private closed = false;
  private later: NodeJS.Timeout | undefined;

  /** `type` decides about borders; the socket does not wait any more. `apart`: datagrams of many senders come in here, and are told by `received`. */
  constructor(
    readonly number: number,
    private readonly fd: number,
    private readonly type: Type,
    private readonly transcript: Transcript<Connection>,
    private readonly apart?: (received: Received) => { connection: number; to: Buffer | undefined },
  ) {
    this.watch = new Watch(fd, () => this.ready());
  }

  /** Begins to take what comes. */
  start(): void {
    this.transcript.open.set(this.number, this);
    this.look();
  }

  /** Sends all of it, or one packet. Rejects with what the call gave. */
  send(data: Buffer, to?: Buffer, connection = this.number): Promise<void> {
    if (this.closed) return Promise.reject(new IpcFailure({ code: 'gone' }));
    return new Promise((resolve, reject) => {
      this.queue.push({ data, to, connection, sent: 0, resolve, reject });
      this.flush();
    });
  }

  /** We send no more. Throws ErrnoError. */
  halfClose(): void {
    halfClose(this.fd);
    this.sends = false;
    this.transcript.tell({ is: 'halfClosed', connection: this.number });
    this.closeWhenDone();
  }

  /** Closes it, if it is open. */
  close(): void {
    if (this.drop()) this.transcript.tell({ is: 'closed', connection: this.number });
  }

  /** Waits for what can be done now. */
  look(): void {
    if (this.closed) return;
    const busy = this.transcript.echo && this.queue.length >= ECHO_WAITS;
    // To which it goes is not the socket's own other side, so it is always said to be writable: asked again and again.
    const apart = this.queue[0]?.to !== undefined;
    if (apart) this.later ??= setTimeout(() => this.tryAgain(), AGAIN);
    this.watch.want({
      readable: this.receives && this.transcript.hasRoom && !busy,
      writable: this.queue.length > 0 && !apart,
    });
  }

  private tryAgain(): void {
    this.later = undefined;
    this.flush();
  }

  private ready(): void {
    this.flush();
    for (let turn = 0; turn < TURN && !this.closed && this.receives && this.transcript.hasRoom; turn++)
      if (!this.receive()) break;
    this.look();
  }

  /** False where nothing is there now. */
  private receive(): boolean {
    const stream = this.type === 'stream';
    try {
      const received = receiveNow(this.fd, stream ? STREAM_PART : PACKET_PART, !stream);
      if (!received) return false;
      if (
        received.content.length === 0 &&
        this.type !== 'dgram' &&
        (this.type === 'stream' || otherEnded(this.fd))
      ) {
        this.receives = false;
        this.transcript.tell({ is: 'ended', connection: this.number });
        this.closeWhenDone();
        return false;
      }
      this.note(received);
      return true;
    } catch (error) {
      this.fail(error);
      return this.type === 'dgram';
    }
  }

  private note(received: Received): void {
    const { content, length, descriptors, from } = received;
    const { connection, to } = this.apart?.(received) ?? { connection: this.number, to: undefined };
    const name = this.type === 'dgram' ? fromText(from) : undefined;
    this.transcript.tell({
      is: 'received',
      connection,
      content: toBytes(content),
      packet: this.type !== 'stream',
      ...(length > content.length && { length }),
      ...(descriptors && { descriptors }),
      ...(name !== undefined && { from: name }),
    });
    if (this.transcript.echo && (!this.apart || to))
      void this.send(content, to, connection).then(
        () => undefined,
        (error: unknown) => this.fail(error, connection),
      );
  }

  private flush(): void {
    for (let next = this.queue[0]; next && !this.closed; next = this.queue[0]) {
      try {
        const sent = sendNow(this.fd, next.data.subarray(next.sent), next.to);
        if (sent === undefined) break;
        next.sent += sent;
        if (this.type === 'stream' && next.sent < next.data.length) continue;
        this.queue.shift();
        this.transcript.tell({
          is: 'sent',
          connection: next.connection,
          content: toBytes(next.data),
          packet: this.type !== 'stream',
        });
        next.resolve();
      } catch (error) {
        this.queue.shift();
        next.reject(error);
      }
    }
    this.look();
  }

  /** A datagram socket goes on after an error. */
  private fail(error: unknown, connection = this.number): void {
    const failure = brief(error);
    if (this.type !== 'dgram') this.drop();
    this.transcript.tell({ is: 'failed', connection, failure });
  }

  private closeWhenDone(): void {
    if (!this.sends && !this.receives) this.close();
  }

  private drop(): boolean {
    if (this.closed) return false;
    this.closed = true;
    clearTimeout(this.later);
    this.transcript.open.delete(this.number);
    this.watch.end();
    close(this.fd);
    for (const { reject } of this.queue.splice(0)) reject(new IpcFailure({ code: 'gone' }));
    return true;
  }
}
