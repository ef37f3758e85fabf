/** The commands, as the palette runs them: no row, no selection, a user who answers. */
import * as assert from 'node:assert';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BACK } from '../../src/extension/ui/ask';
import { COMMANDS } from '../../src/extension/ids';
import type { TablePage } from '../../src/extension/panels/tablePage';
import { toBytes } from '../../src/protocol/bytes';
import { type Ref, tableRef } from '../../src/protocol/ref';
import { hexKey } from '../../src/presentation/text';
import { documentThat, session, until } from './running';

suite('commands', () => {
  // The palette must do without the side bar.
  const it = session('explorer');
  const content = (text: string) => toBytes(Buffer.from(text));
  const send = (ref: Ref, type: number, text: string) =>
    it.parts.helper.act('sysv.msg', 'send', { ref, type, content: content(text) });

  test('all are there', async () => {
    const known = await vscode.commands.getCommands(true);
    for (const command of Object.values(COMMANDS)) assert.ok(known.includes(command), command);
  });

  test('create a queue, with a step back in between', async () => {
    const key = Math.floor(Math.random() * 0x7fffffff) + 1;
    const hex = `0x${key.toString(16)}`;
    const fail = 'Fail if the Key Exists Already';
    const user = await it.run(
      ['A Number...', '0x7777', BACK, BACK, 'A Number...', hex, 'rw-rw---- (0660)', fail],
      COMMANDS.createQueue,
    );
    assert.strictEqual(user.asked[0]?.title, 'Create System V Queue');
    assert.deepStrictEqual(
      user.asked.map(({ step, of }) => `${step}/${of}`),
      ['1/3', '2/4', '3/4', '2/4', '1/3', '2/4', '3/4', '4/4'],
    );
    assert.strictEqual(user.inputs[1]?.value, '0x7777', 'what was typed before is offered');
    const { objects } = await it.parts.helper.request('snapshot', {});
    const queue = objects.find((object) => object.kind === 'sysv.msg' && object.key === key);
    assert.ok(queue);
    it.adopt(queue);
    assert.strictEqual(queue.mode, 0o660);
    assert.strictEqual(it.parts.panels.all.at(-1)?.ref, queue.ref);
    const again = await it.run(['A Number...', hex, 'rw-rw---- (0660)', fail], COMMANDS.createQueue);
    assert.match(again.said.join(), /Could not create a queue: a queue with this key exists already/);
    const opened = await it.run(
      ['A Number...', String(key), 'Another...', '0600', 'Use the One that Exists'],
      COMMANDS.createQueue,
    );
    assert.match(opened.said.join(), new RegExp(`queue 0x0*${key.toString(16)} was there already`));
    assert.strictEqual((await it.inspect(queue)).mode, 0o660);
  });

  test('send to a queue of the list', async () => {
    const queue = await it.create('sysv.msg');
    const { ref, id } = queue;
    const user = await it.run([`private #${id}`, '7', 'Text', 'a\\x00b', 'At Once'], COMMANDS.send);
    assert.match(user.said.join(), /Sent 3 bytes/);
    const { messages } = await it.parts.helper.act('sysv.msg', 'peek', { ref, from: 0, count: 1 });
    assert.deepStrictEqual(messages, [{ index: 0, type: 7, content: content('a\0b') }]);
  });

  test('receive the oldest of one type: stored, shown, and kept until dismissed', async () => {
    const queue = await it.create('sysv.msg');
    const { ref, id } = queue;
    await send(ref, 1, 'first');
    await send(ref, 5, 'five');
    await it.run([`private #${id}`, 'The Oldest of One Type...', '5', 'At Once'], COMMANDS.receive);
    assert.strictEqual((await it.inspect(queue)).messages, 1);
    const bootId = (await it.parts.helper.request('snapshot', {})).host.bootId;
    const all = await it.parts.history.allReceived();
    const received = all.find((one) => one.ref === ref);
    assert.ok(received);
    assert.deepStrictEqual(
      { what: received.what, type: received.type, content: received.content },
      { what: 'received', type: 5, content: content('five') },
    );
    const file = join(it.parts.history.folder, `${received.id}.json`);
    assert.strictEqual(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'utf8'), new RegExp(content('five')));
    const [line] = await it.parts.history.of({ ref, bootId });
    assert.strictEqual(line?.id, received.id, 'the panel of the queue shows it');
    await it.parts.history.dismiss(ref, received.id);
    assert.ok(!readdirSync(it.parts.history.folder).includes(`${received.id}.json`));
  });

  test('receive where nothing matches says so, and keeps nothing', async () => {
    const queue = await it.create('sysv.msg');
    const { ref, id } = queue;
    const user = await it.run([`private #${id}`, 'The Oldest', 'At Once'], COMMANDS.receive);
    assert.deepStrictEqual(user.said, [
      `Could not receive from queue private #${id}: no such message is queued.`,
    ]);
    assert.ok(!(await it.parts.history.allReceived()).some((one) => one.ref === ref));
  });

  test('the question about many objects has a line for each of the first, and how many more there are', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => it.create('sysv.msg')));
    for (const { ref } of all) await send(ref, 1, 'lost');
    const rows = all.map((object) => ({ object }));
    const user = await it.run([false], COMMANDS.destroy, rows[0], rows);
    const lines = (user.confirmed[0]?.detail ?? '').split('\n').filter(Boolean);
    assert.strictEqual(lines.length, 12);
    for (const [at, { id }] of all.slice(0, 10).entries())
      assert.match(lines[at + 1] ?? '', new RegExp(`#${id}, owner .*: Its message \\(4 B\\) is lost\\.`));
    assert.strictEqual(lines.at(-1), 'And 2 more.');
  });

  test('destroy asks with everything that is lost, and takes no for an answer', async () => {
    const queue = await it.create('sysv.msg');
    const { ref, id } = queue;
    await send(ref, 1, 'lost');
    const user = await it.run([`private #${id}`, false], COMMANDS.destroy);
    assert.strictEqual((await it.inspect(queue)).messages, 1);
    const [asked] = user.confirmed;
    assert.strictEqual(asked?.question, `Destroy queue private #${id}?`);
    assert.strictEqual(asked.verb, 'Destroy Queue');
    assert.match(asked.detail, /Its message \(4 B\) is lost/);
    assert.match(asked.detail, /Last sender: /);
    assert.match(asked.detail, /This cannot be undone/);
    await it.run([`private #${id}`, true], COMMANDS.destroy);
    await assert.rejects(it.inspect(queue), /gone/);
  });

  test('receive the lowest type up to a number, and any other type', async () => {
    const { ref, id } = await it.create('sysv.msg');
    for (const [type, text] of [
      [9, 'nine'],
      [4, 'four'],
      [2, 'two'],
    ] as const)
      await send(ref, type, text);
    await it.run([`private #${id}`, 'The Lowest Type up to...', '8', 'At Once'], COMMANDS.receive);
    await it.run([`private #${id}`, 'Any Other Type...', '9', 'At Once'], COMMANDS.receive);
    const all = (await it.parts.history.allReceived()).filter((one) => one.ref === ref);
    assert.deepStrictEqual(
      all.map(({ type }) => type),
      [4, 2],
    );
    for (const { id: line } of all) await it.parts.history.dismiss(ref, line);
  });

  test('where no copy can be stored nothing is received', async () => {
    const queue = await it.create('sysv.msg');
    await send(queue.ref, 1, 'stays');
    const { history } = it.parts;
    const store = history.store.bind(history);
    history.store = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    try {
      const user = await it.run([`private #${queue.id}`, 'The Oldest', 'At Once'], COMMANDS.receive);
      assert.match(user.said.join(), /the disk is full\. Nothing was received\./);
    } finally {
      history.store = store;
    }
    assert.strictEqual((await it.inspect(queue)).messages, 1);
  });

  test('a message that a receive cuts is kept whole', async () => {
    const { ref, id } = await it.create('sysv.msg');
    await send(ref, 1, 'hello world');
    await it.run(
      [`private #${id}`, 'At Most so Many Bytes of It...', '5', 'The Oldest', 'At Once'],
      COMMANDS.receive,
    );
    const [line] = (await it.parts.history.allReceived()).filter((one) => one.ref === ref);
    assert.deepStrictEqual(
      { content: line?.content, cutAt: line?.cutAt, differed: line?.differed },
      { content: content('hello world'), cutAt: 5, differed: undefined },
    );
    await it.parts.history.dismiss(ref, line?.id ?? '');
  });

  test('alter one thing at a time, with its present value', async () => {
    const queue = await it.create('sysv.msg');
    const row = `private #${queue.id}`;
    const user = await it.run([row, 'Byte Limit...', '8 KiB'], COMMANDS.alter);
    assert.deepStrictEqual(user.offered[1], ['Owner...', 'Group...', 'Mode...', 'Byte Limit...']);
    assert.strictEqual(user.inputs[0]?.value, '16384');
    await it.run([row, 'Mode...', 'Another...', 'rw-r--r--'], COMMANDS.alter);
    const { maxBytes, mode } = await it.inspect(queue);
    assert.deepStrictEqual({ maxBytes, mode }, { maxBytes: 8192, mode: 0o644 });
    assert.deepStrictEqual((await it.run([row, 'Owner...', ''], COMMANDS.alter)).said, []);
  });

  test('a key made of a file, and a file that is not there', async () => {
    const made = await it.run(
      ['From a File, as ftok Does...', '/', "'7'", 'rw------- (0600)', 'Fail if the Key Exists Already'],
      COMMANDS.createQueue,
    );
    const { dev, ino } = statSync('/');
    const key = ((0x37 << 24) | ((dev & 0xff) << 16) | (ino & 0xffff)) >>> 0;
    const { objects } = await it.parts.helper.request('snapshot', {});
    const queue = objects.find((object) => object.kind === 'sysv.msg' && object.key === key);
    assert.ok(queue, made.said.join());
    it.adopt(queue);
    const missing = await it.run(
      ['From a File, as ftok Does...', '/no/such file', '1', 'rw------- (0600)', 'Use the One that Exists'],
      COMMANDS.createQueue,
    );
    assert.match(missing.said.join(), /^Could not create a queue: there is no \/no\/such file, and a key/);
  });

  test('copy id, key and command', async () => {
    const { id } = await it.create('sysv.msg');
    await it.run([`private #${id}`], COMMANDS.copyId);
    assert.strictEqual(await vscode.env.clipboard.readText(), String(id));
    await it.run([`private #${id}`], COMMANDS.copyIpcrm);
    assert.strictEqual(await vscode.env.clipboard.readText(), `ipcrm -q ${id}`);
    // A private key names nothing: such a queue is not offered, nor is its key where a key may be.
    const key = Math.floor(Math.random() * 0x7fffffff) + 1;
    const named = await it.create('sysv.msg', { key });
    const user = await it.run([hexKey(key)], COMMANDS.copyKey);
    assert.strictEqual(await vscode.env.clipboard.readText(), hexKey(named.key));
    assert.ok(!user.offered[0]?.includes(`private #${id}`));
  });

  test('a user who closes the question stops the command', async () => {
    await it.create('sysv.msg');
    for (const command of [COMMANDS.send, COMMANDS.receive, COMMANDS.destroy, COMMANDS.peek]) {
      const user = await it.run([undefined], command);
      assert.deepStrictEqual(user.said, []);
    }
  });

  test('the table of a group has every object of it', async () => {
    const made = [await it.create('sysv.msg'), await it.create('sysv.msg')];
    await it.run([], COMMANDS.openTable, 'sysv.msg');
    const page = await until('the table', () =>
      it.parts.panels.open.find((one) => one.ref === tableRef(['sysv.msg'])),
    );
    const { handlers } = page as TablePage;
    const { token } = new vscode.CancellationTokenSource();
    await until('its rows', async () => (await handlers.ready({}, token)).state.shown >= made.length);
    await handlers.setWords({ words: `#${made[0]?.id}` }, token);
    const { rows } = await handlers.rows({ from: 0, to: 200 }, token);
    assert.ok(rows.some(({ ref }) => ref === made[0]?.ref));
    assert.ok(!rows.some(({ ref }) => ref === made[1]?.ref));
    await handlers.export({ as: 'csv' }, token);
    await documentThat(new RegExp(`^Name,.*\\b${made[0]?.id}\\b`, 's'));
  });

  test('a preview is reused, a kept panel is not', async () => {
    const objects = [];
    for (let at = 0; at < 3; at++) objects.push(await it.create('sysv.msg'));
    const [a, b, c] = objects;
    assert.ok(a && b && c);
    it.parts.panels.show(a, { keep: false, preserveFocus: true });
    it.parts.panels.show(b, { keep: false, preserveFocus: true });
    assert.deepStrictEqual(
      it.parts.panels.all.map(({ ref }) => ref),
      [b.ref],
    );
    it.parts.panels.show(b, { keep: true, preserveFocus: true });
    it.parts.panels.show(c, { keep: false, preserveFocus: true });
    assert.deepStrictEqual(
      it.parts.panels.all.map(({ ref, kept }) => [ref, kept]),
      [
        [b.ref, true],
        [c.ref, false],
      ],
    );
  });
});
