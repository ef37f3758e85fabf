/** A child that says nothing is given up where it does nothing, and not where it only has to wait for a processor or a disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { parseStat } from '../../src/native/proc/stat';
import { watchSilence } from '../../src/native/waiting/silence';
import { needs } from '../support/oracles';
import { until } from '../support/until';

const children: ChildProcess[] = [];
beforeAll(prepare);
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const SOON = { idle: 100, look: 10 };

async function inState(state: string, command: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  await until(() => parseStat(readFileSync(`/proc/${child.pid}/stat`))?.state === state);
  return child;
}

test('one that sleeps is given up, one that cannot go on is not', async (context) => {
  needs(context, 'python3');
  // A parent sleeps so (D) until its child of vfork(2) has begun something else or ended.
  const code = 'import ctypes; l = ctypes.CDLL(None); l.vfork() or (l.prctl(1, 9), l.sleep(60), l._exit(0))';
  const held = await inState('D', 'python3', '-c', code);
  const given: string[] = [];
  const heard = watchSilence(held, () => given.push('held up'), SOON);
  const asleep = await inState('S', 'sleep', '60');
  const later = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(later);
  watchSilence(asleep, () => given.push('asleep'), SOON);
  await until(() => given.includes('asleep'));
  // Another whole time, and longer than the first has been watched by then.
  watchSilence(later, () => given.push('later'), { idle: 300, look: 10 });
  await until(() => given.includes('later'));
  expect(given).toEqual(['asleep', 'later']);
  heard();
});
