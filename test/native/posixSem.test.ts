/** Named semaphores: what is seen of them, that looking leaves them as they were, and what the acts do. */
import { existsSync, linkSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parsePosixRef, type Ref } from '../../src/protocol/ref';
import { type TestHelper } from '../support/helper';
import { AS_NOBODY, needsRoot } from '../support/oracles';
import { must, posixStage } from '../support/posix';
import { sleeps } from '../support/streams';
import { until } from '../support/until';

const { eye, inside, scene, helper } = await posixStage();

/** A semaphore of another process. */
async function semaphore(value = 2, mode = 0o600) {
  const name = scene.name();
  const holder = await scene.posix();
  await holder.run(`s = sem_make('/${name}', ${value}, ${mode})`);
  const find = async () => must(await eye.named('posix.sem', `/${name}`));
  return { name, file: `/dev/shm/sem.${name}`, holder, find, ref: (await find()).ref };
}

/** What a helper sees of one object. */
async function seen(one: TestHelper, ref: Ref) {
  const interest = { levels: {}, details: [ref] };
  const batch = await one.request('changes', { epoch: null, seq: 0, interest, interval: 10, fresh: true });
  return batch.added.find((object) => object.ref === ref);
}

describe('what is seen', () => {
  test('value, owner, mode and holders, although its maker has it by a name that is gone', async () => {
    const { name, file, holder, find } = await semaphore(41, 0o640);
    const maps = readFileSync(`/proc/${holder.pid}/maps`, 'latin1');
    expect(maps).not.toContain(`/dev/shm/sem.${name}`);
    const { uid, gid, dev, ino } = statSync(file);
    expect(await find()).toMatchObject({
      value: await holder.run('sem_value(s)'),
      waiters: 0,
      layout: 'glibc',
      owner: { uid, gid },
      mode: 0o640,
      device: String(dev),
      inode: String(ino),
      flags: [],
      endpoints: [{ pid: holder.pid, startTime: holder.startTime, role: 'mapped', rights: 'rw-s' }],
      family: { pid: holder.pid },
    });
    expect((await eye.rows('posix.shm')).some(({ inode }) => inode === String(ino))).toBe(false);
  });

  test('who waits, and how many by its own count', async () => {
    const { name, find, holder } = await semaphore(0);
    const other = await scene.posix();
    await other.run(
      `s = sem_open('/${name}'); background(lambda: libc.sem_wait(s)); background(lambda: libc.sem_wait(s))`,
    );
    const waits = async () => (await find()).endpoints?.find(({ pid }) => pid === other.pid)?.waits;
    expect(await until(async () => ((await waits())?.length === 2 ? waits() : undefined))).toMatchObject([
      { call: 'futex', certain: true },
      { call: 'futex', certain: true },
    ]);
    expect(await find()).toMatchObject({ value: 0, waiters: 2 });
    await holder.run('sem_value(libc and s); libc.sem_post(s)');
    await until(async () => (await find()).waiters === 1);
  });

  test('one that is unlinked lives in the memory of its holder, and is gone with it', async () => {
    const { name, holder, ref } = await semaphore(5);
    await holder.run(`checked(libc.sem_unlink(b'/${name}')); checked(libc.sem_trywait(s))`);
    const find = async () => (await eye.rows('posix.sem')).find((one) => one.ref === ref);
    expect(await find()).toMatchObject({ flags: ['unlinked'], value: 4, endpoints: [{ pid: holder.pid }] });
    await holder.run('checked(libc.sem_close(s))');
    expect(await find()).toBeUndefined();
  });

  test('by two names it is one object', async () => {
    const { file, find, ref } = await semaphore();
    linkSync(file, `${file}-2`);
    scene.later(`${file}-2`);
    expect((await eye.rows('posix.sem')).filter((one) => one.ref === ref)).toHaveLength(1);
    expect((await find()).ref).toBe(ref);
  });

  test('one of musl, by its words: a guess, and its value where somebody waits', async () => {
    const name = scene.name();
    const words = Buffer.alloc(32);
    words.writeInt32LE(-1, 0);
    words.writeInt32LE(1, 4);
    writeFileSync(`/dev/shm/${name}`, words);
    expect(must(await eye.named('posix.sem', `/${name}`))).toMatchObject({
      layout: 'musl',
      value: 0,
      waiters: 1,
      flags: ['guessed'],
    });
  });

  test('a plain user sees the value of no other user', async (context) => {
    needsRoot(context, 'runs as nobody');
    const { ref } = await semaphore();
    const { objects, blind } = await helper(AS_NOBODY).request('snapshot', {});
    const found = must(objects.find((one) => one.ref === ref));
    expect(found).toMatchObject({ kind: 'posix.sem', mode: 0o600 });
    expect(found).not.toHaveProperty('value');
    expect(blind).toContainEqual(
      expect.objectContaining({ kind: 'posix.sem', field: 'value', code: 'denied' }),
    );
  });

  test("a plain user reads an unlinked one from his own process's memory, once that has touched it", async (context) => {
    needsRoot(context, 'runs as nobody');
    const holder = await scene.posix(AS_NOBODY);
    const name = scene.name();
    await holder.run(`s = sem_make('/${name}', 9); checked(libc.sem_unlink(b'/${name}'))`);
    const one = helper(AS_NOBODY);
    const find = async () =>
      must(
        (await one.request('snapshot', {})).objects.find(
          ({ kind, endpoints = [] }) =>
            kind === 'posix.sem' && endpoints.some(({ pid }) => pid === holder.pid),
        ),
      );
    const untouched = await find();
    expect(untouched).not.toHaveProperty('value');
    expect(untouched).not.toHaveProperty('owner');
    expect(untouched.flags).toEqual(['unlinked']);
    await holder.run('sem_value(s)');
    expect(await find()).toMatchObject({ value: 9, waiters: 0 });
  });
});

test('looking leaves value, waiters, memory and times as they were', async () => {
  const { file, holder, find } = await semaphore(3);
  const facts = () => {
    const { atimeNs, mtimeNs, ctimeNs, blocks } = statSync(file, { bigint: true });
    const rollup = /^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${holder.pid}/smaps_rollup`, 'latin1'))?.[1];
    return [atimeNs, mtimeNs, ctimeNs, blocks, rollup];
  };
  await holder.run('sem_value(s)');
  const before = facts();
  for (let round = 0; round < 20; round++) expect((await find()).value).toBe(3);
  expect(facts()).toEqual(before);
});

describe('acts', () => {
  test('create, with exactly the mode that was asked for; never over another', async () => {
    const name = scene.name();
    const { ref } = await inside.act('posix.sem', 'create', { name: `/${name}`, mode: 0o666, value: 7 });
    expect(must(await eye.named('posix.sem', `/${name}`))).toMatchObject({ ref, value: 7, mode: 0o666 });
    const again = await inside.failure('posix.sem', 'create', { name: `/${name}`, mode: 0o600, value: 1 });
    expect(again).toMatchObject({ code: 'errno', errno: 'EEXIST' });
    expect(must(await eye.named('posix.sem', `/${name}`)).value).toBe(7);
  });

  test('post and try', async () => {
    const { holder, ref } = await semaphore(0);
    const one = helper();
    expect(await one.act('posix.sem', 'post', { ref })).toEqual({ value: 1 });
    expect(await holder.run('sem_value(s)')).toBe(1);
    expect(await one.act('posix.sem', 'tryWait', { ref })).toEqual({ value: 0 });
    expect(await one.failure(one.act('posix.sem', 'tryWait', { ref }))).toMatchObject({ errno: 'EAGAIN' });
  });

  test('post wakes who waits', async () => {
    const { holder, ref } = await semaphore(0);
    await holder.run('woken = background(lambda: libc.sem_wait(s))');
    await until(() => sleeps(holder.pid, /futex/));
    await helper().act('posix.sem', 'post', { ref });
    await until(async () => (await holder.run('len(woken)')) === 1);
  });

  test('wait really waits, stands among the holders as ours, and ends by a post or by us', async () => {
    const { holder, find, ref } = await semaphore(0);
    const one = helper();
    const ours = async () => (await seen(one, ref))?.endpoints?.find(({ own, waits }) => own && waits);
    const first = one.act('posix.sem', 'wait', { ref });
    expect(await until(ours)).toMatchObject({
      role: 'waiter',
      act: { ability: 'wait' },
      waits: [{ call: 'futex' }],
    });
    expect((await find()).waiters).toBe(1);
    await holder.run('libc.sem_post(s)');
    expect(await first).toEqual({});
    const second = one.failure(one.act('posix.sem', 'wait', { ref }));
    const waiter = await until(ours);
    await one.request('endAct', { act: waiter.act?.id ?? 0 });
    expect(await second).toMatchObject({ code: 'cancelled' });
    await holder.run('libc.sem_post(s)');
    expect(await find()).toMatchObject({ value: 1, waiters: 0 });
  });

  test('on an unlinked one through the memory of its holder', async (context) => {
    needsRoot(context, 'opens map_files');
    const { name, holder, ref } = await semaphore(0);
    await holder.run(`checked(libc.sem_unlink(b'/${name}'))`);
    expect(await helper().act('posix.sem', 'post', { ref })).toEqual({ value: 1 });
    expect(await holder.run('sem_value(s)')).toBe(1);
  });

  test('one of another C library is left alone', async () => {
    const name = scene.name();
    const words = Buffer.alloc(32);
    words.writeInt32LE(3, 0);
    writeFileSync(`/dev/shm/${name}`, words);
    const { ref } = must(await eye.named('posix.sem', `/${name}`));
    const one = helper();
    expect(await one.failure(one.act('posix.sem', 'post', { ref }))).toEqual({
      code: 'unsupported',
      detail: { why: 'layout' },
    });
    expect(readFileSync(`/dev/shm/${name}`)).toEqual(words);
  });

  test('somebody who cuts it short while we wait ends our child, and not the helper', async () => {
    const { file, ref } = await semaphore(0);
    const one = helper();
    const waiting = one.failure(one.act('posix.sem', 'wait', { ref }));
    const child = await until(async () =>
      (await seen(one, ref))?.endpoints?.find(({ own, waits }) => own && waits),
    );
    truncateSync(file, 0);
    process.kill(child.pid, 'SIGCONT');
    await one.request('endAct', { act: child.act?.id ?? 0 });
    expect((await waiting).code).toBe('cancelled');
    expect(await one.request('hello', {})).toMatchObject({ pid: one.child.pid });
  });

  test('destroy takes the name of this very semaphore; who has it keeps it', async () => {
    const { name, file, holder, ref } = await semaphore(1);
    await holder.run(`checked(libc.sem_unlink(b'/${name}')); other = sem_make('/${name}', 8)`);
    expect(await inside.failure('posix.sem', 'destroy', { ref })).toMatchObject({ code: 'gone' });
    expect(existsSync(file)).toBe(true);
    const { ref: second } = must(await eye.named('posix.sem', `/${name}`));
    expect(parsePosixRef(second)).not.toEqual(parsePosixRef(ref));
    await inside.act('posix.sem', 'destroy', { ref: second });
    expect(existsSync(file)).toBe(false);
    expect(await holder.run('sem_value(other)')).toBe(8);
  });
});
