/** Since when each waiter of one object waits. */
import { expect, test } from 'vitest';
import { type SchedulerClock, SinceTable } from '../../src/native/census/waits/since';
import { WaitsSince } from '../../src/native/census/waits/sinceOf';
import { runNow } from '../../src/native/slices';
import type { IpcObject } from '../../src/protocol/kinds';

/** Nothing has run since the begin, and the clock of no CPU lags. */
const CLOCK: SchedulerClock = {
  lastRun: (task) => task.split('/').at(-1),
  switches: () => undefined,
  cpu: () => 0,
  lag: () => 0,
  monotonic: () => ({ now: 100_000, suspended: 0 }),
  now: () => 1_000_000,
};

test('each wait has its moment, and there are pauses among thousands of them', () => {
  const waits = Array.from({ length: 1000 }, (_, tid) => ({ tid: tid + 1 }));
  const object = { endpoints: [{ pid: 1 }, { pid: 2, waits }, { pid: 3, waits: [{ tid: 5000 }] }] };
  const table = new WaitsSince(new SinceTable(CLOCK));
  const steps = table.in(object as unknown as IpcObject);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses++;
  expect(pauses).toBeGreaterThan(10);
  const dated = (tid: number) => ({ tid, since: 900_000 + tid });
  expect(step.value.endpoints).toEqual([
    { pid: 1 },
    { pid: 2, waits: waits.map(({ tid }) => dated(tid)) },
    { pid: 3, waits: [dated(5000)] },
  ]);
  // What did not change stays the same object.
  expect(runNow(table.in(object as unknown as IpcObject))).toBe(step.value);
});
