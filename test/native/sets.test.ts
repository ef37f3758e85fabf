/** Semaphore sets: what is seen of them, and what can be done with them. */
import { spawn } from 'node:child_process';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { SetObject } from '../../src/protocol/kinds/sysvSem';
import { ROWS, snapshot, TestHelper } from '../support/helper';
import { type InProcess, inProcess } from '../support/inProcess';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { freeKey, Made, operate, valuesOf } from '../support/sysv';
import { until } from '../support/until';

const made = new Made();
afterEach(() => made.clean());
let here: InProcess;
beforeAll(async () => {
  here = await inProcess();
});

const me = () => ({ cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 });
const find = (id: number) =>
  snapshot().objects.find((object): object is SetObject => object.kind === 'sysv.sem' && object.id === id);

test('a small set shows its values, a large one how many are at zero', () => {
  const small = made.set(8);
  const large = made.set(9);
  operate(small, 2, 5);
  operate(large, 2, 5);
  expect(find(small)).toMatchObject({ values: [0, 0, 5, 0, 0, 0, 0, 0], waitForIncrease: Array(8).fill(0) });
  const seen = find(large);
  expect(seen).toMatchObject({ atZero: 8 });
  expect(seen?.values).toBeUndefined();
});

test('inspect tells each semaphore, and who changed it last', async () => {
  const id = made.set(9);
  operate(id, 1, 5);
  const { details } = await here.act('sysv.sem', 'inspect', { ref: here.ref('sysv.sem', id) });
  expect(details?.values).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 0]);
  expect(details?.lastPids).toEqual([0, process.pid, 0, 0, 0, 0, 0, 0, 0]);
  // When it changed it cannot be told exactly, so neither that it was this very process.
  expect(details?.past).toMatchObject([{ pid: process.pid, now: 'unknown' }]);
});

test('a last process that has ended is gone', async () => {
  const id = made.set(1, 0o666);
  const script = `
    const koffi = require('koffi');
    const semop = koffi.load(null).func('int semop(int, void *, size_t)');
    process.exit(semop(${id}, Buffer.from([0, 0, 1, 0, 0, 0]), 1) === 0 ? 0 : 1);`;
  const child = spawn(process.execPath, ['-e', script]);
  await until(() => child.exitCode !== null);
  expect(valuesOf(id, 1)).toEqual([1]);
  const { details } = await here.act('sysv.sem', 'inspect', { ref: here.ref('sysv.sem', id) });
  expect(details?.past).toMatchObject([{ pid: child.pid, now: 'gone' }]);
});

test('two operations within one second are both seen, though the file does not change', async () => {
  const id = made.set(1);
  const helper = new TestHelper();
  try {
    let { epoch, seq } = await helper.request('changes', {
      epoch: null,
      seq: 0,
      interest: ROWS,
      interval: 10,
    });
    const seen: (number | undefined)[] = [];
    const operated = async (times: number) => {
      for (let time = 0; time < times; time++) {
        const next = helper.request('changes', { epoch, seq, interest: ROWS, interval: 10 });
        operate(id, 0, 1);
        const batch = await next;
        ({ epoch, seq } = batch);
        const set = batch.changed.find((object) => object.kind === 'sysv.sem' && object.id === id);
        seen.push(set?.kind === 'sysv.sem' ? set.values?.[0] : undefined);
      }
    };
    await operated(20);
    // Long after, when what was read of it is no longer read again.
    const settled = Date.now() + 3000;
    await until(() => Date.now() > settled);
    ({ epoch, seq } = await helper.request('changes', {
      epoch,
      seq,
      interest: ROWS,
      interval: 10,
      fresh: true,
    }));
    await operated(2);
    expect(seen).toEqual(Array.from({ length: 22 }, (_, at) => at + 1));
  } finally {
    await helper.stop();
  }
});

test('sets of 32,000 semaphores: created with values, read, operated, set, set all', async () => {
  const SEMAPHORES = 32_000;
  const values = Array.from({ length: SEMAPHORES }, (_, at) => at);
  const { id, ref, existed } = await here.act('sysv.sem', 'create', {
    key: 0,
    mode: 0o600,
    exclusive: true,
    semaphores: SEMAPHORES,
    values,
  });
  made.later(() => made.removeSet(id));
  expect(existed).toBe(false);
  await here.act('sysv.sem', 'operate', { ref, operations: [{ number: 31_999, change: 1 }] });
  await here.act('sysv.sem', 'set', {
    ref,
    identity: { ...me(), semaphores: SEMAPHORES },
    number: 5,
    value: 0,
  });
  const { details, atZero } = await here.act('sysv.sem', 'inspect', { ref });
  expect(details?.values).toEqual([0, 1, 2, 3, 4, 0, ...values.slice(6, -1), 32_000]);
  expect(atZero).toBe(2);
  await here.act('sysv.sem', 'setAll', {
    ref,
    identity: { ...me(), semaphores: SEMAPHORES },
    values: values.map(() => 7),
  });
  expect(valuesOf(id, SEMAPHORES).every((value) => value === 7)).toBe(true);
});

test('create opens what the key finds, unless it is to be new, and leaves its values', async () => {
  const key = freeKey();
  const asked = { key, mode: 0o600, exclusive: true, semaphores: 2, values: [3, 4] };
  const first = await here.act('sysv.sem', 'create', asked);
  made.later(() => made.removeSet(first.id));
  const again = await here.act('sysv.sem', 'create', { ...asked, exclusive: false, values: [9, 9] });
  expect(again).toEqual({ ...first, existed: true });
  expect(valuesOf(first.id, 2)).toEqual([3, 4]);
  expect((await here.failure('sysv.sem', 'create', asked)).errno).toBe('EEXIST');
  const more = { ...asked, exclusive: false, semaphores: 3, values: [0, 0, 0] };
  expect(await here.failure('sysv.sem', 'create', more)).toMatchObject({ call: 'semget', errno: 'EINVAL' });
});

test('a key made of a file is the one that ftok(3) makes', async () => {
  const path = 'package.json';
  const helper = new TestHelper();
  try {
    const asked = { mode: 0o600, exclusive: true, semaphores: 1 };
    const { id } = await helper.act('sysv.sem', 'create', { ...asked, key: { path, project: 0x41 } });
    made.later(() => made.removeSet(id));
    expect(find(id)?.key).toBe(made.ftok(path, 0x41));
    const missing = helper.act('sysv.sem', 'create', {
      ...asked,
      key: { path: '/nowhere/at all', project: 1 },
    });
    expect(await helper.failure(missing)).toMatchObject({ call: 'ftok', errno: 'ENOENT' });
  } finally {
    await helper.stop();
  }
});

test('alter changes owner and mode, and nothing that was not asked for', async (context) => {
  needsRoot(context, 'gives a set to another user');
  const id = made.set(2, 0o640);
  const ref = here.ref('sysv.sem', id);
  operate(id, 1, 3);
  await here.act('sysv.sem', 'alter', { ref, identity: { ...me(), semaphores: 2 }, mode: 0o604 });
  expect(find(id)).toMatchObject({ mode: 0o604, owner: { uid: 0, gid: 0 }, values: [0, 3] });
  await here.act('sysv.sem', 'alter', { ref, identity: { ...me(), semaphores: 2 }, uid: 65_534, gid: 12 });
  expect(find(id)).toMatchObject({ mode: 0o604, owner: { uid: 65_534, gid: 12 }, creator: { uid: 0 } });
});

test('what may not be read is hidden, never zero', async (context) => {
  needsRoot(context, 'makes a set that another user may not read');
  needs(context, 'setpriv');
  const small = made.set(3, 0o600);
  const large = made.set(12, 0o600);
  const nobody = new TestHelper(AS_NOBODY);
  try {
    const { objects, blind } = await nobody.request('snapshot', {});
    for (const id of [small, large]) {
      const set = objects.find((object) => object.kind === 'sysv.sem' && object.id === id) as SetObject;
      expect(set.semaphores).toBeGreaterThan(0);
      expect([set.values, set.atZero, set.waitForIncrease]).toEqual([undefined, undefined, undefined]);
    }
    const hidden = blind.find(({ kind, field }) => kind === 'sysv.sem' && field === 'values');
    expect(hidden?.code).toBe('denied');
    expect(hidden?.count).toBeGreaterThanOrEqual(2);
    const ref = here.ref('sysv.sem', small);
    const identity = { ...me(), semaphores: 3 };
    const operations = [{ number: 0, change: 1 }];
    const refused = await Promise.all(
      [
        nobody.act('sysv.sem', 'operate', { ref, operations }),
        nobody.act('sysv.sem', 'hold', { ref, operations }),
        nobody.act('sysv.sem', 'set', { ref, identity, number: 0, value: 1 }),
        nobody.act('sysv.sem', 'setAll', { ref, identity, values: [1, 1, 1] }),
        nobody.act('sysv.sem', 'alter', { ref, identity, mode: 0o666 }),
        nobody.act('sysv.sem', 'destroy', { ref, identity }),
      ].map((act) => nobody.failure(act)),
    );
    expect(refused.map(({ errno }) => errno)).toEqual([
      'EACCES',
      'EACCES',
      'EACCES',
      'EACCES',
      'EPERM',
      'EPERM',
    ]);
  } finally {
    await nobody.stop();
  }
});

test('a set that changes all the time can be destroyed; one that was replaced is not', async () => {
  const id = made.set(2);
  const ref = here.ref('sysv.sem', id);
  const identity = { ...me(), semaphores: 2 };
  const asked = find(id);
  // The change time moves with SETVAL, the operation time with semop; neither says that it is another set.
  const changing = spawn(process.execPath, ['-e', CHANGING, String(id)]);
  try {
    await until(() => find(id)?.changedAt !== asked?.changedAt);
    const wrong = { ...me(), semaphores: 3 };
    expect((await here.failure('sysv.sem', 'destroy', { ref, identity: wrong })).code).toBe('replaced');
    expect((await here.failure('sysv.sem', 'setAll', { ref, identity: wrong, values: [0, 0, 0] })).code).toBe(
      'replaced',
    );
    const { changedAt } = await here.act('sysv.sem', 'destroy', { ref, identity });
    expect(changedAt).toBeGreaterThan(asked?.changedAt ?? Infinity);
    expect(find(id)).toBeUndefined();
    expect((await here.failure('sysv.sem', 'destroy', { ref, identity })).code).toBe('gone');
    // EIDRM or EINVAL ends it.
    await until(() => changing.exitCode !== null);
  } finally {
    changing.kill('SIGKILL');
  }
});

/** Raises and lowers one semaphore and sets the other, as fast as it can, until the set is gone. */
const CHANGING = `
  const koffi = require('koffi');
  const libc = koffi.load(null);
  const semop = libc.func('int semop(int, void *, size_t)');
  const semctl = libc.func('int semctl(int, int, int, long)');
  const id = Number(process.argv[1]);
  let round = 0;
  while (semop(id, Buffer.from([0, 0, ++round % 2 ? 1 : 255, round % 2 ? 0 : 255, 0, 0]), 1) === 0)
    semctl(id, 1, 16, round & 1);`;

test('limits come with the numbers that explain them', async () => {
  const id = made.set(1);
  const ref = here.ref('sysv.sem', id);
  const identity = { ...me(), semaphores: 1 };
  expect(await here.failure('sysv.sem', 'set', { ref, identity, number: 1, value: 0 })).toMatchObject({
    code: 'outside',
    detail: { number: 1, semaphores: 1 },
  });
  expect(await here.failure('sysv.sem', 'setAll', { ref, identity, values: [1, 2] })).toMatchObject({
    code: 'mismatch',
    detail: { count: 2, semaphores: 1 },
  });
});
