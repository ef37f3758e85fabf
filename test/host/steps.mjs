// @ts-check
// Progress on a terminal or in a log: one line a step, and a sign of life on long ones.

/** @typedef {(line: string) => void} Log */

const heartbeatEvery = 10_000;

/**
 * Seconds since a moment, as text for people.
 * @param {number} start milliseconds, from `performance.now()`
 */
export function elapsed(start) {
  const seconds = (performance.now() - start) / 1000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/**
 * Runs one step, says how long it took, and prints a line now and then while it lasts.
 * @template T
 * @param {Log} log
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(log, title, work) {
  const start = performance.now();
  log(`${title} ...`);
  const heartbeat = setInterval(() => log(`${title}: still at it after ${elapsed(start)}`), heartbeatEvery);
  try {
    const result = await work();
    log(`${title}: done in ${elapsed(start)}`);
    return result;
  } catch (error) {
    log(`${title}: failed after ${elapsed(start)}`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}
