/** Locks of programs that people use: SQLite's and flock(1)'s, as fdinfo has them, with who waits. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { takeSnapshot } from '../../src/native/snapshot';
import type { ObjectOf } from '../../src/protocol/kinds';
import { needs } from '../support/oracles';
import { until } from '../support/until';

await prepare();
const started: ChildProcess[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockTools-'));
});
afterEach(() => {
  // Each is a group of its own: flock(1) has a child.
  for (const { pid } of started.splice(0))
    if (pid !== undefined)
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
  rmSync(folder, { recursive: true, force: true });
});

function start(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  started.push(child);
  return child;
}

async function lockOn(path: string) {
  const { objects } = await takeSnapshot(new Census(makeMechanisms()), { details: true });
  return objects.find((one): one is ObjectOf<'lock'> => one.kind === 'lock' && one.path === path);
}

test('flock(1): the lock is also its command’s, and the second waits', async (context) => {
  needs(context, 'flock');
  const path = join(folder, 'job.lock');
  const first = start('flock', path, 'sleep', '600');
  const held = await until(async () => {
    const found = await lockOn(path);
    return (found?.held[0]?.holders.length ?? 0) > 1 ? found : undefined;
  });
  expect(held.held).toMatchObject([
    { type: 'flock', mode: 'exclusive', taker: { pid: first.pid, now: 'holds' } },
  ]);
  expect(held.held[0]?.holders.map(({ pid }) => pid)).toContain(first.pid);
  const second = start('flock', path, 'true');
  const waiting = await until(async () => {
    const found = await lockOn(path);
    return (found?.waiters.length ?? 0) > 0 ? found : undefined;
  });
  expect(waiting.waiters).toMatchObject([{ pid: second.pid, type: 'flock', mode: 'exclusive' }]);
});

/** PENDING_BYTE, RESERVED_BYTE, and where those of readers begin (SQLite, os.h). */
const PENDING = 0x40000000;
const RESERVED = PENDING + 1;
const SHARED = PENDING + 2;

test('SQLite: readers, the one who is to write, and the one who writes', async (context) => {
  needs(context, 'sqlite3');
  const path = join(folder, 'data.db');
  const child = start('sqlite3', path);
  const ranges = async (count: number) => {
    const found = await until(async () => {
      const one = await lockOn(path);
      return one?.held.length === count ? one : undefined;
    });
    expect(found.held.every(({ type, holders }) => type === 'posix' && holders[0]?.pid === child.pid)).toBe(
      true,
    );
    return found.held.map(({ mode, start: from }) => [mode, from]).sort();
  };
  child.stdin?.write('CREATE TABLE t(a); BEGIN IMMEDIATE;\n');
  expect(await ranges(2)).toEqual([
    ['exclusive', RESERVED],
    ['shared', SHARED],
  ]);
  child.stdin?.write('ROLLBACK; BEGIN EXCLUSIVE;\n');
  const [first] = await ranges(1);
  expect(first).toEqual(['exclusive', PENDING]);
});
