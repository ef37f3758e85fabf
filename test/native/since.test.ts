/** Since when a thread has not run: as the program itself noted it, over some seconds, and of root's processes for a plain user too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as readline from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { processRef } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';

let child: ChildProcess | undefined;
let helper: TestHelper | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await helper?.stop();
  helper = undefined;
});

const PROGRAM = `
import os, time
r, w = os.pipe(); print(time.time(), flush=True); os.read(r, 1)
`;
/** Milliseconds that what is said may be off. */
const EXACT = 1000;

/** A program that reads what nobody writes. Answers its ref and pid, and when it began by its own clock. */
async function reading() {
  child = spawn('python3', ['-ISE', '-c', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const began = await new Promise<number>((resolve) =>
    lines.once('line', (line) => resolve(Number(line) * 1000)),
  );
  const pid = child.pid ?? 0;
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return { pid, began, ref: processRef(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '') };
}

for (const seconds of [2, 20])
  test(`over ${seconds} s`, { timeout: 60_000 }, async (context) => {
    needs(context, 'python3');
    const { ref, pid, began } = await reading();
    await sleep(seconds * 1000);
    const one = (helper = new TestHelper());
    for (let look = 0; look < 2; look++) {
      const { threads = [], details } = await one.act('process', 'inspect', { ref });
      const wait = threads.find(({ tid }) => tid === pid)?.wait;
      if (typeof wait !== 'object') throw new Error('it does not wait');
      expect(Math.abs((wait.since ?? 0) - began)).toBeLessThan(EXACT);
      expect(details?.threads.find(({ tid }) => tid === pid)?.since).toBe(wait.since);
    }
  });

test("of root's process for a plain user, who may not know in which call it is", async (context) => {
  needsRoot(context, 'a process of root');
  needs(context, 'setpriv');
  const { ref, pid, began } = await reading();
  await sleep(2000);
  const plain = (helper = new TestHelper([...AS_NOBODY]));
  const { threads = [], details } = await plain.act('process', 'inspect', { ref });
  expect(threads.find(({ tid }) => tid === pid)?.wait).toBe(undefined);
  const own = details?.threads.find(({ tid }) => tid === pid);
  expect(Math.abs((own?.since ?? 0) - began)).toBeLessThan(EXACT);
  // What stands in files that everybody may read is told all the same.
  expect(details?.pending).toBe('0');
});
