/** How limits are told: used of allowed, who uses most, what fails next, and the line that raises it. */
import { expect, test } from 'vitest';
import { limitUseText, nearestFirst, nearestText } from '../../src/presentation/limits';
import { processRef } from '../../src/protocol/ref';
import { LIMITED, type LimitUse } from '../../src/protocol/limits';

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
