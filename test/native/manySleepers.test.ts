/** Thousands of threads asleep on a few words: a close look at them neither holds the loop nor asks a process once for each of its threads. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { held } from '../../src/native/census/memory/held';
import { mappings } from '../../src/native/census/memory/mappings';
import { makeMechanisms } from '../../src/native/mechanisms';
import { locksIn } from '../../src/native/mechanisms/memory/locks';
import { runNow } from '../../src/native/slices';
import { must, posixStage } from '../support/posix';
import { until } from '../support/until';

const { scene } = await posixStage();

const THREADS = 150;
const WORDS = 4;

/** Read calls of this process so far (proc(5), io). */
const reads = () => Number(/^syscr: (\d+)/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1]);

test('each process is asked once, and there is a pause at each place', async () => {
  const holder = await scene.posix();
  await holder.run(`
m = mmap.mmap(-1, 4096)
base = ctypes.addressof(ctypes.c_char.from_buffer(m))
threading.stack_size(65536)
for at in range(${WORDS}): libc.sem_init(ctypes.c_void_p(base + at * 64), 1, 0)
for one in range(${THREADS}): background(lambda at=one % ${WORDS}: libc.sem_wait(base + at * 64))
`);
  const census = new Census(makeMechanisms());
  const [file, look] = await until(() => {
    const now = census.lookOnce();
    const { files } = runNow(now.get(held));
    // Python may have other files mapped.
    const found = [...files.values()].find(
      ({ ends, sleepers }) => ends.some(({ pid }) => pid === holder.pid) && sleepers.length === THREADS,
    );
    return found && ([found, now] as const);
  });
  runNow(look.get(mappings));

  const before = reads();
  let pauses = 0;
  const steps = locksIn(file, look);
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses++;
  const asked = reads() - before;
  expect(must(step.value).map(({ what }) => what)).toEqual(Array(WORDS).fill('semaphore'));
  expect(step.value?.map(({ waiters }) => waiters).reduce((sum, one) => sum + one, 0)).toBe(THREADS);
  expect(pauses).toBeGreaterThanOrEqual(WORDS);
  expect(asked).toBeLessThan(THREADS);
});
