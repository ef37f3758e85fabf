/** What a panel may ask of the host, and what it is refused. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import { ownActs } from '../../src/presentation/ownActs';
import { type Handlers, PageBus } from '../../src/extension/panels/bus';
import type { ObjectOf } from '../../src/protocol/kinds';
import { objectChannel, type ObjectChannel } from '../../src/protocol/pages/object';
import type { Kind } from '../../src/protocol/ref';
import { Answers, session, until } from './running';

suite('what panels ask', () => {
  const it = session('explorer');
  const { token } = new vscode.CancellationTokenSource();

  /** The handlers of an object's panel, while this user answers. */
  async function open(object: ObjectOf<Kind>, user: Answers): Promise<Handlers<ObjectChannel>> {
    it.parts.ask = user;
    it.parts.panels.show(object, { keep: false, preserveFocus: false });
    const panel = await until('the panel', () => it.parts.panels.all.find(({ ref }) => ref === object.ref));
    await until('its object', () => panel.status === 'present');
    return panel.handlers;
  }
  const code = (expected: string) => (error: unknown) =>
    (error as { failure?: { code: string } }).failure?.code === expected;

  test('only what is on the list, with what the contract wants', async () => {
    const set = await it.create('sysv.sem', { semaphores: 2 });
    const { act, startWaiting } = await open(set, new Answers([]));
    const refused = (ability: string, parameters: Record<string, unknown>) =>
      assert.rejects(
        async () => {
          await act({ ability, parameters }, token);
        },
        code('invalid'),
        ability,
      );
    await refused('destroy', {});
    await refused('alter', { mode: 0 });
    await refused('toString', {});
    await refused('operate', { operations: [] });
    await refused('operate', { operations: [{ number: 0, change: -1 }], wait: true });
    await assert.rejects(
      async () => startWaiting({ ability: 'set', parameters: {} }, token),
      code('invalid'),
    );
    await act({ ability: 'operate', parameters: { operations: [{ number: 1, change: 3 }] } }, token);
    assert.deepStrictEqual((await it.inspect(set)).details?.values, [0, 3]);
  });

  test('what others would notice is asked first', async () => {
    const set = await it.create('sysv.sem', { semaphores: 2 });
    const user = new Answers([false, true]);
    const { act } = await open(set, user);
    const setAll = async () => {
      await act({ ability: 'setAll', parameters: { values: [1, 2] } }, token);
    };
    await assert.rejects(setAll, code('cancelled'));
    assert.deepStrictEqual((await it.inspect(set)).details?.values, [0, 0]);
    await setAll();
    assert.deepStrictEqual((await it.inspect(set)).details?.values, [1, 2]);
    assert.match(user.confirmed[0]?.detail ?? '', /Nobody waits on it.*SEM_UNDO/s);
    assert.strictEqual(user.confirmed[0]?.verb, 'Set All Values');
  });

  test('a segment is read without a question, and written with one', async () => {
    const segment = await it.create('sysv.shm');
    const user = new Answers([true]);
    const { act } = await open(segment, user);
    const read = { offset: 0, length: 16, attach: false };
    assert.strictEqual(
      ((await act({ ability: 'read', parameters: read }, token)) as { way: string }).way,
      'untouched',
    );
    const content = Buffer.from('hello').toString('base64');
    await act({ ability: 'write', parameters: { offset: 4, content } }, token);
    const after = (await act({ ability: 'read', parameters: { ...read, attach: true } }, token)) as {
      content: string;
    };
    assert.strictEqual(Buffer.from(after.content, 'base64').toString('latin1').slice(4, 9), 'hello');
    assert.strictEqual(user.confirmed.length, 1);
  });

  test('a wait begins, stands among the endpoints, and is ended', async () => {
    const queue = await it.create('sysv.msg');
    const user = new Answers([]);
    const { startWaiting, endAct } = await open(queue, user);
    await startWaiting({ ability: 'take', parameters: { rule: { rule: 'oldest' } } }, token);
    const [act] = ownActs(await it.inspect(queue));
    assert.ok(act);
    await endAct({ act: act.id }, token);
    await until('the word', () => user.said.includes('Ended.'));
    await assert.rejects(async () => endAct({ act: act.id }, token), code('gone'));
  });

  test('commands of the workbench are about its object', async () => {
    const queue = await it.create('sysv.msg');
    const user = new Answers(['Mode...', 'rw-rw-rw- (0666)']);
    const { command } = await open(queue, user);
    await command({ command: 'alter' }, token);
    assert.strictEqual((await it.inspect(queue)).mode, 0o666);
  });
});

suite('the bus of a panel', () => {
  const it = session('explorer');

  /** A bus of this page that answers `refresh` when it is let, and what it says. */
  function open(page: string, webview: { post: object[]; heard: vscode.EventEmitter<unknown> }) {
    const asked: { token: vscode.CancellationToken; answer: () => void }[] = [];
    const refresh: Handlers<ObjectChannel>['refresh'] = (_parameters, token) =>
      new Promise((resolve) => asked.push({ token, answer: () => resolve({}) }));
    const side = {
      onDidReceiveMessage: webview.heard.event,
      postMessage: (message: object) => Promise.resolve(webview.post.push(message) > 0),
    };
    const handlers = { refresh } as Handlers<ObjectChannel>;
    const bus = new PageBus(side, page, objectChannel, handlers, () => 'sentence', it.parts.log);
    return { bus, asked };
  }

  test('what the page before asked is neither carried out nor answered once the panel has turned', async () => {
    const webview = { post: [] as object[], heard: new vscode.EventEmitter<unknown>() };
    const request = (page: string) => ({ is: 'request', page, id: 1, name: 'refresh', data: {} });
    const before = open('before', webview);
    webview.heard.fire(request('before'));
    await until('the request', () => before.asked[0]);
    before.bus.leave();
    const now = open('now', webview);
    // On its way while the panel turned.
    webview.heard.fire(request('before'));
    webview.heard.fire(request('now'));
    await until('the request', () => now.asked[0]);
    assert.strictEqual(before.asked[0]?.token.isCancellationRequested, false, 'what was begun is done');
    before.asked[0].answer();
    webview.heard.fire({ is: 'cancel', page: 'now', id: 1 });
    assert.strictEqual(now.asked[0]?.token.isCancellationRequested, true);
    now.asked[0].answer();
    await until('the answer', () => webview.post.length > 0);
    assert.deepStrictEqual([before.asked.length, now.asked.length], [1, 1]);
    assert.deepStrictEqual(webview.post, [{ page: 'now', is: 'answer', id: 1, data: {} }]);
    now.bus.dispose();
  });
});
