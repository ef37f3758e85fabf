/** The rules on small looks: what no test can make on every machine, and when a finding is told. */
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../../src/diagnosis/answer';
import { type Diagnosis, type Memory, step } from '../../../src/diagnosis/step';
import { findingText } from '../../../src/presentation/findings';
import { answerSentences } from '../../../src/presentation/findings/answer';
import { findIn } from '../../../src/presentation/values';
import type { RuleName } from '../../../src/protocol/findings';
import { socketFileRef, sysvRef, unixRef } from '../../../src/protocol/ref';
import type { Process } from '../../../src/protocol/snapshot';
import type { WaitOn } from '../../../src/protocol/waits';
import { base, end, joins, owner, reads, Scene, sleeps, writes } from './scene';

const LATER = 1_000_000;

/** Two looks, long enough apart for every rule. */
function looked(scene: Scene): Diagnosis {
  return step(scene.look(LATER), step(scene.look(0)).memory);
}

const of = (scene: Scene, rule: RuleName) => looked(scene).findings.filter((one) => one.rule === rule);

/** What is said, with no place for a value left open. */
function saidOf(scene: Scene): string[] {
  const { objects, processes } = scene.look();
  const around = { find: findIn({ objects: [...objects], processes: [...processes] }), now: LATER };
  const texts = looked(scene).findings.map((finding) => findingText(finding, around));
  for (const { title, says, matters, doubt, cures } of texts)
    expect([title, says, matters, doubt, ...cures].join(' ')).not.toMatch(/\{\d\}|undefined/);
  return texts.map(({ says }) => says);
}

function crosswise(since?: number): Scene {
  const scene = new Scene();
  const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
  const wait = (on: ReturnType<typeof writes>) => [{ on, ...(since !== undefined && { since }) }];
  return scene.process(1, wait(writes(a))).process(2, wait(writes(b)));
}

describe('a finding', () => {
  const names = ({ findings }: Pick<Diagnosis, 'findings'>) => findings.map(({ rule }) => rule);

  test('is told by the second look that sees it, not by the first', () => {
    const first = step(crosswise().look(0));
    expect(names(first)).toEqual([]);
    expect(first.early.map(({ finding }) => finding.rule)).toEqual(['deadlock']);
    expect(names(step(crosswise().look(300), first.memory))).toEqual(['deadlock']);
  });

  test('begins anew where one of them has run in between', () => {
    const { memory } = step(crosswise(0).look(100));
    expect(names(step(crosswise(0).look(400), memory))).toEqual(['deadlock']);
    expect(names(step(crosswise(200).look(400), memory))).toEqual([]);
  });

  test('begins anew where a look in between did not see it', () => {
    let memory: Memory | undefined;
    for (const scene of [crosswise(), new Scene(), crosswise()]) ({ memory } = step(scene.look(0), memory));
    expect(memory?.since.size).toBe(1);
    expect(names(step(crosswise().look(300), step(new Scene().look(0)).memory))).toEqual([]);
  });

  test('is told once it is old enough, also by what the kernel knows of its age', () => {
    const scene = (since?: number) => {
      const made = new Scene();
      const wait = {
        on: writes(made.pipe({ write: [1], read: [2] })),
        ...(since !== undefined && { since }),
      };
      return made.process(1, [wait]).process(2, ['stopped']);
    };
    const told = (since: number | undefined, at: number) =>
      names(step(scene(since).look(at), step(scene(since).look(at - 300)).memory));
    expect(told(undefined, 10_000)).toEqual([]);
    expect(told(9000, 10_000)).toEqual([]);
    expect(told(1000, 10_000)).toEqual(['stoppedPeer']);
  });

  test('stands in order: the gravest first', () => {
    const scene = crosswise();
    const file = { device: '1', inode: '1', birth: '0' };
    scene.add({
      ...{ kind: 'unix', ref: socketFileRef('1', '1', '0'), ...base, flags: ['stale'], inode: null, file },
      name: { is: 'path', text: '/run/old' },
    });
    expect(looked(scene).findings.map(({ severity }) => severity)).toEqual(['error', 'note']);
    expect(saidOf(scene)[1]).toBe('No process is bound to Unix socket /run/old any more.');
  });
});

describe('a ring', () => {
  test('is an error where it is proven, and says so once', () => {
    expect(of(crosswise(), 'deadlock')).toMatchObject([{ severity: 'error', proof: 'proven', doubts: [] }]);
    expect(saidOf(crosswise())[0]).toMatch(/a deadlock of 2\.$/);
  });

  test('is a warning where processes are hidden, or descriptors are on their way', () => {
    for (const hidden of [
      { kind: 'pipe', field: 'endpoints', code: 'denied', count: 1 } as const,
      { kind: 'unix', field: 'descriptors', code: 'inFlight', count: 1 } as const,
    ]) {
      const scene = crosswise();
      scene.blind.push(hidden);
      expect(of(scene, 'deadlock')).toMatchObject([{ severity: 'warning', doubts: ['hidden'] }]);
      expect(saidOf(scene)[0]).toContain('As far as can be seen');
    }
  });

  test('is none of threads that wait for each other alone, and their process is at rest', () => {
    const scene = new Scene();
    scene.process(1, [joins, joins]);
    expect(looked(scene).findings).toEqual([]);
    expect(answerOf(1, looked(scene))).toMatchObject({ state: 'idle', threads: { idle: 2 } });
  });

  test('is none where the main thread of one sleeps, which goes on when it wakes', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [sleeps, writes(a)]).process(2, [writes(b)]);
    expect(looked(scene).findings).toEqual([]);
  });

  test('is none where not all threads of one are known', () => {
    const scene = new Scene();
    const [a, b] = [scene.pipe({ write: [1], read: [2] }), scene.pipe({ write: [2], read: [1] })];
    scene.process(1, [writes(a)], { threadCount: 600 }).process(2, [writes(b)]);
    expect(looked(scene).findings).toEqual([]);
  });
});

describe('who waits for itself', () => {
  const alone = () => {
    const scene = new Scene();
    return scene.process(1, [reads(scene.pipe({ write: [1], read: [1] }))]);
  };

  test('is found where nobody is hidden', () => {
    expect(of(alone(), 'ownOtherEnd')).toMatchObject([{ severity: 'warning', proof: 'proven' }]);
    expect(saidOf(alone())[0]).toContain('Only p1 (1) itself has the other end');
    expect(answerSentences(answerOf(1, looked(alone())) ?? never(), around(alone()))).toEqual([
      'p1 (1) is stuck: only a signal or a debugger can end it.',
      'p1 (1) waits to read pipe 1. Only p1 (1) itself could end that.',
    ]);
  });

  test('is silent where somebody is', () => {
    const scene = alone();
    scene.blind.push({ kind: 'pipe', field: 'endpoints', code: 'denied', count: 1 });
    expect(looked(scene).findings).toEqual([]);
  });

  test('is silent where it catches signals', () => {
    const scene = new Scene();
    scene.process(1, [reads(scene.pipe({ write: [1], read: [1] }))], caught('2'));
    expect(looked(scene).findings).toEqual([]);
  });
});

describe('a stopped peer', () => {
  const stopped = (more: Partial<Process>) => {
    const scene = new Scene();
    const pipe = scene.pipe({ write: [1], read: [2] });
    return scene.process(1, [writes(pipe)]).process(2, ['stopped'], more);
  };
  const terminal = (foregroundGroup: number) => ({ terminal: { device: '1', foregroundGroup } });

  test('is an error where nobody knows of it', () => {
    expect(of(stopped({}), 'stoppedPeer')).toMatchObject([{ severity: 'error', parts: { how: 'stopped' } }]);
  });

  test.each([
    ['traced', { state: 't', tracer: 9 }],
    ['frozen', { state: 'S', frozen: true }],
    ['job', { session: 3, group: 2, ...terminal(3) }],
  ])('is a note where it is %s', (how, more) => {
    const scene = stopped(more).process(3, [sleeps]);
    expect(of(scene, 'stoppedPeer')).toMatchObject([{ severity: 'note', parts: { how } }]);
    expect(saidOf(scene)).toHaveLength(1);
  });

  test('is no job once its shell has ended', () => {
    const scene = stopped({ session: 3, group: 2, ...terminal(3) });
    expect(of(scene, 'stoppedPeer')).toMatchObject([{ severity: 'error', parts: { how: 'stopped' } }]);
  });
});

describe('an end of file that has not come', () => {
  /** Process 2 reads what process 3 can write. */
  const piped = (writer: Partial<Process>, reader: Partial<Process> = {}) => {
    const scene = new Scene();
    const pipe = scene.pipe({ write: [3], read: [2] });
    return scene
      .process(2, [reads(pipe)], { parent: 10, session: 10, ...reader })
      .process(3, [sleeps], { session: 10, ...writer })
      .process(10, [sleeps], { session: 10, parent: 1 })
      .process(20, [sleeps], { session: 20, parent: 1 });
  };

  test('is found where process 1, or one of another session, took the writer over', () => {
    for (const parent of [1, 20])
      expect(of(piped({ parent }), 'endNotCome')).toMatchObject([
        { severity: 'warning', proof: 'proven', parts: { heirs: [{ pid: 3 }], watches: false } },
      ]);
  });

  test.each([
    ['is a child of the reader', { parent: 2 }],
    ['is a sibling', { parent: 10 }],
    ['leads a session of its own', { parent: 20, session: 3 }],
    ['is not told whose child it is', {}],
  ])('is silent where the writer %s', (_, writer) => {
    expect(of(piped(writer), 'endNotCome')).toEqual([]);
  });

  test('is silent where the writer is above the reader, also through processes that are not told', () => {
    expect(of(piped({ parent: 1 }, { parent: 50, ancestors: [51, 3] }), 'endNotCome')).toEqual([]);
  });
});

describe('Unix listeners without room', () => {
  const full = (count: number) => {
    const scene = new Scene();
    for (let at = 0; at < count; at++)
      scene.add({
        ...{
          kind: 'unix',
          ref: unixRef(String(100 + at), '1'),
          ...base,
          inode: String(100 + at),
          type: 'stream',
        },
        ...{ state: 'listening', flags: ['listening'], name: { is: 'path', text: `/run/${at}` } },
        ...{ backlog: { pending: 2, limit: 1 }, endpoints: [end(50 + at, 'bound')] },
      });
    const ref = unixRef('7', '7');
    scene.add({
      ...{ kind: 'unix', ref, ...base, inode: '7', type: 'stream', name: { is: 'unnamed' } },
      endpoints: [end(1, 'open')],
    });
    scene.process(1, [{ call: 'connect', on: { is: 'connect', fd: 3, ref } }]);
    return scene.process(50, ['stopped']);
  };

  test('name who waits in connect, where only one is full', () => {
    expect(of(full(1), 'backlogFull')).toMatchObject([
      { proof: 'likely', doubts: ['uncertain'], parts: { clients: [{ pid: 1 }], holders: [{ pid: 50 }] } },
    ]);
    expect(answerOf(1, looked(full(1)))).toMatchObject({ state: 'stuck', proof: 'likely' });
    expect(saidOf(full(1)).join()).toContain('Nobody accepts at Unix socket /run/0');
  });

  test('name nobody, where it may be another', () => {
    expect(of(full(2), 'backlogFull')).toEqual([]);
    expect(answerOf(1, looked(full(2)))).toMatchObject({ state: 'unknown' });
  });
});

describe('an orphan', () => {
  type Now = 'gone' | 'other' | 'same' | 'unknown';
  const segment = (made: Now, used: Now, attachments = 0) => {
    const scene = new Scene();
    scene.add({
      ...{ kind: 'sysv.shm', ref: sysvRef('sysv.shm', '1', 5), id: 5, key: 0, ...base, creator: owner },
      ...{
        changedAt: 0,
        bytes: 4096,
        attachments,
        resident: 0,
        swapped: 0,
        attachedAt: null,
        detachedAt: null,
      },
      createdBy: { pid: 8, at: 0, now: made },
      lastUse: { pid: 9, at: 0, now: used },
    });
    return scene;
  };

  test('is found where creator and last user have ended', () => {
    expect(of(segment('gone', 'other'), 'orphan')).toMatchObject([{ parts: { last: 9 } }]);
    expect(saidOf(segment('gone', 'gone'))[0]).toContain('process 9, which had it last, has ended');
  });

  test.each([
    ['its creator lives', segment('same', 'gone')],
    ['its creator may live', segment('unknown', 'gone')],
    ['its last user lives', segment('gone', 'same')],
    ['it is attached', segment('gone', 'gone', 1)],
  ])('is none where %s', (_, scene) => {
    expect(of(scene, 'orphan')).toEqual([]);
  });
});

describe('a blocked signal', () => {
  const masks = (pending: string, blocked: string, ignored = '0', also = '0') => ({
    signals: { pending, blocked, ignored, caught: also, queued: { count: 0, limit: 1 } },
  });
  const blocks = (pending: string, ...rest: string[]) =>
    of(new Scene().process(1, [sleeps], masks(pending, pending, ...rest)), 'deaf');

  test('is told by its number', () => {
    expect(blocks('4000')).toMatchObject([{ parts: { pid: 1, signals: [15] } }]);
  });

  test('is silent on SIGCHLD, unless it is caught, and on what is ignored', () => {
    expect(blocks('10000')).toEqual([]);
    expect(blocks('10000', '0', '10000')).toMatchObject([{ parts: { signals: [17] } }]);
    expect(blocks('4000', '4000')).toEqual([]);
  });

  test('is silent where a thread waits for it, or reads a signalfd', () => {
    const waits = (on: WaitOn) => of(new Scene().process(1, [on], masks('4000', '4000')), 'deaf');
    expect(waits({ is: 'signals', signals: [15] })).toEqual([]);
    expect(waits({ is: 'descriptors', of: [{ fd: 3, direction: 'read', type: 'signalfd' }] })).toEqual([]);
    expect(waits({ is: 'signals', signals: [1] })).toHaveLength(1);
  });
});

function caught(mask: string): Partial<Process> {
  return {
    signals: { pending: '0', blocked: '0', ignored: '0', caught: mask, queued: { count: 0, limit: 1 } },
  };
}

function around(scene: Scene) {
  const { objects, processes } = scene.look();
  return { find: findIn({ objects: [...objects], processes: [...processes] }), now: 0 };
}

function never(): never {
  throw new Error('no answer');
}
