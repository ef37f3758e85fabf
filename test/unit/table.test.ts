/** Tables: their columns are the facts of their kinds, rows hold still, and what is exported is what is shown. */
import { describe, expect, test } from 'vitest';
import { type TableAround, TableModel } from '../../src/extension/panels/table/model';
import type { Context } from '../../src/presentation/facts';
import { factsOf, kindViews, labelOf } from '../../src/presentation/kinds';
import {
  amountOf,
  cellText,
  columnsOf,
  plainCell,
  shownOf,
  sumsOf,
} from '../../src/presentation/table/columns';
import { csvText } from '../../src/presentation/table/csv';
import { LABEL } from '../../src/presentation/table/label';
import { inOrder, isInOrder } from '../../src/presentation/table/sorting';
import { findIn, size } from '../../src/presentation/values';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { type Kind, KINDS, parseTableRef, type Ref, sysvRef, tableRef } from '../../src/protocol/ref';
import { wordsIn } from '../../src/webview/table/chips';
import { measureOf } from '../e2e/living/model';
import { sampleHost, sampleProcesses, samples } from '../support/samples';

const everything = KINDS.flatMap((kind) => samples[kind] as readonly IpcObject[]);
const find = findIn({ processes: [...sampleProcesses], objects: everything });
const context: Context = { host: sampleHost, process: find };
const around: TableAround = {
  ...{ find, measure: measureOf(sampleHost.uid), isWrong: () => false },
  contextOf: () => context,
};
const NOW = Date.UTC(2026, 6, 30, 12);

type Queue = ObjectOf<'sysv.msg'>;
const [sample] = samples['sysv.msg'] as [Queue];
const queue = (id: number, more: Partial<Queue> = {}): Queue => ({
  ...sample,
  ...{ ref: sysvRef('sysv.msg', '1', id), id, key: 0x1000 + id, messages: id, bytes: 100 * id },
  ...more,
});
const ids = (objects: readonly IpcObject[]) => objects.map((object) => (object as Queue).id);

describe('columns', () => {
  test('are the facts of the kinds, each once, and say what the facts say', () => {
    for (const kind of KINDS) {
      const columns = columnsOf([kind]);
      const keys = new Set((kindViews[kind].facts as readonly { key: string }[]).map(({ key }) => key));
      expect(columns.map(({ key }) => key)).toEqual([...keys]);
      for (const object of samples[kind] as readonly IpcObject[])
        for (const { key, is } of columns) {
          const lines = factsOf(object, context).filter((fact) => fact.key === key);
          const text = cellText(object, key, context, NOW);
          if (lines.length === 0 && is === undefined) expect(text, `${kind} ${key}`).toBe('');
          else if (is === undefined || is === 'number' || is === 'count')
            for (const line of lines) expect(text, `${kind} ${key}`).toContain(line.text);
        }
    }
  });

  test('an amount is the one that the fact tells', () => {
    for (const object of everything)
      for (const { key, is } of columnsOf([object.kind])) {
        const amount = amountOf(object, key);
        if (amount === undefined || amount === null || is !== 'bytes') continue;
        const text = factsOf(object, context).find((fact) => fact.key === key)?.text;
        expect(text, `${object.kind} ${key}`).toContain(size(amount));
      }
  });

  test('of several kinds each stands once, behind the kind', () => {
    const columns = columnsOf(['sysv.msg', 'posix.mq']);
    expect(columns[0]?.key).toBe('kind');
    expect(columns.filter(({ key }) => key === 'messages')).toHaveLength(1);
    expect(cellText(sample, 'kind', context, NOW)).toBe('System V queue');
    // What a kind has not is empty.
    expect(cellText(sample, 'notify', context, NOW)).toBe('');
  });

  test('a few are shown of themselves: what changes and is asked for', () => {
    const shown = shownOf(columnsOf(['sysv.msg']), [sample], context);
    expect(shown).toEqual(expect.arrayContaining(['messages', 'bytes']));
    expect(shown.length).toBeLessThan(9);
    expect(shownOf(columnsOf(['pipe']), [], context).length).toBeGreaterThan(0);
  });

  test('sums of what adds up alone', () => {
    const sums = sumsOf([queue(1), queue(4)], columnsOf(['sysv.msg']));
    expect(sums).toEqual(expect.arrayContaining(['Messages: 5', 'Bytes queued: 500 B']));
    expect(sums.join()).not.toMatch(/Id|Key|Mode|Last/);
  });

  test('for machines amounts stand in full', () => {
    expect(plainCell(queue(12), 'bytes', context)).toBe('1200');
    expect(plainCell(queue(1, { changedAt: NOW }), 'changedAt', context)).toBe('2026-07-30T12:00:00.000Z');
  });
});

describe('an order', () => {
  const contextOf = () => context;
  const sort = (objects: IpcObject[], key: string, descending = false) =>
    ids(inOrder(objects, { key, descending }, contextOf));

  test('is by amounts, not by their text, and numbers in a text count', () => {
    const all = [queue(10), queue(9), queue(100)];
    expect(sort(all, 'bytes')).toEqual([9, 10, 100]);
    expect(sort(all, 'bytes', true)).toEqual([100, 10, 9]);
    const named = [10, 9, 100].map((id) => queue(id, { key: 0 }));
    expect(named.map((one) => labelOf(one, find))[0]).toBe('private #10');
    expect(sort(named, LABEL)).toEqual([9, 10, 100]);
  });

  test('has last what is not known, whichever way', () => {
    const all = [queue(1, { maxBytes: undefined }), queue(2, { maxBytes: 5 }), queue(3, { maxBytes: 7 })];
    expect(sort(all, 'maxBytes')).toEqual([2, 3, 1]);
    expect(sort(all, 'maxBytes', true)).toEqual([3, 2, 1]);
  });

  test('leaves in their places those that are alike, and knows whether it holds', () => {
    const all = [queue(3, { messages: 1 }), queue(1, { messages: 1 }), queue(2, { messages: 0 })];
    expect(sort(all, 'messages')).toEqual([2, 3, 1]);
    expect(isInOrder(all, { key: 'messages', descending: true }, contextOf)).toBe(true);
    expect(isInOrder(all, { key: 'messages', descending: false }, contextOf)).toBe(false);
  });

  test('by every column of every kind ends, and is one', () => {
    for (const kind of KINDS)
      for (const { key } of columnsOf([kind])) {
        const sorted = inOrder(samples[kind], { key, descending: true }, contextOf);
        expect(isInOrder(sorted, { key, descending: true }, contextOf), `${kind} ${key}`).toBe(true);
      }
  });
});

describe('rows', () => {
  const shown = (model: TableModel) => ids(model.slice(0, model.shown));
  const refOf = (id: number) => sysvRef('sysv.msg', '1', id);

  test('hold still: figures change in place, new ones come at the end, and a click sorts again', () => {
    const model = new TableModel('', undefined);
    model.take([queue(1), queue(2), queue(3)], around, 1);
    model.sort('messages', true, around, 2);
    expect(shown(model)).toEqual([3, 2, 1]);
    expect(model.sorted).toEqual({ key: 'messages', descending: true, at: 2, holds: true });
    model.take([queue(1), queue(2), queue(3), queue(4, { messages: 0 })], around, 3);
    expect(shown(model)).toEqual([3, 2, 1, 4]);
    expect(model.sorted?.holds).toBe(true);
    model.take([queue(1, { messages: 9 }), queue(3), queue(4), queue(5)], around, 4);
    expect(shown(model)).toEqual([3, 1, 4, 5]);
    expect(model.sorted).toMatchObject({ at: 2, holds: false });
    // The same way, since it does not hold; then the other way round.
    model.sort('messages', true, around, 5);
    expect(shown(model)).toEqual([1, 5, 4, 3]);
    expect(model.sorted).toMatchObject({ descending: true, at: 5, holds: true });
    model.sort('messages', true, around, 6);
    expect(shown(model)).toEqual([3, 4, 5, 1]);
  });

  test('are those that the words mean, in the language of the views', () => {
    const model = new TableModel('>250', undefined);
    model.take([queue(1), queue(2), queue(3)], around, 1);
    expect([shown(model), model.all]).toEqual([[3], 3]);
    // One that grows comes to them, one that shrinks goes.
    model.take([queue(1, { bytes: 900 }), queue(2), queue(3, { bytes: 1 })], around, 2);
    expect(shown(model)).toEqual([1]);
    model.setWords('0x00001002', around, 3);
    expect(shown(model)).toEqual([2]);
    model.setWords('', around, 4);
    expect(shown(model)).toEqual([1, 2, 3]);
  });

  test('are selected by their refs, and no longer once they are gone or filtered out', () => {
    const model = new TableModel('', undefined);
    model.take(
      [1, 2, 3, 4, 5].map((id) => queue(id)),
      around,
      1,
    );
    model.select({ is: 'range', from: refOf(4), to: refOf(2) });
    model.select({ is: 'toggle', ref: refOf(3) });
    expect(ids(model.selection())).toEqual([2, 4]);
    model.sort('id', true, around, 2);
    expect(ids(model.selection())).toEqual([4, 2]);
    model.take([queue(1), queue(4)], around, 3);
    expect(ids(model.selection())).toEqual([4]);
    model.select({ is: 'toggle', ref: 'sysv.msg:1:99' as Ref });
    model.select({ is: 'all' });
    expect(model.selected).toBe(2);
    model.setWords('>250', around, 4);
    expect(model.selected).toBe(1);
    model.select({ is: 'none' });
    expect(model.selected).toBe(0);
  });
});

test('what a table is about is told by its ref', () => {
  const kinds: Kind[] = ['pipe', 'sysv.msg'];
  expect(parseTableRef(tableRef(kinds))).toEqual(['sysv.msg', 'pipe']);
  for (const bad of ['table:', 'table:pype', 'pipe:1', 'table:pipe,pype'])
    expect(parseTableRef(bad)).toBeUndefined();
});

test('a table for other programs quotes, and has no formula', () => {
  expect(
    csvText([
      ['a', 'b,c', 'd"e'],
      ['=1+1', '-5', '+x', 'two\nlines'],
    ]),
  ).toBe('a,"b,c","d""e"\r\n\'=1+1,-5,\'+x,"two\nlines"\r\n');
});

test('words of a filter, one by one', () => {
  expect(wordsIn('  mine >1K "two words" "open')).toEqual(['mine', '>1K', '"two words"', '"open']);
});
