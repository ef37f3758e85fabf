/** Who is in front of a terminal. */
import { expect, test } from 'vitest';
import { foregroundOf } from '../../src/extension/model/foreground';
import type { Process } from '../../src/protocol/snapshot';

const process = (
  pid: number,
  group: number,
  session: number,
  foregroundGroup: number | null = 20,
): Process => ({
  ...{ pid, startTime: '7', state: 'S', name: `p${pid}` },
  ...{ group, session, terminal: { device: '34816', foregroundGroup } },
});

test('the leader of the group in front, not the shell and not who runs behind', () => {
  const all = [process(10, 10, 10), process(15, 15, 10), process(21, 20, 10), process(20, 20, 10)];
  expect(foregroundOf(10, all)?.pid).toBe(20);
});

test('another of that group where its leader is not told, first one that waits', () => {
  const waits = {
    ...process(23, 20, 10),
    threads: [{ tid: 23, state: 'S', wait: { call: 'read' } }],
  } as unknown as Process;
  expect(foregroundOf(10, [process(10, 10, 10), process(21, 20, 10), waits])?.pid).toBe(23);
  expect(foregroundOf(10, [process(10, 10, 10), process(21, 20, 10)])?.pid).toBe(21);
});

test('the shell where it is in front itself, or nobody else is told', () => {
  expect(foregroundOf(10, [process(10, 10, 10, 10), process(15, 15, 10, 10)])?.pid).toBe(10);
  expect(foregroundOf(10, [process(10, 10, 10)])?.pid).toBe(10);
});

test('nobody of another session, and nobody where none is told', () => {
  expect(foregroundOf(10, [process(30, 20, 30)])).toBeUndefined();
  expect(foregroundOf(10, [])).toBeUndefined();
});
