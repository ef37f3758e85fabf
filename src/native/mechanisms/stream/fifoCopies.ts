/**
 * Reads of a FIFO in two steps, so that the caller can store a copy before anything is taken. In between we stay a reader: what is in a FIFO dies with its last
 * descriptor (fifo(7)), and its writers may leave at any moment.
 */
import { type Bytes, toBytes } from '../../../protocol/bytes';
import { IpcFailure } from '../../../protocol/errors';
import type { Path } from '../../libc/path';
import { capacityOf, PIPE_BUF, readNow, tee } from '../../libc/fd';
import { firstNumber } from '../../numbering';
import { closeReader, type FifoReader, inGrace, leaveReader, openReader } from './fifoReadWrite';
import type { FifoIdentity } from './fifoFile';
import type { LastRead } from './fifoLeaving';
import { drain, grow, withOwnPipe } from './peek';
import { type Recovery, rescue } from '../common/unacknowledged';

interface Held {
  reader: FifoReader;
  recovery: Recovery | undefined;
}

export class FifoCopies {
  private readonly held = new Map<number, Held>();
  private next = firstNumber();

  /** The ability `copy`. Rejects as `openReader`. */
  async copy(
    identity: FifoIdentity,
    path: Path,
    length: number,
    recovery: Recovery | undefined,
  ): Promise<{ copied: number; content: Bytes }> {
    const reader = openReader(path, identity);
    try {
      const content = await inGrace(() => copyFrom(reader.fd, length));
      const copied = this.next++;
      this.held.set(copied, { reader, recovery });
      return { copied, content: toBytes(content ?? Buffer.alloc(0)) };
    } catch (error) {
      closeReader(reader);
      throw error;
    }
  }

  /** The second half. Throws IpcFailure `gone` where nothing is held under this number, and as `readFifo`. */
  take(copied: number, length: number): LastRead {
    const { reader } = this.remove(copied);
    let content: Buffer | undefined;
    try {
      content = readNow(reader.fd, length);
    } catch (error) {
      closeReader(reader);
      throw error;
    }
    return leaveReader(reader, content, length);
  }

  /** The ability `release`. Throws IpcFailure `gone`. */
  release(copied: number): void {
    leaveUnread(this.remove(copied), copied);
  }

  /** The caller is gone. */
  end(): void {
    for (const [copied, held] of this.held) leaveUnread(held, copied);
    this.held.clear();
  }

  private remove(copied: number): Held {
    const held = this.held.get(copied);
    if (!held) throw new IpcFailure({ code: 'gone' });
    this.held.delete(copied);
    return held;
  }
}

/** The front of it; empty where nobody writes, undefined where nothing is there yet. */
function copyFrom(fd: number, length: number): Buffer | undefined {
  return withOwnPipe(PIPE_BUF, (own) => {
    grow(own, capacityOf(fd));
    return tee(fd, own.write, length) === undefined ? undefined : Buffer.concat(drain(own));
  });
}

/** What would die with our descriptor is kept where the caller finds it. */
function leaveUnread({ reader, recovery }: Held, copied: number): void {
  let rest: Buffer;
  try {
    rest = leaveReader(reader, undefined, 0).content;
  } catch {
    // Nothing was there, or others have it.
    return;
  }
  try {
    if (rest.length > 0) rescue(recovery, { content: toBytes(rest), takenAt: Date.now() }, copied);
  } catch (error) {
    console.error('could not rescue what was left in a FIFO', error);
  }
}
