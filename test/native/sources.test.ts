/** A census is handed its sources: another one answers a survey, and whoever wants it sees no difference. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { descriptors } from '../../src/native/census/descriptors/descriptors';
import { source } from '../../src/native/census/look';
import { otherIpcNamespaces } from '../../src/native/census/processes/ipcNamespaces';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import { needs } from '../support/oracles';
import { Scene } from '../support/streams';

const scene = new Scene();
beforeAll(prepare);
afterEach(() => scene.clean());

/** What a census says of other ipc namespaces. */
const others = (census: Census) =>
  runNow(census.take(EVERYTHING)).blind.find(({ code }) => code === 'otherIpcNamespace')?.count;

test('another source answers in the place of a walk, in its own census alone', () => {
  const told = source(otherIpcNamespaces, function* () {
    yield;
    return 4711;
  });
  const census = new Census(makeMechanisms(), { sources: [told] });
  expect(others(census)).toBe(4711);
  expect(others(new Census(makeMechanisms()))).not.toBe(4711);
});

test('it may ask the walk itself, once a look, and all that is made of it is as without', async (context) => {
  needs(context, 'python3');
  const holder = scene.holder();
  await holder.run('pipe = os.pipe()');
  let walks = 0;
  const counting = source(descriptors, function* (look, walk) {
    walks++;
    return yield* walk(look);
  });
  /** The pipes of the holder. */
  const pipes = (census: Census) =>
    runNow(census.take(EVERYTHING)).objects.filter(
      ({ kind, endpoints }) => kind === 'pipe' && endpoints?.some(({ pid }) => pid === holder.pid),
    );
  const census = new Census(makeMechanisms(), { sources: [counting] });
  const first = pipes(census);
  expect(walks).toBe(1);
  expect(first.map(({ ref }) => ref)).toEqual(pipes(new Census(makeMechanisms())).map(({ ref }) => ref));
  expect(first.length).toBeGreaterThan(0);
  // What did not change is the same object as ever.
  for (const [at, one] of pipes(census).entries()) expect(one).toBe(first[at]);
  expect(walks).toBe(2);
});
