/** How limits are told: used of allowed, who uses most, what fails next, and the line that raises it. */
import { expect, test } from 'vitest';
import { limitUseText, nearestFirst, nearestText } from '../../src/presentation/limits';
import { limitsPageOf } from '../../src/presentation/limitsPage';
import { processRef } from '../../src/protocol/ref';
import { LIMITED, type LimitsAnswer, type LimitUse } from '../../src/protocol/limits';
import { sampleHost } from '../support/samples';

const GATEWAY = processRef(4301, '7');
const around = {
  find: (pid: number) => ({ pid, startTime: '7', state: 'S', name: 'gateway' }),
  user: (uid: number) => (uid === 0 ? 'root' : `uid ${uid}`),
};
const text = (use: LimitUse) => limitUseText(use, around);

test('every limit is told', () => {
  for (const what of LIMITED) {
    const told = text({ what, used: 95, most: 100, setting: '1 2 3 4' });
    expect(told).toMatchObject({ percent: '95 %', near: true, now: 'now 1 2 3 4' });
    for (const part of [told.label, told.kernelName, told.setting, told.fails, told.raise])
      expect(part).not.toBe('');
  }
});

test('used of allowed, with what nobody tells', () => {
  expect(text({ what: 'queues', used: 2000, most: 32_000 }).used).toBe('2,000 of 32,000');
  expect(text({ what: 'queueBytes', uid: 0, used: 0, atLeast: true, most: 819_200 })).toMatchObject({
    ...{
      used: 'at least 0 B of 800 KiB',
      label: 'Bytes in POSIX queues of root',
      percent: '0 %',
      near: false,
    },
  });
  expect(text({ what: 'segmentBytes', used: 4096, most: '73786976294838206464' })).toMatchObject({
    ...{ used: '4 KiB, no limit', percent: 'below 1 %' },
  });
  expect(text({ what: 'pipePages', uid: 5, most: 16_384 }).used).toBe('16,384 allowed');
  expect(text({ what: 'pipePages', uid: 5, most: null })).toMatchObject({
    used: 'no limit',
    percent: '',
  });
});

test('the line that raises it', () => {
  const raise = (use: LimitUse) => text(use).raise;
  expect(raise({ what: 'queues', most: 32_000, setting: '32000' })).toBe(
    'sudo sysctl -w kernel.msgmni=64000',
  );
  expect(raise({ what: 'sets', most: 32_000, setting: '32000 1024000000 500 32000' })).toBe(
    'sudo sysctl -w kernel.sem="32000 1024000000 500 64000"',
  );
  expect(raise({ what: 'semaphores', most: 7, setting: '1 7 3 4' })).toBe(
    'sudo sysctl -w kernel.sem="1 14 3 4"',
  );
  expect(raise({ what: 'queueBytes', uid: 0, most: 819_200 })).toBe('ulimit -q 1638400');
  expect(raise({ what: 'files', ref: GATEWAY, most: 1024, setting: '1024 524288' })).toBe(
    'sudo prlimit --pid 4301 --nofile=2048:',
  );
  expect(raise({ what: 'memory', used: 1, most: 1024 })).toBe('sudo mount -o remount,size=2048 /dev/shm');
});

test('the nearest comes first; what nobody counts is not among them', () => {
  const uses: LimitUse[] = [
    { what: 'queues', used: 1, most: 10 },
    { what: 'pipePages', most: 10 },
    { what: 'files', ref: GATEWAY, used: 812, most: 1024 },
    { what: 'sets', used: 3, most: null },
  ];
  expect(nearestFirst(uses).map(({ what }) => what)).toEqual(['files', 'queues']);
  expect(nearestText(uses[2] as LimitUse, around)).toBe(
    'Nearest to its end: Open files of gateway (4301), 812 of 1,024 (79 %).',
  );
});

function page(limits: LimitUse[], more: Partial<LimitsAnswer> = {}) {
  const processes = [around.find(4301)];
  return limitsPageOf({ seenAt: 1, host: sampleHost, limits, processes, blind: [], ...more }, around.user);
}

test('the page has a section for each whose limit it is, and who uses most leads to its page', () => {
  const { sections } = page([
    { what: 'queues', used: 1, most: 10, setting: '10', uses: { uid: 0, used: 1 } },
    { what: 'inotifyWatches', uid: 5, used: 9, most: 10, uses: { ref: GATEWAY, used: 7 } },
    { what: 'pipePages', uid: 5, used: 3, atLeast: true, most: 100 },
    { what: 'files', ref: GATEWAY, used: 12, most: 10 },
  ]);
  expect(sections.map(({ title, rows }) => [title, rows.length])).toEqual([
    ['User uid 5', 2],
    ['This machine', 1],
    ['Processes nearest to their limit', 1],
  ]);
  expect(sections.map(({ note }) => note)).toEqual([
    '1 of 2 near',
    `IPC namespace ${sampleHost.ipcNamespace}`,
    '1 of 1 near',
  ]);
  const [user, machine, process] = sections.map(({ rows }) => rows[0]);
  expect(user).toMatchObject({ label: 'inotify watches', part: 0.9, near: true });
  expect(user?.who).toEqual({ name: 'gateway (4301)', ref: GATEWAY, used: '7' });
  expect(machine?.who).toEqual({ name: 'root', used: '1' });
  // No bar is longer than its frame.
  expect(process).toMatchObject({ label: 'Open files of gateway (4301)', part: 1, percent: '120 %' });
  expect(process?.who).toEqual({ name: 'gateway (4301)', ref: GATEWAY, used: '' });
});

test('the page begins with what fails next, and calls nothing fine that it did not see', () => {
  const queues: LimitUse = { what: 'queues', used: 9, most: 10, setting: '10' };
  const watches: LimitUse = { what: 'inotifyWatches', uid: 0, used: 85, most: 100 };
  const { verdict } = page([watches, queues]);
  expect(verdict).toMatchObject({
    tone: 'warning',
    says: 'Next to fail: System V queues, 9 of 10 (90 %).',
    raise: 'sudo sysctl -w kernel.msgmni=20',
  });
  expect(verdict.matters).toMatch(/ENOSPC.*Second: inotify watches of root, 85 of 100 \(85 %\)\.$/);
  const calm = { ...queues, used: 1 };
  expect(page([calm]).verdict).toMatchObject({ tone: 'fine', says: 'No limit is near.' });
  for (const hidden of [
    { ...calm, atLeast: true as const },
    { ...watches, used: undefined },
  ])
    expect(page([calm, hidden]).verdict).toMatchObject({
      tone: 'plain',
      says: 'No limit is near, as far as can be seen.',
    });
  expect(page([]).verdict.tone).toBe('plain');
});

test('what could not be looked at is said', () => {
  const blind = [{ kind: 'pipe', field: 'endpoints', code: 'denied', count: 3 } as const];
  expect(page([], { blind }).notes).toEqual([expect.stringContaining('3 processes')]);
});
