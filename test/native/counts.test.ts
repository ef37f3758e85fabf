/** Closed groups: how many there are of a kind, read no more often than the views show it, and at once where somebody asks. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Interest } from '../../src/protocol/calls';
import { KINDS } from '../../src/protocol/ref';
import { Made } from '../support/sysv';

const made = new Made();
beforeAll(prepare);
afterEach(() => made.clean());

const CLOSED: Interest = {
  levels: Object.fromEntries(KINDS.map((kind) => [kind, 'count' as const])),
  details: [],
};
const SETS_OPEN: Interest = { ...CLOSED, levels: { ...CLOSED.levels, 'sysv.sem': 'rows' } };

test('a number is held for three seconds, and read at once where somebody asks or opens the group', async () => {
  const census = new Census(makeMechanisms());
  const look = (interest: Interest, how: { fresh?: boolean; full?: boolean } = {}) =>
    runNow(census.take(interest, how));
  const before = look(CLOSED).counts;
  const id = made.set(1);
  const began = performance.now();
  const held = look(CLOSED).counts['sysv.sem'];
  // On a machine that took seconds for that nothing was held.
  if (performance.now() < began + 1000) expect(held).toBe(before['sysv.sem']);
  const now = Number(before['sysv.sem']) + 1;
  expect(look(CLOSED, { fresh: true }).counts['sysv.sem']).toBe(now);
  made.set(1);
  expect(look(CLOSED, { full: true }).counts['sysv.sem']).toBe(now + 1);
  made.set(1);
  const open = look(SETS_OPEN);
  expect(open.counts['sysv.sem']).toBe(now + 2);
  expect(open.objects.some((object) => object.kind === 'sysv.sem' && object.id === id)).toBe(true);
  // What was open is counted anew when it is closed, and shows no rows.
  made.set(1);
  const closed = look(CLOSED);
  expect([closed.counts['sysv.sem'], closed.objects]).toEqual([now + 3, []]);
  made.set(1);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(look(CLOSED).counts['sysv.sem']).toBe(now + 4);
});
