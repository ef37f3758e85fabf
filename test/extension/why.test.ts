/** The page Why: opened by its command, answered by the helper, and shown in the one preview. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import type { WhyPage } from '../../src/extension/panels/whyPage';
import { COMMANDS } from '../../src/extension/ids';
import { ownActs } from '../../src/presentation/ownActs';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Ref } from '../../src/protocol/ref';
import { Answers, session, until } from './running';

suite('why', () => {
  const it = session('explorer');
  const { token } = new vscode.CancellationTokenSource();
  /** By what it can: the tests have a class of their own. */
  const pageOf = (ref: Ref) =>
    it.parts.panels.open.find((page) => page.page === 'why' && page.ref === ref) as WhyPage | undefined;

  test('who waits for a queue: nobody, then one of ours', async () => {
    const queue = await it.create('sysv.msg');
    it.parts.ask = new Answers([]);
    await vscode.commands.executeCommand(COMMANDS.why, { ref: queue.ref });
    const page = await until('the page', () => pageOf(queue.ref));
    const first = await until('an answer', () => page.shown);
    assert.deepStrictEqual([first.found, first.answers.length], [true, 0]);
    const { startWaiting, endAct } = await openObject(queue);
    await startWaiting({ ability: 'take', parameters: { rule: { rule: 'oldest' } } }, token);
    await vscode.commands.executeCommand(COMMANDS.why, { object: queue });
    const again = await until('the page', () => pageOf(queue.ref));
    const why = await until('the waiter', () =>
      again.shown?.answers.length === 1 ? again.shown : undefined,
    );
    assert.strictEqual(why.answers[0]?.waiter?.wait.on.is, 'receive');
    const { state } = await again.handlers.ready({}, token);
    assert.strictEqual(state.status, 'present');
    const [act] = ownActs(await it.inspect(queue));
    assert.ok(act);
    await endAct({ act: act.id }, token);
    // The preview turns to a page of another sort.
    const set = await it.create('sysv.sem', { semaphores: 1 });
    it.parts.panels.show(set, { keep: false, preserveFocus: false });
    await until('its page', () => it.parts.panels.all.find(({ ref }) => ref === set.ref));
    assert.strictEqual(pageOf(queue.ref), undefined);
  });

  async function openObject(object: IpcObject) {
    it.parts.panels.show(object, { keep: true, preserveFocus: false });
    const panel = await until('its page', () => it.parts.panels.all.find((one) => one.ref === object.ref));
    await until('its object', () => panel.status === 'present');
    return panel.handlers;
  }
});
