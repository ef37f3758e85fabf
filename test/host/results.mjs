// @ts-check
// The one form in which every kind of test says what came out.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Results
 * @property {number} passed
 * @property {number} failed
 * @property {{ title: string, reason: string }[]} skipped
 * @property {{ title: string, message: string }[]} failures
 */

/**
 * Reads what a run wrote.
 * @param {string} file
 * @returns {Results | undefined} nothing if it did not come to write
 */
export function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
