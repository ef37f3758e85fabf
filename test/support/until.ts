/** Waiting for what comes by itself: by looking again, never by a time that should be enough. */

/** Milliseconds after which it is held not to come. */
const PATIENCE = 10_000;

/** Looks again and again until there is something, and answers it. Throws when it does not come. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false)
      return found as NonNullable<Exclude<T, false>>;
    if (Date.now() > end) throw new Error(`it did not come: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
