/** The parts of the extension that need no VS Code. */
import { describe, expect, test } from 'vitest';
import { launchPlan } from '../../src/extension/helper/launch';
import { Restarts } from '../../src/extension/helper/restarts';
import { grew, InterestBook, within } from '../../src/extension/interest';
import { sysvRef } from '../../src/protocol/ref';

describe('launching the helper', () => {
  test('on desktop the program is Electron, which must be a Node; debug options of the host are not handed on', () => {
    const env = { PATH: '/bin', NODE_OPTIONS: '--inspect', VSCODE_INSPECTOR_OPTIONS: '{}' };
    expect(launchPlan('/opt/code/code', env, '/e/dist/helper.js')).toEqual({
      command: '/opt/code/code',
      args: ['/e/dist/helper.js', 'serve'],
      env: { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' },
    });
  });
  test('a debugger may be asked for, on loopback only', () => {
    const plan = (port: string) => launchPlan('node', { IPC_INSPECTOR_HELPER_INSPECT: port }, 'h.js').args;
    expect(plan('9330')).toEqual(['--inspect=127.0.0.1:9330', 'h.js', 'serve']);
    expect(plan('0.0.0.0:1')).toEqual(['h.js', 'serve']);
  });
});

describe('restarts', () => {
  test('at once, then more slowly, three times in a minute, then no more', () => {
    const restarts = new Restarts();
    expect([0, 1000, 2000, 3000].map((now) => restarts.next(now))).toEqual([0, 1000, 5000, undefined]);
  });
  test('a minute later it starts over', () => {
    const restarts = new Restarts();
    for (const now of [0, 1, 2]) restarts.next(now);
    expect(restarts.next(59_999)).toBeUndefined();
    expect(restarts.next(60_003)).toBe(0);
  });
  test('the user may ask for another try', () => {
    const restarts = new Restarts();
    for (const now of [0, 1, 2, 3]) restarts.next(now);
    restarts.forget();
    expect(restarts.next(4)).toBe(0);
  });
});

describe('interest', () => {
  const ref = sysvRef('sysv.msg', '1', 7);
  test('is the sum of what all look at', () => {
    const book = new InterestBook();
    const [view, panel] = [{}, {}];
    expect(book.empty).toBe(true);
    expect(book.set(view, { levels: { 'sysv.msg': 'count', 'sysv.sem': 'rows' } })).toBe(true);
    expect(book.set(panel, { details: [ref] })).toBe(true);
    expect(book.set(panel, { details: [ref] })).toBe(false);
    expect(book.sum()).toEqual({ levels: { 'sysv.msg': 'count', 'sysv.sem': 'rows' }, details: [ref] });
    book.set(panel, { levels: { 'sysv.msg': 'rows' } });
    expect(book.sum()).toEqual({ levels: { 'sysv.msg': 'rows', 'sysv.sem': 'rows' }, details: [] });
    book.set(view, {});
    book.set(panel, {});
    expect(book.empty).toBe(true);
  });
  test('has a kind by its rows, or an object by its panel', () => {
    const queue = { kind: 'sysv.msg', ref } as const;
    expect(within({ levels: { 'sysv.msg': 'rows' }, details: [] }, queue)).toBe(true);
    expect(within({ levels: { 'sysv.msg': 'count' }, details: [] }, queue)).toBe(false);
    expect(within({ levels: {}, details: [ref] }, queue)).toBe(true);
  });
  test('grows with a kind, a level or a panel, and with nothing else', () => {
    const count = { levels: { 'sysv.msg': 'count' }, details: [] } as const;
    const rows = { levels: { 'sysv.msg': 'rows' }, details: [] } as const;
    const of = (interest: typeof count | typeof rows, details = [] as (typeof ref)[]) => ({
      ...interest,
      details,
    });
    expect(grew(of(count), of(rows))).toBe(true);
    expect(grew(of(rows), of(count))).toBe(false);
    expect(grew(of(rows), of(rows))).toBe(false);
    expect(grew({ levels: {}, details: [] }, of(count))).toBe(true);
    expect(grew(of(rows), of(rows, [ref]))).toBe(true);
    expect(grew(of(rows, [ref]), of(rows))).toBe(false);
  });
});
