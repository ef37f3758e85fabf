/** In which order processes are offered. */
import { expect, test } from 'vitest';
import { ranksOf } from '../../src/extension/model/ranks';
import type { IpcObject } from '../../src/protocol/kinds';
import { processRef, type Ref } from '../../src/protocol/ref';
import type { Process } from '../../src/protocol/snapshot';

const process = (pid: number, more: Partial<Process> = {}): Process => ({
  ...{ pid, startTime: '7', state: 'S', name: `p${pid}`, command: `p${pid}` },
  ...more,
});
const waits = (pid: number, ref?: Ref): Process =>
  process(pid, {
    threads: [
      {
        ...{ tid: pid, state: 'S' },
        wait: {
          ...{ tid: pid, call: 'read', certain: true },
          on: { is: 'descriptors', of: [{ fd: 0, direction: 'read', ...(ref !== undefined && { ref }) }] },
        },
      },
    ],
  });

test('what is wrong, then who is in front of a terminal, then who waits on an object or has one, then the others', () => {
  const pipe = 'pipe:1' as Ref;
  const terminal = { device: '34816', foregroundGroup: 20 };
  const processes = [
    process(1),
    process(2, { command: '', parent: 0 }),
    process(3, { command: '', parent: 2 }),
    process(4, { parent: 2 }),
    waits(5),
    process(6),
    waits(7, pipe),
    process(10, { session: 10, group: 10, terminal }),
    process(20, { session: 10, group: 20, terminal }),
    process(21, { session: 10, group: 20, terminal }),
    process(30),
  ];
  const objects = [{ endpoints: [{ pid: 6 }] }] as unknown as IpcObject[];
  const ranks = ranksOf(
    { processes: [...processes].reverse(), objects },
    { wrong: (ref) => ref === processRef(30, '7'), shells: [10] },
  );
  expect(ranks.map(({ process: { pid }, standing }) => [pid, standing])).toEqual([
    [30, 'wrong'],
    [20, 'inFront'],
    [21, 'inFront'],
    [7, 'waits'],
    [6, 'has'],
    [1, 'other'],
    [4, 'other'],
    [5, 'other'],
    [10, 'other'],
    [2, 'kernel'],
    [3, 'kernel'],
  ]);
});
