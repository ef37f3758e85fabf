/** What was taken from the kernel and not yet stored by the caller: it must not be lost when the caller dies. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a message goes whose receiver died: the folder, and the entry that stands there for it. */
interface Recovery {
  folder: string;
  entry: Record<string, unknown>;
}

interface Kept {
  content: object;
  recovery: Recovery | undefined;
}

/** Keeps each taken message until it is acknowledged. */
export class Taken {
  private readonly kept = new Map<number, Kept>();
  private next = 1;

  /** Answers the token that acknowledges it. */
  keep(content: object, recovery: Recovery | undefined): number {
    const token = this.next++;
    this.kept.set(token, { content, recovery });
    return token;
  }

  acknowledge(token: number): void {
    this.kept.delete(token);
  }

  /** The caller is gone: writes what is left into its recovery folder, mode 0600, one file each, never over an existing one. */
  rescue(): void {
    for (const [token, { content, recovery }] of this.kept) {
      if (recovery === undefined) continue;
      try {
        const path = join(recovery.folder, `taken-${process.pid}-${Date.now()}-${token}.json`);
        writeFileSync(path, JSON.stringify({ ...recovery.entry, ...content }), { mode: 0o600, flag: 'wx' });
        this.kept.delete(token);
      } catch (error) {
        console.error('could not rescue a taken message', error);
      }
    }
  }
}
