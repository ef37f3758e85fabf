// @ts-check
// Folders that are built once per machine and user, outside the clone.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { linkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTimeOf } from './processes.mjs';

/** @typedef {import('./steps.mjs').Log} Log */

const unusedFor = 60 * 24 * 3600 * 1000;

/** The folder for everything that we keep between runs. */
export function cacheRoot() {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'ipc-inspector');
}

/**
 * The folder as it is, or built first. It is built beside its place and renamed when complete,
 * so that a half one is never taken for whole.
 * @param {string} folder
 * @param {Log} log
 * @param {(scratch: string) => Promise<void>} build
 * @returns {Promise<string>} the folder
 */
export async function buildOnce(folder, log, build) {
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    const unlock = await lock(`${folder}.lock`, log);
    try {
      if (!existsSync(folder)) await buildBeside(folder, build);
    } finally {
      unlock();
    }
  }
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

/** @param {string} folder @param {(scratch: string) => Promise<void>} build */
async function buildBeside(folder, build) {
  tidy(dirname(folder));
  const scratch = `${folder}.${process.pid}.${startTimeOf(process.pid)}.tmp`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  try {
    await build(scratch);
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    // Should the lock ever have failed, then another has built the same: as good as ours.
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Removes what killed runs left, and versions that nobody used for months.
 * @param {string} parent
 */
function tidy(parent) {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    const [, pid, startTime] = /\.(\d+)\.(\d+)\.tmp$/.exec(name) ?? [];
    const abandoned = pid !== undefined && startTimeOf(Number(pid)) !== startTime;
    const old = /^[a-z]+-[0-9a-f]{12}$/.test(name) && Date.now() - statSync(path).mtimeMs > unusedFor;
    if (abandoned || old) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Takes a lock that names its holder; one of a dead process is taken over.
 * @param {string} path
 * @param {Log} log
 * @returns {Promise<() => void>} gives it back
 */
async function lock(path, log) {
  const own = `${process.pid} ${startTimeOf(process.pid)}`;
  const draft = `${path}.${process.pid}`;
  for (let told = false; ; told = true) {
    // By link: the lock is never seen empty.
    writeFileSync(draft, own);
    try {
      linkSync(draft, path);
      return () => unlinkSync(path);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
    const holder = read(path);
    const [pid, startTime] = holder.split(' ');
    if (holder && startTimeOf(Number(pid)) !== startTime) {
      // Two may take it over at once. That costs time, not truth: only one rename succeeds.
      if (read(path) === holder) rmSync(path, { force: true });
      continue;
    }
    if (!told) log(`waiting for process ${pid}, which is making ${basename(path, '.lock')}`);
    await sleep(250);
  }
}

/** @param {string} path @returns {string} nothing if there is no such file */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
