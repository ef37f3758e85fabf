/** How pipes and FIFOs read, and what the kernel hides. */
import * as assert from 'node:assert';
import { attemptOf } from '../../src/presentation/abilities';
import { factsOf, labelOf, nameOf, viewOf } from '../../src/presentation/kinds';
import { openersText } from '../../src/extension/acts/consequences';
import { sentence, why } from '../../src/presentation/failures';
import { blindSentences } from '../../src/presentation/blind';
import { hiddenRow } from '../../src/presentation/hidden';
import { endFacts, roleParts } from '../../src/presentation/roles';
import { rowOf } from '../../src/extension/views/rows';
import { removingCommand } from '../../src/presentation/copying';
import type { Endpoint } from '../../src/protocol/facts';
import type { ObjectOf } from '../../src/protocol/kinds';
import { fifoRef, pipeRef, type Ref } from '../../src/protocol/ref';
import type { Blind, Host, Process } from '../../src/protocol/snapshot';
import type { Direction, Wait, WaitOn } from '../../src/protocol/waits';

const host = { uid: 1000, limits: {}, usage: {} } as Host;
const owner = { uid: 1000, gid: 1000, user: 'dev', group: 'dev' };
const names: Record<number, string> = { 41: 'sort', 42: 'uniq', 43: 'tee', 44: '[x](command:y)' };
const find = (pid: number): Process | undefined =>
  names[pid] === undefined ? undefined : { pid, startTime: '1', state: 'S', name: names[pid] };
const wait = (call: string, on: WaitOn = { is: 'unknown' }, certain = true): Wait => ({
  ...{ tid: 1, call, certain },
  on,
});
const onFd = (fd: number, direction: Direction): WaitOn => ({
  is: 'descriptors',
  of: [{ fd, direction }],
});
const opening = (direction: Direction): WaitOn => ({ is: 'path', direction });
const end = (pid: number, role: Endpoint['role'], more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ pid, startTime: '1', role },
  ...more,
});
const both = [end(41, 'writer', { fd: 1 }), end(42, 'reader', { fd: 0 })];

function pipe(facts: Partial<ObjectOf<'pipe'>> = {}): ObjectOf<'pipe'> {
  return {
    ...{ kind: 'pipe', ref: pipeRef('77'), inode: '77', owner, mode: 0o600, flags: [], endpoints: both },
    ...facts,
  };
}
function fifo(facts: Partial<ObjectOf<'fifo'>> = {}): ObjectOf<'fifo'> {
  return {
    ...{ kind: 'fifo', ref: fifoRef('5', '77', '9'), inode: '77', device: '5', path: '/run/app/jobs' },
    ...{ owner, mode: 0o622, flags: [], endpoints: both },
    ...facts,
  };
}
const described = (object: ObjectOf<'pipe'> | ObjectOf<'fifo'>) => rowOf(object, host, find).description;

suite('pipes', () => {
  test('are named by who writes and who reads', () => {
    const label = (facts: Partial<ObjectOf<'pipe'>>) => labelOf(pipe(facts), find);
    assert.strictEqual(label({}), 'sort (41) -> uniq (42)');
    assert.strictEqual(
      nameOf(pipe(), () => undefined),
      'pipe 41 -> 42',
    );
    const more = [end(43, 'writer', { fd: 9 }), ...both, end(40, 'reader'), end(42, 'reader', { fd: 7 })];
    assert.strictEqual(label({ endpoints: more }), 'sort (41) and 1 more -> 40 and 1 more');
    assert.strictEqual(label({ endpoints: both.slice(1), flags: ['noWriter'] }), 'nobody -> uniq (42)');
    assert.strictEqual(label({ endpoints: both.slice(1), flags: ['noWriterSeen'] }), '? -> uniq (42)');
    assert.strictEqual(label({ endpoints: undefined }), '? -> ?');
    assert.strictEqual(label({ endpoints: [end(41, 'both')] }), 'sort (41) -> itself');
  });

  test('say their state first, then how many descriptors, then whose', () => {
    assert.strictEqual(described(pipe()), '2 descriptors');
    const waits = [
      end(41, 'writer', { fd: 1 }),
      end(42, 'reader', { fd: 0, waits: [wait('read', onFd(0, 'read'))] }),
    ];
    assert.strictEqual(
      described(pipe({ flags: ['empty'], endpoints: waits })),
      'reader waits · 2 descriptors',
    );
    const full = [
      end(41, 'writer', { fd: 1, waits: [wait('write', onFd(1, 'write'))] }),
      end(42, 'reader', { fd: 0 }),
    ];
    assert.strictEqual(
      described(pipe({ flags: ['full'], endpoints: full })),
      'full, writer waits · 2 descriptors',
    );
    assert.strictEqual(described(pipe({ flags: ['full'] })), 'full · 2 descriptors');
    const guessed = [
      end(42, 'reader', { fd: 0, waits: [wait('read', { is: 'unknown', direction: 'read' }, false)] }),
    ];
    assert.strictEqual(
      described(pipe({ flags: ['noWriterSeen'], endpoints: guessed })),
      'no writer seen · reader waits, probably · 1 descriptor',
    );
    // What is known of one side makes no guess at the other certain.
    const mixed = [
      end(41, 'writer', { fd: 1, waits: [wait('write', { is: 'unknown', direction: 'write' }, false)] }),
      end(42, 'reader', {
        fd: 0,
        waits: [wait('read', onFd(0, 'read')), wait('read', { is: 'unknown', direction: 'read' }, false)],
      }),
    ];
    assert.strictEqual(
      described(pipe({ endpoints: mixed })),
      'writer waits, probably · reader waits · 2 descriptors',
    );
    const other = { uid: 33, gid: 33, user: 'www-data' };
    assert.strictEqual(described(pipe({ owner: other })), '2 descriptors · www-data');
  });

  test('need attention where something is wrong, and only there', () => {
    const attention = (facts: Partial<ObjectOf<'pipe'>>) =>
      rowOf(pipe(facts), host, find).severity !== undefined;
    const writer = both.slice(0, 1);
    assert.strictEqual(attention({}), false);
    assert.strictEqual(attention({ flags: ['noReader'], endpoints: writer }), true);
    assert.strictEqual(attention({ flags: ['noReaderSeen'], endpoints: writer }), false);
    const stuck = [end(41, 'writer', { fd: 1, waits: [wait('write')] })];
    assert.strictEqual(attention({ flags: ['noReaderSeen', 'full'], endpoints: stuck }), true);
    assert.strictEqual(attention({ flags: ['noWriter'], endpoints: both.slice(1) }), false);
    assert.strictEqual(attention({ flags: ['noWriter'], endpoints: both.slice(1), unread: 3 }), true);
  });

  test('keep their label and id whatever is in them, and open when somebody has them', () => {
    const [a, b] = [rowOf(pipe(), host, find), rowOf(pipe({ unread: 5 }), host, find)];
    assert.strictEqual(a.urgent, b.urgent);
    assert.strictEqual(a.collapsible, true);
    assert.strictEqual(rowOf(pipe({ endpoints: [] }), host, find).collapsible, false);
    assert.match(a.contextValue, /^pipe inspect peek alterCapacity/);
    assert.doesNotMatch(a.contextValue, /destroy/);
  });

  test('tell every fact', () => {
    const facts = factsOf(
      pipe({ unread: 5, capacity: 65_536, ancestor: { pid: 40, startTime: '1' }, flags: ['packet'] }),
      { host, process: find },
    );
    const values = new Map(facts.map(({ label, text }) => [label, text]));
    assert.strictEqual(values.get('Writers'), 'sort (41) fd 1');
    assert.strictEqual(values.get('Readers'), 'uniq (42) fd 0');
    assert.strictEqual(values.get('Capacity'), '64 KiB (65,536 B)');
    assert.strictEqual(values.get('Nearest common ancestor'), '40');
    assert.match(values.get('State') ?? '', /packet mode/);
    assert.strictEqual(values.get('Inode'), '77');
  });

  test('those that join processes stand before those of one process alone', () => {
    const alone = pipe({ inode: '1', endpoints: [end(41, 'writer'), end(41, 'reader')] });
    const joins = pipe({ inode: '2', endpoints: [end(41, 'writer'), end(42, 'reader')] });
    const broken = pipe({ inode: '3', endpoints: [end(41, 'writer')] });
    const order = [alone, broken, joins].sort((a, b) => viewOf(a).order(a, b));
    assert.deepStrictEqual(
      order.map(({ inode }) => inode),
      ['2', '3', '1'],
    );
  });
  test('are ordered by their inodes, as numbers', () => {
    const inodes = ['18446744073709551615', '9', '10', '100'].map((inode) => pipe({ inode }));
    assert.deepStrictEqual(
      inodes.sort((a, b) => viewOf(a).order(a, b)).map(({ inode }) => inode),
      ['9', '10', '100', '18446744073709551615'],
    );
  });
});

suite('FIFOs', () => {
  test('are named by their file, and say the folder and who waits to open', () => {
    assert.strictEqual(labelOf(fifo(), find), 'jobs');
    assert.strictEqual(described(fifo()), '2 descriptors · /run/app');
    const opener = (what: Direction) => [end(41, 'waiter', { waits: [wait('openat', opening(what))] })];
    assert.strictEqual(
      described(fifo({ flags: ['fileOnly'], endpoints: opener('write') })),
      'file only, nobody has it open · writer waits for a reader · /run/app',
    );
    assert.strictEqual(
      described(fifo({ endpoints: opener('read') })),
      'reader waits for a writer · /run/app',
    );
    assert.strictEqual(
      described(fifo({ flags: ['fileOnly', 'noReader', 'noWriter'], endpoints: [] })),
      'file only, nobody has it open · /run/app',
    );
    assert.strictEqual(
      described(fifo({ flags: ['unlinked', 'noReader'], endpoints: both.slice(0, 1) })),
      'unlinked · no reader · 1 descriptor · /run/app',
    );
  });

  test('whose opener waits threaten nobody with a signal or an end of file', () => {
    const state = (facts: Partial<ObjectOf<'fifo'>>) =>
      factsOf(fifo(facts), { host, process: find }).find(({ key }) => key === 'state')?.text;
    const opener = (what: Direction) => end(41, 'waiter', { waits: [wait('openat', opening(what))] });
    assert.strictEqual(
      state({ flags: ['noReader'], endpoints: [opener('write')] }),
      'no reader: a writer waits until somebody opens it for reading',
    );
    assert.strictEqual(
      state({ flags: ['noWriter'], endpoints: [opener('read')] }),
      'no writer: a reader waits until somebody opens it for writing',
    );
    // Who has it open already does not wait.
    assert.match(
      state({ flags: ['noReader'], endpoints: [opener('write'), end(42, 'writer', { fd: 1 })] }) ?? '',
      /SIGPIPE/,
    );
  });

  test('whose path is not known say so', () => {
    const lost = fifo({ path: '' });
    assert.strictEqual(labelOf(lost, find), 'path unknown (inode 77)');
    assert.strictEqual(described(lost), '2 descriptors');
    assert.strictEqual(removingCommand(lost), undefined);
    const row = hiddenRow([{ kind: 'fifo', field: 'openers', code: 'failed', count: 2 }], 'fifo');
    assert.strictEqual(row?.label, '2 threads wait to open FIFOs that could not be found');
  });

  test('a hostile path makes no line, and its command does nothing by itself', () => {
    const object = fifo({ path: "/tmp/it's\nhere $(x)" });
    assert.doesNotMatch(labelOf(object, find), /\n/);
    const command = removingCommand(object) ?? '';
    assert.doesNotMatch(command, /\n/);
    assert.strictEqual(removingCommand(fifo({ path: "/a/it's" })), String.raw`rm -- '/a/it'\''s'`);
  });

  test('the question before destroying names who has it open', () => {
    assert.deepStrictEqual(openersText(fifo(), find), [
      'Open to write: sort (41) fd 1.',
      'Open to read: uniq (42) fd 0.',
      'They keep it, but nobody finds it by its name any more.',
    ]);
    assert.deepStrictEqual(openersText(fifo({ flags: ['fileOnly'], endpoints: [] }), find), [
      'Nobody has it open.',
    ]);
  });

  test('failures', () => {
    const said = (errno: string, call: string, detail = {}) => why({ code: 'errno', errno, call, detail });
    assert.strictEqual(
      sentence(attemptOf('write', nameOf(fifo(), find)), { code: 'errno', errno: 'ENXIO', call: 'open' }),
      'Could not write to FIFO jobs: nobody has it open for reading. Start its reader first, or choose "Wait until somebody reads".',
    );
    assert.match(said('EEXIST', 'mkfifo'), /exists already/);
    assert.match(said('EBUSY', 'fcntl', { unread: 5000 }), /more bytes are unread than that \(4\.9 KiB/);
    assert.match(said('EPERM', 'fcntl', { limit: 1 << 20 }), /more than 1 MiB/);
    assert.match(said('EAGAIN', 'write', { room: 10, written: 5, bytes: 20 }), /5 B of 20 B were written/);
    assert.match(
      why({ code: 'disturbs', subject: 'fifo', detail: { why: 'noReader' } }),
      /^nobody has it open for reading/,
    );
    assert.match(why({ code: 'disturbs', subject: 'pipe', detail: { why: 'denied' } }), /same user or root/);
    assert.match(why({ code: 'disturbs', detail: { why: 'denied' } }), /only root may read a segment/);
    assert.match(why({ code: 'replaced', detail: {} }), /another file now\. Nothing was done/);
  });
});

suite('how a process has an object', () => {
  test('role, descriptors, what it waits in', () => {
    const parts = (...ends: Endpoint[]) => roleParts(ends).join(' · ');
    assert.strictEqual(
      parts(end(41, 'writer', { fd: 3, waits: [wait('write', onFd(3, 'write'))] })),
      'writer · fd 3 · blocked in write',
    );
    assert.strictEqual(
      parts(...[5, 3, 4, 9].map((fd) => end(41, 'reader', { fd }))),
      'reader · fd 3, 4, 5 and 1 more',
    );
    assert.strictEqual(parts(end(7, 'attached', { rights: 'rw-s', address: '7f00' })), 'attached · rw-s');
    assert.strictEqual(
      parts(end(7, 'waiter', { waits: [wait('msgrcv', { is: 'receive', type: { is: 'type', type: 7 } })] })),
      'waits: type 7',
    );
    assert.strictEqual(parts(end(7, 'waiter', { waits: [wait('semop')] })), 'waits in semop');
    assert.strictEqual(
      parts(end(7, 'waiter', { waits: [wait('msgrcv', { is: 'unknown' }, false)] })),
      'waits in msgrcv, probably',
    );
  });
  test('its tooltip is bounded', () => {
    const ends = Array.from({ length: 600 }, (_, fd) => end(7, 'writer', { fd, description: 1 }));
    assert.ok(endFacts(ends).length <= 21);
  });
});

suite('what is hidden', () => {
  const denied = (count: number): Blind => ({ kind: 'pipe', field: 'endpoints', code: 'denied', count });
  test('is one row with what would help', () => {
    // Once for the machine, and in no group.
    assert.strictEqual(hiddenRow([denied(412)], 'pipe'), undefined);
    const row = hiddenRow([denied(412)], undefined);
    assert.strictEqual(row?.label, '412 processes of other users cannot be looked at');
    assert.match(row.help.join(' '), /There may be more objects.*as root/s);
    assert.strictEqual(
      hiddenRow([denied(1)], undefined)?.label,
      '1 process of another user cannot be looked at',
    );
    const yama = hiddenRow([{ kind: 'pipe', field: 'endpoints', code: 'yama', count: 2 }], undefined);
    assert.match(yama?.help.join(' ') ?? '', /kernel\.yama\.ptrace_scope=0/);
    assert.match(yama?.description ?? '', /sysctl/);
  });
  test('folders that were not searched are told with the FIFOs alone', () => {
    const blind: Blind[] = [
      { kind: 'fifo', field: 'folders', code: 'cut' },
      { kind: 'fifo', field: 'folders', code: 'remote', count: 2 },
    ];
    const row = hiddenRow(blind, 'fifo');
    assert.strictEqual(
      row?.label,
      'not every folder was searched for FIFOs; 2 folders on network or FUSE file systems are not searched',
    );
    assert.match(row.help.join(' '), /ipcInspector\.folders.*may never answer/s);
    const ended = hiddenRow([{ kind: 'fifo', field: 'folders', code: 'failed' }], 'fifo');
    assert.strictEqual(ended?.label, 'the search for FIFOs in the folders ended early');
    assert.strictEqual(hiddenRow(blind, 'pipe'), undefined);
    assert.strictEqual(hiddenRow(blind, undefined), undefined);
  });
  test('of one object is said what, of how many, why, and what would show it', () => {
    const one = 'pipe:7' as Ref;
    const blind: Blind[] = [
      { kind: 'pipe', ref: one, field: 'waits', code: 'yama', count: 3 },
      { kind: 'pipe', ref: 'pipe:8' as Ref, field: 'endpoints', code: 'denied' },
      denied(412),
    ];
    assert.match(
      blindSentences(blind, one).join('|'),
      /^What 3 processes that have it wait for is hidden\..*sudo sysctl kernel\.yama\.ptrace_scope=0[^|]*$/,
    );
    assert.deepStrictEqual(blindSentences(blind, 'pipe:9' as Ref), []);
  });
  test('where no file system lists the queues, that is said first', () => {
    const notMounted = { kind: 'posix.mq', code: 'notMounted' } as const;
    const row = hiddenRow(
      [{ kind: 'posix.mq', field: 'endpoints', code: 'denied', count: 2 }, notMounted],
      'posix.mq',
    );
    assert.match(row?.label ?? '', /^only queues that a process has open can be seen$/);
    assert.ok(row?.help.some((line) => line.includes('mount -t mqueue')));
    assert.strictEqual(hiddenRow([notMounted], 'posix.shm'), undefined);
  });
  test('is no row where nothing is hidden, or where it is about something else', () => {
    assert.strictEqual(hiddenRow([], 'pipe'), undefined);
    assert.strictEqual(hiddenRow([denied(0)], 'pipe'), undefined);
    assert.strictEqual(hiddenRow([denied(3)], 'sysv.msg'), undefined);
    assert.strictEqual(
      hiddenRow([{ kind: 'sysv.sem', field: 'values', code: 'denied', count: 3 }], 'sysv.sem'),
      undefined,
    );
    assert.strictEqual(hiddenRow([{ code: 'pidNamespace' }], 'sysv.msg'), undefined);
    assert.strictEqual(hiddenRow([{ code: 'pidNamespace' }], 'pipe'), undefined);
    assert.match(hiddenRow([{ code: 'pidNamespace' }], undefined)?.label ?? '', /outside this pid namespace/);
  });
  test('of processes it is told once, however many kinds tell of it', () => {
    const both = [denied(5), { ...denied(7), kind: 'sysv.msg' as const }, { code: 'hidepid' as const }];
    assert.strictEqual(
      hiddenRow(both, undefined)?.label,
      '7 processes of other users cannot be looked at; processes of other users do not show',
    );
  });
});
