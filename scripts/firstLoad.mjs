// @ts-check
/** How much is loaded before anything is seen: of the extension when it is activated and when a view is shown, of each page when it opens. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes that no first load may exceed. */
const MOST = 300_000;
/** The same of what every window loads in which the extension is activated, by whatever. */
const ENTRY_MOST = 30_000;

/** Bytes of a bundle in `dist` and of all that it loads with itself. @param {string} file @param {Set<string>} seen */
function loaded(file, seen = new Set()) {
  if (seen.has(file)) return 0;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  let bytes = Buffer.byteLength(text);
  // What is shared has a file of its own, in CommonJS as in ES modules.
  for (const [, name = ''] of text.matchAll(/["']\.\/(shared-\w+\.js)["']/g))
    bytes += loaded(join(dirname(file), name), seen);
  return bytes;
}

/** The first load of each in bytes, and what it may be at most. @returns {[file: string, bytes: number, most: number][]} */
export function firstLoads() {
  const pages = readdirSync('dist/pages').filter((name) => !name.startsWith('shared-'));
  const others = ['dist/running.js', ...pages.map((name) => `dist/pages/${name}`)];
  const entry = 'dist/extension.js';
  /** @type {(file: string, most: number) => [string, number, number]} */
  const measured = (file, most) => [file, loaded(file), most];
  return [measured(entry, ENTRY_MOST), ...others.map((file) => measured(file, MOST))];
}
