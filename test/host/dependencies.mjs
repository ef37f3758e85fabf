// @ts-check
// The project's own packages, installed when they are missing or older than the lockfile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { step } from './steps.mjs';

/** @typedef {import('./steps.mjs').Log} Log */
/** @typedef {Record<string, { version?: string, integrity?: string, optional?: boolean }>} Packages */

/**
 * Runs `npm ci` if what is installed is not what the lockfile says.
 * @param {string} root
 * @param {Log} [log]
 */
export async function ensureDependencies(root, log = console.log) {
  if (areInstalled(root)) return;
  await step(log, 'Installing the packages of the project', () =>
    runNpm(root, 'ci', '--ignore-scripts', '--include=dev'),
  );
}

/** @param {string} root */
function areInstalled(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  // npm writes down at the end of an installation what it has installed.
  const there = packagesIn(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !there) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = there[path];
    // Optional ones are for other platforms.
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

/** @param {string} file @returns {Packages | undefined} */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
