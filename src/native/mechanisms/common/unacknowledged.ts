/** What was taken from the kernel and not yet stored by the caller: it must not be lost when the caller dies. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { firstNumber } from '../../numbering';

/** Where a message goes whose receiver died: the folder, and the entry that stands there for it. */
export const recoverySchema = v.object({ folder: v.string(), entry: v.record(v.string(), v.unknown()) });
export type Recovery = v.InferOutput<typeof recoverySchema>;

/**
 * Writes what was taken into its recovery folder, as a file of mode 0600, never over an existing one; where that cannot be done, into the folder for
 * temporary files, and says so. Answers its path. Throws what writing there throws.
 */
export function rescue(recovery: Recovery | undefined, content: object, token: number): string {
  const name = `taken-${process.pid}-${Date.now()}-${token}.json`;
  const text = JSON.stringify({ ...recovery?.entry, ...content });
  const write = (folder: string) => {
    const path = join(folder, name);
    // Aside, and renamed when it is on the disk: should we be killed, a half file is not taken for a whole one.
    const fd = openSync(`${path}.part`, 'wx', 0o600);
    try {
      try {
        writeFileSync(fd, text);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(`${path}.part`, path);
      return path;
    } catch (error) {
      rmSync(`${path}.part`, { force: true });
      throw error;
    }
  };
  try {
    if (recovery) {
      mkdirSync(recovery.folder, { recursive: true, mode: 0o700 });
      return write(recovery.folder);
    }
  } catch (error) {
    console.error('could not rescue a taken message into its folder', error);
  }
  const path = write(tmpdir());
  console.error(`a taken message that nobody stored is in ${path}`);
  return path;
}

/** Kept here with where to write it, or kept by a child that writes it itself and waits for our word. */
type Kept = { content: object; recovery: Recovery | undefined } | { acknowledge: () => void };

/** Keeps each taken message until it is acknowledged. */
export class Unacknowledged {
  private readonly kept = new Map<number, Kept>();
  private next = firstNumber();

  /** Answers the token that acknowledges it. */
  keep(kept: Kept): number {
    const token = this.next++;
    this.kept.set(token, kept);
    return token;
  }

  acknowledge(token: number): void {
    const kept = this.kept.get(token);
    if (kept && 'acknowledge' in kept) kept.acknowledge();
    this.kept.delete(token);
  }

  /** The caller is gone: writes what is left into its recovery folder. */
  rescue(): void {
    for (const [token, kept] of this.kept) {
      if ('acknowledge' in kept) continue;
      try {
        rescue(kept.recovery, kept.content, token);
        this.kept.delete(token);
      } catch (error) {
        console.error('could not rescue a taken message', error);
      }
    }
  }
}
