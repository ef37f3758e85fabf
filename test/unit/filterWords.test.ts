/** What is typed into the filter of a view, and which objects and processes it lets through. */
import { describe, expect, test } from 'vitest';
import {
  askedBy,
  KIND_WORDS,
  Misread,
  parseFilter,
  wordsOffered,
} from '../../src/presentation/filter/filterWords';
import { objectsMeant, processMeant } from '../../src/presentation/filter/meant';
import { ObjectTree } from '../../src/extension/views/objectTree';
import { ROOT } from '../../src/extension/views/given';
import { findIn } from '../../src/presentation/values';
import type { Finding } from '../../src/protocol/findings';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { KINDS, processRef } from '../../src/protocol/ref';
import type { Process, Snapshot } from '../../src/protocol/snapshot';
import { filterOf, inventoryOf, measureOf } from '../e2e/living/model';
import { sampleHost, sampleProcesses, samples } from '../support/samples';

const asked = (text: string) => {
  const found = parseFilter(text);
  if (found instanceof Misread) throw new Error(found.why);
  return found;
};

describe('what is typed', () => {
  test('words, kinds, pids, sizes, and text', () => {
    expect(asked('  Waits wrong pid:42 pid:7 >1M >64KiB Worker.py ')).toEqual({
      ...{ waits: true, wrong: true, mine: false, over: 1 << 20, texts: ['worker.py'] },
      pids: new Set([42, 7]),
    });
    expect(asked('kind:pipe kind:queue').kinds).toEqual(new Set(['pipe', 'sysv.msg', 'posix.mq']));
    expect(asked('')).toEqual({ waits: false, wrong: false, mine: false, texts: [] });
  });

  test('each kind has a word, and each word that is offered means something', () => {
    for (const word of KIND_WORDS) expect(parseFilter(`kind:${word}`)).not.toBeInstanceOf(Misread);
    for (const kind of KINDS) expect(asked(`kind:${kind}`).kinds).toEqual(new Set([kind]));
    for (const { word } of wordsOffered())
      expect(asked(`${word}${{ 'kind:': 'pipe', 'pid:': '1', '>': '1' }[word] ?? ''}`).texts).toEqual([]);
  });

  test('in quotes it is text, also while the second quote is not typed yet; a colon alone means nothing', () => {
    expect(asked('"waits" "two words" 127.0.0.1:80 "wr').texts).toEqual([
      ...['waits', 'two words', '127.0.0.1:80', 'wr'],
    ]);
  });

  test('what means nothing is said, with what would', () => {
    const why = (text: string) => (parseFilter(text) as Misread).why;
    expect(why('kind:pype')).toMatch(/^"kind:" takes one of queue, .*pipe/);
    expect(why('kind:constructor')).toMatch(/^"kind:"/);
    expect(why('pid:sort')).toBe('"pid:" takes the number of a process, as pid:42.');
    expect(why('>big')).toBe('">" takes a size, as >1M or >64KiB.');
    // What was stored by another version is text.
    expect(askedBy('kind:pype').texts).toEqual(['kind:pype']);
  });
});

const all = KINDS.flatMap((kind) => samples[kind] as readonly IpcObject[]);
const find = findIn({ processes: [...sampleProcesses], objects: all });
const around = (wrong?: string) => ({
  find,
  measure: measureOf(sampleHost.uid),
  isWrong: (ref: string) => ref === wrong,
});
const shown = (text: string, wrong?: string) =>
  all.filter((object) => objectsMeant([object], asked(text), around(wrong)));

describe('which objects', () => {
  test('of a kind, with something wrong, with a waiter, of a process', () => {
    expect(new Set(shown('kind:fifo').map(({ kind }) => kind))).toEqual(new Set(['fifo']));
    const [queue] = samples['sysv.msg'] as [ObjectOf<'sysv.msg'>];
    expect(shown('wrong', queue.ref)).toEqual([queue]);
    for (const { endpoints = [] } of shown('waits'))
      expect(endpoints.some(({ waits = [] }) => waits.length > 0)).toBe(true);
    expect(shown('waits').length).toBeGreaterThan(0);
    const [end] = queue.endpoints ?? [];
    expect(shown(`pid:${end?.pid}`)).toContain(queue);
    expect(shown('pid:999999')).toEqual([]);
  });

  test('larger than that; of what has no known size nobody says so', () => {
    const sizes = shown('>1').map((object) => ('bytes' in object ? Number(object.bytes) : 2));
    expect(Math.min(...sizes)).toBeGreaterThan(1);
    const huge = shown('>1000T').map((object) => ('bytes' in object ? Number(object.bytes) : 0));
    expect(huge.every((bytes) => bytes > 1000 * 2 ** 40)).toBe(true);
    expect(huge.length).toBeLessThan(sizes.length);
  });

  test('by text: its name, its id, who has it; each word', () => {
    const [queue] = samples['sysv.msg'] as [ObjectOf<'sysv.msg'>];
    expect(shown(`#${queue.id}`)).toContain(queue);
    expect(shown(`#${queue.id} nothing-has-this`)).toEqual([]);
  });
});

test('which processes', () => {
  const python: Process = {
    pid: 4312,
    startTime: '7',
    state: 'S',
    name: 'python3',
    command: 'python3 -m Pool worker',
  };
  const ref = processRef(4312, '7');
  const lets = (text: string, process: Process | undefined = python, wrong?: string) =>
    processMeant(
      { pid: 4312, process, ref, own: false, kinds: ['pipe'], objects: () => all },
      asked(text),
      around(wrong),
    );
  expect([lets('PYTHON pool'), lets('4312'), lets('python node')]).toEqual([true, true, false]);
  expect([lets('kind:pipe'), lets('kind:fifo')]).toEqual([true, false]);
  expect([lets('pid:4312'), lets('pid:431')]).toEqual([true, false]);
  expect([lets('wrong', python, ref), lets('wrong')]).toEqual([true, false]);
  expect(lets('waits')).toBe(false);
  const wait = { tid: 4312, call: 'read', on: { is: 'time' as const }, certain: true };
  expect(lets('waits', { ...python, threads: [{ tid: 4312, state: 'S', wait }] })).toBe(true);
  expect([lets('mine', { ...python, uid: sampleHost.uid }), lets('mine')]).toEqual([true, false]);
});

test('the first row says what is let through and how many; groups without any of it are left out', () => {
  const pipes = [1, 2, 3].map(
    (at) =>
      ({ ...(samples.pipe[0] as IpcObject), ref: `pipe:${at}`, inode: String(at) }) as unknown as IpcObject,
  );
  const queue = samples['sysv.msg'][0] as IpcObject;
  const snapshot = { objects: [...pipes, queue], processes: [], blind: [], host: sampleHost };
  const diagnosis = {
    ...{ seenAt: 0, objects: [], processes: [], blind: [] },
    findings: [{ rule: 'orphan', severity: 'note', subjects: ['pipe:2'], doubts: [], cures: [] }],
  } as unknown as { findings: Finding[] };
  const treeOf = (text: string) =>
    new ObjectTree(
      inventoryOf(snapshot as unknown as Snapshot, diagnosis as never),
      filterOf({ scope: 'all', text }),
      () => measureOf(0),
    );
  const tree = treeOf('wrong');
  const roots = tree.childrenNow(ROOT);
  expect(roots.map(({ is, kind }) => kind ?? is)).toEqual(['filter', 'pipe']);
  expect(tree.now(roots[0] as never)?.row.description).toBe('Filter: that fit: wrong · 1 of 4 shown');
  expect(treeOf('').childrenNow(ROOT)[0]?.is).not.toBe('filter');
});
