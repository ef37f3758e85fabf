/** What the page of a process says: threads that are alike, what it has and with whom, family, signals and limits. */
import { describe, expect, test } from 'vitest';
import { processPageOf } from '../../src/presentation/processPage';
import type { PageAround } from '../../src/presentation/processPage/around';
import { findIn } from '../../src/presentation/values';
import type { Endpoint } from '../../src/protocol/facts';
import type { Finding } from '../../src/protocol/findings';
import type { IpcObject, ObjectOf, ProcessSubject } from '../../src/protocol/kinds';
import { processPage } from '../../src/protocol/pages/process';
import { pipeRef, processRef, type Ref } from '../../src/protocol/ref';
import type { Process, Thread } from '../../src/protocol/snapshot';
import type { Wait } from '../../src/protocol/waits';
import * as v from 'valibot';
import { sampleHost, samples } from '../support/samples';

const HOSTILE = '[x](command:y) $(alert) \u202e<b>\n';
const [samplePipe] = samples.pipe as [ObjectOf<'pipe'>];

function end(pid: number, role: Endpoint['role'], fd: number): Endpoint {
  return { pid, startTime: '1', role, fd };
}

/** A pipe with these ends. */
function pipe(inode: string, ...endpoints: Endpoint[]): ObjectOf<'pipe'> {
  return { ...samplePipe, flags: [], inode, ref: pipeRef(inode), endpoints };
}

function waiting(tid: number, on: Wait['on'], more: Partial<Wait> = {}): Thread {
  return { tid, state: 'S', wait: { tid, call: 'futex', on, certain: true, ...more } };
}

const other = (pid: number, more: Partial<Process> = {}): Process => ({
  ...{ pid, startTime: '1', state: 'S', name: `p${pid}`, command: `p${pid}` },
  ...more,
});

const subject: ProcessSubject = {
  ...{ kind: 'process', ref: processRef(41, '1'), flags: [] },
  ...{ pid: 41, startTime: '1', state: 'S', name: 'api', command: 'api --serve', uid: 1000 },
  ...{ parent: 40, tracer: null, threadCount: 1 },
  signals: { pending: '0', blocked: '0', ignored: '0', caught: '0', queued: { count: 0, limit: 9 } },
  details: {
    ...{ pending: '0', threads: [], inherited: [], children: [], childCount: 0, relatives: [] },
    ...{ handedDown: [], limits: [] },
  },
};

interface Machine {
  process?: Partial<ProcessSubject>;
  details?: Partial<NonNullable<ProcessSubject['details']>>;
  objects?: IpcObject[];
  others?: Process[];
  wrong?: (ref: Ref) => readonly Finding[];
}

function say({ process = {}, details = {}, objects = [], others = [], wrong = () => [] }: Machine = {}) {
  const all = [other(40), other(42), ...others];
  const around: PageAround = {
    ...{ find: findIn({ processes: all, objects }), objects, host: sampleHost, wrong, now: 100_000 },
    user: (uid) => `u${uid}`,
  };
  const full = { ...subject.details, ...details } as NonNullable<ProcessSubject['details']>;
  const said = processPageOf({ ...subject, ...process, details: full }, around);
  // It crosses to the page as its schema has it.
  expect(v.parse(processPage, said)).toEqual(said);
  return said;
}

describe('threads', () => {
  const word = (tid: number, since: number) =>
    waiting(tid, { is: 'word', address: `0x${tid}`, shared: false }, { since, atLeast: true });

  test('that are alike are one row, since when the last of them waits', () => {
    const workers = [44, 45, 46, 50].map((tid) => ({ ...word(tid, 1000 * tid), name: 'worker' }));
    const { threads } = say({ process: { threadCount: 6, threads: [word(41, 5), ...workers] } });
    expect(threads.rows.map(({ name, tids, since }) => [name, tids, since])).toEqual([
      ['main', '41', 5],
      [expect.stringContaining('4'), '44–46, 50', 50_000],
    ]);
    expect(threads.count).toBe(6);
    // One was not told, and is not forgotten.
    expect(threads.note).toContain('1');
  });

  test('many numbers are cut, with all of them beside that', () => {
    const workers = [43, 45, 47, 49].map((tid) => ({ ...word(tid, 1), name: 'worker' }));
    const { rows } = say({ process: { threadCount: 4, threads: workers } }).threads;
    expect(rows[0]?.tids).not.toContain('49');
    expect(rows[0]?.every).toBe('43, 45, 47, 49');
  });

  test('lead to the thread whose end they wait for', () => {
    const joiners = [41, 43].map((tid) => waiting(tid, { is: 'thread', number: 45 }));
    const { rows } = say({ process: { threads: [...joiners, word(45, 1)] } }).threads;
    expect(
      rows.map(({ has, does }) => [has, does.map((piece) => typeof piece === 'object' && piece)]),
    ).toEqual([
      [[41], [{ text: expect.any(String) as string, thread: 45 }]],
      [[43], [{ text: expect.any(String) as string, thread: 45 }]],
      [[45], [false]],
    ]);
  });

  test('name their object apart, so that it can be opened, whatever it is called', () => {
    const held = pipe('7', end(41, 'reader', 3), end(42, 'writer', 4));
    const on: Wait['on'] = { is: 'descriptors', of: [{ fd: 3, direction: 'read', ref: held.ref }] };
    const threads = [waiting(41, on, { call: 'read', certain: false })];
    const [row] = say({ process: { threads }, objects: [held] }).threads.rows;
    expect(row?.does.filter((piece) => typeof piece !== 'string')).toEqual([
      { text: 'pipe 7', ref: held.ref },
    ]);
    // What the kernel did not show is said to be a guess.
    expect(row?.does.at(-1)).toContain('probably');
    expect(row?.call).toContain('fd 3');
  });

  test('a finding marks those that it names, and stands at the head', () => {
    const held = pipe('7', end(41, 'reader', 3));
    const on: Wait['on'] = { is: 'descriptors', of: [{ fd: 3, direction: 'read', ref: held.ref }] };
    const threads = [{ ...word(41, 1) }, { ...waiting(42, on, { call: 'read' }), name: 'reader' }];
    const finding = {
      ...{
        rule: 'ownOtherEnd',
        severity: 'warning',
        proof: 'likely',
        doubts: ['hidden'],
        cures: [],
        cites: 'x',
      },
      subjects: [subject.ref, held.ref],
      parts: {
        stream: held.ref,
        waiter: { pid: 41, startTime: '1', tid: 42, wait: { tid: 42, call: 'read', on, certain: true } },
      },
    } as unknown as Finding;
    const wrong = (ref: Ref) => (ref === subject.ref ? [finding] : []);
    const said = say({ process: { threads }, objects: [held], wrong });
    expect(said.threads.rows.map(({ name, tone }) => [name, tone])).toEqual([
      ['reader', 'warning'],
      ['main', undefined],
    ]);
    expect(said.verdict).toMatchObject({ tone: 'warning', proof: 'likely', why: true });
    expect(say({ process: { threads } }).verdict.tone).toBeUndefined();
  });
});

describe('what it has', () => {
  test('stands with whom it talks to by that, and what is its own alone is folded', () => {
    const objects = [
      pipe('1', end(41, 'reader', 0), end(42, 'writer', 1)),
      pipe('2', end(41, 'reader', 5), end(41, 'writer', 6)),
      pipe('3', end(42, 'reader', 5)),
    ];
    const { holds } = say({ objects });
    expect(holds.count).toBe(2);
    expect(holds.rows.map(({ ref }) => ref)).toEqual([pipeRef('1')]);
    expect(holds.rows[0]?.says).toContain('from p42 (42)');
    expect(holds.own.map(({ rows }) => rows.map(({ ref }) => ref))).toEqual([[pipeRef('2')]]);
    expect(holds.notes).toEqual([]);
  });

  test('is not all where descriptors may not be looked at', () => {
    const details = { handedDown: undefined };
    expect(say({ details }).holds.notes).toHaveLength(1);
  });

  test('nobody who has its number by now is taken for it', () => {
    const stranger = { ...end(41, 'reader', 0), startTime: '2' };
    expect(say({ objects: [pipe('1', stranger)] }).holds.count).toBe(0);
  });
});

describe('its family', () => {
  test('has what both have under one number, what each does, and who was not waited for', () => {
    const objects = [pipe('1', end(41, 'reader', 0), end(43, 'reader', 0), end(40, 'reader', 9))];
    const threads = [waiting(43, { is: 'time' }, { call: 'nanosleep' })];
    const others = [other(43, { parent: 41, threads }), other(44, { state: 'Z' })];
    const { family } = say({ objects, others, details: { children: [43, 44], childCount: 2 } });
    expect(family.rows.map(({ icon, ref }) => [icon, ref])).toEqual([
      ['arrow-up', processRef(40, '1')],
      ['arrow-down', processRef(43, '1')],
      ['circle-slash', undefined],
    ]);
    const [parent, child] = family.rows;
    expect(parent?.says).not.toContain('fd');
    expect(child?.says).toContain('both have fd 0');
    expect(child?.says).toContain('sleeps');
  });

  test('what its children need not have leads to the object', () => {
    const objects = [pipe('1', end(41, 'reader', 7))];
    const details = { handedDown: [{ fd: 7, type: 'pipe' as const, inode: '1', to: [42] }] };
    const { handedDown } = say({ objects, details });
    expect(handedDown.map(({ ref }) => ref)).toEqual([pipeRef('1')]);
    expect(handedDown[0]?.says).toContain('p42 (42)');
  });
});

describe('signals', () => {
  const mask = (...numbers: number[]) =>
    numbers.reduce((all, number) => all | (1n << BigInt(number - 1)), 0n).toString(16);

  test('each with what it would do now, and where it waits', () => {
    const signals = {
      ...{ pending: '0', blocked: mask(10), ignored: mask(13), caught: mask(15) },
      queued: { count: 1, limit: 9 },
    };
    const details = {
      pending: mask(10),
      threads: [{ tid: 41, pending: mask(12), blocked: mask(10) }],
      inherited: [{ is: 'ignored' as const, signals: mask(13), from: 40 }],
      realTime: 35,
    };
    const said = say({ process: { signals }, details }).signals;
    const of = (number: number) => said.find((one) => one.number === number);
    expect(of(15)).toMatchObject({ row: true, does: expect.stringContaining('caught') as string });
    expect(of(9)).toMatchObject({ row: true, does: 'ends it' });
    expect(of(10)?.notes).toBe('pending');
    expect(of(12)?.notes).toContain('41');
    expect(of(13)?.notes).toContain('p40 (40)');
    expect(of(13)?.row).toBe(true);
    expect(of(5)?.row).toBe(false);
    // Those of its C library nobody sends.
    for (const number of [32, 33, 34]) expect(of(number)).toBeUndefined();
    expect(of(36)?.name).toBe('SIGRTMIN+1 (36)');
  });

  test('one that catches everything has no row for each', () => {
    const signals = {
      ...subject.signals,
      pending: '0',
      blocked: '0',
      ignored: '0',
      caught: 'ffffffff7ffafeff',
    };
    const said = say({ process: { signals: { ...signals, queued: { count: 0, limit: 9 } } } }).signals;
    expect(said.filter(({ row }) => row).length).toBeLessThan(20);
  });
});

test('limits say how much is used, where that is known', () => {
  const { limits } = say({
    details: {
      limits: [
        { limit: 'files', soft: 1000, hard: 4096, use: 250, who: 'process' },
        { limit: 'queueBytes', soft: 819_200, hard: 819_200, who: 'user' },
        { limit: 'processes', soft: null, hard: null, use: 312, atLeast: true, who: 'user' },
      ],
    },
  });
  expect(limits.map(({ part }) => part)).toEqual([0.25, undefined, undefined]);
});

test('one of which nobody may know more than that it is there is still told', () => {
  const { threads: _threads, signals: _signals, ...rest } = subject;
  const said = processPageOf(
    { ...rest, details: undefined },
    {
      ...{ find: findIn({ processes: [], objects: [] }), objects: [], host: sampleHost, now: 1 },
      ...{ wrong: () => [], user: String },
    },
  );
  expect(said.verdict.says).not.toBe('');
  expect(said.signals.every(({ does }) => does !== '')).toBe(true);
});

test('names of others are told as they are: the page escapes them', () => {
  const said = say({ process: { name: HOSTILE, command: HOSTILE } });
  expect(said.name).not.toContain('\n');
});
