/** Rows hold still, and tell in the end what there is to be told. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RowKeeper } from '../../src/extension/views/rowKeeper';
import type { Row } from '../../src/extension/views/rows';

const HOLDS = { counters: 3000, tooltip: 10_000 };
const row = (description: string): Row => ({
  ...{ label: 'q', description, icon: '', contextValue: '', foreign: false },
  ...{ collapsible: false, urgent: '' },
});

describe('a counter that is held back', () => {
  const fired: string[][] = [];
  let keeper: RowKeeper;
  /** When the last look began. */
  let look = 0;
  const now = (description: string) =>
    keeper.update(['q'], () => ({ row: row(description), of: description }), (look += 1000));

  beforeEach(() => {
    vi.useFakeTimers();
    fired.length = 0;
    look = 0;
    keeper = new RowKeeper((ids) => fired.push(ids), HOLDS);
    keeper.gave('q', row('1 message'));
    expect(now('2 messages')).toEqual([]);
  });
  afterEach(() => {
    keeper.dispose();
    vi.useRealTimers();
  });

  test('is told once its tooltip may be closed, also where nothing changes any more', () => {
    keeper.told('q', '2 messages');
    expect(keeper.heldSince).toBe(1000);
    vi.advanceTimersByTime(HOLDS.tooltip - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([['q']]);
  });

  test('waits as long again for another tooltip, and is told once', () => {
    keeper.told('q', '2 messages');
    vi.advanceTimersByTime(HOLDS.tooltip - 1);
    keeper.told('q', '2 messages');
    vi.advanceTimersByTime(HOLDS.tooltip - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(HOLDS.tooltip * 2);
    expect(fired).toEqual([['q']]);
  });

  test('is owed since the look that saw it first, until the row is handed over', () => {
    expect(now('3 messages')).toEqual([]);
    expect(keeper.heldSince).toBe(1000);
    vi.advanceTimersByTime(HOLDS.counters);
    expect(fired).toEqual([['q']]);
    expect(keeper.heldSince).toBe(1000);
    keeper.gave('q', row('3 messages'));
    expect(keeper.heldSince).toBeUndefined();
  });

  test('is not told to a view out of sight, whose rows nobody keeps: it draws all when it comes back', () => {
    keeper.rest();
    expect(keeper.heldSince).toBeUndefined();
    vi.advanceTimersByTime(HOLDS.tooltip * 2);
    expect(fired).toEqual([]);
    // What was told last stays known for as long as nobody looks.
    expect(keeper.last('q')?.description).toBe('1 message');
    expect(now('3 messages')).toEqual(['q']);
  });
});
