/** What was taken from the kernel and not yet stored by the caller: it must not be lost when the caller dies. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** Where a message goes whose receiver died: the folder, and the entry that stands there for it. */
export const recoverySchema = v.object({ folder: v.string(), entry: v.record(v.string(), v.unknown()) });
export type Recovery = v.InferOutput<typeof recoverySchema>;

/** Writes what was taken into its recovery folder, as a file of mode 0600, never over an existing one. Throws what writing throws. */
export function rescue({ folder, entry }: Recovery, content: object, token: number): void {
  const path = join(folder, `taken-${process.pid}-${Date.now()}-${token}.json`);
  writeFileSync(path, JSON.stringify({ ...entry, ...content }), { mode: 0o600, flag: 'wx' });
}

/** Kept here with where to write it, or kept by a child that writes it itself and waits for our word. */
type Kept = { content: object; recovery: Recovery | undefined } | { acknowledge: () => void };

/** Keeps each taken message until it is acknowledged. */
export class Taken {
  private readonly kept = new Map<number, Kept>();
  private next = 1;

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
      if ('acknowledge' in kept || kept.recovery === undefined) continue;
      try {
        rescue(kept.recovery, kept.content, token);
        this.kept.delete(token);
      } catch (error) {
        console.error('could not rescue a taken message', error);
      }
    }
  }
}
