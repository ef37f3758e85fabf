/** Rules that count over several looks, on small looks: when they come, and when they go. */
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/diagnosis/machine';
import { type Memory, step } from '../../../src/diagnosis/step';
import type { RuleName } from '../../../src/protocol/findings';
import type { IpcObject } from '../../../src/protocol/kinds';
import { inetRef, pipeRef, posixRef } from '../../../src/protocol/ref';
import { type SomeThresholds, thresholdsOf } from '../../../src/protocol/thresholds';
import { base, end, Scene } from './scene';

const MINUTE = 60_000;

/** What a rule says in each of these looks, one after another. */
function said(rule: RuleName, looks: readonly Observation[], some: SomeThresholds = {}): number[] {
  let memory: Memory | undefined;
  return looks.map((look) => {
    const { findings, memory: left } = step(look, memory, thresholdsOf(some));
    memory = left;
    return findings.filter((one) => one.rule === rule).length;
  });
}

function pipes(count: number): IpcObject[] {
  return Array.from({ length: count }, (_, at) => ({
    ...{ kind: 'pipe', ref: pipeRef(String(at)), inode: String(at), ...base },
    endpoints: [end(1, 'both')],
  }));
}

describe('what only grows', () => {
  const looksAt = (counts: readonly number[]) =>
    counts.map((count, at) => ({
      ...new Scene().process(1, ['runs']).look(at * MINUTE),
      objects: pipes(count),
    }));
  const grown = (counts: readonly number[]) =>
    said('leak', looksAt(counts), { leakMinutes: 8, leakObjects: 16 });

  test('is told once it has grown for the whole time, and no more once it stands still', () => {
    const rising = Array.from({ length: 12 }, (_, at) => 20 + at * 4);
    expect(grown(rising).slice(0, 9)).not.toContain(1);
    expect(grown(rising).at(-1)).toBe(1);
    expect(grown([...rising, ...new Array<number>(4).fill(64)]).at(-1)).toBe(0);
  });

  test('is not told of a pool that fills once, of what falls in between, and of a little', () => {
    expect(grown([20, 60, ...new Array<number>(12).fill(100)])).not.toContain(1);
    expect(grown(Array.from({ length: 14 }, (_, at) => 20 + at * 4 - (at === 9 ? 12 : 0)))).not.toContain(1);
    expect(grown(Array.from({ length: 14 }, (_, at) => 20 + at))).not.toContain(1);
  });
});

describe('a limit', () => {
  const at = (used: readonly number[]) =>
    used.map((queues, number) => ({
      ...new Scene().look(number * 10_000),
      host: {
        uid: 0,
        limits: { 'sysv.msg': { queues: 100, messageBytes: 1, queueBytes: 1 } },
        usage: { 'sysv.msg': { queues, messages: 0, bytes: 0 } },
      },
    }));

  test('comes at 80 percent and goes below 70', () => {
    expect(said('limitNear', at([79, 79, 80, 80, 75, 70, 69, 75, 79]))).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0]);
  });
});

describe('memory without a name', () => {
  const at = (megabytes: number, used: number) =>
    [0, 1, 2].map((number): Observation => ({
      ...new Scene().process(1, ['runs']).look(number * 20_000),
      host: { uid: 0, limits: {}, usage: { 'posix.shm': { used, size: 100 * 2 ** 20 } } },
      objects: [
        {
          ...{
            kind: 'posix.shm',
            ref: posixRef('posix.shm', { device: '1', inode: '2', birth: '3' }),
            ...base,
            ...{ type: 'file', device: '1', inode: '2' },
          },
          ...{ name: '/x', flags: ['unlinked'], allocated: megabytes * 2 ** 20 },
          endpoints: [end(1, 'open')],
        },
      ],
    }));

  test('is told from less on where /dev/shm is nearly full', () => {
    expect(said('unlinkedMemory', at(40, 0)).at(-1)).toBe(1);
    expect(said('unlinkedMemory', at(4, 0)).at(-1)).toBe(0);
    expect(said('unlinkedMemory', at(4, 90 * 2 ** 20)).at(-1)).toBe(1);
    expect(said('unlinkedMemory', at(40, 0), { unlinkedBytes: 64 * 2 ** 20 }).at(-1)).toBe(0);
  });
});

describe('datagrams', () => {
  const at = (drops: readonly number[], waiting = 100) =>
    drops.map((count, number): Observation => ({
      ...new Scene().process(1, ['runs']).look(number * 10_000),
      objects: [
        {
          ...{ kind: 'inet', ref: inetRef('1'), inode: '1', ...base, protocol: 'udp', family: 4 },
          ...{ local: { address: '127.0.0.1', port: 1 }, remote: null, state: 'unconnected', drops: count },
          ...{ receiveQueue: { amount: waiting, unit: 'memory' }, endpoints: [end(1, 'bound')] },
        },
      ],
    }));

  test('are told while drops rise, and for a while after', () => {
    expect(said('datagramsDropped', at([5, 5, 9, 12, 12, 12, 12, 12]))).toEqual([0, 0, 0, 1, 1, 1, 0, 0]);
    expect(said('datagramsDropped', at([5, 9, 12, 15], 0))).not.toContain(1);
  });
});

describe('zombies', () => {
  const at = (...kids: number[][]) =>
    kids.map((pids, number) => {
      const scene = new Scene().process(1, ['runs']);
      for (const pid of pids) scene.process(pid, [], { parent: 1, state: 'Z' });
      return scene.look(number * 30_000);
    });

  test('of a few are told once one of them is old, however many come and go', () => {
    expect(said('zombies', at([2], [2], [2], [2]))).toEqual([0, 0, 1, 1]);
    expect(said('zombies', at([2], [3], [4], [5]))).toEqual([0, 0, 0, 0]);
    expect(said('zombies', at([2, 3], [4, 5], [6, 7]), { zombies: 2 })).toEqual([0, 1, 1]);
  });
});
