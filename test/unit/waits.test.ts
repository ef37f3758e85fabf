/** Waits and processes as the contract has them: refs, schemas, words, and since when somebody waits. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { type SchedulerClock, SinceTable } from '../../src/native/census/waits/since';
import { typeOfLink } from '../../src/native/census/descriptors/descriptorType';
import { waitWords } from '../../src/presentation/waits';
import { KINDS, kindOf, parseProcessRef, processRef, subjectKindOf } from '../../src/protocol/ref';
import { directionsOf, refOfWait, type WaitOn, waitOnSchema } from '../../src/protocol/waits';

describe('the ref of a process', () => {
  test('comes back as it was made, and is of a process, not of an object', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0x7fffffff }),
        fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }),
        (pid, start) => {
          const ref = processRef(pid, String(start));
          expect(parseProcessRef(ref)).toEqual({ pid, startTime: String(start) });
          expect(subjectKindOf(ref)).toBe('process');
          expect(kindOf(ref)).toBeUndefined();
        },
      ),
    );
  });

  test('is nothing else', () => {
    for (const text of [
      'process:0:1',
      'process:-1:1',
      'process:1',
      'process:1:',
      'process:1:x',
      'process:2147483648:1',
      'process:1:2:3',
      '',
    ])
      expect([text, parseProcessRef(text), subjectKindOf(text)]).toEqual([text, undefined, undefined]);
    for (const kind of KINDS) expect(subjectKindOf(`${kind}:1:2`)).toBe(kind);
  });
});

const ref = 'pipe:7' as const as NonNullable<ReturnType<typeof refOfWait>>;
const WORDS: [call: string, on: WaitOn, words: string[]][] = [
  ['read', { is: 'descriptors', of: [{ fd: 3, direction: 'read' }] }, ['fd 3']],
  ['write', { is: 'descriptors', of: [{ fd: 3, direction: 'write' }] }, ['fd 3']],
  [
    'poll',
    { is: 'descriptors', of: [{ fd: 3, direction: 'write', ref }], more: 2 },
    ['fd 3 to write', 'and 2 more'],
  ],
  [
    'epoll_wait',
    {
      is: 'descriptors',
      of: [{ fd: 3, direction: 'read', moved: true }],
      more: 5,
      moreAtLeast: true,
      through: { epoll: 4 },
    },
    ['what was fd 3', 'and at least 5 more'],
  ],
  ['openat', { is: 'path', path: '/x', direction: 'read' }, ['to read']],
  ['connect', { is: 'connect', fd: 5 }, ['fd 5']],
  [
    'semop',
    { is: 'operations', of: [{ number: 2, change: 1, undo: true }], more: 3 },
    ['[2] +1 undo', 'and 3 more'],
  ],
  ['semop', { is: 'operations' }, []],
  [
    'msgrcv',
    { is: 'receive', type: { is: 'upTo', type: '9223372036854775807' } },
    ['type <= 9223372036854775807'],
  ],
  ['msgsnd', { is: 'send', type: 3, bytes: 12 }, ['type 3', '12 bytes']],
  ['futex', { is: 'word', address: '0x7f00', shared: true, offset: 64 }, ['at 64']],
  ['futex', { is: 'word', address: '0x7f00', shared: true, offset: 64, ref }, ['0x7f00']],
  ['futex', { is: 'thread', number: 77 }, ['thread 77']],
  ['wait4', { is: 'children', who: 'group', number: 7 }, ['group 7']],
  ['flock', { is: 'lock', fd: 3 }, ['fd 3']],
  ['rt_sigtimedwait', { is: 'signals', signals: [15] }, ['SIGTERM (15)']],
  ['nanosleep', { is: 'time' }, []],
  ['vfork', { is: 'vfork' }, []],
  ['io_uring_enter', { is: 'unknown' }, []],
];

describe('a wait', () => {
  test('fits its schema, and has the words of the man pages', () => {
    for (const [call, on, words] of WORDS) {
      expect(v.is(waitOnSchema, on), JSON.stringify(on)).toBe(true);
      expect(waitWords({ call, on })).toEqual(words);
    }
  });

  test('on anything else is refused', () => {
    for (const on of [
      { is: 'words' },
      'fd 3',
      { is: 'descriptors', of: ['fd 3'] },
      { is: 'descriptors', of: Array.from({ length: 21 }, (_, fd) => ({ fd, direction: 'read' })) },
      { is: 'receive', type: 'any type' },
      { is: 'children', who: 'any child' },
    ])
      expect(v.is(waitOnSchema, on), JSON.stringify(on)).toBe(false);
  });

  test('says which way, on one descriptor where that is named', () => {
    const on: WaitOn = {
      is: 'descriptors',
      of: [
        { fd: 3, direction: 'read' },
        { fd: 4, direction: 'write', ref },
      ],
    };
    expect([directionsOf(on, 3), directionsOf(on, 4), directionsOf(on, 9)]).toEqual([
      ['read'],
      ['write'],
      ['read', 'write'],
    ]);
    expect(refOfWait({ on })).toBe(ref);
  });
});

test('what a descriptor is of, by its link', () => {
  const types = [
    'pipe:[1]',
    'socket:[2]',
    'anon_inode:[eventfd]',
    'anon_inode:inotify',
    'anon_inode:[io_uring]',
    '/dev/pts/3',
    '/dev/null',
    '/dev/shm/x',
    '/tmp/pipe:[1]',
    'mnt:[4]',
  ];
  expect(types.map(typeOfLink)).toEqual([
    'pipe',
    'socket',
    'eventfd',
    'inotify',
    'other',
    'terminal',
    'device',
    'file',
    'file',
    'other',
  ]);
});

describe('since when a thread waits', () => {
  /** A kernel at a moment. */
  function kernel(facts: { run?: string; switches?: string; lag?: number; suspended?: number }) {
    const clock = { now: 1_000_000, mono: 50_000, facts };
    const ask: SchedulerClock = {
      lastRun: () => clock.facts.run,
      switches: () => clock.facts.switches,
      cpu: () => 0,
      lag: () => clock.facts.lag,
      monotonic: () => ({ now: clock.mono, suspended: clock.facts.suspended ?? 0 }),
      now: () => clock.now,
    };
    const table = new SinceTable(ask);
    const look = (later = 0) => {
      clock.now += later;
      clock.mono += later;
      table.begin(true);
      return table.of(1, 1);
    };
    return { clock, look };
  }

  test('what it ran last, corrected by how far the clock of its CPU lags', () => {
    const { clock, look } = kernel({ run: '39000.5', lag: 1000 });
    expect(look()).toEqual({ since: 990_001 });
    // A later lag moves nothing of a wait that goes on; a run begins another.
    clock.facts.lag = 1500;
    expect(look(20_000)).toEqual({ since: 990_001 });
    clock.facts.run = '69500';
    expect(look(1000)).toEqual({ since: 1_021_000 });
  });

  test('never later than now', () => {
    expect(kernel({ run: '60000', lag: 0 }).look()).toEqual({ since: 1_000_000 });
  });

  test('at least, where the machine was suspended and nobody saw when', () => {
    expect(kernel({ run: '39000', lag: 1000, suspended: 60_000 }).look()).toEqual({
      since: 990_000,
      atLeast: true,
    });
    const { clock, look } = kernel({ run: '39000', lag: 0, suspended: 60_000 });
    look();
    clock.facts.run = '51000';
    expect(look(2000)).toEqual({ since: 1_001_000 });
  });

  test('at least since a look in which it had switched as often, where the kernel tells no more', () => {
    const { clock, look } = kernel({ switches: '7 1' });
    expect(look()).toEqual({});
    expect(look(3000)).toEqual({ since: 1_000_000, atLeast: true });
    clock.facts.switches = '8 1';
    expect(look(1000)).toEqual({});
    delete clock.facts.switches;
    expect(look(1000)).toEqual({});
  });

  test('the same where its CPU is none of ours', () => {
    const { look } = kernel({ run: '39000' });
    expect(look()).toEqual({});
    expect(look(3000)).toEqual({ since: 1_000_000, atLeast: true });
  });
});
