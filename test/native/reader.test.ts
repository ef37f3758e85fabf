/** The process that asks what may never be answered: it and the helper never wait for each other, and what nobody answered is asked again. */
import koffi from 'koffi';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { ProcessTable } from '../../src/native/census/processes/processes';
import { prepare } from '../../src/native/libc/load';
import { resize } from '../../src/native/libc/fd';
import type { Question } from '../../src/native/reader/frames';
import { Reader } from '../../src/native/reader/reader';
import { readWith } from '../../src/native/reader/reading';
import { BESIDE } from '../support/helper';
import { ended } from '../support/processes';
import { Scene } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
const readers: Reader[] = [];
beforeAll(prepare);
afterEach(async () => {
  for (const one of readers.splice(0)) one.end();
  readWith(BESIDE);
  await scene.clean();
});

/** The pipes and the process of a reader, which it keeps to itself. */
interface Inside {
  live: { to: number; from: number; child: { pid: number } } | undefined;
}

function reader(script = BESIDE): Reader & { inside: Inside } {
  const one = new Reader(script);
  readers.push(one);
  return Object.assign(one, { inside: one as unknown as Inside });
}

const ownCommand: Question = { ask: 'command', task: process.pid, address: 0n };

test('it answers hundreds of questions also through the smallest pipes', () => {
  const one = reader();
  one.begin();
  const { live } = one.inside;
  // As the kernel gives them to a user who has a thousand others (pipe(7), pipe-user-pages-soft).
  for (const end of [live?.to ?? -1, live?.from ?? -1]) expect(resize(end, 4096)).toBe(4096);
  const command = readFileSync('/proc/self/cmdline');
  const answers = one.ask(Array.from({ length: 1000 }, () => ownCommand));
  expect(answers.filter((answer) => answer !== 'unanswered' && answer?.equals(command))).toHaveLength(1000);
});

test('a question that is longer than a window is asked all the same', () => {
  const long: Question = { ask: 'magic', link: `/${'./'.repeat(3000)}proc`, mount: '' };
  const answers = reader().ask([ownCommand, long, ownCommand]);
  expect(answers.map((answer) => typeof answer)).toEqual(['object', 'undefined', 'object']);
});

test('what one could not answer because it was ended, another answers', () => {
  const one = reader();
  expect(one.ask([ownCommand])).toHaveLength(1);
  process.kill(one.inside.live?.child.pid ?? 0, 'SIGKILL');
  const answers = [...one.ask([ownCommand]), ...one.ask([ownCommand])];
  expect(answers.at(-1)).toEqual(readFileSync('/proc/self/cmdline'));
});

test('where nobody can be asked that is said, and is no refusal', () => {
  const one = reader('/nowhere');
  expect(one.ask([ownCommand, ownCommand])).toEqual(['unanswered', 'unanswered']);
});

test('a command that nobody could be asked for is told once somebody can, though its process sleeps', async () => {
  const holder = scene.holder();
  await holder.run('0');
  const { pid } = holder;
  const table = new ProcessTable();
  const look = () => {
    table.begin();
    table.living(pid);
    return table.mentioned().find((process) => process.pid === pid);
  };
  readWith('/nowhere');
  const without = look();
  expect(without).toMatchObject({ pid, command: undefined });
  const told = JSON.stringify(without);
  readWith(BESIDE);
  expect(look()?.command).toMatch(/python3 -c/);
  // It stands in what was told, with which the next is compared.
  expect(JSON.stringify(without)).toBe(told);
});

const RLIMIT_NOFILE = 7;
const prlimit = koffi.load(null).func('int prlimit(int, int, const void *, void *)') as unknown as (
  ...how: [number, number, Buffer | null, Buffer | null]
) => number;

test('one that never comes up is ended, when nobody waits for it any more, or its helper ends', async () => {
  // As Node does at its start where no more threads may be made: it waits for ever, and reads nothing.
  const stuck = join(scene.folder(), 'stuck.js');
  writeFileSync(stuck, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)');
  const [waited, ends] = [reader(stuck), reader(stuck)];
  for (const one of [waited, ends]) one.begin();
  const pids = [waited, ends].map((one) => one.inside.live?.child.pid ?? 0);
  expect(waited.ask([ownCommand])).toEqual(['unanswered']);
  ends.end();
  for (const pid of pids) await until(() => ended(pid));
});

test('one that finds too few descriptors leaves none open', () => {
  const fds = () => readdirSync('/proc/self/fd').map(Number);
  const before = Buffer.alloc(16);
  prlimit(0, RLIMIT_NOFILE, null, before);
  const low = Buffer.from(before);
  low.writeBigUInt64LE(BigInt(Math.max(...fds()) + 20));
  const filling: number[] = [];
  let [free, left, answers]: [number, number, unknown] = [0, 0, undefined];
  try {
    prlimit(0, RLIMIT_NOFILE, low, null);
    const fill = () => {
      try {
        for (;;) filling.push(openSync('/dev/null', 'r'));
      } catch {
        return filling.length;
      }
    };
    fill();
    // One pipe fits, and the second does not.
    for (let at = 0; at < 3; at++) closeSync(filling.pop() ?? -1);
    free = filling.length;
    answers = reader().ask([ownCommand]);
    left = fill() - free;
  } finally {
    prlimit(0, RLIMIT_NOFILE, before, null);
    for (const fd of filling) closeSync(fd);
  }
  expect(answers).toEqual(['unanswered']);
  expect(left).toBe(3);
});
