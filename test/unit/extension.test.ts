/** The parts of the extension that need no VS Code. */
import { describe, expect, test } from 'vitest';
import { launchPlan } from '../../src/extension/helper/launch';
import { Restarts } from '../../src/extension/helper/restarts';
import { covers, grew, InterestBook, within } from '../../src/extension/model/interest';
import {
  parseKey,
  parseMode,
  parseNewPath,
  parseOperations,
  parseProject,
  parseSize,
  parseValues,
  parseWhole,
} from '../../src/extension/inputs/parse';
import { tooOld } from '../../src/extension/model/onlooker';
import { Given, ROOT } from '../../src/extension/views/given';
import { familiesOf } from '../../src/extension/views/families';
import { hasHolders, holdersOf, isGrouped, isRecent, processKey } from '../../src/presentation/holders';
import { Holdings } from '../../src/extension/views/holdings';
import { descendants, isUnder, objectIn, processIn } from '../../src/presentation/filter/scope';
import { settle } from '../../src/extension/model/settle';
import { encodeText, toBytes } from '../../src/protocol/bytes';
import type { Endpoint } from '../../src/protocol/facts';
import type { IpcObject } from '../../src/protocol/kinds';
import { shellWord } from '../../src/presentation/quoting';
import { accessTo, altered } from '../../src/protocol/rights';
import { pipeRef, posixRef, sysvRef } from '../../src/protocol/ref';
import type { Process } from '../../src/protocol/snapshot';

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
  test('has processes while anybody looks at them', () => {
    const book = new InterestBook();
    const [view, panel] = [{}, {}];
    expect(book.set(view, { processes: true })).toBe(true);
    expect(book.empty).toBe(false);
    expect(book.sum()).toEqual({ levels: {}, details: [], processes: true });
    expect(grew({ levels: {}, details: [] }, book.sum())).toBe(true);
    expect(grew(book.sum(), { levels: {}, details: [] })).toBe(false);
    book.set(panel, { details: [ref] });
    expect(book.set(view, {})).toBe(true);
    expect(book.sum()).toEqual({ levels: {}, details: [ref] });
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
  test('of a stream what was taken, which may go on behind the copy', () => {
    const bytes = (text: string) => ({ content: toBytes(encodeText(text)) });
    expect(settle(bytes('hel'), bytes('hello'))).toEqual(bytes('hello'));
    expect(settle(bytes('hello'), bytes('hel'))).toEqual(bytes('hel'));
    expect(settle(bytes('hello'), bytes('help'))).toEqual({ ...bytes('help'), differed: true });
    expect(settle(undefined, bytes('hello'))).toEqual(bytes('hello'));
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

describe('the path of a new file', () => {
  test.each<[string, string | undefined, string]>([
    ['/tmp/a', undefined, '/tmp/a'],
    ['~/a', undefined, '/home/dev/a'],
    ['a b', '/w', '/w/a b'],
    ['sub/a', '/w/', '/w/sub/a'],
    ['~a', '/w', '/w/~a'],
    ['a', undefined, 'relative'],
    ['  ', '/w', 'empty'],
    ['/tmp/', undefined, 'name'],
    ['/tmp/..', undefined, 'name'],
    ['/tmp/a\0b', undefined, 'zero'],
    [`/${'ä'.repeat(128)}`, undefined, 'longName'],
    [`/${'a/'.repeat(2100)}a`, undefined, 'long'],
  ])('%j in %j is %j', (text, folder, expected) => {
    const parsed = parseNewPath(text, '/home/dev', folder);
    expect(typeof parsed === 'string' ? parsed : parsed.code).toBe(expected);
  });
  test('a word of a shell', () => {
    expect(shellWord(encodeText("it's"))).toBe(String.raw`'it'\''s'`);
    expect(shellWord(Uint8Array.of(0x61, 0xff, 0x0a, 0x27))).toBe(String.raw`$'a\xff\x0a\x27'`);
    expect(shellWord(encodeText('größe'))).toBe("'größe'");
  });
});

describe('who holds what', () => {
  const [a, b, c] = [pipeRef('1'), pipeRef('2'), sysvRef('sysv.shm', '1', 3)];
  const end = (pid: number, role: Endpoint['role'], fd = 0): Endpoint => ({ pid, startTime: '1', role, fd });
  const key = (pid: number) => processKey({ pid, startTime: '1' });

  test('is the inverse of the endpoints, through every change', () => {
    const holdings = new Holdings();
    holdings.set({ ref: a, endpoints: [end(7, 'writer', 1), end(7, 'writer', 3), end(8, 'reader')] });
    holdings.set({ ref: b, endpoints: [end(7, 'reader')] });
    expect([...holdings.keys()]).toEqual([key(7), key(8)]);
    expect([...holdings.of(key(7)).keys()]).toEqual([a, b]);
    expect(holdings.of(key(7)).get(a)).toHaveLength(2);
    holdings.set({ ref: a, endpoints: [end(8, 'reader')] });
    expect([...holdings.of(key(7)).keys()]).toEqual([b]);
    holdings.delete(b);
    expect([...holdings.keys()]).toEqual([key(8)]);
    holdings.delete(c);
    holdings.set({ ref: a });
    expect([...holdings.keys()]).toEqual([]);
  });
  test('peers: the other side of a pipe first, then who shares memory; not who has the same end of a pipe', () => {
    const holdings = new Holdings();
    holdings.set({ ref: a, endpoints: [end(7, 'writer'), end(5, 'writer'), end(9, 'reader')] });
    holdings.set({ ref: b, endpoints: [end(7, 'reader'), end(9, 'both')] });
    holdings.set({ ref: c, endpoints: [end(4, 'attached'), end(7, 'attached')] });
    expect(holdings.peersOf(key(7))).toEqual([
      { key: key(9), pid: 9, refs: [a, b], reads: true, writes: true },
      { key: key(4), pid: 4, refs: [c], reads: false, writes: false },
    ]);
    expect(holdings.hasPeers(key(4))).toBe(true);
    holdings.delete(c);
    expect(holdings.peersOf(key(7)).map(({ pid }) => pid)).toEqual([9]);
    expect(holdings.hasPeers(key(4))).toBe(false);
  });
  test('by role, each process once, more than ten in a group', () => {
    const many = Array.from({ length: 11 }, (_, at) => end(100 - at, 'reader'));
    const roles = holdersOf({ endpoints: [...many, end(100, 'reader', 5), end(7, 'writer')] });
    expect([...roles.keys()]).toEqual(['writer', 'reader']);
    const readers = roles.get('reader') ?? [];
    expect(readers.map(({ pid }) => pid)).toEqual(Array.from({ length: 11 }, (_, at) => 90 + at));
    expect(readers.at(-1)?.ends).toHaveLength(2);
    expect([isGrouped(readers), isGrouped(readers.slice(1))]).toEqual([true, false]);
    expect(holdersOf({}).size).toBe(0);
  });
  test('who had a mapping a moment ago stands behind those who have it', () => {
    const held = { endpoints: [end(7, 'mapped')], recent: [{ pid: 9, startTime: '1' }] };
    const roles = holdersOf(held);
    expect([...roles.keys()]).toEqual(['mapped', 'recent']);
    expect(roles.get('recent')).toEqual([{ pid: 9, startTime: '1', role: 'recent', own: false, ends: [] }]);
    expect(isRecent(held, { pid: 9, startTime: '1' })).toBe(true);
    // Another process that has the number now.
    expect(isRecent(held, { pid: 9, startTime: '2' })).toBe(false);
    expect([hasHolders({}), hasHolders({ recent: held.recent }), hasHolders(held)]).toEqual([
      false,
      true,
      true,
    ]);
  });
  test('one pipe of 600 processes costs linearly', () => {
    const holdings = new Holdings();
    const endpoints = Array.from({ length: 600 }, (_, pid) => end(pid + 1, pid === 0 ? 'reader' : 'writer'));
    const from = performance.now();
    for (let at = 0; at < 20; at++) holdings.set({ ref: a, endpoints });
    expect(performance.now() - from).toBeLessThan(1000);
    expect(holdings.peersOf(key(1))).toHaveLength(599);
  });
});

describe('filters', () => {
  const process = (pid: number, more: Partial<Process> = {}): Process => ({
    ...{ pid, startTime: '1', state: 'S', name: `p${pid}` },
    ...more,
  });
  const measure = { uid: 7, folders: ['/w/app'], debugged: new Set([3]), sessions: 1, unknown: [] };

  test('a folder and what is under it, and no other that begins alike', () => {
    expect(['/w/app', '/w/app/x', '/w/apple', '/w'].map((path) => isUnder(path, '/w/app'))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(isUnder('/x', '/')).toBe(true);
  });
  test('processes', () => {
    const scopes = (one: Process | undefined) =>
      (['mine', 'workspace', 'debugged', 'all'] as const).filter((scope) => processIn(one, scope, measure));
    expect(scopes(process(1, { uid: 7 }))).toEqual(['mine', 'all']);
    expect(scopes(process(1, { workingDirectory: '/w/app/src' }))).toEqual(['workspace', 'all']);
    expect(scopes(process(1, { executable: '/w/app/a.out' }))).toEqual(['workspace', 'all']);
    expect(scopes(process(3))).toEqual(['debugged', 'all']);
    expect(scopes(undefined)).toEqual(['all']);
  });
  test('objects: owned or held', () => {
    const find = (pid: number) =>
      pid === 1 ? process(1, { uid: 7, workingDirectory: '/w/app' }) : undefined;
    const object = (uid: number, ...pids: number[]) => ({
      owner: { uid, gid: 0 },
      endpoints: pids.map((pid): Endpoint => ({ pid, startTime: '1', role: 'open' })),
    });
    expect(objectIn(object(7), 'mine', measure, find)).toBe(true);
    expect(objectIn(object(0, 2, 1), 'mine', measure, find)).toBe(true);
    expect(objectIn(object(0, 2), 'mine', measure, find)).toBe(false);
    expect(objectIn(object(7), 'workspace', measure, find)).toBe(false);
    expect(objectIn(object(0, 1), 'workspace', measure, find)).toBe(true);
    expect(objectIn(object(0), 'all', measure, find)).toBe(true);
  });
  test("a mapped file in a folder of the workspace is the workspace's, and so is what its processes had a moment ago", () => {
    const nobody = () => undefined;
    const mapped = (name: string, what = 'file') => ({ what, name });
    expect(objectIn(mapped('/w/app/shared.dat'), 'workspace', measure, nobody)).toBe(true);
    expect(objectIn(mapped('/w/apple'), 'workspace', measure, nobody)).toBe(false);
    expect(objectIn(mapped('/w/app/x', 'memfd'), 'workspace', measure, nobody)).toBe(false);
    // One whose owner is hidden is nobody's.
    expect(objectIn(mapped('/w/app/x'), 'mine', measure, nobody)).toBe(false);
    const find = (pid: number) => (pid === 1 ? process(1, { uid: 7 }) : undefined);
    expect(objectIn({ recent: [{ pid: 1, startTime: '1' }] }, 'mine', measure, find)).toBe(true);
  });
  test('descendants, also where parents stand in a circle', () => {
    const all = [
      ...[process(2, { parent: 1 }), process(3, { parent: 2 }), process(4, { parent: 3 })],
      ...[process(5, { parent: 6 }), process(6, { parent: 5 }), process(7)],
    ];
    expect([...descendants(all, new Set([2]))].sort()).toEqual([2, 3, 4]);
    expect([...descendants(all, new Set())]).toEqual([]);
  });
  test('descendants of a process from which only others that are not reported lead to them', () => {
    const all = [process(9, { parent: 8, ancestors: [7, 3, 2] }), process(10, { parent: 8 }), process(2)];
    for (const root of [8, 7, 3, 2]) expect([...descendants(all, new Set([root]))]).toContain(9);
    expect([...descendants(all, new Set([3]))]).toContain(10);
    expect([...descendants(all, new Set([4]))]).toEqual([4]);
  });
});

describe('families of semaphores without a name', () => {
  const semaphore = (inode: number, pid: number | undefined, flags = ['unlinked']): IpcObject => ({
    ...{ kind: 'posix.sem', device: '1', inode: String(inode), layout: 'glibc', flags },
    ref: posixRef('posix.sem', { device: '1', inode: String(inode), birth: '0' }),
    ...(pid !== undefined && { family: { pid, startTime: '1' } }),
  });
  const of = (pid: number | undefined, count: number, from = 0, flags?: string[]) =>
    Array.from({ length: count }, (_, at) => semaphore(from + at, pid, flags));

  test('more than three of one are a family, by pid', () => {
    const [many, more, few] = [of(9, 4), of(7, 5, 10), of(5, 3, 20)];
    const found = familiesOf([...many, ...few, ...more]);
    expect(found.map(({ pid, objects }) => [pid, objects.length])).toEqual([
      [7, 5],
      [9, 4],
    ]);
    expect(found[1]?.objects).toEqual(many);
  });
  test('those with a name, of the first process, or of nobody known stand by themselves', () => {
    expect(familiesOf([...of(9, 5, 0, []), ...of(1, 5, 10), ...of(undefined, 5, 20)])).toEqual([]);
  });
  test('ten thousand cost no more than a moment', () => {
    const from = performance.now();
    expect(familiesOf(of(9, 10_000))[0]?.objects).toHaveLength(10_000);
    // One that looks at each pair takes half a minute.
    expect(performance.now() - from).toBeLessThan(5000);
  });
});

describe('an answer covers a look', () => {
  test('where it has each kind at least as closely, each object in detail, and processes where they are wanted', () => {
    const ref = sysvRef('sysv.msg', '1', 1);
    const answer = { levels: { 'sysv.msg': 'rows', pipe: 'count' }, details: [ref] } as const;
    const asked = { ...answer, levels: { ...answer.levels }, details: [...answer.details] };
    expect(covers(asked, {})).toBe(true);
    expect(covers(asked, { levels: { 'sysv.msg': 'count', pipe: 'count' }, details: [ref] })).toBe(true);
    expect(covers(asked, { levels: { pipe: 'rows' } })).toBe(false);
    expect(covers(asked, { levels: { fifo: 'count' } })).toBe(false);
    expect(covers(asked, { details: [sysvRef('sysv.msg', '1', 2)] })).toBe(false);
    expect(covers(asked, { processes: true })).toBe(false);
    expect(covers({ ...asked, processes: true }, { processes: true })).toBe(true);
  });
});

describe('rows that a tree was given', () => {
  const node = (id: string) => ({ id });
  const [a, b, c] = ['a', 'b', 'c'].map(node) as [{ id: string }, { id: string }, { id: string }];
  const ids = (nodes: Iterable<{ id: string }>) => [...nodes].map(({ id }) => id);

  test('differ where one comes, goes or moves, and only of an open parent', () => {
    const given = new Given<{ id: string } | typeof ROOT, { id: string }>();
    expect(given.differ(ROOT, [a])).toBe(false);
    given.gave(ROOT, [a, b]);
    given.gave(a, [c]);
    expect(given.differ(ROOT, [a, b])).toBe(false);
    expect(given.differ(ROOT, [b, a])).toBe(true);
    expect(given.differ(ROOT, [a])).toBe(true);
    expect(ids(given.close(a))).toEqual(['c']);
    expect([...given.open()]).toEqual([ROOT]);
    expect(given.has('c')).toBe(true);
  });

  test('are given up once a list without them was taken, with all under them, unless they stand elsewhere', () => {
    const given = new Given<{ id: string } | typeof ROOT, { id: string }>();
    given.gave(ROOT, [a, b]);
    given.gave(a, [c]);
    expect(given.gave(b, [c])).toEqual([]);
    expect(ids(given.gave(a, []))).toEqual([]);
    expect(ids(given.gave(ROOT, [a]))).toEqual(['b', 'c']);
    expect(given.has('c')).toBe(false);
    // The same id as another object is the same row.
    expect(given.gave(ROOT, [node('a')])).toEqual([]);
  });
});

describe('a look is too old', () => {
  const age = (readAt: number | undefined, pace = 1000, shownAt = 0) =>
    tooOld(100_000, { readAt, shownAt, pace });
  test('after three intervals and ten seconds, whichever is more; never in the first moments in sight', () => {
    expect(age(89_000)).toBe(89_000);
    expect(age(91_000)).toBeUndefined();
    expect(age(80_000, 10_000)).toBeUndefined();
    expect(age(69_000, 10_000)).toBe(69_000);
    expect(age(1000, 1000, 99_000)).toBeUndefined();
    expect(age(undefined)).toBeUndefined();
  });
});
