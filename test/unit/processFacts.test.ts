/** What is told of a process, from the texts of /proc to the lines that tooltips, pages and the command line show. */
import { describe, expect, test } from 'vitest';
import { unpacked } from '../../src/native/proc/compat';
import { parseLimits } from '../../src/native/proc/limits';
import { parseSignals } from '../../src/native/proc/status';
import { factsOfProcess } from '../../src/presentation/processFacts';
import { processStateText } from '../../src/presentation/processes';
import { terminalText } from '../../src/presentation/terminals';
import { findIn } from '../../src/presentation/values';
import type { Process } from '../../src/protocol/snapshot';

const process: Process = {
  ...{ pid: 41, startTime: '7', state: 'S', name: 'api', command: 'api --serve', uid: 1000 },
  ...{ parent: 40, group: 40, session: 39, tracer: null, threadCount: 2 },
  terminal: { device: String((136n << 8n) | 4n), foregroundGroup: 50 },
  threads: [{ tid: 41, state: 'S' }],
  signals: { pending: '200', blocked: '200', ignored: '1', caught: '4000', queued: { count: 1, limit: 9 } },
  details: {
    ...{ pending: '0', realTime: 35, children: [43, 44], childCount: 3, members: [40, 41], memberCount: 2 },
    threads: [{ tid: 42, pending: '200', blocked: '200' }],
    inherited: [{ is: 'ignored', signals: '1', from: 39 }],
    signalfds: [{ fd: 5, signals: '800000000' }],
    foreground: [50],
    limits: [
      { limit: 'files', soft: 1024, hard: 4096, use: 24, who: 'process' },
      { limit: 'queueBytes', soft: 819_200, hard: 819_200, who: 'user' },
      { limit: 'processes', soft: null, hard: null, use: 312, atLeast: true, who: 'user' },
    ],
    relatives: [
      ...[39, 40, 43].map((pid) => ({
        pid,
        startTime: '1',
        state: 'S',
        name: `p${pid}`,
        command: `p${pid}`,
      })),
      { pid: 44, startTime: '1', state: 'Z', name: 'gone', command: '' },
    ],
  },
};
const find = findIn({ objects: [], processes: [] });
const told = (one: Process) => factsOfProcess(one, { process: find, user: (uid) => `u${uid}` });
const of = (key: string, one = process) =>
  told(one)
    .filter((fact) => fact.key === key)
    .map(({ text }) => text)
    .join(' | ');

describe('what is told', () => {
  test('who it belongs to is named, also where only this process knows them', () => {
    expect(of('parent')).toBe('p40 (40)');
    expect(of('children')).toContain('p43 (43)');
    for (const pid of [44, 50])
      expect(told(process).some(({ text }) => text.includes(String(pid)))).toBe(true);
    expect(of('terminal')).toContain('pts/4');
    expect(of('user')).toBe('u1000 (1000)');
  });

  test('one that is stopped tells by which signal', () => {
    const stopped = (stoppedBy?: number) =>
      of('state', { ...process, state: 'T', ...(stoppedBy !== undefined && { stoppedBy }) });
    for (const [signal, name] of [
      [19, 'SIGSTOP'],
      [20, 'SIGTSTP'],
      [21, 'SIGTTIN'],
      [22, 'SIGTTOU'],
    ] as const)
      expect(stopped(signal)).toContain(`${name} (${signal})`);
    // That of the background says what it wanted.
    expect(new Set([undefined, 19, 20, 21, 22].map(stopped)).size).toBe(5);
    expect(stopped(21).length).toBeGreaterThan(stopped(19).length);
  });

  test('signals stand where they are pending, and as its C library counts', () => {
    expect(of('pending')).toContain('SIGUSR1 (10)');
    expect(of('signalfds')).toContain('SIGRTMIN+1 (36)');
    expect(of('inherited')).toContain('p39 (39)');
    expect(of('usual')).not.toContain('SIGHUP');
    expect(of('usual')).not.toContain('SIGKILL');
  });

  test('what it watches, each as the kernel calls it', () => {
    const base = process.details;
    if (!base) throw new Error('no details');
    const watching: Process = {
      ...process,
      details: {
        ...base,
        watchers: [
          { is: 'epoll', fd: 3, targets: [{ fd: 4, events: 0x80000001, type: 'timerfd' }], more: 9 },
          { is: 'epoll', fd: 5, targets: [{ fd: 6, events: 4, moved: true }] },
          { is: 'timerfd', fd: 7, clock: 1, expires: null, interval: 0 },
          { is: 'inotify', fd: 8, watches: [{ wd: 1, inode: '12', device: '8:1', events: 0x102 }] },
          { is: 'pidfd', fd: 9, pid: 43 },
          { is: 'pidfd', fd: 10, pid: null },
        ],
        inotify: { instances: { use: 1, limit: 128 }, watches: { use: 3, limit: 65_536 } },
      },
    };
    const said = of('watches', watching).split(' | ');
    expect(said[0]).toBe('fd 3: fd 4 timerfd: EPOLLIN EPOLLET and 9 more');
    expect(said[1]).toContain('what was fd 6: EPOLLOUT');
    expect(said[2]).toContain('CLOCK_MONOTONIC');
    expect(said[3]).toContain('8:1: IN_MODIFY IN_CREATE');
    expect(said[4]).toContain('p43 (43)');
    expect(new Set(said).size).toBe(6);
    expect(of('inotify', watching)).toContain('at least 3 of 65,536');
    expect(of('watches')).toBe('');
  });

  test('limits, with what is used of them', () => {
    expect(of('limits')).toContain('24');
    expect(of('limits')).toContain('800 KiB');
    expect(of('limits')).toContain('312');
  });

  test('of one that was only listed there are fewer facts, and none of them empty', () => {
    const { details: _details, signals: _signals, terminal: _terminal, ...plain } = process;
    const facts = told(plain);
    expect(facts.length).toBeLessThan(told(process).length);
    for (const { text, label } of facts) expect([text, label]).not.toContain('');
  });

  test('a state that somebody else decides names them', () => {
    expect(processStateText({ ...process, state: 'Z' }, find)).toContain('40');
    expect(processStateText({ ...process, state: 't', tracer: 77 }, find)).toContain('77');
    const vfork = { tid: 41, call: 'vfork', on: { is: 'vfork' as const }, certain: true };
    const waiting = { ...process, threads: [{ tid: 41, state: 'D', wait: vfork }] };
    expect(processStateText(waiting, find)).not.toBe(processStateText(process, find));
  });
});

test('terminals by their numbers', () => {
  const device = (major: bigint, minor: bigint) =>
    String((major << 8n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n));
  const texts = [device(136n, 4n), device(136n, 700n), device(137n, 1n), device(4n, 1n), device(4n, 65n)];
  expect(texts.map(terminalText)).toEqual(['pts/4', 'pts/700', 'pts/257', 'tty1', 'ttyS1']);
  expect(terminalText(device(5n, 0n))).toBe('5:0');
});

test('limits of proc(5)', () => {
  const text = `Limit                     Soft Limit           Hard Limit           Units
Max processes             unlimited            unlimited            processes
Max open files            1024                 1048576              files
Max locked memory         18446744073709551615 18446744073709551615 bytes
Max msgqueue size         819200               819200               bytes
`;
  expect(parseLimits(text)).toEqual({
    processes: { soft: null, hard: null },
    files: { soft: 1024, hard: 1_048_576 },
    locked: { soft: '18446744073709551615', hard: '18446744073709551615' },
    queueBytes: { soft: 819_200, hard: 819_200 },
  });
  expect(parseLimits('')).toEqual({});
});

test('masks of a thread and of its process', () => {
  const text =
    'Name:\tx\nUid:\t1\t2\t3\t4\nSigPnd:\t0000000000000200\nShdPnd:\t0000000000004000\nSigBlk:\t0\nSigIgn:\t1\nSigCgt:\t2\n';
  expect(parseSignals(text)).toEqual({
    ...{ pending: '200', shared: '4000', blocked: '0', ignored: '1', caught: '2' },
    uids: { real: 1, effective: 2, saved: 3 },
  });
  expect(parseSignals('Name:\tx\n')).toBe(undefined);
});

describe('calls within calls of 32 bits', () => {
  const words = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
    return bytes;
  };
  const read = () => words(8, 0x1000, 16);
  const big = (...values: number[]) => values.map(BigInt);

  test('ipc(2)', () => {
    expect(unpacked({ name: 'ipc', arguments: big(0x1000c, 5, 8, 0, 0x900, 7) }, read)).toEqual({
      ...{ name: 'msgrcv', arguments: big(5, 0x900, 8, 7, 0) },
    });
    expect(unpacked({ name: 'ipc', arguments: big(12, 5, 8, 0, 0x900, 0) }, read)).toEqual({
      ...{ name: 'msgrcv', arguments: big(5, 8, 8, 0x1000, 0) },
    });
    expect(
      unpacked({ name: 'ipc', arguments: big(1, 5, 2, 0, 0x900, 0) }, read)?.arguments.slice(0, 3),
    ).toEqual(big(5, 0x900, 2));
    expect(unpacked({ name: 'ipc', arguments: big(2, 5, 2, 0, 0, 0) }, read)).toBe(undefined);
  });

  test('socketcall(2), and nothing where its arguments may not be read', () => {
    const accept = { name: 'socketcall', arguments: big(5, 0x800) };
    expect(unpacked(accept, read)).toEqual({ name: 'accept', arguments: big(8, 0x1000, 16) });
    expect(unpacked(accept, () => undefined)).toBe(undefined);
    expect(unpacked({ name: 'socketcall', arguments: big(1, 0x800) }, read)).toBe(undefined);
    expect(unpacked({ name: 'read', arguments: big(3) }, read)).toEqual({ name: 'read', arguments: big(3) });
  });
});
