/**
 * The time on the machine whose objects are shown, which need not be the machine that this page runs on (Remote SSH,
 * a browser), and one tick a second for everything that shows an age.
 */

/** What has to be added to our clock to get theirs. */
let ahead = 0;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Now, by the clock of the machine that is looked at. */
export function now(): number {
  return Date.now() + ahead;
}

/** Learns from an answer whose time must lie between asking and hearing; in between, our guess is as good. */
export function learn(askedAt: number, theirs: number, heardAt: number): void {
  if (theirs < askedAt + ahead) ahead = theirs - askedAt;
  else if (theirs > heardAt + ahead) ahead = theirs - heardAt;
}

/** Calls back every second while the page can be seen. Returns how to stop. */
export function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  if (document.hidden) return;
  for (const listener of listeners) listener();
}
