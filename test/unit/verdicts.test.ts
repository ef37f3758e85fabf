/** What the page of an object says beside its facts: what is wrong with it, and what each process that has it does by itself. */
import { describe, expect, test } from 'vitest';
import { Wrong } from '../../src/extension/model/wrong';
import { besideOf } from '../../src/extension/panels/beside';
import { ownState } from '../../src/presentation/ownState';
import { findIn } from '../../src/presentation/values';
import type { Diagnosis, Finding } from '../../src/protocol/findings';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { pipeRef, processRef } from '../../src/protocol/ref';
import type { Process } from '../../src/protocol/snapshot';
import type { Wait } from '../../src/protocol/waits';
import { samples } from '../support/samples';

const [sample] = samples.pipe as [ObjectOf<'pipe'>];
const pipe = (inode: string, ...endpoints: object[]) =>
  ({ ...sample, ref: pipeRef(inode), inode, flags: [], endpoints }) as unknown as ObjectOf<'pipe'>;

const writing = (tid: number, fd: number, more: object = {}): Wait => ({
  ...{ tid, call: 'write', certain: true },
  on: { is: 'descriptors', of: [{ fd, direction: 'write', ...more }] },
});

function program(pid: number, state: string, ...waits: Wait[]): Process {
  const threads = waits.map((wait) => ({ tid: wait.tid, state: 'S', wait }));
  return { pid, startTime: '7', state, name: 'worker', threads };
}

const other = pipe('171917');
const find = (...processes: Process[]) => findIn({ processes, objects: [other] });

describe('what a process does by itself', () => {
  const none = new Set<number>();
  const says = (process: Process, here = none) => ownState(process, here, find(process));

  test('that it is stopped, held or traced', () => {
    expect(says(program(46, 'T'))).toEqual(['stopped (T)']);
    expect(says({ ...program(46, 'S'), frozen: true, tracer: 9 })).toEqual([
      'held by a freezer',
      'traced by 9',
    ]);
  });

  test('what it waits for elsewhere, on an object before all else, and no wait that is on this one', () => {
    const waits = [writing(47, 5), writing(46, 4, { ref: other.ref }), writing(48, 3)];
    expect(says(program(46, 'S', ...waits), new Set([48]))).toEqual([
      'waits to write to pipe 171917',
      'waits to write to fd 5',
    ]);
  });

  test('many alike are one, and of very many the number', () => {
    const pool = [1, 2, 3].map((tid): Wait => {
      const on = { is: 'word', address: '0x10', shared: false } as const;
      return { tid, call: 'futex', certain: true, on };
    });
    expect(says(program(46, 'S', ...pool))).toEqual(['waits for another thread of its own']);
    const many = [4, 5, 6, 7].map((fd) => writing(fd, fd));
    expect(says(program(46, 'S', ...many)).at(-1)).toBe('2 more waits');
  });

  test('what the kernel did not show is only probable', () => {
    expect(says(program(46, 'S', { ...writing(46, 4), certain: false }))).toEqual([
      'waits to write to fd 4, probably',
    ]);
  });
});

/** A writer into a full pipe whose reader is stopped. */
function stopped(reader: number, wait: Wait, ...more: string[]): Finding {
  const { tid: pid } = wait;
  return {
    ...{ rule: 'stoppedPeer', severity: 'error', proof: 'proven', doubts: [], cites: 'signal(7)' },
    ...{ since: 1000, subjects: [processRef(reader, '7'), processRef(pid, '7'), ...more] },
    parts: {
      waiters: [{ pid, startTime: '7', tid: pid, wait }],
      ...{ peer: { pid: reader, startTime: '7' }, how: 'stopped' },
    },
    cures: [
      { is: 'debug', ref: processRef(pid, '7') },
      { is: 'continue', ref: processRef(reader, '7') },
    ],
  } as unknown as Finding;
}

function beside(object: IpcObject, findings: Finding[], ...processes: Process[]) {
  const diagnosis: Diagnosis = { seenAt: 61_000, findings, objects: [other], processes, blind: [] };
  const wrong = new Wrong(findIn({ processes, objects: [object] }), () => 61_000);
  wrong.diagnosis = diagnosis;
  return besideOf([object], wrong, findIn({ processes, objects: [object] }));
}

describe('what a page begins with', () => {
  const end = (pid: number, role: string, waits: Wait[] = []) => ({
    pid,
    startTime: '7',
    role,
    fd: 1,
    waits,
  });

  test('the sentence, its proof, how it is known, and what commands can do', () => {
    const wait = writing(46, 1, { ref: pipeRef('1') });
    const full = pipe('1', end(46, 'writer', [wait]), end(47, 'reader'));
    const { verdicts, moreVerdicts, doing } = beside(
      full,
      [stopped(47, wait, full.ref)],
      program(46, 'S', wait),
      program(47, 'T'),
    );
    expect(moreVerdicts).toBe(0);
    expect(verdicts).toMatchObject([
      {
        ...{ rule: 'stoppedPeer', subject: processRef(47, '7'), severity: 'error', proof: 'proven' },
        says: 'worker (46) waits to write to pipe 1. Only worker (47) could end that, and it is stopped.',
        remedies: [{ cure: { is: 'continue' }, label: 'Continue' }],
        waits: true,
      },
    ]);
    const labels = verdicts[0]?.evidence.map(({ label, text }) => `${label}: ${text}`);
    expect(labels?.[0]).toBe('thread 46 of worker (46): the kernel shows the call write');
    expect(labels?.at(-1)).toBe('documented in: signal(7)');
    // The writer waits here, and does nothing else.
    expect(doing).toEqual({ '47:7': ['stopped (T)'] });
  });

  test('nothing of what is about others', () => {
    const here = pipe('1', end(46, 'writer'));
    const told = beside(here, [stopped(47, writing(48, 1))], program(46, 'S'));
    expect(told).toEqual({ doing: {}, verdicts: [], moreVerdicts: 0 });
  });

  test('of very many the first, and how many more', () => {
    const here = pipe('1', end(46, 'writer'));
    const all = [1, 2, 3, 4, 5].map((pid) => stopped(pid, writing(pid + 10, 1), here.ref));
    const { verdicts, moreVerdicts } = beside(here, all, program(46, 'S'));
    expect([verdicts.length, moreVerdicts]).toEqual([3, 2]);
  });

  test('on what a peer waits elsewhere the findings tell, while it is in the same call', () => {
    const here = pipe('1', end(46, 'reader'));
    const about = stopped(47, writing(46, 4, { ref: other.ref }));
    const at = (fd: number) => beside(here, [about], program(46, 'S', writing(46, fd))).doing['46:7'];
    expect(at(4)).toEqual(['waits to write to pipe 171917']);
    expect(at(5)).toEqual(['waits to write to fd 5']);
  });

  test('another process with the number of one that had it is not told of', () => {
    const here = pipe('1', end(46, 'writer'));
    expect(beside(here, [], { ...program(46, 'T'), startTime: '8' }).doing).toEqual({});
  });
});
