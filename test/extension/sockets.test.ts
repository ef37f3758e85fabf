/** Sockets in the view, their commands and sessions, on real ones. */
import * as assert from 'node:assert';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import { labelOf, canDo } from '../../src/presentation/kinds';
import { findIn } from '../../src/presentation/values';
import type { Helper } from '../../src/extension/helper/helper';
import { decodeText, encodeText, fromBytes, toBytes } from '../../src/protocol/bytes';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import type { PanelSession } from '../../src/protocol/pages/object';
import { Sessions } from '../../src/extension/model/sessions';
import type { SessionState } from '../../src/protocol/kinds/socket';
import { session, until } from './running';

suite('sockets', () => {
  const it = session('objects');
  let folder = '';
  const ends: (() => void)[] = [];
  suiteSetup(() => (folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-sockets-'))));
  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));
  teardown(async () => {
    for (const end of ends.splice(0).reverse()) end();
    for (const { act } of sessionsNow())
      await it.parts.helper.request('endAct', { act }).catch(() => undefined);
  });

  const acts = new Set<number>();
  /** The sessions that began in these tests. */
  function sessionsNow(): PanelSession[] {
    return [...acts].map((act) => it.parts.sessions.get(act, 0)).filter((one) => one !== undefined);
  }
  suiteSetup(() => it.parts.sessions.onDidChange(({ act }) => acts.add(act)));

  /** A server of ours at a path. `serve`: what it does with who connects. */
  async function served(
    name: string,
    serve: (socket: Socket) => void,
  ): Promise<{ path: string; server: Server }> {
    const path = join(folder, name);
    const sockets: Socket[] = [];
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      serve(socket);
    });
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(path);
    await once(server, 'listening');
    return { path, server };
  }

  /** Everything there is now. */
  async function look(): Promise<{
    all: IpcObject[];
    unix: ObjectOf<'unix'>[];
    find: ReturnType<typeof findIn>;
  }> {
    const snapshot = await it.parts.helper.request('snapshot', {});
    const unix = snapshot.objects.filter((object) => object.kind === 'unix');
    return { all: snapshot.objects, unix, find: findIn(snapshot) };
  }

  /** The socket that listens at a path, or its file. */
  async function at(path: string): Promise<ObjectOf<'unix'>> {
    return until(`a socket at ${path}`, async () =>
      (await look()).unix.find(({ name, peer }) => name.is === 'path' && name.text === path && !peer),
    );
  }

  /** What a session has heard and said, as text. */
  function transcript({ lines }: PanelSession): string[] {
    return lines.map(({ is, content }) => (content ? `${is} ${decodeText(fromBytes(content))}` : is));
  }

  test('a connection is one row under its listener, called by its two processes', async () => {
    const { path } = await served('rows.sock', () => undefined);
    const client = connect(path);
    ends.push(() => client.destroy());
    await once(client, 'connect');
    client.write('unread');
    const listener = await at(path);
    const me = `(${process.pid})`;
    const both = new RegExp(`^.* \\(${process.pid}\\) - .* \\(${process.pid}\\)$`);
    // A look may come before the server has accepted it, and then nobody has its side.
    const row = await until('the row', async () => {
      await it.parts.objects.reveal(listener.ref);
      const node = it.parts.objects.nodeOf(listener.ref);
      const children = node ? await it.parts.objects.getChildren(node) : [];
      const child = children.find(({ is }) => is === 'object');
      return child && both.test(it.parts.objects.getTreeItem(child).label as string) ? child : undefined;
    });
    assert.ok(row.is === 'object');
    assert.deepStrictEqual(it.parts.objects.getParent(row), it.parts.objects.nodeOf(listener.ref));
    const item = it.parts.objects.getTreeItem(row);
    const front = it.parts.inventory.get(row.ref);
    assert.ok(front?.kind === 'unix' && front.peer);
    // Both its sockets are this row.
    assert.strictEqual(it.parts.objects.nodeOf(front.peer), row);
    assert.match(String(item.description), /^stream · 6 B unread by /);
    const holders = (await it.parts.objects.getChildren(row)).map(
      (child) => it.parts.objects.getTreeItem(child).label as string,
    );
    assert.strictEqual(holders.filter((label) => label.endsWith(me)).length, 2);
    assert.match(String(item.contextValue), /^socket inspect peek listen\b(?!.*\btalk\b)/);
  });

  test('talk to a path that is typed; what is said goes to and fro until it is ended', async () => {
    const { path } = await served('talk.sock', (socket) => {
      socket
        .on('data', (data) => socket.write(`got ${data.toString('latin1')}`))
        .on('end', () => socket.end());
      socket.resume();
    });
    const user = await it.run(['Unix Socket...', 'A Path...', path], COMMANDS.talk);
    assert.deepStrictEqual(user.said, []);
    const [talk] = sessionsNow().filter(({ name }) => name === path);
    assert.ok(talk);
    const { act } = talk;
    const now = () => it.parts.sessions.get(act, 0) as PanelSession;
    await it.parts.sessions.tell(act, { is: 'send', content: toBytes(encodeText('a\n')) });
    await until('the answer', () => transcript(now()).includes('received got a\n'));
    assert.deepStrictEqual(transcript(now()), ['opened', 'sent a\n', 'received got a\n']);
    assert.strictEqual(now().lines[0]?.credentials?.pid, process.pid);
    // It stands at the socket that it went to, whose panel shows it.
    const panel = await until('the panel', () => it.parts.panels.all.find(({ title }) => title === path));
    const token = new vscode.CancellationTokenSource().token;
    assert.deepStrictEqual(
      (await panel.handlers.sessions({}, token)).map((one) => one.act),
      [act],
    );
    await it.parts.sessions.tell(act, { is: 'halfClose' });
    await until('the end', () => transcript(now()).includes('ended'));
    await it.parts.sessions.tell(act, { is: 'reconnect' });
    await until('a second connection', () => now().open.some(({ connection }) => connection === 2));
    await it.parts.helper.request('endAct', { act });
    await until('its end', () => now().state === 'ended');
    it.parts.sessions.clear(act);
    assert.deepStrictEqual(now().lines, []);
    it.parts.sessions.dismiss(act);
    assert.strictEqual(it.parts.sessions.get(act, 0), undefined);
  });

  test('talk to a path stands at its listener, not at a socket that was accepted there and whose client has gone', async () => {
    const { path, server } = await served('accepted.sock', () => undefined);
    const client = connect(path);
    await Promise.all([once(client, 'connect'), once(server, 'connection')]);
    client.destroy();
    // What it accepted lives on, and is older than the listener of now.
    server.close();
    await served('accepted.sock', () => undefined);
    const listener = await until('the listener', async () => {
      const named = (await look()).unix.filter(({ name }) => name.is === 'path' && name.text === path);
      const alone = named.filter(({ peer }) => !peer);
      return alone.length > 1 && alone.find(({ flags }) => flags.includes('listening'));
    });
    const user = await it.run(['Unix Socket...', 'A Path...', path], COMMANDS.talk);
    assert.deepStrictEqual(user.said, []);
    const [talk] = sessionsNow().filter(({ name }) => name === path);
    assert.ok(talk);
    assert.ok(it.parts.sessions.isAt(talk.act, listener.ref, []));
  });

  test('talking to nobody says why', async () => {
    const path = join(folder, 'none.sock');
    const user = await it.run(['Unix Socket...', 'A Path...', path], COMMANDS.talk);
    assert.match(user.said.join(), /^Could not talk to a socket: there is no such socket file/);
    const relative = await it.run(['Loopback Port...', 'TCP', '127.0.0.1', '1'], COMMANDS.talk);
    assert.match(relative.said.join(), /^Could not talk to a socket: nobody listens there/);
  });

  test('listen as an echo on an abstract name with a zero and an 0xff in it', async () => {
    const name = `ipc-inspector-${process.pid}\\0\\xff`;
    const user = await it.run(
      ['Unix Socket', 'An Abstract Name...', name, 'Stream', 'As an Echo'],
      COMMANDS.listen,
    );
    assert.deepStrictEqual(user.said, []);
    const found = await until('the socket', async () => {
      const { unix, find } = await look();
      const socket = unix.find(
        (one) =>
          one.name.is === 'abstract' && one.name.text.startsWith(`ipc-inspector-${process.pid}`) && !one.peer,
      );
      return socket && { socket, label: labelOf(socket, find) };
    });
    assert.strictEqual(found.label, `@ipc-inspector-${process.pid}\u2400\\xff`);
    // Pointed at, it is the same one that is met.
    await it.run([], COMMANDS.talk, { object: found.socket });
    const talk = sessionsNow().find(({ ability, state }) => ability === 'talk' && state === 'running');
    assert.ok(talk);
    await it.parts.sessions.tell(talk.act, { is: 'send', content: toBytes(Uint8Array.of(0, 255)) });
    const echoed = await until('the echo', () =>
      it.parts.sessions.get(talk.act, 0)?.lines.find(({ is }) => is === 'received'),
    );
    assert.deepStrictEqual(fromBytes(echoed.content ?? toBytes(new Uint8Array())), Uint8Array.of(0, 255));
  });

  test('listen on a loopback port that the kernel chooses, and answer by hand', async () => {
    const user = await it.run(['Loopback Socket', 'TCP', '127.0.0.1', '0', 'By Hand'], COMMANDS.listen);
    assert.deepStrictEqual(user.said, []);
    const listen = sessionsNow().find(
      ({ name, state }) => name.startsWith('tcp 127.0.0.1:') && state === 'running',
    );
    assert.ok(listen);
    const port = Number(listen.name.split(':').at(-1));
    const client = connect(port, '127.0.0.1');
    ends.push(() => client.destroy());
    client.write('question');
    const now = () => it.parts.sessions.get(listen.act, 0) as PanelSession;
    await until('the question', () => transcript(now()).includes('received question'));
    const answer = once(client, 'data');
    await it.parts.sessions.tell(listen.act, { is: 'send', content: toBytes(encodeText('answer')) });
    assert.strictEqual(String((await answer)[0]), 'answer');
  });

  test('peek looks at either side of a connection and takes nothing', async () => {
    let accepted: Socket | undefined;
    const { path } = await served('peek.sock', (socket) => (accepted = socket));
    const client = connect(path);
    ends.push(() => client.destroy());
    await once(client, 'connect');
    client.write('to the server');
    const front = await until('the connection', async () => {
      const { unix } = await look();
      return unix.find(
        ({ name, receiveQueue }) => name.is === 'path' && name.text === path && receiveQueue?.amount === 13,
      );
    });
    await it.run([], COMMANDS.peek, { object: front });
    const panel = await until('the panel', () => it.parts.panels.all.find(({ ref }) => ref === front.ref));
    await until('both sides', () => panel.status === 'present' && panel.otherSide !== undefined);
    const token = new vscode.CancellationTokenSource().token;
    const peek = async (peer: boolean) => {
      const asked = { ability: 'peek', parameters: { length: 100 }, peer };
      const { content } = (await panel.handlers.act(asked, token)) as { content: never };
      return decodeText(fromBytes(content));
    };
    assert.deepStrictEqual(
      [await peek(false), await peek(false), await peek(true)],
      ['to the server', 'to the server', ''],
    );
    assert.ok(accepted);
    const got = once(accepted, 'data');
    accepted.resume();
    assert.strictEqual(String((await got)[0]), 'to the server');
  });

  test('destroying a live file names who serves it; a path with a line end is acted on as it is', async () => {
    const { path } = await served('live\n[x](command:y).sock', () => undefined);
    const object = await at(path);
    assert.match(labelOf(object, (await look()).find), /live\u240a\[x\]\(command:y\)\.sock$/);
    const no = await it.run([false], COMMANDS.destroy, { object });
    const [asked] = no.confirmed;
    assert.strictEqual(asked?.verb, 'Destroy Socket File');
    assert.match(asked.detail, new RegExp(`It is in use! Served by: .*\\(${process.pid}\\) fd \\d+\\.`));
    assert.ok(statSync(path).isSocket());
    await it.run([true], COMMANDS.destroy, { object });
    assert.ok(!existsSync(path));
  });

  test('what a socket cannot do is no word of its row', async () => {
    const { path } = await served('words.sock', () => undefined);
    const listener = await at(path);
    const can = (ability: string) => canDo(listener, ability);
    assert.deepStrictEqual([can('talk'), can('peek'), can('destroy')], [true, false, true]);
    await it.run([], COMMANDS.copyId, { object: listener });
    assert.strictEqual(await vscode.env.clipboard.readText(), path);
    await it.run([], COMMANDS.copyIpcrm, { object: listener });
    assert.strictEqual(await vscode.env.clipboard.readText(), `rm -- '${path}'`);
  });
});

suite('a transcript', () => {
  const it = session('explorer');

  test('says where events are missing, before the line that follows them', async () => {
    const at = Date.now();
    const sent = (seq: number) => ({ seq, at, is: 'sent', connection: 1 }) as const;
    const answers: Partial<SessionState>[] = [
      { seq: 1, events: [sent(1)], missed: 0 },
      // Nothing is left of a part, and then not even something behind it.
      { seq: 40, events: [], missed: 39 },
      { seq: 44, events: [sent(43), sent(44)], missed: 2, state: 'ended' },
    ];
    const request = () =>
      Promise.resolve({ open: [], echo: true, state: 'running', ...answers.shift() } as SessionState);
    const sessions = new Sessions({ request } as unknown as Helper, it.parts.log);
    sessions.begin({ act: 1, ability: 'listen', name: 'x', packets: false, home: undefined });
    const told = await until('its end', () => {
      const one = sessions.get(1, 0);
      return one?.state === 'ended' && one;
    });
    assert.deepStrictEqual(
      told.lines.map(({ seq, missed }) => [seq, missed]),
      [
        [1, undefined],
        [43, 41],
        [44, undefined],
      ],
    );
    sessions.dispose();
  });
});
