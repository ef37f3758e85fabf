/** The wait graph on small looks: rings and what looks like them. */
import { describe, expect, test } from 'vitest';
import { chainOf, Ways } from '../../../src/diagnosis/chain';
import { verdictsOf } from '../../../src/diagnosis/verdict';
import {
  fromTerminal,
  joins,
  joinsThread,
  locks,
  lowers,
  polls,
  reads,
  Scene,
  sleeps,
  waitsForChild,
  writes,
} from './scene';

/** Each thread's verdict by its number: `stuck proven`, `waits`, ... */
function said(scene: Scene): Record<number, string> {
  return Object.fromEntries(
    verdictsOf(scene.machine()).map(({ node, is, proof }) => [
      node.thread.tid,
      [is, proof].filter(Boolean).join(' '),
    ]),
  );
}

function endOf(scene: Scene, tid: number) {
  const machine = scene.machine();
  const verdicts = verdictsOf(machine);
  const from = verdicts.find(({ node }) => node.thread.tid === tid);
  if (!from) throw new Error(`no thread ${tid}`);
  const { steps, end } = chainOf(from, new Ways(verdicts, machine));
  return { pids: steps.map(({ verdict }) => verdict.node.process.pid), end };
}

describe('a ring', () => {
  test('of two processes that write into pipes which only the other reads', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [writes(a)]).process(2, [writes(b)]);
    expect(said(scene)).toEqual({ 1: 'stuck proven', 2: 'stuck proven' });
    expect(endOf(scene, 1)).toEqual({ pids: [1, 2], end: { is: 'ring', from: 0 } });
  });

  test('of threads that wait for the end of the next one each', () => {
    const scene = new Scene();
    scene.process(1, [joinsThread(1001), joinsThread(2001), joinsThread(1), fromTerminal]);
    expect(said(scene)).toEqual({
      1: 'stuck proven',
      1001: 'stuck proven',
      2001: 'stuck proven',
      3001: 'idle',
    });
    expect(endOf(scene, 1)).toEqual({ pids: [1, 1, 1], end: { is: 'ring', from: 0 } });
  });

  test('is none of threads whose end is waited for and that can act, or rest', () => {
    const scene = new Scene();
    scene.process(1, [joinsThread(1001), sleeps]);
    expect(said(scene)).toEqual({ 1: 'waits', 1001: 'ends' });
    expect(endOf(scene, 1)).toMatchObject({ pids: [1], end: { is: 'acts' } });
    expect(said(new Scene().process(1, [joinsThread(1001), joins]))).toEqual({ 1: 'idle', 1001: 'idle' });
  });

  test('of two processes holds up who waits for the end of a thread in it', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [joinsThread(1001), writes(a)]).process(2, [writes(b)]);
    expect(said(scene)).toEqual({ 1: 'stuck proven', 1001: 'stuck proven', 2: 'stuck proven' });
    expect(endOf(scene, 1)).toEqual({ pids: [1, 1, 2], end: { is: 'ring', from: 1 } });
  });

  test('is none where one member has a thread that can act', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [writes(a), 'runs']).process(2, [writes(b)]);
    expect(said(scene)).toEqual({ 1: 'waits', 1001: 'runs', 2: 'waits' });
  });

  test('is none where somebody else reads too', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2, 3] }), scene.pipe({ write: [2], read: [1] })];
    scene
      .process(1, [writes(a)])
      .process(2, [writes(b)])
      .process(3, [fromTerminal]);
    expect(said(scene)).toEqual({ 1: 'waits', 2: 'waits', 3: 'idle' });
  });

  test('with pool threads and a sleeper is likely, and the pool at rest where the program waits for its end', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [writes(a), joins, joins], { signals: masks('4002') }).process(2, [writes(b)]);
    expect(said(scene)).toEqual({ 1: 'stuck proven', 1001: 'idle', 2001: 'idle', 2: 'stuck proven' });
    const asleep = new Scene();
    const [c, d] = [asleep.pipe({ write: [1], read: [2] }), asleep.pipe({ write: [2], read: [1] })];
    asleep.process(1, [writes(c), sleeps]).process(2, [writes(d)]);
    expect(said(asleep)).toEqual({ 1: 'stuck likely', 1001: 'ends', 2: 'stuck likely' });
  });

  test.each([
    ['has woken before and not helped', 90_000, 'stuck likely'],
    ['has not woken since', 5000, 'waits'],
    ['woke who waits for it', 10_200, 'waits'],
  ])('is none with a thread that sleeps, unless it %s', (_, woke, expected) => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    const since = 10_000;
    scene.process(1, [
      { on: reads(b), since },
      { on: sleeps, since: woke },
    ]);
    scene.process(2, [{ on: reads(a), since }]);
    expect(said(scene)[2]).toBe(expected);
  });

  test.each([
    ['proven, where none has a limit of time', null, 'stuck proven'],
    ['likely, where limits of time may not be asked', undefined, 'stuck likely'],
    ['none, where each has a limit of time', 20_000, 'ends'],
  ])('of socketpairs is %s', (_, timeout, expected) => {
    const scene = new Scene();
    const pairs = [1, 2, 3].map((pid) => scene.pair([pid], [(pid % 3) + 1]));
    for (const pid of [1, 2, 3]) {
      const ref = pairs[pid - 1]?.[0];
      if (ref) scene.process(pid, [{ on: reads(ref), timeout }]);
    }
    expect(said(scene)).toEqual({ 1: expected, 2: expected, 3: expected });
  });

  test('of a parent that waits for its child, which writes to it', () => {
    const scene = new Scene();
    const pipe = scene.pipe({ write: [2], read: [1] });
    scene.process(1, [waitsForChild(2)]).process(2, [writes(pipe)], { parent: 1 });
    expect(said(scene)).toEqual({ 1: 'stuck proven', 2: 'stuck proven' });
  });

  test('is none of a parent that has another child, which is not told', () => {
    const scene = new Scene();
    const pipe = scene.pipe({ write: [2], read: [1] });
    const anyChild = { is: 'children' as const, who: 'any' as const };
    scene.process(1, [anyChild], { childCount: 2 }).process(2, [writes(pipe)], { parent: 1 });
    expect(said(scene)).toEqual({ 1: 'unknown', 2: 'waits' });
    const alone = new Scene();
    const other = alone.pipe({ write: [2], read: [1] });
    alone.process(1, [anyChild], { childCount: 1 }).process(2, [writes(other)], { parent: 1 });
    expect(said(alone)).toEqual({ 1: 'stuck proven', 2: 'stuck proven' });
  });

  test('of one that reads what only it could write', () => {
    const scene = new Scene();
    scene.process(1, [reads(scene.pipe({ write: [1], read: [1] }))]);
    expect(said(scene)).toEqual({ 1: 'stuck proven' });
    expect(endOf(scene, 1)).toEqual({ pids: [1], end: { is: 'ring', from: 0 } });
  });

  test('of a mutex and a semaphore is likely: who changed it last may not hold it', () => {
    const scene = new Scene();
    const mutex = scene.mutex([1, 2], { tid: 1, pid: 1, now: 'lives' });
    const set = scene.set(0, 2);
    scene.process(1, [lowers(set)]).process(2, [locks(mutex)]);
    expect(said(scene)).toEqual({ 1: 'stuck likely', 2: 'stuck likely' });
  });
});

describe('no ring, and yet nobody comes', () => {
  test('the owner of the mutex has ended', () => {
    const scene = new Scene();
    scene.process(1, [locks(scene.mutex([1], { tid: 9, pid: 9, now: 'gone' }))]);
    expect(said(scene)).toEqual({ 1: 'stuck proven' });
    expect(endOf(scene, 1).end).toEqual({ is: 'ended', pid: 9 });
  });

  test('the only reader is stopped', () => {
    const scene = new Scene();
    scene.process(1, [writes(scene.pipe({ write: [1], read: [2] }))]).process(2, ['stopped']);
    expect(said(scene)).toEqual({ 1: 'stuck proven', 2: 'stopped' });
    expect(endOf(scene, 1).end).toEqual({ is: 'stopped', pid: 2 });
  });

  test('who changed the semaphore last has ended: likely', () => {
    const scene = new Scene();
    scene.process(1, [lowers(scene.set(0, 9, 'gone'))]);
    expect(said(scene)).toEqual({ 1: 'stuck likely' });
  });
});

describe('at rest', () => {
  test('a consumer whose semaphore was lowered last by another that is stuck elsewhere', () => {
    const scene = new Scene();
    const set = scene.set(0, 2);
    scene.process(1, [lowers(set)]).process(2, [writes(scene.pipe({ write: [2], read: [3] }))]);
    scene.process(3, ['stopped']);
    expect(said(scene)).toEqual({ 1: 'waits', 2: 'stuck proven', 3: 'stopped' });
  });

  test('a consumer whose semaphore is at zero and was last lowered by itself', () => {
    const scene = new Scene();
    scene.process(1, [lowers(scene.set(0, 1))]);
    expect(said(scene)).toEqual({ 1: 'idle' });
  });

  test('who polls a terminal beside a pipe that nobody else writes', () => {
    const scene = new Scene();
    const pipe = scene.pipe({ write: [1], read: [1] });
    scene.process(1, [
      { is: 'descriptors', of: [{ fd: 0, direction: 'read', type: 'terminal' }, ...of(pipe)] },
    ]);
    expect(said(scene)).toEqual({ 1: 'idle' });
  });

  test('what has a limit of time ends by itself', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [{ on: polls(b), timeout: 1000 }]).process(2, [writes(b), { on: reads(a) }]);
    expect(said(scene)[1]).toBe('ends');
  });
});

describe('a call that is hidden', () => {
  const hidden = (call: string, direction?: 'read' | 'write') => ({
    ...{ call, certain: false, on: { is: 'unknown' as const, ...(direction && { direction }) } },
  });
  const crossed = () => {
    const scene = new Scene();
    return { scene, a: scene.pipe({ write: [1], read: [2] }), b: scene.pipe({ write: [2], read: [1] }) };
  };

  test('is found by what is left, and then likely', () => {
    const { scene } = crossed();
    scene.process(1, [hidden('write', 'write')]).process(2, [hidden('write', 'write')]);
    expect(said(scene)).toEqual({ 1: 'stuck likely', 2: 'stuck likely' });
  });

  test('is not known where it may be at any of several', () => {
    const { scene } = crossed();
    scene.pipe({ write: [1], read: [3] });
    scene.process(1, [hidden('write', 'write')]).process(2, [hidden('write', 'write')]);
    expect(said(scene)).toEqual({ 1: 'unknown', 2: 'waits' });
  });

  test('is not known where who has the other side of one of them is not seen', () => {
    const { scene } = crossed();
    scene.pipe({ write: [1], read: [] });
    scene.process(1, [hidden('write', 'write')]).process(2, [hidden('write', 'write')]);
    expect(said(scene)).toEqual({ 1: 'unknown', 2: 'waits' });
  });

  test('of a socket stays unknown: it may be one that is not seen', () => {
    const scene = new Scene();
    scene.pair([1], [2]);
    scene.process(1, [hidden('recv', 'read')]).process(2, ['stopped']);
    expect(said(scene)[1]).toBe('unknown');
  });
});

test('hidden processes make a proof likely', () => {
  const scene = new Scene();
  const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
  scene.process(1, [writes(a)]).process(2, [writes(b)]);
  scene.blind.push({ kind: 'pipe', field: 'endpoints', code: 'denied', count: 3 });
  expect(said(scene)).toEqual({ 1: 'stuck likely', 2: 'stuck likely' });
});

function of(ref: ReturnType<Scene['pipe']>) {
  return [{ fd: 3, direction: 'read' as const, ref }];
}

function masks(caught: string) {
  return { pending: '0', blocked: '0', ignored: '0', caught, queued: { count: 0, limit: 1 } };
}

test('twenty thousand threads are solved in one pass', () => {
  const scene = new Scene();
  for (let pid = 1; pid <= 20_000; pid += 2) {
    const [a, b] = [
      scene.pipe({ write: [pid], read: [pid + 1] }),
      scene.pipe({ write: [pid + 1], read: [pid] }),
    ];
    scene.process(pid, [writes(a)]).process(pid + 1, [pid % 3 === 0 ? 'runs' : writes(b)]);
  }
  const machine = scene.machine();
  const verdicts = verdictsOf(machine);
  expect(verdicts).toHaveLength(20_000);
  expect(verdicts.filter(({ is }) => is === 'stuck')).toHaveLength(13_334);
});
