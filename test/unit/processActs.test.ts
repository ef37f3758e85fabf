/** Signals go down the one path of all acts: what is signalled is opened before the first question, and let go of whatever comes of it. */
import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import * as vscode from 'vscode';
import { processRefOf, processVerbs } from '../../src/extension/commands/processes';
import type { CommandParts } from '../../src/extension/commands/command';
import { COMMANDS } from '../../src/extension/ids';
import { signalLosses } from '../../src/presentation/processLosses';
import { effectText } from '../../src/presentation/signalEffects';
import { parseSignal, signalText } from '../../src/presentation/signals';
import { findIn } from '../../src/presentation/values';
import { type Failure, IpcFailure } from '../../src/protocol/errors';
import { type ObjectOf, type ProcessSubject, subjectContracts } from '../../src/protocol/kinds';
import type { Ability } from '../../src/protocol/kinds/kind';
import { processRef, type Ref } from '../../src/protocol/ref';
import { effectOf, SIGNALS } from '../../src/protocol/signals';
import { Answers, type Given } from '../support/answers';
import { sampleHost, sampleProcesses, samples } from '../support/samples';

const bit = (...signals: number[]) =>
  signals.reduce((mask, signal) => mask | (1n << BigInt(signal - 1)), 0n).toString(16);
const { SIGHUP, SIGUSR1, SIGTERM, SIGCONT, SIGUSR2, SIGKILL, SIGSTOP, SIGCHLD } = SIGNALS;

const details: NonNullable<ProcessSubject['details']> = {
  ...{ pending: bit(SIGUSR2), threads: [{ tid: 41, pending: '0', blocked: bit(SIGUSR2) }] },
  ...{ inherited: [], children: [], childCount: 0, relatives: [] },
};

/** Catches USR1, ignores HUP, blocks USR2, of which one is pending. */
function subject(more: Partial<ProcessSubject> = {}): ProcessSubject {
  return {
    ...{
      kind: 'process',
      ref: processRef(41, '7'),
      flags: [],
      pid: 41,
      startTime: '7',
      state: 'S',
      name: 'api',
    },
    ...{ uid: 1000, threadCount: 1, tracer: null },
    threads: [
      { tid: 41, state: 'S', wait: { tid: 41, call: 'pause', on: { is: 'signals' }, certain: true } },
    ],
    signals: {
      ...{ pending: bit(SIGUSR2), blocked: bit(SIGUSR2), ignored: bit(SIGHUP), caught: bit(SIGUSR1) },
      queued: { count: 1, limit: 100 },
    },
    details,
    ...more,
  };
}

class FakeHelper {
  readonly calls: { ability: string; parameters: Record<string, unknown> }[] = [];
  allowed = true;
  mayContinue = true;
  failure: Failure | undefined;

  constructor(private readonly process: ProcessSubject) {}

  act(kind: string, ability: string, parameters: Record<string, unknown>): Promise<unknown> {
    expect(kind).toBe('process');
    const contract = (subjectContracts.process.abilities as Record<string, Ability>)[ability] as Ability;
    v.parse(contract.parameters, parameters);
    this.calls.push({ ability, parameters });
    if (ability === 'signal' && this.failure) return Promise.reject(new IpcFailure(this.failure));
    const { process, allowed, mayContinue } = this;
    const members = parameters.group === true ? [{ pid: 41, startTime: '7', allowed }] : undefined;
    const answers: Record<string, unknown> = {
      ...{ inspect: process, pin: { pinned: 5, process, allowed, mayContinue, members }, release: {} },
      ...{ signal: { merged: false }, signalGroup: { sent: 1, ended: 0, refused: 0 } },
    };
    return Promise.resolve(v.parse(contract.result, answers[ability]));
  }

  of(ability: string) {
    return this.calls.filter((call) => call.ability === ability).map(({ parameters }) => parameters);
  }
}

function world(process: ProcessSubject, answers: Given[]) {
  const helper = new FakeHelper(process);
  const user = new Answers(answers);
  const snapshot = {
    ...{ host: sampleHost, objects: [], processes: [...sampleProcesses], blind: [] },
  };
  const inventory = {
    ...{ process: () => undefined, actingHost: sampleHost, refresh: () => undefined, learn: () => undefined },
    snapshot: () => Promise.resolve(snapshot),
  };
  const log = { warn: () => undefined };
  const processes = { visible: false, selection: [] };
  const parts = { helper, ask: user, inventory, log, processes } as unknown as CommandParts;
  const run = async (id: string, node: unknown = { ref: process.ref }) => {
    await processVerbs.find((one) => one.id === id)?.run(parts, node);
    return { helper, user };
  };
  return { helper, user, run };
}

afterEach(() => {
  Object.assign(vscode.workspace, { isTrusted: true });
});

describe('what a signal would do', () => {
  test.each([
    [SIGTERM, { is: 'ends' }],
    [SIGKILL, { is: 'ends' }],
    [SIGNALS.SIGSEGV, { is: 'dumps' }],
    [SIGSTOP, { is: 'stops' }],
    [SIGCONT, { is: 'continues' }],
    [SIGHUP, { is: 'ignored' }],
    [SIGCHLD, { is: 'harmless' }],
    [SIGUSR1, { is: 'caught', interrupts: true }],
    [SIGUSR2, { is: 'held', merges: true }],
    [40, { is: 'ends' }],
  ])('signal %i', (signal, effect) => {
    expect(effectOf(subject(), signal)).toEqual(effect);
  });

  test('to one that is stopped, traced, ended, or the first of all', () => {
    expect(effectOf(subject({ state: 'T' }), SIGTERM)).toEqual({ is: 'ends', afterContinue: true });
    expect(effectOf(subject({ state: 'T' }), SIGKILL)).toEqual({ is: 'ends' });
    expect(effectOf(subject({ tracer: 3 }), SIGTERM)).toEqual({ is: 'ends', traced: true });
    expect(effectOf(subject({ frozen: true }), SIGTERM)).toEqual({ is: 'ends', afterThaw: true });
    expect(effectOf(subject({ state: 'Z' }), SIGKILL)).toEqual({ is: 'ended' });
    expect(effectOf(subject({ pid: 1 }), SIGTERM)).toEqual({ is: 'protected' });
    expect(effectOf(subject({ pid: 1 }), SIGUSR1).is).toBe('caught');
  });

  test('what waits for it takes it, and a signalfd tells of what is blocked', () => {
    const waiting = subject({
      threads: [
        {
          ...{ tid: 41, state: 'S' },
          wait: { tid: 41, call: 'rt_sigtimedwait', on: { is: 'signals', signals: [40] }, certain: true },
        },
      ],
      details: { ...details, signalfds: [{ fd: 9, signals: bit(SIGUSR2) }] },
    });
    expect(effectOf(waiting, 40)).toEqual({ is: 'waitedFor' });
    expect(effectOf(waiting, 41)).toEqual({ is: 'ends' });
    expect(effectOf(waiting, SIGUSR2)).toEqual({ is: 'held', signalfd: 9, merges: true });
  });

  test('one thread may block what another takes', () => {
    const two = subject({
      details: {
        ...details,
        threads: [
          { tid: 41, pending: '0', blocked: '0' },
          { tid: 42, pending: bit(SIGTERM), blocked: bit(SIGTERM) },
        ],
      },
    });
    expect(effectOf(two, SIGTERM)).toEqual({ is: 'ends' });
    expect(effectOf(two, SIGTERM, 42)).toEqual({ is: 'held', merges: true });
  });

  test('is said, and never what a handler does', () => {
    for (let signal = 1; signal <= 64; signal++) expect(effectText(subject(), signal)).not.toBe('');
  });
});

test('names and numbers of signals', () => {
  expect([15, 34, 36, 64, 32].map((one) => signalText(one))).toEqual([
    ...['SIGTERM (15)', 'SIGRTMIN (34)', 'SIGRTMIN+2 (36)', 'SIGRTMIN+30 (64)', '32 (of the C library)'],
  ]);
  // musl counts from 35.
  expect(signalText(36, 35)).toBe('SIGRTMIN+1 (36)');
  const typed = ['15', 'term', 'SIGTERM', 'rtmin+2', 'SIGRTMAX-1', 'RTMIN', 'poll', '0', '-9', '65', 'x', ''];
  expect(typed.map((text) => parseSignal(text))).toEqual([
    ...[15, 15, 15, 36, 63, 34, 29, undefined, undefined, undefined, undefined, undefined],
  ]);
  expect(parseSignal('RTMIN+2', 35)).toBe(37);
});

describe('sending', () => {
  test('End asks first, and goes to what was opened before', async () => {
    const { helper } = await world(subject(), [true]).run(COMMANDS.endProcess);
    expect(helper.calls.map(({ ability }) => ability)).toEqual(['inspect', 'pin', 'signal', 'release']);
    expect(helper.of('signal')).toMatchObject([{ ref: subject().ref, signal: SIGTERM, pinned: 5 }]);
  });

  test('who says no has sent nothing, and it is let go of', async () => {
    const { helper } = await world(subject(), [false]).run(COMMANDS.endProcess);
    expect(helper.calls.map(({ ability }) => ability)).toEqual(['inspect', 'pin', 'release']);
  });

  test('Continue asks nothing', async () => {
    const { helper } = await world(subject({ state: 'T' }), []).run(COMMANDS.continueProcess);
    expect(helper.of('signal')).toMatchObject([{ signal: SIGCONT, pinned: 5 }]);
  });

  test('Send Signal: what is caught is sent at once, with its value', async () => {
    const { helper } = await world(subject(), ['SIGUSR1 (10)', '7']).run(COMMANDS.sendSignal);
    expect(helper.of('signal')).toMatchObject([{ signal: SIGUSR1, value: 7, pinned: 5 }]);
  });

  test('a group is asked about, whatever the signal', async () => {
    const { helper } = await world(subject(), ['SIGCONT (18)', true]).run(COMMANDS.signalGroup);
    expect(helper.of('pin')).toMatchObject([{ group: true }]);
    expect(helper.of('signalGroup')).toMatchObject([{ signal: SIGCONT, pinned: 5 }]);
  });

  test('what the kernel refuses is told before anything is asked; only SIGCONT may go within a session', async () => {
    for (const [mayContinue, id, sent] of [
      [false, COMMANDS.endProcess, 0],
      [false, COMMANDS.sendSignal, 0],
      [false, COMMANDS.continueProcess, 0],
      [true, COMMANDS.continueProcess, 1],
      [true, COMMANDS.endProcess, 0],
    ] as const) {
      const one = world(subject(), []);
      Object.assign(one.helper, { allowed: false, mayContinue });
      await one.run(id);
      expect(one.helper.of('signal')).toHaveLength(sent);
      expect(one.helper.of('release')).toHaveLength(1);
    }
  });

  test('in Restricted Mode nothing is looked at or sent', async () => {
    Object.assign(vscode.workspace, { isTrusted: false });
    const { helper } = await world(subject(), []).run(COMMANDS.endProcess);
    expect(helper.calls).toEqual([]);
  });
});

test('the process that a row stands for, with its start time', () => {
  const ref = processRef(41, '7');
  expect(processRefOf({ ref })).toBe(ref);
  expect(processRefOf({ is: 'process', pid: 41, key: '41:7' })).toBe(ref);
  expect(processRefOf({ is: 'peer', pid: 41, key: '41:7', of: '1:1' })).toBe(ref);
  expect(processRefOf({ is: 'holder', pid: 41, startTime: '7', ref: 'pipe:5', kind: 'pipe' })).toBe(ref);
  expect(processRefOf({ is: 'object', ref: 'pipe:5' as Ref })).toBe(undefined);
  expect(processRefOf({ is: 'fact', pid: 41, key: '41:7' })).toBe(undefined);
});

test('what others lose: the end of a pipe, a connection, what only it has', () => {
  const pipe: ObjectOf<'pipe'> = {
    ...(samples.pipe[0] as ObjectOf<'pipe'>),
    endpoints: [
      { pid: 41, startTime: '7', role: 'writer', fd: 1 },
      { pid: 42, startTime: '8', role: 'reader', fd: 0 },
    ],
  };
  const find = findIn({ objects: [pipe], processes: [] });
  const lost = (is: 'ends' | 'stops', objects = [pipe]) => signalLosses(subject(), { is }, objects, find);
  expect(lost('ends')).toHaveLength(1);
  expect(lost('ends')[0]).toContain('42');
  expect(lost('stops')[0]).not.toBe(lost('ends')[0]);
  const shared = {
    ...pipe,
    endpoints: [...(pipe.endpoints ?? []), { pid: 43, startTime: '9', role: 'writer' as const }],
  };
  expect(lost('ends', [shared])).toEqual(lost('ends', []));
});

test('what others lose: a lock that they wait for, unless an heir keeps it', () => {
  const holder = { pid: 41, startTime: '7', fd: 3 };
  const lock: ObjectOf<'lock'> = {
    ...(samples.lock[0] as ObjectOf<'lock'>),
    path: '/srv/build.lock',
    held: [{ type: 'flock', mode: 'exclusive', start: 0, holders: [holder] }],
    waiters: [{ pid: 42, startTime: '8', tid: 42, fd: 3, type: 'flock', mode: 'exclusive' }],
    endpoints: [
      { pid: 41, startTime: '7', role: 'holder', fd: 3 },
      { pid: 42, startTime: '8', role: 'waiter', fd: 3 },
    ],
  };
  const find = findIn({ objects: [lock], processes: [] });
  const lost = (is: 'ends' | 'stops', one = lock) => signalLosses(subject(), { is }, [one], find);
  expect(lost('ends')).toHaveLength(1);
  expect(lost('ends')[0]).toContain('build.lock');
  expect(lost('ends')[0]).toContain('42');
  expect(lost('stops')[0]).not.toBe(lost('ends')[0]);
  const heir = { pid: 43, startTime: '9', fd: 3 };
  const kept = { ...lock, held: lock.held.map((one) => ({ ...one, holders: [holder, heir] })) };
  expect(lost('ends', kept)[0]).toContain('43');
  // Nobody waits for it, or for another sort of lock, which is in nobody's way.
  const nobody = lost('ends', { ...lock, waiters: [] });
  expect(nobody[0]).not.toContain('build.lock');
  const other = { ...lock, waiters: lock.waiters.map((one) => ({ ...one, type: 'posix' as const })) };
  expect(lost('ends', other)).toEqual(nobody);
});
