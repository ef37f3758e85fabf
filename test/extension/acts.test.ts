/** Acts do not surprise: what is asked, what is offered, and that no key is lost to a look. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import { lossesText } from '../../src/extension/acts/destroy';
import { COMMANDS } from '../../src/extension/ids';
import { untoldText } from '../../src/presentation/kinds/posixMq';
import { factsOf } from '../../src/presentation/kinds';
import { rowOf } from '../../src/extension/views/rows';
import { toBytes } from '../../src/protocol/bytes';
import type { ObjectOf } from '../../src/protocol/kinds';
import { lossesOf } from '../../src/protocol/losses';
import { posixRef } from '../../src/protocol/ref';
import { hexKey } from '../../src/presentation/text';
import type { Host } from '../../src/protocol/snapshot';
import { Answers, session, until } from './running';

const nobody = () => undefined;

suite('acts do not surprise', () => {
  const it = session('objects');
  const send = (queue: ObjectOf<'sysv.msg'>, text: string) =>
    it.parts.helper.act('sysv.msg', 'send', {
      ...{ ref: queue.ref, type: 1, content: toBytes(Buffer.from(text)) },
    });

  test('the question before many are destroyed sums what is lost, the worst first', async () => {
    const all = [await it.create('sysv.msg'), await it.create('sysv.msg'), await it.create('sysv.sem')];
    const full = all[1] as ObjectOf<'sysv.msg'>;
    for (let at = 0; at < 3; at++) await send(full, 'lost');
    const rows = all.map((object) => ({ object }));
    const user = await it.run([false], COMMANDS.destroy, rows[0], rows);
    const [sum = '', first = ''] = (user.confirmed[0]?.detail ?? '').split('\n').filter(Boolean);
    assert.match(sum, /^2 queues, 1 semaphore set with 3 messages, 12 B\. This cannot be undone\./);
    assert.match(first, new RegExp(`#${full.id}, owner `));
  });

  test('the sum names users and waiters', () => {
    const queue = { kind: 'sysv.msg', messages: 20_412, bytes: 1024, flags: [], owner: { uid: 1, gid: 1 } };
    const waits = [{ tid: 1, call: 'msgrcv', arguments: [], certain: true }];
    const all = [
      queue,
      { ...queue, messages: 0, owner: { uid: 2, gid: 2 }, endpoints: [{ pid: 4, role: 'waiter', waits }] },
    ];
    assert.strictEqual(
      lossesText(lossesOf(all as unknown as ObjectOf<'sysv.msg'>[])),
      '2 queues with 20,412 messages, 2 KiB, of 2 users; 1 has a waiter; 1 process has some of it.',
    );
  });

  test('the sum says at least, and what is hidden', () => {
    const shared = { ref: 'x', flags: [], owner: { uid: 1, gid: 1 } };
    const all = [
      { ...shared, kind: 'sysv.shm', bytes: 4096, attachments: 7 },
      { ...shared, kind: 'sysv.sem', semaphores: 1, endpoints: [] },
      { ...shared, kind: 'posix.shm', type: 'file', endpoints: [] },
      { ...shared, kind: 'unix', flags: ['listening'], endpoints: [] },
    ];
    const losses = lossesOf(all as unknown as ObjectOf<'sysv.msg'>[]);
    const said = lossesText(losses);
    assert.match(
      said,
      / with at least 4 KiB; 1 hides how many wait on it; attached 7 times; a hidden number/,
    );
    assert.match(lossesText({ ...losses, bytes: 0n }), / with a hidden number of bytes in 1; /);
  });

  test('a key that is typed in the first step of Create Queue goes on from there', async () => {
    const key = 0x1bc00000 + (process.pid % 0xfffff);
    const user = await it.run(
      [hexKey(key), 'rw------- (0600)', 'Fail if the Key Exists Already'],
      COMMANDS.createQueue,
    );
    const found = await until('the queue', async () =>
      (await it.parts.inventory.snapshot()).objects.find(
        (object) => object.kind === 'sysv.msg' && object.key === key,
      ),
    );
    it.adopt(found);
    assert.deepStrictEqual(user.said, []);
    assert.strictEqual(user.asked[0]?.step, 1);
  });

  test('a box is asked before the machine is looked at', async () => {
    const { inventory } = it.parts;
    const look = inventory.snapshot.bind(inventory);
    let opened: () => void = nobody;
    const open = new Promise<void>((resolve) => (opened = resolve));
    // A look that ends only when the question stands.
    inventory.snapshot = async () => {
      await open;
      return look();
    };
    const before = it.parts.ask;
    try {
      const user = new Answers([undefined, undefined, undefined]);
      const seen = <T extends (...given: never[]) => unknown>(ask: T): T =>
        ((...given: never[]) => {
          opened();
          return ask(...given);
        }) as T;
      user.search = seen(user.search);
      user.pick = seen(user.pick);
      it.parts.ask = user;
      for (const command of [COMMANDS.find, COMMANDS.talk, COMMANDS.send])
        await vscode.commands.executeCommand(command);
      assert.strictEqual(user.asked.length, 3);
    } finally {
      inventory.snapshot = look;
      it.parts.ask = before;
    }
  });

  test('Find shows the state of what it finds, and its pick reveals the row too', async () => {
    const queue = await it.create('sysv.msg');
    await send(queue, 'state');
    const user = await it.run([`private #${queue.id}`], COMMANDS.find);
    assert.match(user.lines[0]?.[0] ?? '', /^private #\d+: 1 message · /);
    await until('its row', () =>
      it.parts.objects.tree.selection.some((row) => 'ref' in row && row.ref === queue.ref),
    );
    assert.ok(it.parts.panels.shows(queue.ref));
    const process_ = await it.run([String(process.pid)], COMMANDS.find).catch(() => undefined);
    assert.match(
      process_?.lines[0]?.find((line) => line.includes(`(${process.pid})`)) ?? '',
      /: (waits|sleeping|running)/,
    );
  });

  test('a plain user is offered nothing on the set of root that must fail', () => {
    const root = { uid: 0, gid: 0, user: 'root' };
    const set = {
      ...{ kind: 'sysv.sem', ref: 'sysv.sem:1:1', id: 1, key: 0, owner: root, creator: root, mode: 0o644 },
      ...{ flags: [], semaphores: 1, values: [0], lastOperationAt: null, changedAt: 0, endpoints: [] },
    } as unknown as ObjectOf<'sysv.sem'>;
    const host = { uid: 1000, groups: [1000], capabilities: '0', limits: {}, usage: {} } as unknown as Host;
    const words = rowOf(set, host, nobody).contextValue.split(' ');
    for (const ability of ['set', 'setAll', 'hold', 'alter', 'destroy'])
      assert.ok(!words.includes(ability), ability);
    // Who may read may wait for zero.
    assert.ok(words.includes('operate'));
    assert.ok(
      !rowOf({ ...set, mode: 0o600 }, host, nobody)
        .contextValue.split(' ')
        .includes('operate'),
    );
    const mine = rowOf(
      { ...set, owner: { uid: 1000, gid: 1000 }, creator: { uid: 1000, gid: 1000 } },
      host,
      nobody,
    );
    for (const ability of ['operate', 'setAll', 'destroy'])
      assert.ok(mine.contextValue.includes(ability), ability);
  });

  test('what must fail says why before it asks', async () => {
    const root = { uid: 4_000_000, gid: 4_000_000 };
    const set = await it.create('sysv.sem');
    const { inventory } = it.parts;
    await until('the machine', () => inventory.host);
    const host = inventory.host as Host;
    inventory.host = { ...host, uid: 1000, groups: [1000], capabilities: '0' };
    try {
      const object = { ...set, owner: root, creator: root };
      for (const command of [COMMANDS.operate, COMMANDS.setAll, COMMANDS.alter, COMMANDS.destroy]) {
        const user = await it.run([], command, { object });
        assert.match(user.said[0] ?? '', /^Could not .*(mode \(rw-------\)|Only its owner)/, command);
        assert.deepStrictEqual([user.asked, user.confirmed], [[], []]);
      }
    } finally {
      inventory.host = host;
    }
  });

  test('the owner of a POSIX queue never reads that its mode does not let them look', () => {
    const host = { uid: 1000, groups: [1000], capabilities: '0', limits: {}, usage: {} } as unknown as Host;
    const queue = {
      ...{ kind: 'posix.mq', ref: posixRef('posix.mq', { device: '1', inode: '2', birth: '0' }), flags: [] },
      ...{ name: '/q', owner: { uid: 1000, gid: 1000 }, mode: 0o600, device: '1', inode: '2', endpoints: [] },
      ...{ messages: 0, maxMessages: 10, messageSize: 8 },
    } as unknown as ObjectOf<'posix.mq'>;
    const facts = factsOf(queue, { host, process: nobody });
    assert.doesNotMatch(JSON.stringify(facts), /does not let you look/);
    assert.match(JSON.stringify(facts), /not looked at: its panel shows it/);
    const shut = { ...queue, mode: 0, messages: undefined };
    assert.match(untoldText(shut, host), /from its owner too/);
  });
});
