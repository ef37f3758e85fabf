/** What need not be seen by who does not look for it: nothing that is amiss, and nothing of which nobody knows whose it is. */
import { expect, test } from 'vitest';
import { kindViews, withoutQuiet } from '../../src/presentation/kinds';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { eventfdRef, ptyRef } from '../../src/protocol/ref';
import { allSamples, samples } from '../support/samples';

const counter = (id: number, pids: number[], flags: string[] = []): ObjectOf<'eventfd'> => ({
  ...{ kind: 'eventfd', ref: eventfdRef(String(id)), id, owner: null, mode: null, flags, value: 0 },
  endpoints: pids.map((pid) => ({ pid, startTime: '1', fd: 3, role: 'open' as const })),
});

test('counters of one process alone are counted, those that join some or are full are shown', () => {
  const others = [counter(2, [7, 8]), counter(3, [7], ['full']), counter(4, [])];
  const { shown, left } = withoutQuiet([counter(1, [7, 7]), ...others, counter(5, [9])]);
  expect(shown).toEqual(others);
  expect(left).toHaveLength(1);
  expect(left[0]).toContain('2');
});

test('a terminal is shown where something is amiss, or somebody waits to write', () => {
  const [full] = samples.pty;
  if (!full) throw new Error('no sample');
  const plain = { ...full, ref: ptyRef('26', 5), flags: [] };
  const still: IpcObject = { ...plain, endpoints: plain.endpoints?.slice(0, 2) };
  expect(withoutQuiet([full, plain, still]).shown).toEqual([full, plain]);
});

test('all else is shown', () => {
  const others = allSamples.filter(({ kind }) => kindViews[kind].quiet === undefined);
  expect(withoutQuiet(others)).toEqual({ shown: others, left: [] });
});
