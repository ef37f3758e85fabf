/** How values, rows and failures read. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { exactMode, exactPast, exactSize, pastText, size, sizeOf } from '../../src/presentation/values';
import { askedFields } from '../../src/extension/inputs';
import { promptOf } from '../../src/extension/inputs/prompts';
import { canDo, factsOf } from '../../src/presentation/kinds';
import { actText } from '../../src/presentation/ownActs';
import { attachedNames } from '../../src/presentation/kinds/segmentUsers';
import { hiddenText } from '../../src/extension/acts/consequences';
import { hiddenHolders } from '../../src/presentation/absence';
import { errnoSentences, sentence, why } from '../../src/presentation/failures';
import { heldRow } from '../../src/extension/views/processRows';
import { RowKeeper } from '../../src/extension/views/rowKeeper';
import { rowOf } from '../../src/extension/views/rows';
import { removingCommand } from '../../src/presentation/copying';
import type { Failure } from '../../src/protocol/errors';
import type { Endpoint } from '../../src/protocol/facts';
import { contracts, type ObjectOf } from '../../src/protocol/kinds';
import {
  KINDS,
  mappingRef,
  pipeRef,
  type PosixKind,
  posixRef,
  type SubjectKind,
  sysvRef,
} from '../../src/protocol/ref';
import { hexKey, modeText } from '../../src/presentation/text';
import { WAIT_LABELS } from '../../src/presentation/waitLabels';
import type { Host, Process } from '../../src/protocol/snapshot';

/** As in the product, but shorter. */
const HOLDS = { counters: 500, tooltip: 1500 };
const nobody = () => undefined;
const host = { uid: 1000, limits: {}, usage: {} } as Host;
const owner = { uid: 1000, gid: 1000, user: 'dev', group: 'dev' };
function queue(facts: Partial<ObjectOf<'sysv.msg'>> = {}): ObjectOf<'sysv.msg'> {
  return {
    ...{ kind: 'sysv.msg', ref: sysvRef('sysv.msg', '1', 3), id: 3, key: 0x1234, mode: 0o640, flags: [] },
    ...{ owner, creator: owner, changedAt: 0, messages: 12, bytes: 1229, maxBytes: 16384 },
    ...{ lastSend: null, lastReceive: null },
    ...facts,
  };
}

function set(facts: Partial<ObjectOf<'sysv.sem'>> = {}): ObjectOf<'sysv.sem'> {
  return {
    ...{ kind: 'sysv.sem', ref: sysvRef('sysv.sem', '1', 3), id: 3, key: 0x1234, mode: 0o640, flags: [] },
    ...{ owner, creator: owner, changedAt: 0, semaphores: 3, lastOperationAt: null },
    ...facts,
  };
}
function segment(facts: Partial<ObjectOf<'sysv.shm'>> = {}): ObjectOf<'sysv.shm'> {
  return {
    ...{ kind: 'sysv.shm', ref: sysvRef('sysv.shm', '1', 3), id: 3, key: 0x1234, mode: 0o640, flags: [] },
    ...{ owner, creator: owner, changedAt: 0, bytes: 65536, attachments: 3, resident: 0, swapped: 0 },
    ...{ createdBy: { pid: 1, at: 0, now: 'gone' }, lastUse: null, attachedAt: null, detachedAt: null },
    ...facts,
  };
}
const posix = { device: '1', inode: '2', owner, mode: 0o600, flags: [] as string[] };
const ref = <K extends PosixKind>(kind: K) => posixRef(kind, { device: '1', inode: '2', birth: '0' });
const mq = (facts: Partial<ObjectOf<'posix.mq'>> = {}): ObjectOf<'posix.mq'> => ({
  ...posix,
  ...{ kind: 'posix.mq', ref: ref('posix.mq'), name: '/jobs', messages: 3, maxMessages: 10, bytes: 24 },
  ...facts,
});
const semaphore = (facts: Partial<ObjectOf<'posix.sem'>> = {}): ObjectOf<'posix.sem'> => ({
  ...posix,
  ...{ kind: 'posix.sem', ref: ref('posix.sem'), name: '/lock', layout: 'glibc', value: 0, waiters: 2 },
  ...facts,
});
const memory = (facts: Partial<ObjectOf<'posix.shm'>> = {}): ObjectOf<'posix.shm'> => ({
  ...posix,
  ...{ kind: 'posix.shm', ref: ref('posix.shm'), name: '/psm_1a2b', type: 'file', bytes: 4096 },
  ...facts,
});
const mapping = (facts: Partial<ObjectOf<'mapping'>> = {}): ObjectOf<'mapping'> => ({
  ...posix,
  ...{ kind: 'mapping', ref: mappingRef('1', '2'), what: 'file', name: '/w/app/ledger.dat', bytes: 8192 },
  ...facts,
});
const mapped = (pid: number): Endpoint => ({ pid, startTime: '1', role: 'mapped' });
const attached = (pid: number): Endpoint => ({ pid, startTime: '1', role: 'attached' });
const own = (role: 'waiter' | 'holder', ability: string, parameters: Record<string, unknown>): Endpoint => ({
  ...{ pid: 9, startTime: '1', role, own: true },
  act: { id: 1, ability, since: 0, parameters },
});

suite('values', () => {
  test('sizes', () => {
    assert.deepStrictEqual(
      [0, 1, 1023, 1024, 1229, 10240, 102400, 1048575, 1 << 20, '75557863725845603938304'].map((bytes) =>
        size(bytes),
      ),
      ['0 B', '1 B', '1023 B', '1 KiB', '1.2 KiB', '10 KiB', '100 KiB', '1 MiB', '1 MiB', '65536 EiB'],
    );
    assert.strictEqual(sizeOf(1229, 16384), '1.2 of 16 KiB');
    assert.strictEqual(sizeOf(48, 16384), '48 B of 16 KiB');
    assert.strictEqual(sizeOf(0, 16384), '0 of 16 KiB');
    assert.strictEqual(exactSize(16384), '16 KiB (16,384 B)');
  });
  test('modes and keys', () => {
    assert.strictEqual(modeText(0o640), 'rw-r-----');
    assert.strictEqual(modeText(0o777), 'rwxrwxrwx');
    assert.strictEqual(exactMode(0o640), 'rw-r----- (0640)');
    assert.strictEqual(hexKey(0x1234), '0x00001234');
  });
  test('remembered processes', () => {
    const process: Process = { pid: 7, startTime: '1', state: 'S', name: 'python3' };
    const find = (pid: number) => (pid === 7 ? process : undefined);
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'same' }, find), 'python3 (7)');
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'other' }, find), '7, ended');
    assert.strictEqual(pastText({ pid: 8, at: 0, now: 'gone' }, find), '8, ended');
    assert.strictEqual(pastText({ pid: 8, at: 0, now: 'unknown' }, find), '8');
    assert.strictEqual(pastText({ pid: 7, at: 0, now: 'unknown' }, find), '7');
    assert.match(exactPast({ pid: 7, at: 0, now: 'unknown' }, find), /^7; perhaps python3/);
    assert.match(pastText({ pid: 0, at: 0, now: 'unknown' }, find), /outside this pid namespace/);
  });
});

suite('rows', () => {
  test('a queue', () => {
    const row = rowOf(queue(), host, nobody);
    assert.strictEqual(row.label, '0x00001234');
    assert.strictEqual(row.description, '12 messages · 1.2 of 16 KiB · #3');
    assert.strictEqual(row.foreign, false);
  });
  test("another user's private queue of one message", () => {
    const row = rowOf(
      queue({ key: 0, messages: 1, owner: { uid: 33, gid: 33, user: 'www-data' } }),
      host,
      nobody,
    );
    assert.strictEqual(row.label, 'private #3');
    assert.strictEqual(row.description, '1 message · 1.2 of 16 KiB · www-data');
    assert.strictEqual(row.foreign, true);
  });
  test('a limit that was not read is left out, not zero', () => {
    assert.strictEqual(
      rowOf(queue({ maxBytes: undefined }), host, nobody).description,
      '12 messages · 1.2 KiB · #3',
    );
  });

  test('a set says its values and who waits, a larger one how many are at zero', () => {
    const described = (facts: Partial<ObjectOf<'sysv.sem'>>) => rowOf(set(facts), host, nobody).description;
    const none = { values: [1, 0, 5], waitForIncrease: [0, 0, 0], waitForZero: [0, 0, 0] };
    assert.strictEqual(described(none), '[1, 0, 5] · #3');
    assert.strictEqual(described({ ...none, waitForIncrease: [0, 2, 0] }), '[1, 0, 5] · 2 wait on [1] · #3');
    assert.strictEqual(
      described({ ...none, waitForIncrease: [0, 1, 0], waitForZero: [1, 1, 0] }),
      '[1, 0, 5] · 1 waits on [0], 2 on [1] · #3',
    );
    const eight = { semaphores: 8, values: Array(8).fill(0), waitForIncrease: Array(8).fill(1) };
    assert.strictEqual(
      described({ ...eight, waitForZero: Array(8).fill(0) }),
      '[0, 0, 0, 0, 0, 0, 0, 0] · 1 waits on [0], 1 on [1], 1 on [2], … · #3',
    );
    assert.strictEqual(described({ semaphores: 32_000, atZero: 3 }), '32,000 semaphores, 3 at zero · #3');
    assert.strictEqual(described({}), '3 semaphores · values hidden · #3');
  });
  test('a segment says which processes have it, and what could not be seen', () => {
    const described = (facts: Partial<ObjectOf<'sysv.shm'>>) =>
      rowOf(segment(facts), host, nobody).description;
    assert.strictEqual(described({}), '64 KiB · 3 attachments · #3');
    assert.strictEqual(described({ attachments: 0, endpoints: [] }), '64 KiB · 0 attachments · #3');
    const seen = [attached(7), attached(7), attached(8)];
    assert.strictEqual(described({ endpoints: seen }), '64 KiB · 2 processes · #3');
    assert.strictEqual(
      described({ endpoints: seen.slice(1), flags: ['marked'] }),
      '64 KiB · 2 processes, 1 mapping not seen · marked · #3',
    );
    const names = attachedNames(segment({ endpoints: seen, attachments: 5 }), (pid) =>
      pid === 7 ? { pid, startTime: '1', state: 'S', name: 'a\nb' } : undefined,
    );
    assert.strictEqual(names, 'a\u240ab (7), 8, 2 mappings not seen');
  });
  test('a POSIX queue: what is in it, who waits, who is notified, and what is hidden', () => {
    const find = (pid: number): Process => ({ pid, startTime: '1', state: 'S', name: 'python3' });
    const described = (facts: Partial<ObjectOf<'posix.mq'>>) => rowOf(mq(facts), host, find).description;
    assert.strictEqual(described({}), '3 of 10 messages · 24 B');
    assert.strictEqual(
      described({ notify: { how: 'signal', signal: 10, pid: 4312 } }),
      '3 of 10 messages · 24 B · notifies python3 (4312)',
    );
    const on = { is: 'descriptors' as const, of: [{ fd: 3, direction: 'read' as const }] };
    const wait = { tid: 7, call: 'mq_timedreceive', on, certain: true };
    const reader: Endpoint = { pid: 7, startTime: '1', fd: 3, role: 'reader', waits: [wait] };
    assert.strictEqual(described({ endpoints: [reader] }), '3 of 10 messages · 24 B · 1 waits to receive');
    assert.strictEqual(
      described({ messages: undefined, maxMessages: undefined, bytes: undefined }),
      'messages hidden',
    );
    const notified = mq({ notify: { how: 'signal', signal: 36, pid: 0 } });
    const told = factsOf(notified, { host, process: nobody }).find(({ label }) => label === 'Notifies');
    assert.strictEqual(told?.text, 'a process outside this pid namespace, by SIGRTMIN+2 (36)');
  });
  test('a POSIX semaphore: its value and who waits; one without a name by who has it', () => {
    const row = (facts: Partial<ObjectOf<'posix.sem'>>) => rowOf(semaphore(facts), host, nobody);
    assert.deepStrictEqual([row({}).label, row({}).description], ['/lock', '0 · 2 wait']);
    assert.strictEqual(row({ value: undefined, waiters: undefined }).description, 'value hidden');
    const unlinked = row({ flags: ['unlinked'], endpoints: [mapped(8), mapped(7), mapped(7)] });
    assert.strictEqual(unlinked.label, 'unlinked, 7 and 1 more');
    assert.strictEqual(row({ flags: ['unlinked'] }).label, 'unlinked, inode 2');
    const command = (facts: Partial<ObjectOf<'posix.sem'>>) => removingCommand(semaphore(facts));
    assert.strictEqual(command({}), "rm -- '/dev/shm/sem.lock'");
    assert.strictEqual(command({ layout: 'musl' }), "rm -- '/dev/shm/lock'");
    assert.strictEqual(command({ flags: ['unlinked'] }), undefined);
  });
  test('shared memory: who maps it, who made it, and what is none', () => {
    const described = (facts: Partial<ObjectOf<'posix.shm'>>) =>
      rowOf(memory(facts), host, nobody).description;
    const maker = { program: 'Python shared_memory' };
    assert.strictEqual(
      described({ endpoints: [mapped(7), mapped(8), { ...mapped(9), role: 'open' }], maker }),
      '4 KiB · 2 mapped · 1 open · Python shared_memory',
    );
    assert.strictEqual(
      described({ maker: { program: 'PyTorch', pid: 41, now: 'gone' } }),
      '4 KiB · PyTorch, 41 ended',
    );
    assert.strictEqual(
      described({ type: 'fifo', flags: ['notMemory'], bytes: undefined }),
      'a FIFO, no shared memory',
    );
    const broken = rowOf(
      memory({ locks: [{ offset: 64, what: 'mutex', waiters: 2, owner: { tid: 41, now: 'gone' } }] }),
      host,
      nobody,
    );
    assert.strictEqual(broken.description, 'a thread that is gone holds its lock · 4 KiB');
    assert.strictEqual(broken.severity, 'warning');
  });
  test('a mapping: its file or what it is, and who had it a moment ago', () => {
    const row = (facts: Partial<ObjectOf<'mapping'>>) => rowOf(mapping(facts), host, nobody);
    const recent = [{ pid: 9, startTime: '1', rights: 'r--s', seenAt: 0 }];
    const file = row({ endpoints: [mapped(7), mapped(8)], recent });
    assert.deepStrictEqual(
      [file.label, file.description],
      ['ledger.dat', '/w/app · 8 KiB · 2 processes · 1 a moment ago'],
    );
    const anonymous = row({ what: 'anonymous', name: undefined, endpoints: [mapped(7), mapped(8)] });
    assert.strictEqual(anonymous.label, 'anonymous memory, 7 and 1 more');
    assert.strictEqual(row({ what: 'memfd', name: 'pool' }).label, 'memfd:pool');
    // Whose it is may be hidden: then it is nobody's in particular.
    assert.strictEqual(row({ owner: undefined, mode: undefined }).foreign, false);
  });

  test('an act of ours stands first, and in the words that menus match on', () => {
    const waiting = own('waiter', 'take', { rule: { rule: 'type', type: 7 } });
    const row = rowOf(queue({ endpoints: [waiting] }), host, nobody);
    assert.strictEqual(row.description, 'you wait · 12 messages · 1.2 of 16 KiB · #3');
    assert.match(row.contextValue, /\bwaiting\b/);
    assert.doesNotMatch(row.contextValue, /\bholding\b/);
    const holding = own('holder', 'hold', { operations: [{ number: 0, change: -1 }] });
    const held = rowOf(set({ values: [0, 0, 5], endpoints: [holding] }), host, nobody);
    assert.strictEqual(held.description, 'you hold · [0, 0, 5] · #3');
    assert.match(held.contextValue, /\bholding\b/);
    const last = factsOf(queue({ endpoints: [waiting] }), { host, process: nobody }).at(-1);
    assert.strictEqual(last?.label, 'You wait');
    assert.match(last.text, /^since \d\d:\d\d:\d\d: receive the oldest message of type 7$/);
  });
  test('what an act does, also where its parameters make no sense', () => {
    const text = (ability: string, parameters: Record<string, unknown>) => actText({ ability, parameters });
    assert.strictEqual(
      text('take', { rule: { rule: 'oldest', truncate: 4096 } }),
      'receive the oldest message, at most 4 KiB of it',
    );
    assert.strictEqual(text('take', { rule: { rule: 'upTo', type: 5 } }), 'receive the lowest type up to 5');
    assert.strictEqual(
      text('send', { type: '9223372036854775807' }),
      'send a message of type 9223372036854775807',
    );
    assert.strictEqual(
      text('operate', { operations: [0, 1, 2, 3, 4, 5, 6].map((number) => ({ number, change: 1 })) }),
      '[0] +1, [1] +1, [2] +1, [3] +1, [4] +1, [5] +1 and 1 more',
    );
    assert.strictEqual(text('operate', { operations: 'x' }), 'operate');
  });

  test('counters are held back, states are not, and nothing fires for nothing', async () => {
    const fired: string[][] = [];
    const keeper = new RowKeeper((refs) => fired.push(refs), HOLDS);
    const { ref } = queue();
    keeper.gave(ref, rowOf(queue(), host, nobody));
    /** The row as it is with other facts. */
    const now = (facts: Partial<ObjectOf<'sysv.msg'>> = {}) => {
      const object = queue(facts);
      const due = keeper.update([ref], () => ({ row: rowOf(object, host, nobody), of: object }), 1);
      if (due.length > 0) fired.push(due);
    };
    now();
    now({ messages: 13 });
    now({ messages: 14 });
    assert.deepStrictEqual(fired, [], 'a counter within three seconds');
    now({ messages: 14, owner: { uid: 0, gid: 0, user: 'root' } });
    assert.deepStrictEqual(fired, [[ref]], 'a new owner at once');
    keeper.gave(ref, rowOf(queue({ messages: 14 }), host, nobody));
    now({ messages: 15 });
    await sleep(HOLDS.counters + 200);
    assert.deepStrictEqual(fired, [[ref], [ref]], 'the counter after three seconds');
    keeper.dispose();
  });

  test('a row whose tooltip was read is fired when a fact in it changed', async () => {
    const fired: string[][] = [];
    const keeper = new RowKeeper((refs) => fired.push(refs), HOLDS);
    const before = queue();
    keeper.gave(before.ref, rowOf(before, host, nobody));
    keeper.told(before.ref, before);
    const after = queue({ lastSend: { pid: 1, at: 1, now: 'gone' } });
    const due = keeper.update([before.ref], () => ({ row: rowOf(after, host, nobody), of: after }), 1);
    assert.deepStrictEqual(due, [], 'not at once');
    await sleep(HOLDS.counters + 200);
    assert.deepStrictEqual(fired, [], 'the tooltip may still be open');
    await sleep(HOLDS.tooltip);
    assert.deepStrictEqual(fired, [[before.ref]]);
    keeper.dispose();
  });
});

suite('failures read as sentences', () => {
  test('a full queue', () => {
    assert.strictEqual(
      sentence('send to queue 0x00001234', {
        ...{ code: 'errno', call: 'msgsnd', errno: 'EAGAIN' },
        detail: { bytes: 1, queued: 16384, messages: 2, limit: 16384 },
      }),
      'Could not send to queue 0x00001234: it is full (16 of 16 KiB in 2 messages). Receive some messages first, raise its limit, or choose "Wait until there is room".',
    );
  });
  test('every error that these calls give has words of its own', () => {
    // The sections ERRORS of msgget(2), msgop(2), msgctl(2), semget(2), semop(2), semctl(2), shmget(2), shmop(2), shmctl(2), stat(2);
    // without EFAULT, and without those that arrive as `gone` or `cancelled`.
    const known: Record<string, string[]> = {
      msgget: ['EACCES', 'EEXIST', 'ENOENT', 'ENOMEM', 'ENOSPC'],
      msgsnd: ['EACCES', 'EAGAIN', 'EIDRM', 'EINTR', 'EINVAL', 'ENOMEM'],
      msgrcv: ['E2BIG', 'EACCES', 'EIDRM', 'EINTR', 'EINVAL', 'ENOSYS'],
      msgctl: ['EACCES', 'EIDRM', 'EINVAL', 'EPERM'],
      semget: ['EACCES', 'EEXIST', 'EINVAL', 'ENOENT', 'ENOMEM', 'ENOSPC'],
      semop: ['E2BIG', 'EACCES', 'EAGAIN', 'EFBIG', 'EIDRM', 'EINTR', 'EINVAL', 'ENOMEM', 'ENOSPC', 'ERANGE'],
      semctl: ['EACCES', 'EIDRM', 'EINVAL', 'EPERM', 'ERANGE'],
      shmget: ['EACCES', 'EEXIST', 'EINVAL', 'ENFILE', 'ENOENT', 'ENOMEM', 'ENOSPC', 'EPERM'],
      shmat: ['EACCES', 'EIDRM', 'EINVAL', 'ENOMEM'],
      shmdt: ['EINVAL'],
      shmctl: ['EACCES', 'EIDRM', 'EINVAL', 'ENOMEM', 'EOVERFLOW', 'EPERM'],
      ftok: [
        'EACCES',
        'EIO',
        'ELOOP',
        'ENAMETOOLONG',
        'ENOENT',
        'ENOTDIR',
        'ENOMEM',
        'EOVERFLOW',
        'ETIMEDOUT',
      ],
      mkfifo: ['EACCES', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'],
      open: ['EACCES', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'ENXIO', 'EROFS'],
      write: ['EAGAIN', 'EPIPE', 'EINTR'],
      read: ['EAGAIN', 'EINTR'],
      fcntl: ['EBUSY', 'EINVAL', 'EPERM'],
      pidfd_getfd: ['EPERM', 'ESRCH'],
      rename: ['EACCES', 'EPERM', 'EROFS'],
      unlink: ['EACCES', 'EBUSY', 'EPERM', 'EROFS'],
      mq_open: [
        ...['EACCES', 'EEXIST', 'EINVAL', 'EMFILE', 'ENAMETOOLONG', 'ENFILE', 'ENOENT', 'ENOMEM', 'ENOSPC'],
      ],
      mq_send: ['EAGAIN', 'EBADF', 'EINTR', 'EINVAL', 'EMSGSIZE'],
      mq_receive: ['EAGAIN', 'EBADF', 'EINTR', 'EMSGSIZE'],
      mq_unlink: ['EACCES', 'ENOENT'],
      sem_open: ['EACCES', 'EEXIST', 'EINVAL', 'EMFILE', 'ENAMETOOLONG', 'ENFILE', 'ENOENT', 'ENOMEM'],
      sem_post: ['EINVAL', 'EOVERFLOW'],
      sem_trywait: ['EAGAIN', 'EINTR', 'EINVAL'],
      sem_wait: ['EINTR', 'EINVAL'],
      ftruncate: ['EACCES', 'EFBIG', 'EINTR', 'EINVAL', 'EPERM'],
      chmod: ['EPERM'],
      chown: ['EPERM'],
    };
    for (const [call, errnos] of Object.entries(known))
      for (const errno of errnos) {
        const words = why({ code: 'errno', call, errno });
        assert.ok(!words.includes(` ${errno}`) && words.endsWith('.'), `${call} ${errno}: ${words}`);
      }
  });
  test('so has every failure that is no call of the kernel', () => {
    const failures: [Failure['code'], string[], NonNullable<Failure['detail']>?][] = [
      ['outside', [''], { offset: 5, bytes: '3' }],
      ['outside', [''], { number: 3, semaphores: 2 }],
      ['mismatch', [''], { count: 3, semaphores: 2 }],
      ['tooMuch', [''], { limit: 1 << 20 }],
      ['lastDetach', ['']],
      ['noPage', ['EIO']],
      ['unstored', ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'], { path: '/x', what: 'copy' }],
      ...['tooLong', 'FileNotFound', 'FileIsADirectory', 'NoPermissions', 'Unavailable', 'Unknown'].map(
        (reason): [Failure['code'], string[], NonNullable<Failure['detail']>] => [
          'noFile',
          [''],
          { why: reason, path: '/x', bytes: 3, limit: 2 },
        ],
      ),
      ['noChild', [''], { why: 'tooMany', limit: 64 }],
      ['noChild', [''], { why: 'silent', seconds: 20 }],
      ['noChild', [''], { why: 'ended', how: 'SIGKILL' }],
    ];
    for (const [code, errnos, detail] of failures)
      for (const errno of errnos) {
        const words = why({ code, ...(errno !== '' && { errno }), ...(detail && { detail }) });
        assert.ok(words.endsWith('.') && !/\?|undefined|NaN/.test(words), `${code} ${errno}: ${words}`);
      }
    for (const [errno, word] of [
      ['EPERM', /right to lock memory/],
      ['ENOMEM', /RLIMIT_MEMLOCK/],
    ] as const)
      assert.match(
        why({ code: 'errno', call: 'shmctl', errno, subject: 'sysv.shm', detail: { command: 'SHM_LOCK' } }),
        word,
      );
  });
  test('the same call and errno is told as it is meant of what it is about', () => {
    const opened = (subject: SubjectKind | undefined) =>
      why({ code: 'errno', call: 'write', errno: 'EAGAIN', ...(subject && { subject }) });
    assert.match(opened('fifo'), /no room/);
    const disturbs = (subject: SubjectKind, reason: string) =>
      why({ code: 'disturbs', subject, detail: { why: reason } });
    const told = KINDS.map((kind) => disturbs(kind, 'denied'));
    assert.ok(new Set(told).size >= 4, told.join('\n'));
    assert.match(disturbs('unix', 'pendingError'), /an error waits in it/);
  });
  test('details that are missing or odd leave no hole in a sentence', () => {
    const odd = {
      number: 'x',
      value: -1,
      change: 0,
      semaphores: 1e300,
      limit: 'y',
      bytes: '-5',
      path: '$(x)\n',
    };
    for (const name of Object.keys(errnoSentences)) {
      const [call = '', errno = ''] = name.split(' ');
      for (const detail of [{}, odd]) {
        const words = why({ code: 'errno', call, errno, detail });
        assert.doesNotMatch(words, /undefined|NaN|\n/, name);
      }
    }
  });
  test('a semaphore that is in the way is named', () => {
    const detail = { number: 1, change: -2, value: 1 };
    assert.match(
      why({ code: 'errno', call: 'semop', errno: 'EAGAIN', detail }),
      /^semaphore \[1\] is 1 and cannot be changed by -2, so nothing was changed/,
    );
    assert.match(
      why({ code: 'errno', call: 'msgctl', errno: 'EPERM', detail: { limit: 16384 } }),
      /16,384 bytes \(kernel\.msgmnb\)/,
    );
    assert.match(
      why({ code: 'disturbs', detail: { why: 'denied' } }),
      /^only root may read a segment without/,
    );
  });
  test('why a POSIX queue is not drained, memory not read, a semaphore not touched', () => {
    const disturbs = (subject: SubjectKind, reason: string) =>
      why({ code: 'disturbs', subject, detail: { why: reason } });
    assert.match(disturbs('posix.mq', 'registered'), /^a process is registered to be told/);
    assert.match(disturbs('posix.mq', 'waiting'), /^a process waits at it/);
    assert.match(disturbs('posix.mq', 'hidden'), /^it is full, and processes that may not be looked at/);
    assert.match(disturbs('mapping', 'denied'), /^Linux lets only the same user or root read/);
    assert.match(why({ code: 'unsupported', detail: { why: 'layout' } }), /^another C library/);
    assert.match(why({ code: 'unsupported', detail: { why: 'notMemory' } }), /is no shared memory\.$/);
  });
  test('one that nobody foresaw names itself', () => {
    assert.match(why({ code: 'errno', call: 'msgsnd', errno: 'EXDEV' }), /msgsnd gave EXDEV/);
  });
});

suite('questions', () => {
  test('every parameter that a user is asked for has words', () => {
    // No command asks for these: the panels do.
    const silent = new Set(['read', 'copy']);
    for (const kind of KINDS)
      for (const ability of Object.keys(contracts[kind].abilities))
        for (const { name } of silent.has(ability) && kind !== 'fifo' ? [] : askedFields(kind, ability))
          assert.notStrictEqual(promptOf(kind, ability, name), name, `${kind} ${ability} ${name}`);
  });
  test('nobody is asked for what the caller fills in', () => {
    const names = askedFields('sysv.msg', 'take').map(({ name }) => name);
    assert.deepStrictEqual(names, ['rule', 'wait']);
    assert.deepStrictEqual(
      askedFields('sysv.msg', 'alter').map(({ name, optional }) => [name, optional]),
      [
        ['uid', true],
        ['gid', true],
        ['mode', true],
        ['maxBytes', true],
      ],
    );
  });
});

suite('hidden processes', () => {
  const denied = { kind: 'sysv.sem', field: 'endpoints', code: 'denied', count: 2 } as const;
  const outside = { kind: 'sysv.sem', field: 'endpoints', code: 'pidNamespace' } as const;

  test('those that nobody can count are not none', () => {
    assert.strictEqual(hiddenHolders([], 'sysv.sem'), 0);
    assert.strictEqual(hiddenHolders([denied], 'sysv.sem'), 2);
    assert.strictEqual(hiddenHolders([denied, outside], 'sysv.sem'), 'unknown');
    assert.strictEqual(hiddenHolders([outside], 'sysv.msg'), 0);
  });

  test('the question before a destroy says so, without a number', () => {
    assert.deepStrictEqual(hiddenText([], [set()]), []);
    assert.deepStrictEqual(hiddenText([outside], [set()]), [
      'Processes that cannot be seen from here might use it too.',
    ]);
    assert.deepStrictEqual(hiddenText([denied], [set()]), [
      '2 processes may not be looked at; they might use it too.',
    ]);
  });
});

suite('what has no name here', () => {
  const named = [mq(), semaphore(), memory()];

  test('is not destroyed, by no menu and by no command line: that would meet another object', () => {
    for (const object of named)
      for (const flag of ['unlinked', 'elsewhere']) {
        const { kind } = object;
        const other = { ...object, flags: [flag] };
        assert.ok(canDo(object, 'destroy') && !canDo(other, 'destroy'), kind);
        assert.match(removingCommand(object) ?? '', /^rm -- /);
        assert.strictEqual(removingCommand(other), undefined);
        assert.match(rowOf(object, host, nobody).contextValue, /\bdestroy\b/);
        assert.doesNotMatch(rowOf(other, host, nobody).contextValue, /\bdestroy\b/);
      }
  });

  test('a pipe under a process offers no end', () => {
    const pipe = {
      ...{ kind: 'pipe', ref: pipeRef('7'), inode: '7', flags: [], owner, mode: 0o600, endpoints: [] },
    } as ObjectOf<'pipe'>;
    assert.doesNotMatch(heldRow(pipe, [], host, nobody).contextValue, /\bdestroy\b/);
    assert.match(heldRow(mq(), [], host, nobody).contextValue, /\bdestroy\b/);
  });
});

test('a sentence that advises to wait names a choice that there is', () => {
  const advised = Object.values(errnoSentences)
    .map((words) => words({}))
    .flatMap((text) => [...text.matchAll(/"(Wait [^"]*)"/g)].map(([, label]) => label));
  const labels = new Set<string>(Object.values(WAIT_LABELS));
  assert.deepStrictEqual(
    advised.filter((label) => !labels.has(label ?? '')),
    [],
  );
  assert.ok(new Set(advised).size >= 5, 'each kind that can wait advises it');
});
