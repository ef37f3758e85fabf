/** The parts of the extension that need no VS Code. */
import { describe, expect, test } from 'vitest';
import { launchPlan } from '../../src/extension/helper/launch';
import { Restarts } from '../../src/extension/helper/restarts';
import { grew, InterestBook, within } from '../../src/extension/interest';
import { accessTo, altered } from '../../src/extension/access';
import {
  parseKey,
  parseMode,
  parseOperations,
  parseProject,
  parseSize,
  parseValues,
  parseWhole,
} from '../../src/extension/inputs/parse';
import { settle } from '../../src/extension/settle';
import { encodeText, toBytes } from '../../src/protocol/bytes';
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

describe('what people type', () => {
  test.each<[string, number | undefined]>([
    ['0x1234', 0x1234],
    [' 4660 ', 4660],
    ['0xFFFFFFFF', 0xffffffff],
    ['0x100000000', undefined],
    ['4294967296', undefined],
    ['0', undefined],
    ['-1', undefined],
    ['private', undefined],
  ])('key %j is %j', (text, key) => expect(parseKey(text)).toBe(key));

  test.each<[string, number | undefined]>([
    ['0', 0],
    ['255', 255],
    ['256', undefined],
    ['0x41', 0x41],
    ['A', 65],
    ["'7'", 55],
    ['7', 7],
    ['ab', undefined],
    ['ä', undefined],
    ['', undefined],
  ])('project %j is %j', (text, project) => expect(parseProject(text)).toBe(project));

  test.each<[string, number | undefined]>([
    ['0640', 0o640],
    ['640', 0o640],
    ['0o640', 0o640],
    ['rw-r-----', 0o640],
    ['rwxrwxrwx', 0o777],
    ['0', 0],
    ['888', undefined],
    ['7777', undefined],
    ['rw-', undefined],
    ['wr-------', undefined],
  ])('mode %j is %j', (text, mode) => expect(parseMode(text)).toBe(mode));

  test.each<[string, number | string | undefined]>([
    ['65536', 65_536],
    ['64 KiB', 65_536],
    ['64k', 65_536],
    ['4 GiB', 4 * 2 ** 30],
    ['1.5 MiB', 1_572_864],
    ['0.1 KiB', undefined],
    ['8 EiB', '9223372036854775808'],
    ['9007199254740992', '9007199254740992'],
    ['12 B', 12],
    ['5 KB', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('size %j is %j', (text, size) => expect(parseSize(text)).toBe(size));

  test('whole numbers, decimal and hexadecimal', () => {
    expect(parseWhole('0x10')).toBe(16);
    expect(parseWhole('18446744073709551615')).toBe('18446744073709551615');
    expect(parseWhole('1.5')).toBeUndefined();
  });

  test.each<[string, number[] | undefined]>([
    ['1,0,5', [1, 0, 5]],
    ['1 0 5', [1, 0, 5]],
    ['3 x 7', [7, 7, 7]],
    ['2x1, 9', [1, 1, 9]],
    ['0 x 1', undefined],
    ['1,,2', undefined],
    ['', undefined],
    ['99999 x 1', undefined],
  ])('values %j are %j', (text, values) => expect(parseValues(text)).toEqual(values));
  test('32,000 values', () => expect(parseValues('32000 x 1')).toHaveLength(32_000));

  test.each<[string, boolean, [number, number][] | undefined]>([
    [
      '0 -1, 2 +1',
      false,
      [
        [0, -1],
        [2, 1],
      ],
    ],
    [
      '[0] -1 [2] +1',
      false,
      [
        [0, -1],
        [2, 1],
      ],
    ],
    [
      '[0]-1[2]+1',
      false,
      [
        [0, -1],
        [2, 1],
      ],
    ],
    [
      '0:-1;1=0',
      false,
      [
        [0, -1],
        [1, 0],
      ],
    ],
    ['0 1', false, [[0, 1]]],
    ['0-1', false, [[0, -1]]],
    ['-1', true, [[0, -1]]],
    ['0', true, [[0, 0]]],
    ['0 -1', true, [[0, -1]]],
    ['-1', false, undefined],
    ['12', false, undefined],
    ['0 -1 x', false, undefined],
    ['0 -1-1', false, undefined],
    ['', false, undefined],
  ])('operations %j, alone %j, are %j', (text, alone, pairs) => {
    expect(parseOperations(text, alone)).toEqual(pairs?.map(([number, change]) => ({ number, change })));
  });
});

describe('what is kept of a message that was taken', () => {
  const message = (text: string, type = 1) => ({ type, content: toBytes(encodeText(text)) });
  test('the copy, whole, where the kernel cut it', () => {
    expect(settle(message('hello world'), message('hello'), 5)).toEqual({
      ...message('hello world'),
      cutAt: 5,
    });
  });
  test('what was taken, where it is another message', () => {
    expect(settle(message('hello'), message('world'), 9)).toEqual({ ...message('world'), differed: true });
    expect(settle(message('hello world', 2), message('hello'), 5)).toEqual({
      ...message('hello'),
      ...{ differed: true, cutAt: 5 },
    });
    expect(settle(message('hello'), message('hel'))).toEqual({ ...message('hel'), differed: true });
  });
  test('without a copy one of exactly that length may have been longer', () => {
    expect(settle(undefined, message('hello'), 5)).toEqual({ ...message('hello'), cutAt: 5 });
    expect(settle(undefined, message('hello'), 6)).toEqual(message('hello'));
    expect(settle(message('hello'), message('hello'), 5)).toEqual(message('hello'));
  });
});

describe('what a user may do', () => {
  const object = { owner: { uid: 7, gid: 70 }, creator: { uid: 8, gid: 80 }, mode: 0o640 };
  const of = (uid: number, ...groups: number[]) => accessTo(object, { uid, groups });
  test('owner and creator alike, then their groups, then the rest, and root everything', () => {
    expect(of(7)).toEqual({ read: true, write: true, control: true });
    expect(of(8)).toEqual({ read: true, write: true, control: true });
    expect(of(9, 80)).toEqual({ read: true, write: false, control: false });
    expect(of(9, 90)).toEqual({ read: false, write: false, control: false });
    expect(of(0)).toEqual({ read: true, write: true, control: true });
  });
  test('after an IPC_SET', () => {
    expect(accessTo(altered(object, { mode: 0o400 }), { uid: 7, groups: [] }).write).toBe(false);
    expect(accessTo(altered(object, { uid: 9 }), { uid: 7, groups: [] }).control).toBe(false);
  });
});
