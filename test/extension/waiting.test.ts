/** Acts that wait and hold: what starts them, where they stand, how they end. */
import * as assert from 'node:assert';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import { ownActs } from '../../src/presentation/ownActs';
import { toBytes } from '../../src/protocol/bytes';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { Kind } from '../../src/protocol/ref';
import { session, until } from './running';

suite('waiting', () => {
  const it = session('explorer');
  const content = (text: string) => toBytes(Buffer.from(text));
  const acts = async (object: ObjectOf<Kind>) => ownActs(await it.inspect(object));
  /** The first act of ours at the object. */
  const act = (object: ObjectOf<Kind>) => until('the act', async () => (await acts(object))[0]);
  const over = (object: ObjectOf<Kind>) => until('its end', async () => (await acts(object)).length === 0);

  test('a receive that waits gets the next message, and it is kept', async () => {
    const queue = await it.create('sysv.msg');
    const { ref } = queue;
    const user = await it.run(
      [`private #${queue.id}`, 'The Oldest of One Type...', '7', 'Wait until one comes'],
      COMMANDS.receive,
    );
    const { holds, ability } = await act(queue);
    assert.deepStrictEqual({ holds, ability }, { holds: false, ability: 'take' });
    assert.strictEqual(it.parts.panels.all.at(-1)?.ref, ref, 'its panel is open');
    assert.deepStrictEqual(user.said, []);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await it.parts.helper.act('sysv.msg', 'send', { ref, type: 7, content: content('here') });
    await until('the message', () => user.said[0]);
    assert.match(
      user.said.join(),
      /^Received a message of type 7 \(4 B\) from queue private #\d+ after \d+ s\.$/,
    );
    const [line] = (await it.parts.history.allReceived()).filter((one) => one.ref === ref);
    assert.deepStrictEqual(
      { what: line?.what, type: line?.type, content: line?.content },
      { what: 'received', type: 7, content: content('here') },
    );
    await over(queue);
    await it.parts.history.dismiss(ref, line?.id ?? '');
  });

  test('one that has something to receive does not wait', async () => {
    const queue = await it.create('sysv.msg');
    const { ref } = queue;
    await it.parts.helper.act('sysv.msg', 'send', { ref, type: 1, content: content('x') });
    await it.run([`private #${queue.id}`, 'The Oldest', 'Wait until one comes'], COMMANDS.receive);
    await until('it', async () => (await it.parts.history.allReceived()).some((one) => one.ref === ref));
    assert.deepStrictEqual(await acts(queue), []);
    for (const { id } of (await it.parts.history.allReceived()).filter((one) => one.ref === ref))
      await it.parts.history.dismiss(ref, id);
  });

  test('a send that waits for room', async () => {
    const queue = await it.create('sysv.msg');
    const { ref } = queue;
    const full = content('x'.repeat(8192));
    for (let at = 0; at < 2; at++)
      await it.parts.helper.act('sysv.msg', 'send', { ref, type: 1, content: full });
    const user = await it.run(
      [`private #${queue.id}`, '3', 'Text', 'later', 'Wait until there is room'],
      COMMANDS.send,
    );
    await act(queue);
    const { token } = await it.parts.helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' } });
    await it.parts.helper.act('sysv.msg', 'acknowledge', { token });
    await until('the send', () => user.said[0]);
    assert.match(user.said.join(), /^Sent 5 B to queue private #\d+ after \d+ s\.$/);
    await over(queue);
  });

  test('a wait that is ended says so and nothing else', async () => {
    const set = await it.create('sysv.sem');
    const first = await it.run([`private #${set.id}`, '-1', 'Wait until it can be done'], COMMANDS.operate);
    await act(set);
    const user = await it.run(['Wait: [0] -1'], COMMANDS.endWaits);
    assert.strictEqual(user.offered[0]?.length, 1);
    await over(set);
    await until('the word', () => [...first.said, ...user.said].includes('Ended.'));
  });

  test('an object that is removed under a wait', async () => {
    const set = await it.create('sysv.sem');
    const user = await it.run([`private #${set.id}`, '-1', 'Wait until it can be done'], COMMANDS.operate);
    await act(set);
    const { ref, creator } = set;
    const identity = { cuid: creator.uid, cgid: creator.gid, semaphores: 1 };
    await it.parts.helper.act('sysv.sem', 'destroy', { ref, identity });
    await until('the word', () => user.said[0]);
    assert.match(user.said.join(), /^Could not operate on semaphore set .*: it is gone; somebody removed it/);
  });

  test('a hold is given back when it is released', async () => {
    const set = await it.create('sysv.sem', { semaphores: 1, values: [2] });
    const user = await it.run([`private #${set.id}`, '-1', 'At Once'], COMMANDS.hold);
    const { holds } = await act(set);
    assert.strictEqual(holds, true);
    assert.match(user.said.join(), /You hold \[0\] -1 on semaphore set private/);
    assert.deepStrictEqual((await it.inspect(set)).details?.values, [1]);
    await it.run([], COMMANDS.endWaits, { object: set });
    await over(set);
    await until('it is given back', async () => (await it.inspect(set)).details?.values[0] === 2);
  });

  test('a hold that cannot be had fails at once', async () => {
    const set = await it.create('sysv.sem');
    const user = await it.run([`private #${set.id}`, '-1', 'At Once'], COMMANDS.hold);
    assert.match(
      user.said.join(),
      /Could not hold semaphore set .*: semaphore \[0\] is 0 and cannot be changed/,
    );
    assert.deepStrictEqual(await acts(set), []);
  });

  test('what a helper had taken when it ended is adopted', async () => {
    const { history, helper } = it.parts;
    const { ref } = await it.create('sysv.msg');
    const entry = history.prepare({ ref, bootId: helper.bootId, name: 'q' });
    const { entry: fields, folder } = history.recoveryOf(entry, 4);
    const rescued = { ...fields, type: 5, content: content('four'), takenAt: Date.now() };
    writeFileSync(join(folder, 'taken-1-1-1.json'), JSON.stringify(rescued), { mode: 0o600 });
    await history.adoptRescued();
    const [line] = (await history.allReceived()).filter((one) => one.ref === ref);
    assert.deepStrictEqual(
      { id: line?.id, what: line?.what, type: line?.type, content: line?.content, cutAt: line?.cutAt },
      { id: entry.id, what: 'received', type: 5, content: content('four'), cutAt: 4 },
    );
    assert.deepStrictEqual(
      readdirSync(folder).filter((name) => name.startsWith('taken-')),
      [],
    );
    await history.dismiss(ref, entry.id);
  });

  test('what a child had taken when its helper was killed is shown without a word', async () => {
    const { history, helper } = it.parts;
    const { ref } = await it.create('sysv.msg');
    const entry = history.prepare({ ref, bootId: helper.bootId, name: 'q' });
    const recovery = history.recoveryOf(entry, undefined);
    const rule = { rule: 'oldest' } as const;
    const taking = helper.act('sysv.msg', 'take', { ref, rule, wait: true, recovery });
    await helper.act('sysv.msg', 'send', { ref, type: 5, content: content('kept') });
    await taking;
    process.kill(helper.pid as number, 'SIGKILL');
    const line = await until('the message', async () =>
      (await history.allReceived()).find((one) => one.id === entry.id),
    );
    assert.deepStrictEqual([line.what, line.content], ['received', content('kept')]);
    await history.dismiss(ref, entry.id);
  });

  test('the row says it', async () => {
    const queue = await it.create('sysv.msg');
    await vscode.commands.executeCommand('ipcInspector.objects.focus');
    await it.run([`private #${queue.id}`, 'The Oldest', 'Wait until one comes'], COMMANDS.receive);
    const row = await until('the row', () => {
      const node = it.parts.objects.nodeOf(queue.ref);
      const item = node && it.parts.objects.getTreeItem(node);
      return item && String(item.description).includes('you wait') ? item : undefined;
    });
    assert.match(row.contextValue ?? '', /\bwaiting\b/);
    await it.run([], COMMANDS.endWaits, { object: queue });
    await over(queue);
    await vscode.commands.executeCommand('workbench.view.explorer');
  });
});
