/** What may be said where nobody is seen: "nobody" only where it is proved, for every kind. */
import { describe, expect, test } from 'vitest';
import {
  absenceOfHolders,
  absenceOfObjects,
  absenceOfSide,
  absenceOfWaiters,
  concerns,
} from '../../src/presentation/absence';
import { hiddenFromObjects, hiddenRow, noneText } from '../../src/presentation/hidden';
import { leftOutTexts } from '../../src/presentation/leftOut';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { type Kind, KINDS } from '../../src/protocol/ref';
import type { PanelState } from '../../src/protocol/pages/object';
import type { Blind } from '../../src/protocol/snapshot';
import { goneText } from '../../src/webview/panel/goneText';

const object = (kind: Kind, facts: object = {}) =>
  ({ kind, ref: `${kind}:1`, flags: [], endpoints: [], inode: '7', ...facts }) as unknown as IpcObject;
const stream = (flags: string[], facts: object = {}) =>
  object('fifo', { flags, ...facts }) as ObjectOf<'fifo'>;
const denied = (kind: Kind, count = 3): Blind => ({ kind, field: 'endpoints', code: 'denied', count });
const outside = (kind: Kind): Blind => ({ kind, field: 'endpoints', code: 'pidNamespace' });

describe('nobody', () => {
  test('is proved of no object as long as a process is hidden, but where the kernel itself says so', () => {
    for (const kind of KINDS)
      for (const blind of [[denied(kind)], [outside(kind)]]) {
        const said = absenceOfHolders(object(kind, { attachments: 1 }), blind);
        expect([kind, said]).toEqual([kind, 'notSeen']);
        expect([kind, absenceOfWaiters(object(kind), blind)]).toEqual([kind, 'notSeen']);
      }
  });

  test('is proved of what only processes have where all of them were looked at', () => {
    for (const kind of ['posix.mq', 'posix.sem', 'posix.shm', 'mapping'] as const)
      expect([kind, absenceOfHolders(object(kind), [denied('pipe')])]).toEqual([kind, 'proved']);
  });

  test('has the segment that the kernel counts no attachment of, and that alone', () => {
    const segment = (attachments: number) => object('sysv.shm', { attachments });
    expect(absenceOfHolders(segment(0), [denied('sysv.shm')])).toBe('proved');
    expect(absenceOfHolders(segment(1), [])).toBe('notSeen');
  });

  test('has a socket only where the kernel keeps it itself', () => {
    expect(absenceOfHolders(object('inet', { flags: ['listening'] }), [])).toBe('notSeen');
    expect(absenceOfHolders(object('inet', { inode: null, flags: ['ending'] }), [])).toBe('proved');
    // It waits to be accepted, and its client has it.
    expect(absenceOfHolders(object('unix', { flags: ['unaccepted'] }), [])).toBe('notSeen');
    expect(absenceOfHolders(object('unix', { inode: null, flags: ['stale'] }), [])).toBe('proved');
    expect(absenceOfHolders(object('unix', { inode: null, flags: ['nobodySeen'] }), [])).toBe('notSeen');
  });

  test('is on a side of a pipe or FIFO by its flags', () => {
    expect(absenceOfSide(stream(['noReader']), 'reader')).toBe('proved');
    expect(absenceOfSide(stream(['noReaderSeen']), 'reader')).toBe('notSeen');
    expect(absenceOfSide(stream(['fileOnly']), 'writer')).toBe('proved');
    expect(absenceOfSide(stream(['fileOnly', 'noReaderSeen', 'noWriterSeen']), 'writer')).toBe('notSeen');
    expect(absenceOfSide(stream([], { endpoints: undefined }), 'writer')).toBe('notLooked');
    expect(absenceOfHolders(stream(['noReader', 'noWriterSeen']), [])).toBe('notSeen');
  });
});

test('no object of a kind is proved only where none can be hidden', () => {
  for (const kind of KINDS) {
    const through = !kind.startsWith('sysv.') && kind !== 'unix' && kind !== 'inet';
    expect([kind, absenceOfObjects([], kind)]).toEqual([kind, 'proved']);
    expect([kind, absenceOfObjects([denied(kind)], kind)]).toEqual([kind, through ? 'notSeen' : 'proved']);
    expect([kind, absenceOfObjects([{ kind, code: 'failed' }], kind)]).toEqual([kind, 'notSeen']);
  }
  expect(absenceOfObjects([{ kind: 'posix.mq', code: 'notMounted' }], 'posix.mq')).toBe('notSeen');
});

test('a list without anything says "none" only where that is proved of each of its kinds', () => {
  expect(noneText([], KINDS, false)).toBe('There is none on this machine.');
  expect(noneText([], ['pipe'], true)).toBe('There is none on this machine with which you may do that.');
  // Who hides a process hides no queue of System V.
  expect(noneText([denied('pipe'), denied('sysv.msg')], ['sysv.msg'], false)).toBe(
    'There is none on this machine.',
  );
  expect(noneText([denied('pipe')], ['sysv.msg', 'pipe'], true)).toBe(
    'None was seen with which you may do that. Not all can be seen: 3 processes of other users cannot be looked at.',
  );
  expect(noneText([{ kind: 'posix.mq', code: 'notMounted' }], ['posix.mq'], false)).toMatch(
    /^None was seen\. Not all can be seen: POSIX .*: only queues that a process has open can be seen\.$/,
  );
});

test('what is missing in a panel is gone only where that is proved', () => {
  const state = (more: object) => ({ hiddenProcesses: 0, ...more }) as unknown as PanelState;
  expect(goneText(state({ absence: 'proved' }), 'pipe', undefined)).toBe('Gone.');
  const unseen = 'Not seen any more: gone, or where it cannot be looked for.';
  // Of sockets another network namespace may have it, of queues a folder that is not mounted.
  expect(goneText(state({ absence: 'notSeen' }), 'unix', undefined)).toBe(unseen);
  expect(goneText(state({ absence: 'notSeen' }), 'posix.mq', undefined)).toBe(unseen);
  expect(goneText(state({}), 'unix', undefined)).toBe(unseen);
  expect(goneText(state({ absence: 'notSeen', hiddenProcesses: 3 }), 'pipe', undefined)).toBe(
    'Not seen any more: gone, or had by hidden processes alone.',
  );
});

test('a caveat about a kind is none about one object', () => {
  const socket = object('inet', { endpoints: [{ pid: 1, startTime: '1', role: 'bound' }] });
  const about = (one: Blind) => concerns(one, socket, [one]);
  expect(about({ kind: 'inet', field: 'remote', code: 'otherTraffic', count: 5 })).toBe(false);
  expect(about({ kind: 'inet', field: 'network', code: 'otherNetwork', count: 2 })).toBe(false);
  expect(about({ kind: 'inet', field: 'sockets', code: 'notShown', count: 2 })).toBe(false);
  expect(about({ kind: 'unix', field: 'file', code: 'cut', count: 2 })).toBe(false);
  expect(about(denied('inet'))).toBe(true);
  expect(about(denied('inet', 0))).toBe(false);
  expect(about({ kind: 'inet', ref: socket.ref, field: 'details', code: 'denied' })).toBe(true);
  // Others lack the fact; this one has it.
  const memory = object('posix.shm', { bytes: 7 });
  const unsettled = (field: string): Blind => ({ kind: 'posix.shm', field, code: 'unsettled', count: 1 });
  expect([concerns(unsettled('bytes'), memory, []), concerns(unsettled('mode'), memory, [])]).toEqual([
    false,
    true,
  ]);
});

describe('what is hidden', () => {
  const processes: Blind[] = KINDS.flatMap((kind) => [denied(kind, 412), outside(kind)]);

  test('of processes stands once for the machine, and in no group', () => {
    for (const kind of KINDS) expect([kind, hiddenRow(processes, kind)]).toEqual([kind, undefined]);
    expect(hiddenRow(processes, undefined)?.label).toBe(
      '412 processes of other users cannot be looked at; outside this pid namespace: unseen',
    );
  });

  test('found and not shown is said with its number, each where it belongs', () => {
    const blind: Blind[] = [
      { kind: 'mapping', field: 'memfds', code: 'notShown', count: 1 },
      { kind: 'posix.shm', field: 'subfolders', code: 'notShown', count: 2 },
      { kind: 'inet', field: 'sockets', code: 'notShown', count: 3 },
      { kind: 'inet', field: 'remote', code: 'otherTraffic', count: 4 },
      { kind: 'unix', field: 'descriptors', code: 'inFlight', count: 5 },
      { field: 'processes', code: 'notShown', count: 6 },
      { field: 'ipcNamespace', code: 'otherIpcNamespace', count: 7 },
    ];
    const said = [...KINDS, undefined].flatMap((kind) => leftOutTexts(blind, kind));
    expect(said.map((text) => Number(/\d+/.exec(text)?.[0]))).toEqual([2, 5, 3, 4, 1, 6, 7]);
    expect(hiddenRow(blind, 'mapping')?.label).toBe('1 memfd that one process alone has is not shown');
    expect(hiddenRow(blind, 'posix.sem')).toBeUndefined();
    expect(hiddenRow(blind, undefined)?.label).toMatch(/^6 processes without .*; 7 other IPC namespaces/);
    expect(hiddenFromObjects(blind)?.label).toMatch(/^7 other IPC namespaces/);
  });
});
