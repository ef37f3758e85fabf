/** Answers of a feed that hardly has any time, on real objects: what is pending is named, and nothing of it is said to be gone. */
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { ChangeFeed } from '../../src/native/changes';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import type { Batch, Interest } from '../../src/protocol/calls';
import { goneBy, owedAfter } from '../../src/protocol/pending';
import { KINDS, kindOf, type Kind, type Ref, SYSV_KINDS } from '../../src/protocol/ref';
import { Scene } from '../support/streams';
import { Made } from '../support/sysv';
import { until } from '../support/until';

const made = new Made();
const scene = new Scene();
beforeAll(prepare);
afterEach(async () => {
  made.clean();
  await scene.clean();
});

const EVERY: Interest = {
  levels: Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const])),
  details: [],
  processes: true,
};
const NEVER = { isCancellationRequested: false, onCancellationRequested: () => undefined };

test('every answer names what is pending, keeps it, and the last one has all', async () => {
  // A millisecond: there is never time for more than one slice, nor to tell more than one kind.
  const feed = new ChangeFeed(new Census(makeMechanisms()), 1);
  let known = new Set<Ref>();
  let position: { epoch: string | null; seq: number } = { epoch: null, seq: 0 };
  let owed: ReadonlySet<Kind> = new Set();
  let parts = 0;
  const ask = async (fresh: boolean): Promise<Batch> => {
    const batch = await feed.changes({ ...position, interest: EVERY, interval: 10, fresh }, NEVER);
    position = { epoch: batch.epoch, seq: batch.seq };
    const pending = new Set(batch.pending);
    if (pending.size > 0) parts++;
    const gone = goneBy(batch, known, owed);
    const named = [...batch.added, ...batch.changed].map(({ ref }) => ref);
    for (const ref of [...gone, ...named, ...batch.removed])
      expect(pending.has(kindOf(ref) as Kind)).toBe(false);
    for (const kind of pending) {
      expect(batch.counts[kind]).toBeUndefined();
      expect(batch.host.usage[kind as never]).toBeUndefined();
    }
    expect(batch.blind.filter(({ kind }) => kind && pending.has(kind))).toEqual([]);
    owed = owedAfter(batch, owed);
    known = new Set([...[...known].filter((ref) => !gone.includes(ref)), ...named]);
    return batch;
  };
  const whole = async () => {
    for (let batch = await ask(true); batch.pending.length > 0;) batch = await ask(false);
  };
  /** Those of this test: of the others some come and go. */
  const mine = (ids: readonly number[]) =>
    [...known].filter(
      (ref) => SYSV_KINDS.includes(kindOf(ref) as never) && ids.includes(Number(ref.split(':')[2])),
    );

  const ids = [made.queue(), made.queue(), made.set(2), made.segment(4096)];
  await whole();
  expect(new Set(mine(ids).map(kindOf))).toEqual(new Set(SYSV_KINDS));
  const more = made.queue();
  await whole();
  expect(mine([more])).not.toEqual([]);
  made.clean();
  const first = await ask(true);
  // Of what was not read nothing is gone yet.
  if (first.pending.includes('sysv.shm')) expect(mine(ids).map(kindOf)).toContain('sysv.shm');
  for (let batch = first; batch.pending.length > 0;) batch = await ask(false);
  expect(mine([...ids, more]).filter((ref) => kindOf(ref) !== 'sysv.msg')).toEqual([]);
  expect(parts).toBeGreaterThan(2);
});

/** The same, and each step takes longer than a slice. */
function* slowly<T>(steps: Generator<undefined, T>): Generator<undefined, T> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      for (const end = performance.now() + 20; performance.now() < end;);
      yield undefined;
    }
  } finally {
    steps.return(undefined as never);
  }
}

test('a look that nobody asks the rest of holds no folder open', async () => {
  const folder = scene.folder();
  // More than are looked at between two places where a walk may pause.
  for (let at = 0; at < 300; at++) mkdirSync(join(folder, `d${at}`));
  const held = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
      } catch {
        return false;
      }
    });
  const census = new Census(makeMechanisms());
  const begin: Census['begin'] = (...how) => {
    const pass = census.begin(...how);
    return { ...pass, steps: slowly(pass.steps) };
  };
  const feed = new ChangeFeed({ begin }, 1, undefined, 50);
  const interest: Interest = { levels: { fifo: 'rows' }, details: [], folders: [folder] };
  const asked = { epoch: null, seq: 0, interest, interval: 10, fresh: true };
  expect((await feed.changes(asked, NEVER)).pending).toEqual(['fifo']);
  // It stands in the middle of its walk.
  expect(held()).not.toEqual([]);
  await until(() => held().length === 0);
});
