// Small things that all parts of the driver use.
import { setTimeout as sleep } from 'node:timers/promises';

/** A pattern for exactly this text; VS Code adds the key that does the same in parentheses. */
export function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}( \\([^)]*\\))?\\s*$`);
}

/** Asks again and again until the answer is yes; says what was there instead if it never is. */
export async function eventually(
  ask: () => Promise<boolean>,
  timeout: number,
  otherwise: () => string,
): Promise<void> {
  const end = performance.now() + timeout;
  for (;;) {
    if (await ask()) return;
    if (performance.now() > end) throw new Error(`After ${timeout} ms: ${otherwise()}`);
    await sleep(50);
  }
}
