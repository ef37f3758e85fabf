// @ts-check
/** What the sample made, and how it is removed. */
import { rmSync } from 'node:fs';
import { removeQueue } from './queue.mjs';

/** @typedef {{ folder: string, queues: number[] }} Made */

/**
 * Removes everything; what is gone already is passed over.
 * @param {Made} made
 */
export function removeAll(made) {
  for (const id of made.queues) removeQueue(id);
  rmSync(made.folder, { recursive: true, force: true });
}

/**
 * The frame of a worker: its name, what was made, and an end with its parent, which may have been killed.
 * @param {string} name at most 15 bytes
 * @returns {Made}
 */
export function worker(name) {
  process.title = name;
  const made = /** @type {Made} */ (JSON.parse(process.argv[2] ?? '{}'));
  process.on('disconnect', () => {
    removeAll(made);
    process.exit(0);
  });
  process.on('SIGTERM', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  return made;
}
