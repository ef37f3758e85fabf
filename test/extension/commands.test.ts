/** The commands, as the palette runs them: no row, no selection, a user who answers. */
import * as assert from 'node:assert';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BACK } from '../../src/extension/ask';
import type { Running } from '../../src/extension/extension';
import { COMMANDS } from '../../src/extension/ids';
import { toBytes } from '../../src/protocol/bytes';
import type { Ref } from '../../src/protocol/ref';
import { answering, newQueue, running } from './running';

suite('commands', () => {
  let parts: Running;
  const clean: (() => Promise<unknown>)[] = [];
  suiteSetup(async () => {
    parts = await running();
    // The palette must do without the side bar.
    await vscode.commands.executeCommand('workbench.view.explorer');
  });
  teardown(async () => {
    for (const undo of clean.splice(0)) await undo();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const run = (answers: Parameters<typeof answering>[1], command: string, ...args: unknown[]) =>
    answering(parts, answers, () => vscode.commands.executeCommand(command, ...args));
  const content = (text: string) => toBytes(Buffer.from(text));
  const inspect = (ref: Ref) => parts.helper.act('sysv.msg', 'inspect', { ref });
  const send = (ref: Ref, type: number, text: string) =>
    parts.helper.act('sysv.msg', 'send', { ref, type, content: content(text) });

  test('all are there', async () => {
    const known = await vscode.commands.getCommands(true);
    for (const command of Object.values(COMMANDS)) assert.ok(known.includes(command), command);
  });

  test('create a queue, with a step back in between', async () => {
    const key = Math.floor(Math.random() * 0x7fffffff) + 1;
    const hex = `0x${key.toString(16)}`;
    await run(['0x7777', BACK, hex, 'rw-rw---- (0660)'], COMMANDS.createQueue);
    const { objects } = await parts.helper.request('snapshot', {});
    const queue = objects.find((object) => object.kind === 'sysv.msg' && object.key === key);
    assert.ok(queue);
    clean.push(() =>
      parts.helper.act('sysv.msg', 'destroy', {
        ref: queue.ref,
        identity: { cuid: queue.creator.uid, cgid: queue.creator.gid },
      }),
    );
    assert.strictEqual(queue.mode, 0o660);
    assert.strictEqual(parts.panels.all.at(-1)?.ref, queue.ref);
    const again = await run([hex, 'rw-rw---- (0660)'], COMMANDS.createQueue);
    assert.match(again.said.join(), /Could not create a queue: a queue with this key exists already/);
  });

  test('send to a queue of the list', async () => {
    const { ref, id } = await newQueue(parts, clean);
    const user = await run([`private #${id}`, '7', 'Text', 'a\\x00b'], COMMANDS.send);
    assert.match(user.said.join(), /Sent 3 bytes/);
    const { messages } = await parts.helper.act('sysv.msg', 'peek', { ref, from: 0, count: 1 });
    assert.deepStrictEqual(messages, [{ index: 0, type: 7, content: content('a\0b') }]);
  });

  test('receive the oldest of one type: stored, shown, and kept until dismissed', async () => {
    const { ref, id } = await newQueue(parts, clean);
    await send(ref, 1, 'first');
    await send(ref, 5, 'five');
    await run([`private #${id}`, 'The Oldest of One Type...', '5'], COMMANDS.receive);
    assert.strictEqual((await inspect(ref)).messages, 1);
    const bootId = (await parts.helper.request('snapshot', {})).host.bootId;
    const all = await parts.history.allReceived();
    const received = all.find((one) => one.ref === ref);
    assert.ok(received);
    assert.deepStrictEqual(
      { what: received.what, type: received.type, content: received.content },
      { what: 'received', type: 5, content: content('five') },
    );
    const file = join(parts.history.folder, `${received.id}.json`);
    assert.strictEqual(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, 'utf8'), new RegExp(content('five')));
    const [line] = await parts.history.of({ ref, bootId });
    assert.strictEqual(line?.id, received.id, 'the panel of the queue shows it');
    await parts.history.dismiss(ref, received.id);
    assert.ok(!readdirSync(parts.history.folder).includes(`${received.id}.json`));
  });

  test('receive where nothing matches says so, and keeps nothing', async () => {
    const { ref, id } = await newQueue(parts, clean);
    const user = await run([`private #${id}`, 'The Oldest'], COMMANDS.receive);
    assert.deepStrictEqual(user.said, [
      `Could not receive from queue private #${id}: no such message is queued.`,
    ]);
    assert.ok(!(await parts.history.allReceived()).some((one) => one.ref === ref));
  });

  test('destroy asks with everything that is lost, and takes no for an answer', async () => {
    const { ref, id } = await newQueue(parts, clean);
    await send(ref, 1, 'lost');
    const user = await run([`private #${id}`, false], COMMANDS.destroy);
    assert.strictEqual((await inspect(ref)).messages, 1);
    const [asked] = user.confirmed;
    assert.strictEqual(asked?.question, `Destroy queue private #${id}?`);
    assert.strictEqual(asked.verb, 'Destroy Queue');
    assert.match(asked.detail, /Its message \(4 B\) is lost/);
    assert.match(asked.detail, /Last sender: /);
    assert.match(asked.detail, /was not looked for/);
    await run([`private #${id}`, true], COMMANDS.destroy);
    await assert.rejects(inspect(ref), /gone/);
  });

  test('copy id, key and command', async () => {
    const { id } = await newQueue(parts, clean);
    await run([`private #${id}`], COMMANDS.copyId);
    assert.strictEqual(await vscode.env.clipboard.readText(), String(id));
    await run([`private #${id}`], COMMANDS.copyIpcrm);
    assert.strictEqual(await vscode.env.clipboard.readText(), `ipcrm -q ${id}`);
    await run([`private #${id}`], COMMANDS.copyKey);
    assert.strictEqual(await vscode.env.clipboard.readText(), '0x00000000');
  });

  test('a user who closes the question stops the command', async () => {
    await newQueue(parts, clean);
    for (const command of [COMMANDS.send, COMMANDS.receive, COMMANDS.destroy, COMMANDS.peek]) {
      const user = await run([undefined], command);
      assert.deepStrictEqual(user.said, []);
    }
  });

  test('the table of a group has every object of it', async () => {
    const made = [await newQueue(parts, clean), await newQueue(parts, clean)];
    await run([], COMMANDS.openTable, 'sysv.msg');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    for (const { id } of made) assert.match(text, new RegExp(`\\b${id}\\b`));
  });

  test('a preview is reused, a kept panel is not', async () => {
    const objects = [];
    for (let at = 0; at < 3; at++) objects.push(await inspect((await newQueue(parts, clean)).ref));
    const [a, b, c] = objects;
    assert.ok(a && b && c);
    parts.panels.show(a, { keep: false, preserveFocus: true });
    parts.panels.show(b, { keep: false, preserveFocus: true });
    assert.deepStrictEqual(
      parts.panels.all.map(({ ref }) => ref),
      [b.ref],
    );
    parts.panels.show(b, { keep: true, preserveFocus: true });
    parts.panels.show(c, { keep: false, preserveFocus: true });
    assert.deepStrictEqual(
      parts.panels.all.map(({ ref, kept }) => [ref, kept]),
      [
        [b.ref, true],
        [c.ref, false],
      ],
    );
  });
});
