/** The view Objects and the life of the helper behind it. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { destroy } from '../../src/extension/acts/destroy';
import { Helper } from '../../src/extension/helper/helper';
import { kindViews } from '../../src/presentation/kinds';
import { refreshInterval } from '../../src/extension/model/settings';
import { PANEL } from '../../src/extension/ids';
import { toBytes } from '../../src/protocol/bytes';
import { KINDS } from '../../src/protocol/ref';
import { COUNTERS_HOLD } from '../../src/extension/views/rowKeeper';
import { session, until } from './running';

suite('the view Objects', () => {
  const it = session('objects');

  const rows = async () => {
    const [queues] = (await it.parts.objects.getChildren()) as [
      Parameters<typeof it.parts.objects.getTreeItem>[0],
    ];
    return (await it.parts.objects.getChildren(queues)) as { ref?: string }[];
  };

  test('shows a new queue within a refresh, and loses a removed one', async () => {
    await rows();
    const queue = await it.create('sysv.msg');
    const { ref } = queue;
    await until('the queue is in the inventory', () => it.parts.inventory.get(ref));
    assert.ok((await rows()).some((row) => row.ref === ref));
    await destroy(it.parts, queue);
    await until('the queue is gone', () => it.parts.inventory.get(ref) === undefined);
    assert.ok(!(await rows()).some((row) => row.ref === ref));
  });

  test('what a look finds is one event, which no message comes before: VS Code holds up what follows within 200 ms', async () => {
    const { helper, inventory, objects } = it.parts;
    const configuration = vscode.workspace.getConfiguration();
    const setting = 'ipcInspector.refreshInterval';
    const queue = await it.create('sysv.msg');
    await it.create('sysv.sem');
    await until('the queue', () => inventory.get(queue.ref));
    await rows();
    await until('its row', () => objects.nodeOf(queue.ref));
    await until('the message', () => objects.tree.message);
    // Both changes are found by one look, and the counters of a row that VS Code has just asked for are held no longer.
    await configuration.update(setting, 60_000, vscode.ConfigurationTarget.Global);
    await sleep(COUNTERS_HOLD + 1500);
    const looks: string[][] = [];
    let events: string[] = [];
    const note = (what: string) => {
      events.push(what);
      // What no look fired is of no matter here.
      setImmediate(() => (events = []));
    };
    const { tree } = objects;
    const told = tree.message;
    const message = { configurable: true, get: () => told, set: () => note('message') };
    Object.defineProperty(tree, 'message', message);
    const listeners = [
      objects.onDidChangeTreeData(() => note('rows')),
      inventory.onDidChange(() => {
        looks.push(events);
        events = [];
      }),
    ];
    try {
      const content = toBytes(Buffer.from('x'));
      await helper.act('sysv.msg', 'send', { ref: queue.ref, type: 1, content });
      const { ref } = await it.create('sysv.sem');
      inventory.refresh();
      await until('both', () => inventory.get(ref));
      const found = looks.filter((fired) => fired.length > 0);
      assert.ok(found.length > 0);
      for (const fired of found) assert.deepStrictEqual(fired, ['rows']);
    } finally {
      for (const listener of listeners) listener.dispose();
      Reflect.deleteProperty(tree, 'message');
      await configuration.update(setting, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('has a group for each kind, each with its use of the limit', async () => {
    await until('counts', () => it.parts.inventory.counts['sysv.shm'] !== undefined);
    const groups = await it.parts.objects.getChildren();
    // Behind them stands what is hidden of the machine, if anything is.
    const items = groups.slice(0, KINDS.length).map((group) => it.parts.objects.getTreeItem(group));
    assert.deepStrictEqual(
      items.map(({ label }) => label),
      KINDS.map((kind) => kindViews[kind].labels.group),
    );
    // What is wrong on this machine stands before it.
    const use = /^(([\d,]+ wrong|1 note|[\d,]+ notes) · )?(none|none seen|[\d,]+( · limit [\d,]+)?)$/;
    for (const item of items) assert.match(String(item.description), use);
  });

  test('a helper that is killed is back within two seconds', async () => {
    await until('a helper', () => it.parts.helper.pid);
    const before = it.parts.helper.pid as number;
    process.kill(before, 'SIGKILL');
    const after = await until(
      'another helper',
      () => it.parts.helper.pid !== before && it.parts.helper.pid,
      2000,
    );
    assert.notStrictEqual(after, before);
    const { ref } = await it.create('sysv.msg');
    await until('the view goes on', () => it.parts.inventory.get(ref));
  });

  test('a request under way when the helper dies fails clearly', async () => {
    await until('a helper', () => it.parts.helper.pid);
    const request = it.parts.helper.request('snapshot', {});
    process.kill(it.parts.helper.pid as number, 'SIGKILL');
    // It may have been answered just before.
    await request.then(
      () => undefined,
      (error: unknown) =>
        assert.strictEqual((error as { failure?: { code: string } }).failure?.code, 'helperEnded'),
    );
    await until('another helper', () => it.parts.helper.state === 'ready' && it.parts.helper.pid);
  });

  test('nothing is read while nobody looks', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('the view is hidden', () => !it.parts.objects.tree.visible);
    await sleep(300);
    const before = it.parts.inventory.readAt?.endedAt;
    await it.create('sysv.msg');
    await sleep(2500);
    assert.strictEqual(it.parts.inventory.readAt?.endedAt, before);
    await vscode.commands.executeCommand('ipcInspector.objects.focus');
    await until('it is read again', () => it.parts.inventory.readAt?.endedAt !== before);
  });

  test('the refresh interval stays within its limits', async () => {
    const configuration = vscode.workspace.getConfiguration();
    const setting = 'ipcInspector.refreshInterval';
    assert.strictEqual(refreshInterval(), 1000);
    for (const [value, meant] of [
      [1, 250],
      [5000, 5000],
      [1e9, 60_000],
    ] as const) {
      await configuration.update(setting, value, vscode.ConfigurationTarget.Global);
      assert.strictEqual(refreshInterval(), meant);
    }
    await configuration.update(setting, undefined, vscode.ConfigurationTarget.Global);
  });
});

suite('another platform', () => {
  test('is unsupported, and nothing is started', async () => {
    const log = vscode.window.createOutputChannel('test', { log: true });
    const helper = new Helper('/nowhere/helper.js', log, { platform: 'darwin' });
    assert.strictEqual(helper.state, 'unsupported');
    assert.strictEqual(helper.reason, 'platform');
    await assert.rejects(helper.request('snapshot', {}), /unsupported/);
    assert.strictEqual(helper.pid, undefined);
    helper.dispose();
    log.dispose();
  });
});

suite('looking away and back', () => {
  const it = session('objects');

  test('what was there is there again', async () => {
    const { ref } = await it.create('sysv.msg');
    await until('the queue', () => it.parts.inventory.get(ref));
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('nothing is looked at', () => it.parts.inventory.get(ref) === undefined);
    await vscode.commands.executeCommand('ipcInspector.objects.focus');
    await until('the queue again', () => it.parts.inventory.get(ref));
  });

  test('a row that is drawn after its view went out of sight reads as it did, not as gone', async () => {
    const { objects, inventory } = it.parts;
    const { ref } = await it.create('sysv.msg');
    const node = await until('its row', () => objects.nodeOf(ref));
    const before = await until('it is drawn', () => inventory.get(ref) && objects.getTreeItem(node).label);
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('nothing is looked at', () => inventory.get(ref) === undefined);
    assert.strictEqual(objects.getTreeItem(node).label, before);
    await vscode.commands.executeCommand('ipcInspector.objects.focus');
    await until('the queue again', () => inventory.get(ref));
  });

  test('no name of a process is told of a time when somebody looked', async () => {
    const { ref } = await it.create('sysv.msg');
    const pid = it.parts.helper.pid as number;
    const content = toBytes(Buffer.from('x'));
    await it.parts.helper.act('sysv.msg', 'send', { ref, type: 1, content });
    const named = await until('its sender', () => it.parts.inventory.process(pid));
    await vscode.commands.executeCommand('workbench.view.explorer');
    await until('it is forgotten', () => it.parts.inventory.process(pid) === undefined);
    // Another process has the pid by now.
    it.parts.inventory.learn([{ ...named, name: 'another' }]);
    assert.strictEqual(it.parts.inventory.process(pid)?.name, 'another');
    await vscode.commands.executeCommand('ipcInspector.objects.focus');
  });

  test('a panel alone, hidden and shown, does not say that its queue is gone', async () => {
    const object = await it.create('sysv.msg');
    const { ref } = object;
    await vscode.commands.executeCommand('workbench.view.explorer');
    it.parts.panels.show(object, { keep: true, preserveFocus: false });
    const panel = await until('the panel', () => it.parts.panels.all.find((one) => one.ref === ref));
    await until('it is read', () => it.parts.inventory.get(ref));
    await vscode.commands.executeCommand('workbench.action.files.newUntitledFile');
    await until('nobody looks', () => it.parts.inventory.get(ref) === undefined);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until('it is read again', () => it.parts.inventory.get(ref));
    assert.strictEqual(panel.status, 'present');
  });

  test('a panel of an earlier boot shows no stranger, though the ref is the same', async () => {
    const { ref } = await it.create('sysv.msg');
    const panel = vscode.window.createWebviewPanel(PANEL, 'old', vscode.ViewColumn.Active);
    await it.parts.panels.deserializeWebviewPanel(panel, {
      ref,
      bootId: 'another boot',
      kept: true,
      title: 'old',
    });
    const shown = await until('the panel', () => it.parts.panels.all.find((one) => one.ref === ref));
    await sleep(1500);
    assert.strictEqual(shown.status, 'otherBoot');
    assert.strictEqual(shown.shown, undefined);
    // Who opens the one that has the ref now sees that one.
    const object = await it.inspect({ kind: 'sysv.msg', ref });
    it.parts.panels.show(object, { keep: false, preserveFocus: false });
    await until('the present one', () => shown.status === 'present');
    assert.deepStrictEqual(
      it.parts.panels.all.map((one) => one.shown?.ref),
      [ref],
    );
    panel.dispose();
  });

  test('of a panel that comes back behind one of the same object one stays, and one of the same title is left alone', async () => {
    const object = await it.create('sysv.msg');
    const { ref } = object;
    // Not handed over to us: VS Code does that only when its tab is shown.
    const unread = vscode.window.createWebviewPanel(PANEL, `private #${object.id}`, vscode.ViewColumn.Active);
    let closed = false;
    unread.onDidDispose(() => (closed = true));
    it.parts.panels.show(object, { keep: false, preserveFocus: false });
    await until('its panel', () => it.parts.panels.all.find((one) => one.ref === ref));
    await sleep(500);
    assert.strictEqual(closed, false);
    const { bootId } = it.parts.helper;
    await it.parts.panels.deserializeWebviewPanel(unread, { ref, bootId, kept: true, title: 'x' });
    await until('the twin is closed', () => closed);
    assert.deepStrictEqual(
      it.parts.panels.all.map((one) => [one.ref, one.kept]),
      [[ref, true]],
    );
  });
});
