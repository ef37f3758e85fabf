/** Writes the journal of a drain. It is there before anything is taken; each message is in it, and on the disk, before the next is taken. */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFile, journalLine } from '../../protocol/drainJournal';
import { IpcFailure } from '../../protocol/errors';
import type { QueuedMessage } from '../libc/mqueue';
import { firstNumber } from '../numbering';
import { readSmall } from '../proc/read';
import { parseStat } from '../proc/stat';
import type { Recovery } from './taken';

const NEWLINE = Buffer.from('\n');
let next = firstNumber();

export class DrainJournal {
  /** Names it among all. */
  readonly name = `${process.pid}-${next++}`;
  private readonly path: string;
  private readonly fd: number;

  /** Opens it in the recovery folder; where that cannot be, in the folder for temporary files, and says so. Throws ErrnoError (`store`): nothing may be taken then. */
  constructor({ folder, entry }: Recovery) {
    const open = (where: string): [string, number] => {
      const path = join(where, journalFile(this.name));
      return [path, openSync(path, 'wx', 0o600)];
    };
    try {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        [this.path, this.fd] = open(folder);
      } catch (error) {
        console.error('the journal of a drain cannot be written into its folder', error);
        [this.path, this.fd] = open(tmpdir());
        console.error(`it is ${this.path}`);
      }
      const stat = readSmall('/proc/self/stat');
      const startTime = (stat && parseStat(stat)?.startTime) ?? '0';
      // In the way of a message, so that what runs between the kernel and the journal does not run for the first time then.
      this.put(journalLine({ is: 'drain', pid: process.pid, startTime, entry }));
      fsyncSync(this.fd);
    } catch (error) {
      throw asStored(error);
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
    this.put(line, content, NEWLINE);
  }

  private put(...pieces: Uint8Array[]): void {
    const all = pieces.reduce((sum, { length }) => sum + length, 0);
    if (writevSync(this.fd, pieces) !== all) throw new IpcFailure({ code: 'unstored', errno: 'ENOSPC' });
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

  private note(said: Parameters<typeof journalLine>[0]): void {
    try {
      writeSync(this.fd, journalLine(said));
    } catch (error) {
      console.error('the journal of a drain cannot be written', error);
    }
  }
}

function asStored(error: unknown): IpcFailure {
  if (error instanceof IpcFailure) return error;
  return new IpcFailure({ code: 'unstored', errno: (error as NodeJS.ErrnoException).code ?? 'EIO' });
}
