/** POSIX message queues: what is seen of them, that looking leaves them as they were, and what the acts do. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import { journalFile, readJournal } from '../../src/protocol/drainJournal';
import { type TestHelper } from '../support/helper';
import { QUEUES_UNMOUNTED, withQueuesMounted } from '../support/namespaces';
import { AS_NOBODY, needsRoot } from '../support/oracles';
import { lookTwice } from '../support/diagnosis';
import { must, posixStage } from '../support/posix';
import { sleeps } from '../support/streams';
import { until } from '../support/until';
import { said } from '../support/waits';

const { eye, inside, scene, helper } = await posixStage();

const text = (content: string) => Buffer.from(fromBytes(content as never)).toString('latin1');
const bytes = (content: string) => toBytes(Buffer.from(content, 'latin1'));

/** A queue of another process. */
async function queue(made = '') {
  const name = scene.name();
  const holder = await scene.posix();
  await holder.run(`q = mq_make('/${name}'${made})`);
  const find = async (closely = false) => must(await eye.named('posix.mq', `/${name}`, closely));
  return { name, holder, find, ref: (await find()).ref };
}

describe('what is seen', () => {
  test('counts, limits, bytes, owner and mode are what libc says', async () => {
    const { holder, find } = await queue(', most=7, size=64, mode=0o640');
    await holder.run(`mq_send(q, b'one', 1)`);
    await holder.run(`mq_send(q, b'three', 3)`);
    const attributes = await holder.run('mq_attr(q)');
    const found = await find(true);
    expect({ most: found.maxMessages, size: found.messageSize, now: found.messages }).toEqual(attributes);
    const status = (await holder.run(
      '(lambda s: [s.st_uid, s.st_gid, s.st_mode & 0o777, s.st_dev, s.st_ino])(os.fstat(q))',
    )) as number[];
    expect([
      found.owner?.uid,
      found.owner?.gid,
      found.mode,
      Number(found.device),
      Number(found.inode),
    ]).toEqual(status);
    expect(found).toMatchObject({ messages: 2, bytes: 8, notify: null, flags: [] });
    expect(found.endpoints).toMatchObject([{ pid: holder.pid, role: 'both', startTime: holder.startTime }]);
  });

  test('empty and full', async () => {
    const { holder, find } = await queue(', most=1');
    expect((await find()).flags).toEqual(['empty']);
    await holder.run(`mq_send(q, b'x')`);
    expect((await find()).flags).toEqual(['full']);
  });

  test.each([
    ['mq_notify(q, 12, 0)', { how: 'signal', signal: 12 }],
    ['mq_notify(q, 0, 1)', { how: 'none' }],
  ])('who is told: %s', async (act, expected) => {
    const { holder, find } = await queue();
    await holder.run(act);
    expect((await find(true)).notify).toEqual({ ...expected, pid: holder.pid });
  });

  test('one that is unlinked lives with its descriptors, and is gone with the last', async () => {
    const { name, holder, ref } = await queue();
    await holder.run(`mq_unlink('/${name}')`);
    const rows = await eye.rows('posix.mq');
    expect(rows.find((one) => one.ref === ref)).toMatchObject({
      name: `/${name}`,
      flags: ['empty', 'unlinked'],
    });
    await holder.run('os.close(q)');
    expect((await eye.rows('posix.mq')).some((one) => one.ref === ref)).toBe(false);
  });

  test('who opened it for what', async () => {
    const { name, find } = await queue();
    const other = await scene.posix();
    const fd = await other.run(`mq_open('/${name}', os.O_RDONLY)`);
    const { endpoints = [] } = await find();
    expect(endpoints.filter(({ pid }) => pid === other.pid)).toMatchObject([{ fd, role: 'reader' }]);
  });

  test('who waits for a message and who for room', async () => {
    const { holder, name, find } = await queue(', most=1');
    const other = await scene.posix();
    await other.run(`q = mq_open('/${name}')`);
    const fd = await other.run('q');
    other.block('mq_receive(q) and time.sleep(600)');
    const waits = async (pid: number) =>
      (await find()).endpoints?.find((one) => one.pid === pid && one.waits)?.waits;
    expect((await until(() => waits(other.pid))).map(said)).toMatchObject([
      { call: 'mq_timedreceive', arguments: [`fd ${fd as number}`], certain: true },
    ]);
    await holder.run(`mq_send(q, b'a')`);
    await until(async () => (await find()).messages === 0);
    await holder.run(`mq_send(q, b'b')`);
    await holder.run(`background(lambda: mq_send(q, b'c'))`);
    expect(await until(() => waits(holder.pid))).toMatchObject([{ call: 'mq_timedsend' }]);
    expect(await waits(other.pid)).toBeUndefined();
  });

  test('who waits by poll', async () => {
    const { holder, find } = await queue();
    await holder.run('background(lambda: select.select([q], [], [], 60))');
    const waits = await until(async () => (await find()).endpoints?.find(({ waits: all }) => all)?.waits);
    expect(waits[0]?.call).toMatch(/select/);
  });

  test('a name with a newline and bytes that are no UTF-8', async () => {
    const holder = await scene.posix();
    const odd = `${scene.name()}\n\xff`;
    await holder.run(`q = mq_make(${JSON.stringify(`/${odd}`)})`);
    try {
      const found = must(
        (await eye.rows('posix.mq')).find(({ endpoints = [] }) =>
          endpoints.some(({ pid }) => pid === holder.pid),
        ),
      );
      expect(found.name).toBe(`/${odd.replace('\xff', '\\xff')}`);
      expect(text(found.nameBytes ?? '')).toBe(odd);
      await inside.act('posix.mq', 'send', { ref: found.ref, priority: 1, content: bytes('x') });
      expect(await holder.run('mq_receive(q)')).toEqual([1, 'x']);
      await inside.act('posix.mq', 'destroy', { ref: found.ref });
      expect((await eye.rows('posix.mq')).find(({ ref }) => ref === found.ref)?.flags).toContain('unlinked');
    } finally {
      await holder.run(`mq_unlink(${JSON.stringify(`/${odd}`)})`);
    }
  });

  test('a file of the same size in the root of another file system is none', async (context) => {
    needsRoot(context, 'mounts');
    const holder = await scene.posix(['unshare', '-m']);
    const root = scene.folder();
    await holder.run(
      `import subprocess; subprocess.run(['mount', '-t', 'tmpfs', 'none', '${root}'], check=True); os.chroot('${root}'); f = os.open('/lure', os.O_RDWR | os.O_CREAT); os.write(f, b'x' * 80)`,
    );
    expect(
      (await eye.rows('posix.mq')).some(({ endpoints = [] }) =>
        endpoints.some(({ pid }) => pid === holder.pid),
      ),
    ).toBe(false);
  });
});

describe('looking leaves it as it was', () => {
  test('messages, order, registration and the waiting', async () => {
    const { holder, name, find, ref } = await queue();
    await holder.run('mq_notify(q, 10, 1)');
    const other = await scene.posix();
    await other.run(`q = mq_open('/${name}')`);
    const before = await holder.run('mq_attr(q)');
    for (let round = 0; round < 20; round++) await inside.act('posix.mq', 'inspect', { ref });
    expect(await holder.run('mq_attr(q)')).toEqual(before);
    expect((await find(true)).notify).toEqual({ how: 'none', pid: holder.pid });
    await holder.run(`[mq_send(q, bytes([number]), number % 2) for number in range(4)]`);
    await eye.rows('posix.mq', [ref]);
    expect(await holder.run('[mq_receive(q) for number in range(4)]')).toEqual([
      [1, '\x01'],
      [1, '\x03'],
      [0, '\x00'],
      [0, '\x02'],
    ]);
  });

  test.each([
    ['a row', (find: () => Promise<unknown>) => find()],
    ['the search for what is wrong', () => lookTwice()],
  ])('%s does not even move its times', async (_, lookAt) => {
    const { holder, find } = await queue();
    const times = () => holder.run('(lambda s: [s.st_atime, s.st_mtime, s.st_ctime])(os.fstat(q))');
    const before = (await times()) as number[];
    // Its times are whole seconds.
    await until(() => Date.now() / 1000 > Math.max(...before) + 1.1);
    await lookAt(find);
    expect(await times()).toEqual(before);
  });
});

describe('acts', () => {
  test('create, with exactly the mode that was asked for; never over another', async () => {
    const name = scene.name();
    const parameters = { name: `/${name}`, mode: 0o666, maxMessages: 3, messageSize: 16 };
    const { ref } = await inside.act('posix.mq', 'create', parameters);
    expect(must(await eye.named('posix.mq', `/${name}`))).toMatchObject({
      ref,
      mode: 0o666,
      maxMessages: 3,
      messageSize: 16,
      messages: 0,
    });
    expect(await inside.failure('posix.mq', 'create', parameters)).toMatchObject({
      code: 'errno',
      errno: 'EEXIST',
    });
  });

  test.each(['/a/b', 'a', '/', ''])('%j is no name', async (name) => {
    const parameters = { name, mode: 0o600, maxMessages: 1, messageSize: 1 };
    expect(await inside.failure('posix.mq', 'create', parameters)).toMatchObject({ code: 'invalid' });
  });

  test.each(['/.', '/..', `/${'x'.repeat(256)}`])('%j is refused by its number', async (name) => {
    const parameters = { name, mode: 0o600, maxMessages: 1, messageSize: 1 };
    expect((await inside.failure('posix.mq', 'create', parameters)).code).toMatch(/errno|invalid/);
  });

  test('send: priority, order, too long, full', async () => {
    const { holder, ref } = await queue(', most=3, size=4');
    const send = (content: string, priority: number) => ({ ref, priority, content: bytes(content) });
    await inside.act('posix.mq', 'send', send('low', 1));
    await inside.act('posix.mq', 'send', send('high', 9));
    expect(await inside.failure('posix.mq', 'send', send('long!', 1))).toMatchObject({
      errno: 'EMSGSIZE',
      detail: { bytes: 5, limit: 4 },
    });
    await inside.act('posix.mq', 'send', send('', 0));
    expect(await inside.failure('posix.mq', 'send', send('x', 1))).toMatchObject({
      errno: 'EAGAIN',
      detail: { messages: 3, most: 3 },
    });
    expect(await holder.run('[mq_receive(q) for number in range(3)]')).toEqual([
      [9, 'high'],
      [1, 'low'],
      [0, ''],
    ]);
  });

  test('take, and what is not acknowledged is written down when the caller goes', async () => {
    const { holder, ref } = await queue();
    const folder = scene.folder();
    await holder.run(`mq_send(q, b'precious', 4)`);
    const one = helper();
    const recovery = { folder, entry: { from: 'a test' } };
    expect(await one.act('posix.mq', 'take', { ref, recovery })).toMatchObject({
      priority: 4,
      content: bytes('precious'),
    });
    expect(await one.failure(one.act('posix.mq', 'take', { ref }))).toEqual({
      code: 'nothing',
    });
    await one.stop();
    const [file = ''] = readdirSync(folder);
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({
      from: 'a test',
      priority: 4,
      content: bytes('precious'),
    });
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test('take and send really wait, stand among the holders as ours, and end', async () => {
    const { holder, find, ref } = await queue(', most=1');
    const one = helper();
    const taking = one.act('posix.mq', 'take', { ref, wait: true });
    const acting = async () => {
      const { object } = await seen(one, ref);
      return object?.endpoints?.find(({ own, waits }) => own && waits);
    };
    expect(await until(acting)).toMatchObject({
      role: 'waiter',
      act: { ability: 'take' },
      waits: [{ call: 'mq_timedreceive' }],
    });
    expect(sleeps((await acting())?.pid ?? 0, /wq_sleep/)).toBe(true);
    await holder.run(`mq_send(q, b'now', 2)`);
    const { token, ...received } = await taking;
    expect(received).toMatchObject({ priority: 2, content: bytes('now') });
    await one.act('posix.mq', 'acknowledge', { token });
    await holder.run(`mq_send(q, b'full')`);
    const sending = one.failure(
      one.act('posix.mq', 'send', { ref, priority: 0, content: bytes('x'), wait: true }),
    );
    const waiter = await until(acting);
    await one.request('endAct', { act: waiter.act?.id ?? 0 });
    expect(await sending).toMatchObject({ code: 'cancelled' });
    expect((await find()).messages).toBe(1);
  });

  test('a waiting act on one that is unlinked goes through a descriptor of its holder', async () => {
    const { holder, name, ref } = await queue();
    await holder.run(`mq_unlink('/${name}')`);
    const one = helper();
    const taking = one.act('posix.mq', 'take', { ref, wait: true });
    await until(async () => (await seen(one, ref)).object?.endpoints?.some(({ own, waits }) => own && waits));
    await holder.run(`mq_send(q, b'still here')`);
    const { content, token } = await taking;
    expect(text(content)).toBe('still here');
    await one.act('posix.mq', 'acknowledge', { token });
  });

  test('alter: mode and owner', async (context) => {
    const { find, ref } = await queue();
    expect(await inside.act('posix.mq', 'alter', { ref, mode: 0o604 })).toEqual({ mode: 0o604 });
    expect((await find()).mode).toBe(0o604);
    needsRoot(context, 'gives it to another');
    await inside.act('posix.mq', 'alter', { ref, uid: 12345, gid: 54321 });
    expect(await find()).toMatchObject({ mode: 0o604, owner: { uid: 12345, gid: 54321 } });
  });

  test('destroy takes the name, and only of this very queue', async () => {
    const { holder, name, ref } = await queue();
    await holder.run(`mq_unlink('/${name}'); other = mq_make('/${name}')`);
    expect(await inside.failure('posix.mq', 'destroy', { ref })).toMatchObject({ code: 'gone' });
    const rows = await eye.rows('posix.mq');
    const { ref: second } = must(
      rows.find((one) => one.name === `/${name}` && !one.flags.includes('unlinked')),
    );
    expect(second).not.toBe(ref);
    await inside.act('posix.mq', 'destroy', { ref: second });
    expect(await holder.run(`mq_open('/${name}')`)).toEqual({ error: 'ENOENT' });
    expect(await holder.run(`mq_send(other, b'x')`)).toBe(0);
  });
});

describe('drain and restore', () => {
  const filled = async (made?: string) => {
    const all = await queue(made);
    await all.holder.run(`[mq_send(q, b'm%d' % number, number % 3) for number in range(5)]`);
    return all;
  };
  const order = ['m2', 'm1', 'm4', 'm0', 'm3'];

  test('shows every message, and the queue is as it was', async () => {
    const { holder, ref } = await filled(', most=6');
    const folder = scene.folder();
    const drained = await inside.act('posix.mq', 'drainAndRestore', { ref, recovery: { folder, entry: {} } });
    expect(drained.messages.map(({ content }) => text(content))).toEqual(order);
    expect(drained.messages.map(({ priority }) => priority)).toEqual([2, 1, 1, 0, 0]);
    expect(drained).toMatchObject({ left: [], moved: false });
    expect(drained.token).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    expect(await holder.run('[mq_receive(q)[1] for number in range(5)]')).toEqual(order);
  });

  test('of an empty queue shows none', async () => {
    const { ref } = await queue();
    expect(await inside.act('posix.mq', 'drainAndRestore', { ref })).toMatchObject({
      messages: [],
      left: [],
    });
  });

  test('refuses where somebody is registered, and where somebody waits, unless insisted on', async () => {
    const { holder, ref } = await filled();
    await holder.run('mq_notify(q, 0, 1)');
    expect(await inside.failure('posix.mq', 'drainAndRestore', { ref })).toEqual({
      code: 'disturbs',
      detail: { why: 'registered' },
    });
    await holder.run('checked(libc.mq_notify(q, None))');
    await holder.run(`background(lambda: mq_send(q, b'sixth'))`);
    await until(() => sleeps(holder.pid, /wq_sleep/));
    expect(await inside.failure('posix.mq', 'drainAndRestore', { ref })).toEqual({
      code: 'disturbs',
      detail: { why: 'waiting' },
    });
    // The sixth comes into the room that the first leaves, so one of five finds none.
    const folder = scene.folder();
    const drained = await inside.act('posix.mq', 'drainAndRestore', {
      ref,
      insist: true,
      recovery: { folder, entry: {} },
    });
    expect(drained.messages).toHaveLength(5);
    const token = must(drained.token);
    expect(drained.left).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
    const [kept = ''] = readdirSync(folder);
    const left = drained.messages[drained.left[0] ?? -1];
    expect(kept).toBe(journalFile(drained.journal ?? ''));
    expect(readJournal(readFileSync(join(folder, kept)))?.messages).toMatchObject([
      { number: drained.left[0], content: left?.content, certain: true },
    ]);
    await inside.act('posix.mq', 'acknowledge', { token });
    expect(readdirSync(folder)).toEqual([]);
    const now = (await holder.run('sorted(mq_receive(q)[1] for number in range(5))')) as string[];
    const all = [...now, text(left?.content ?? '')].sort();
    expect(all).toEqual([...order, 'sixth'].sort());
  });

  test('keeps nothing where it may not be written to', async (context) => {
    needsRoot(context, 'runs as nobody');
    const { holder, ref } = await queue();
    await holder.run(`os.fchmod(q, 0o604)`);
    await holder.run(`mq_send(q, b'x')`);
    const one = helper(withQueuesMounted(scene.folder(), ...AS_NOBODY));
    expect(await one.failure(one.act('posix.mq', 'drainAndRestore', { ref, insist: true }))).toMatchObject({
      errno: 'EACCES',
    });
    expect(await holder.run('mq_attr(q)["now"]')).toBe(1);
  });
});

describe('where the file system of queues is not mounted', () => {
  test('root sees every name; a plain user those that are open, and that the rest is unseen', async (context) => {
    needsRoot(context, 'runs as nobody');
    const holder = await scene.posix(AS_NOBODY);
    const name = scene.name();
    await holder.run(`q = mq_make('/${name}', mode=0o600)`);
    const closed = scene.name();
    await holder.run(`os.close(mq_make('/${closed}'))`);
    const everybody = (await eye.rows('posix.mq')).map((one) => one.name);
    expect(everybody).toEqual(expect.arrayContaining([`/${name}`, `/${closed}`]));
    const one = helper([...QUEUES_UNMOUNTED, ...AS_NOBODY]);
    const { objects, blind } = await one.request('snapshot', {});
    const seenNames = objects
      .filter(({ kind }) => kind === 'posix.mq')
      .map((object) => 'name' in object && object.name);
    expect(seenNames).toContain(`/${name}`);
    expect(seenNames).not.toContain(`/${closed}`);
    expect(blind).toContainEqual({ kind: 'posix.mq', code: 'notMounted' });
    const ref = must(objects.find((object) => 'name' in object && object.name === `/${name}`)).ref;
    await one.act('posix.mq', 'send', { ref, priority: 3, content: bytes('by a plain user') });
    expect(await holder.run('mq_receive(q)')).toEqual([3, 'by a plain user']);
    // What it has seen once, or made itself, it can ask for by name.
    const mine = `/${scene.name()}`;
    await one.act('posix.mq', 'create', { name: mine, mode: 0o600, maxMessages: 1, messageSize: 1 });
    await holder.run('os.close(q)');
    const again = await one.request('snapshot', {});
    const names = again.objects.map((object) => 'name' in object && object.name);
    expect(names).toEqual(expect.arrayContaining([mine, `/${name}`]));
    await holder.run(`mq_unlink('${mine}')`);
    const after = await one.request('snapshot', {});
    expect(after.objects.some((object) => 'name' in object && object.name === mine)).toBe(false);
  });

  test('a mount that shows another namespace is not believed', async (context) => {
    needsRoot(context, 'makes a namespace');
    const { name } = await queue();
    for (const user of [[], AS_NOBODY]) {
      const one = helper(withQueuesMounted(scene.folder(), 'unshare', '-i', ...user));
      const { objects, blind } = await one.request('snapshot', {});
      expect(objects.some((object) => 'name' in object && object.name === `/${name}`)).toBe(false);
      const told = blind.some(({ kind, code }) => kind === 'posix.mq' && code === 'notMounted');
      // Root has a mount of its own, and so knows that there is none.
      expect(told).toBe(user.length > 0);
    }
  });

  test("a plain user lists what is mounted, and does not guess what is in another's", async (context) => {
    needsRoot(context, 'mounts');
    const { name, holder } = await queue(', mode=0o600');
    const open = scene.name();
    await holder.run(`os.fchmod(mq_make('/${open}'), 0o602)`);
    const one = helper(withQueuesMounted(scene.folder(), ...AS_NOBODY));
    const { objects, blind } = await one.request('snapshot', {});
    const find = (wanted: string) =>
      must(objects.find((object) => 'name' in object && object.name === `/${wanted}`));
    expect(find(name)).toMatchObject({ owner: { uid: 0 }, mode: 0o600, flags: [] });
    expect(find(name)).not.toHaveProperty('messages');
    expect(blind).toContainEqual({
      kind: 'posix.mq',
      field: 'messages',
      code: 'denied',
      count: expect.any(Number) as number,
    });
    expect(blind).not.toContainEqual({ kind: 'posix.mq', code: 'notMounted' });
    // One that may only be written to is counted through that.
    expect(find(open)).toMatchObject({ messages: 0, maxMessages: 5 });
    await one.act('posix.mq', 'send', { ref: find(open).ref, priority: 0, content: bytes('x') });
    expect(await one.failure(one.act('posix.mq', 'take', { ref: find(open).ref }))).toMatchObject({
      errno: 'EACCES',
    });
    expect(await one.failure(one.act('posix.mq', 'destroy', { ref: find(open).ref }))).toMatchObject({
      code: 'errno',
    });
  });
});

async function seen(one: TestHelper, ref: string) {
  const batch = await one.request('changes', {
    epoch: null,
    seq: 0,
    interest: { levels: {}, details: [ref as never] },
    interval: 10,
    fresh: true,
  });
  return { object: batch.added.find((object) => object.ref === ref), blind: batch.blind };
}
