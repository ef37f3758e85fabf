/** Writes the journal of a drain. It is there before anything is taken; each message is in it, and on the disk, before the next is taken. */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFile, journalLine } from '../../../protocol/drainJournal';
import { IpcFailure } from '../../../protocol/errors';
import type { QueuedMessage } from '../../libc/mqueue';
import { firstNumber } from '../../numbering';
import { readSmall } from '../../proc/read';
import { parseStat } from '../../proc/stat';
import type { Recovery } from '../common/unacknowledged';

const NEWLINE = Buffer.from('\n');
/** Lines that are owed at most before some of them are tried together. */
const TRIED = 100;
/** Of this process: two journals must not have one name. */
let next = firstNumber();

export class DrainJournal {
  /** Names it among all. */
  readonly name = `${process.pid}-${next++}`;
  private path = '';
  private fd = -1;
  /** Bytes of whole lines. */
  private length = 0;
  /** Lines of what was done that could not be written yet. */
  private owed: Uint8Array[] = [];

  /** Opens it in the recovery folder; where that cannot be, in the folder for temporary files, and says so. Throws ErrnoError (`store`): nothing may be taken then. */
  constructor({ folder, entry }: Recovery) {
    const stat = readSmall('/proc/self/stat');
    const startTime = (stat && parseStat(stat)?.startTime) ?? '0';
    const head = journalLine({ is: 'drain', pid: process.pid, startTime, entry });
    try {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        this.begin(folder, head);
      } catch (error) {
        console.error('the journal of a drain cannot be written into its folder', error);
        this.begin(tmpdir(), head);
        console.error(`it is ${this.path}`);
      }
    } catch (error) {
      throw asStored(error);
    }
  }

  /** Leaves nothing behind where it cannot be written. */
  private begin(folder: string, head: Uint8Array): void {
    this.path = join(folder, journalFile(this.name));
    // Appending: behind a torn line that was cut off comes the next.
    this.fd = openSync(this.path, 'ax', 0o600);
    try {
      // In the way of a message, so that what runs between the kernel and the journal does not run for the first time then.
      this.put(head);
      fsyncSync(this.fd);
    } catch (error) {
      closeSync(this.fd);
      this.forget();
      throw error;
    }
  }

  /** A message was taken. Returns when it is on the disk. Throws ErrnoError (`store` ENOSPC). */
  took(number: number, message: QueuedMessage): void {
    try {
      this.write(number, message);
      fdatasyncSync(this.fd);
    } catch (error) {
      throw asStored(error);
    }
  }

  /** The same, and not yet on the disk: should we be killed it is there, should the machine fail the queue is gone too. */
  write(number: number, { priority, content }: QueuedMessage): void {
    const bytes = content.length;
    const line = journalLine({ is: 'took', number, priority, takenAt: Date.now(), bytes });
    this.put(Buffer.concat(this.owed), line, content, NEWLINE);
    this.owed = [];
  }

  /** Whole lines or none of them: nothing behind a torn one would be read. Throws what writing throws (ENOSPC). */
  private put(...pieces: Uint8Array[]): void {
    const all = pieces.reduce((sum, { length }) => sum + length, 0);
    try {
      let done = writevSync(this.fd, pieces);
      if (done < all) {
        const bytes = Buffer.concat(pieces);
        while (done < all) done += writeSync(this.fd, bytes, done);
      }
      this.length += all;
    } catch (error) {
      ftruncateSync(this.fd, this.length);
      throw error;
    }
  }

  /** Goes back now. Should it fail to be noted it goes back all the same: then it may be told of twice. */
  sending(number: number): void {
    this.note({ is: 'sending', number });
  }

  left(number: number): void {
    this.note({ is: 'left', number });
  }

  /** Nothing more happens. Without `keep` all is in the queue again, and the journal goes. */
  end(keep: boolean): void {
    if (keep) this.note({ is: 'done' });
    closeSync(this.fd);
    if (!keep) this.forget();
  }

  forget(): void {
    rmSync(this.path, { force: true });
  }

  /** What cannot be noted is noted with what comes next: else what has gone back would be told as lost. */
  private note(said: Parameters<typeof journalLine>[0]): void {
    this.owed.push(journalLine(said));
    // On a disk that stays full not every one of thousands tries them all.
    if (said.is !== 'done' && this.owed.length % Math.ceil(this.owed.length / TRIED) !== 0) return;
    try {
      this.put(Buffer.concat(this.owed));
      this.owed = [];
    } catch (error) {
      console.error('the journal of a drain cannot be written', error);
    }
  }
}

function asStored(error: unknown): IpcFailure {
  if (error instanceof IpcFailure) return error;
  return new IpcFailure({ code: 'unstored', errno: (error as NodeJS.ErrnoException).code ?? 'EIO' });
}
