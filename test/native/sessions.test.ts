/** Talking to sockets and listening on new ones, by the real helper: each session is a process of its own. */
import { existsSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ref } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { needs, output } from '../support/oracles';
import { ended } from '../support/processes';
import { bytes, Listener, textOf } from '../support/sessions';
import { Eye, socketHolder } from '../support/sockets';
import { Scene, sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
let helper: TestHelper;
let eye: Eye;
beforeAll(async () => {
  helper = new TestHelper();
  eye = await Eye.open();
});
afterEach(() => scene.clean());
afterAll(() => helper.stop());

const quoted = (text: string) => JSON.stringify(text);
const LOOPBACK = { protocol: 'tcp', address: '127.0.0.1' } as const;

/** Hundredths of a second that a process has run (proc(5), stat). */
function workOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

async function talkTo(path: string, type?: 'stream' | 'dgram' | 'seqpacket') {
  const parameters = { target: { is: 'path', path } as const, ...(type && { type }) };
  return new Listener(helper, (await helper.act('unix', 'talk', parameters)).act);
}

describe('talk', () => {
  for (const [kind, packet] of [
    ['SOCK_STREAM', false],
    ['SOCK_SEQPACKET', true],
  ] as const)
    test(`${kind}: to a path, without a word of its type: sends, hears, half closes, connects again`, async () => {
      const holder = await socketHolder(scene);
      const path = join(scene.folder(), 'server');
      await holder.run(`l = listener(${quoted(path)}, socket.${kind})`);
      const talk = await talkTo(path);
      await holder.run('a, _ = l.accept()');
      const opened = await talk.until(({ is }) => is === 'opened');
      expect(opened).toMatchObject({ connection: 1, from: path, credentials: { pid: holder.pid } });
      await talk.send('hello\0world');
      expect(await holder.run('a.recv(100)')).toBe('hello\0world');
      await holder.run(`a.send(b'answer'); a.send(b'again')`);
      expect(await talk.received(11)).toBe('answeragain');
      const received = talk.heard.filter(({ is }) => is === 'received');
      expect(received.every((event) => event.packet === packet)).toBe(true);
      if (packet) expect(received.map(textOf)).toEqual(['answer', 'again']);
      expect(talk.heard.filter(({ is }) => is === 'sent').map(textOf)).toEqual(['hello\0world']);
      expect(talk.heard.map(({ seq }) => seq)).toEqual(talk.heard.map((_, at) => at + 1));
      expect(talk.open).toEqual([{ connection: 1, sends: true, receives: true }]);

      await talk.tell({ is: 'halfClose' });
      expect(await holder.run('a.recv(100)')).toBe('');
      await holder.run(`a.send(b'still heard')`);
      expect(await talk.received(22)).toBe('answeragainstill heard');
      expect(await helper.failure(talk.send('no more'))).toMatchObject({ errno: 'EPIPE' });
      await holder.run('a.close()');
      await talk.until(({ is }) => is === 'ended');
      await talk.until(({ is }) => is === 'closed');
      expect(await helper.failure(talk.send('nobody'))).toMatchObject({ code: 'gone' });

      await talk.tell({ is: 'reconnect' });
      await holder.run('a, _ = l.accept()');
      await talk.send('second time');
      expect(await holder.run('a.recv(100)')).toBe('second time');
      await talk.until(({ is, connection }) => is === 'opened' && connection === 2);
      await talk.end();
      expect(await holder.run('a.recv(100)')).toBe('');
      expect(await helper.failure(helper.request('session', { act: talk.act, after: 0 }))).toMatchObject({
        code: 'gone',
      });
    });

  test('datagrams: the other side can answer, and borders stay', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'datagrams');
    await holder.run(`r = bound(${quoted(path)})`);
    const talk = await talkTo(path);
    await talk.send('one');
    await talk.send('');
    await holder.run('got, who = r.recvfrom(100)');
    expect(await holder.run('[got, r.recv(100)]')).toEqual(['one', '']);
    await holder.run(`[r.sendto(p, who) for p in (b'A', b'', b'C' * 50000)]`);
    await talk.until((event) => textOf(event).length === 50_000);
    const received = talk.heard.filter(({ is }) => is === 'received');
    expect(received.map((event) => [textOf(event).length, event.packet, event.from])).toEqual([
      [1, true, path],
      [0, true, path],
      [50_000, true, path],
    ]);
    expect(await helper.failure(talk.send('x'.repeat(900_000)))).toMatchObject({ errno: 'EMSGSIZE' });
    // The receiver goes, and the session says so; it goes on.
    await holder.run('r.close()');
    expect(await helper.failure(talk.send('to nobody'))).toMatchObject({ errno: 'ECONNREFUSED' });
    await talk.end();
  });

  test('an abstract name with NUL and 0xff, and a socket that is listed', async () => {
    const holder = await socketHolder(scene);
    const name = `ipc\0\xff${holder.pid}`;
    await holder.run(`l = listener(b'\\0ipc\\0\\xff${holder.pid}')`);
    const { act } = await helper.act('unix', 'talk', { target: { is: 'abstract', name: bytes(name) } });
    const talk = new Listener(helper, act);
    await holder.run(`l.accept()[0].send(b'welcome')`);
    expect(await talk.received(7)).toBe('welcome');
    const { ref } = (await eye.look()).socket(await holder.run('inode(l)'));
    const listed = new Listener(
      helper,
      (await helper.act('unix', 'talk', { target: { is: 'ref', ref } })).act,
    );
    await holder.run(`l.accept()[0].send(b'by its ref')`);
    expect(await listed.received(10)).toBe('by its ref');
    // It stands among the endpoints of what it talks to.
    const shown = await helper.act('unix', 'inspect', { ref });
    expect(shown.endpoints?.filter(({ own }) => own).map((end) => end.act)).toMatchObject([
      { id: listed.act, ability: 'talk' },
    ]);
    await talk.end();
    await listed.end();
    expect((await helper.act('unix', 'inspect', { ref })).endpoints?.some(({ own }) => own)).toBe(false);
  });

  test('a name relative to where its process is', async () => {
    const holder = await socketHolder(scene);
    await holder.run(`os.chdir(${quoted(scene.folder())}); l = listener('near')`);
    const { ref } = (await eye.look()).socket(await holder.run('inode(l)'));
    const { act } = await helper.act('unix', 'talk', { target: { is: 'ref', ref } });
    await holder.run('a, _ = l.accept()');
    await new Listener(helper, act).end();
    expect(await holder.run('a.recv(1)')).toBe('');
  });

  test('what stands at the path now is another, a link, a file or nothing: it is not connected to', async () => {
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    const [path, other] = [join(folder, 'path'), join(folder, 'other')];
    await holder.run(`l = listener(${quoted(path)}); o = listener(${quoted(other)}); o.setblocking(False)`);
    const seen = await eye.look();
    const { ref } = seen.socket(await holder.run('inode(l)'));
    renameSync(other, path);
    expect(await helper.failure(helper.act('unix', 'talk', { target: { is: 'ref', ref } }))).toMatchObject({
      code: 'gone',
    });
    expect(await holder.run('o.accept()')).toEqual({ error: 'EAGAIN' });
    writeFileSync(join(folder, 'file'), '');
    expect(await helper.failure(talkTo(join(folder, 'file')))).toMatchObject({ code: 'replaced' });
    expect(await helper.failure(talkTo(join(folder, 'nothing')))).toMatchObject({ code: 'gone' });
    expect(await helper.failure(talkTo('relative'))).toMatchObject({ code: 'invalid' });
    // A link that somebody typed is followed, as connect(2) does.
    symlinkSync(path, join(folder, 'link'));
    await (await talkTo(join(folder, 'link'))).end();
    // Nobody listens at it any more.
    await holder.run('o.close()');
    expect(await helper.failure(talkTo(path))).toMatchObject({ errno: 'ECONNREFUSED' });
  });

  test('a full backlog: it waits as any program does, shows so, and can be given up', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'full');
    await holder.run(`l = listener(${quoted(path)}, backlog=0); first = client(${quoted(path)})`);
    const talking = helper.act('unix', 'talk', { target: { is: 'ref', ref: await refOf(holder) } });
    const outcome = helper.failure(talking);
    const { ref } = (await eye.look()).socket(await holder.run('inode(l)'));
    const waiting = await until(async () => {
      const { endpoints = [] } = await helper.act('unix', 'inspect', { ref });
      const own = endpoints.find((end) => end.own);
      return own?.waits?.[0]?.call === 'connect' && own;
    });
    expect(sleeps(waiting.pid, /unix_wait_for_peer/)).toBe(true);
    await helper.request('endAct', { act: waiting.act?.id ?? 0 });
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    await until(() => ended(waiting.pid));
    await holder.run('l.accept(); l.setblocking(False)');
    expect(await holder.run('l.accept()')).toEqual({ error: 'EAGAIN' });
  });

  test('connecting again to a full backlog can be given up, and connects to nothing later', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'again');
    await holder.run(`l = listener(${quoted(path)}, backlog=0)`);
    const ref = await refOf(holder);
    const { act } = await helper.act('unix', 'talk', { target: { is: 'ref', ref } });
    const talk = new Listener(helper, act);
    await holder.run(`a, _ = l.accept(); first = client(${quoted(path)})`);
    const again = helper.failure(talk.tell({ is: 'reconnect' }));
    const { pid } = await until(async () => {
      const { endpoints = [] } = await helper.act('unix', 'inspect', { ref });
      const own = endpoints.find((end) => end.own);
      return own && sleeps(own.pid, /unix_wait_for_peer/) && own;
    });
    await talk.end();
    expect(await again).toBeDefined();
    await until(() => ended(pid));
    await holder.run('l.accept(); l.setblocking(False)');
    expect(await holder.run('l.accept()')).toEqual({ error: 'EAGAIN' });
  });

  async function refOf(holder: Awaited<ReturnType<typeof socketHolder>>): Promise<Ref> {
    return (await eye.look()).socket(await holder.run('inode(l)')).ref;
  }

  for (const [family, address] of [
    ['AF_INET', '127.0.0.1'],
    ['AF_INET6', '::1'],
  ] as const)
    test(`TCP and UDP over ${family}`, async () => {
      const holder = await socketHolder(scene);
      await holder.run(`
l = tcp(socket.${family}, '${address}')
u = socket.socket(socket.${family}, socket.SOCK_DGRAM); u.bind(('${address}', 0))`);
      const [port = 0, udp = 0] = (await holder.run('[l.getsockname()[1], u.getsockname()[1]]')) as number[];
      const tcp = new Listener(
        helper,
        (await helper.act('inet', 'talk', { protocol: 'tcp', address, port })).act,
      );
      await holder.run('a, _ = l.accept()');
      await tcp.send('over tcp');
      expect(await holder.run('a.recv(100)')).toBe('over tcp');
      await holder.run(`a.sendall(b'x' * 3000000)`).catch(() => undefined);
      await tcp.end();
      const talk = new Listener(
        helper,
        (await helper.act('inet', 'talk', { protocol: 'udp', address, port: udp })).act,
      );
      await talk.send('datagram');
      await holder.run(`got, who = u.recvfrom(100); u.sendto(got.upper(), who)`);
      expect(await talk.until(({ is }) => is === 'received')).toMatchObject({
        content: bytes('DATAGRAM'),
        packet: true,
      });
      await talk.end();
      await holder.run('l.close(); a.close()');
      expect(
        await helper.failure(helper.act('inet', 'talk', { protocol: 'tcp', address, port })),
      ).toMatchObject({
        call: 'connect',
        errno: 'ECONNREFUSED',
      });
    });

  test('descriptors that come along are closed, and that is told', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'passing');
    await holder.run(`l = listener(${quoted(path)})`);
    const talk = await talkTo(path);
    await holder.run(`a, _ = l.accept(); r, w = os.pipe(); socket.send_fds(a, [b'here'], [w]); os.close(w)`);
    expect(await talk.until(({ is }) => is === 'received')).toMatchObject({
      content: bytes('here'),
      descriptors: true,
    });
    // Nobody has the write end: an end of file.
    expect(await holder.run('os.read(r, 1)')).toBe('');
    await talk.end();
  });

  test('nobody pulls: the sender is held back, nothing is lost, and memory stays small', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'flood');
    await holder.run(`l = listener(${quoted(path)})`);
    const talk = await talkTo(path);
    const LENGTH = 8_000_000;
    await holder.run(`
import random
a, _ = l.accept()
flood = random.Random(7).randbytes(${LENGTH})
sent = 0
def pour():
    global sent
    while sent < len(flood): sent += a.send(flood[sent:sent + 50000])
    a.close()
threading.Thread(target=pour, daemon=True).start()`);
    // Held back: it gets no further, however often we look.
    let last = -1;
    let still = 0;
    await until(async () => {
      const sent = Number(await holder.run('sent'));
      still = sent === last ? still + 1 : 0;
      last = sent;
      return still >= 20 && sent > 1_000_000;
    });
    expect(last).toBeLessThan(3_000_000);
    const got = await talk.received(LENGTH);
    await talk.until(({ is }) => is === 'ended');
    const hash = (text: string) =>
      holder.run(`__import__('hashlib').sha256(flood).hexdigest() == ${quoted(text)}`);
    expect(await hash(createHash('sha256').update(got, 'latin1').digest('hex'))).toBe(true);
    await talk.end();
  });
});

describe('listen', () => {
  async function listenAt(path: string, type: 'stream' | 'dgram') {
    const { act } = await helper.act('unix', 'listen', { name: { is: 'path', path }, type, echo: false });
    const session = new Listener(helper, act);
    await session.until(({ is }) => is === 'listening');
    const { ref } = await until(async () =>
      (await eye.look()).unix.find(({ name }) => name.is === 'path' && name.text === path),
    );
    const { endpoints = [] } = await helper.act('unix', 'inspect', { ref });
    return { session, pid: endpoints[0]?.pid ?? 0 };
  }

  test('no descriptor is left for who comes: the others stay, and it is taken in later', async (context) => {
    needs(context, 'prlimit');
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'crowded');
    const { session, pid } = await listenAt(path, 'stream');
    await holder.run(`a = client(${quoted(path)})`);
    await session.until(({ is }) => is === 'opened');
    output('prlimit', `--pid=${pid}`, '--nofile=3:4096');
    await holder.run(`b = client(${quoted(path)}); b.send(b'patient'); a.send(b'first')`);
    expect(await session.until(({ is }) => is === 'failed')).toMatchObject({
      failure: { call: 'accept', errno: 'EMFILE' },
    });
    expect(await session.received(5, 1)).toBe('first');
    output('prlimit', `--pid=${pid}`, '--nofile=4096:4096');
    expect(await session.received(7, 2)).toBe('patient');
    expect(session.heard.filter(({ is }) => is === 'failed').length).toBe(1);
    await session.end();
    expect(existsSync(path)).toBe(false);
  });

  test('a datagram for which there is no room waits, without work, and arrives', async () => {
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    const [path, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
    const { session, pid } = await listenAt(path, 'dgram');
    await holder.run(`
r = bound(${quoted(theirs)}); r.sendto(b'hello', ${quoted(path)})
o = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); o.setblocking(False); filled = 0
try:
    while True: o.sendto(b'fill', ${quoted(theirs)}); filled += 1
except BlockingIOError: pass`);
    await session.until(({ is }) => is === 'received');
    const sent = session.send('answer');
    const before = workOf(pid);
    // It would be at work all the while.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(workOf(pid) - before).toBeLessThan(30);
    await holder.run('[r.recv(100) for _ in range(filled)]');
    await sent;
    expect(await holder.run('r.recv(100)')).toBe('answer');
    await session.end();
  });

  for (const type of ['stream', 'seqpacket'] as const)
    test(`${type} on a new path: several at once, answered by hand; its end takes the file away`, async () => {
      const holder = await socketHolder(scene);
      const path = join(scene.folder(), 'mine');
      const listen = { name: { is: 'path', path } as const, type, echo: false };
      const { act } = await helper.act('unix', 'listen', listen);
      const session = new Listener(helper, act);
      await session.until(({ is }) => is === 'listening');
      expect(statSync(path).isSocket()).toBe(true);
      const kind = type === 'stream' ? 'SOCK_STREAM' : 'SOCK_SEQPACKET';
      await holder.run(
        `a = client(${quoted(path)}, socket.${kind}); b = client(${quoted(path)}, socket.${kind}); a.send(b'I am a')`,
      );
      expect(await session.received(6, 1)).toBe('I am a');
      await session.until(({ is, connection }) => is === 'opened' && connection === 2);
      expect(session.heard.find(({ is }) => is === 'opened')).toMatchObject({
        credentials: { pid: holder.pid },
      });
      await session.send('to the newest');
      await session.send('to the first', 1);
      expect(await holder.run('[a.recv(100), b.recv(100)]')).toEqual(['to the first', 'to the newest']);
      await session.tell({ is: 'close', connection: 1 });
      expect(await holder.run('a.recv(1)')).toBe('');
      expect(await helper.failure(session.send('gone', 1))).toMatchObject({ code: 'gone' });
      // A second one of that name is refused, and leaves the first as it is.
      expect(await helper.failure(helper.act('unix', 'listen', listen))).toMatchObject({
        call: 'bind',
        errno: 'EADDRINUSE',
      });
      expect(statSync(path).isSocket()).toBe(true);
      await session.end();
      expect(existsSync(path)).toBe(false);
      expect(await holder.run('b.recv(1)')).toBe('');
    });

  test('an echo: streams and datagrams go back, also where nobody reads the transcript', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'echo');
    const { act } = await helper.act('unix', 'listen', {
      name: { is: 'path', path },
      type: 'stream',
      echo: true,
    });
    const LENGTH = 5_000_000;
    await holder.run(`
c = client(${quoted(path)})
data = os.urandom(${LENGTH}); back = b''
def pour():
    c.sendall(data); c.shutdown(socket.SHUT_WR)
threading.Thread(target=pour, daemon=True).start()
while len(back) < len(data):
    part = c.recv(100000)
    if not part: break
    back += part`);
    expect(await holder.run('back == data')).toBe(true);
    const session = new Listener(helper, act);
    // What was not pulled in time is told without its content.
    await session.until(({ is, length }) => is === 'received' && length !== undefined);
    await session.end();
    const told = session.heard.filter(({ is }) => is === 'received' || is === 'sent');
    expect(told.reduce((sum, event) => sum + textOf(event).length, 0)).toBeLessThan(3_000_000);
    // How much came is told of all of it.
    const came = told.filter(({ is }) => is === 'received');
    expect(came.reduce((sum, event) => sum + (event.length ?? textOf(event).length), 0)).toBe(LENGTH);

    const datagrams = join(scene.folder(), 'datagrams');
    const second = new Listener(
      helper,
      (
        await helper.act('unix', 'listen', {
          name: { is: 'path', path: datagrams },
          type: 'dgram',
          echo: false,
        })
      ).act,
    );
    await holder.run(
      `d = bound(${quoted(`${datagrams}.a`)}); d.connect(${quoted(datagrams)}); d.send(b'by hand')`,
    );
    await holder.run(`n = client(${quoted(datagrams)}, socket.SOCK_DGRAM); n.send(b'without a name')`);
    await second.until((event) => textOf(event) === 'without a name');
    expect(second.open).toEqual([{ connection: 1, sends: true, receives: true }]);
    expect(second.heard.find(({ is }) => is === 'opened')).toMatchObject({ from: `${datagrams}.a` });
    expect(await helper.failure(second.send('whom?', 2))).toMatchObject({ code: 'gone' });
    await second.send('answered', 1);
    expect(await holder.run('d.recv(100)')).toBe('answered');
    await second.tell({ is: 'echo', on: true });
    await holder.run(`d.send(b'echoed')`);
    expect(await holder.run('d.recv(100)')).toBe('echoed');
    await second.end();
  });

  test('a port of the loopback interface, which the kernel chooses, and no other interface', async () => {
    const holder = await socketHolder(scene);
    const { act, port = 0 } = await helper.act('inet', 'listen', { ...LOOPBACK, port: 0, echo: false });
    const session = new Listener(helper, act);
    await holder.run(`c = dial(${port}); c.send(b'knock')`);
    expect(await session.received(5)).toBe('knock');
    expect(await session.until(({ is }) => is === 'opened')).toMatchObject({
      from: `127.0.0.1:${String(await holder.run('c.getsockname()[1]'))}`,
    });
    const seen = await eye.look();
    expect(
      seen.inet.find(({ local, state }) => local.port === port && state === 'listening')?.local.address,
    ).toBe('127.0.0.1');
    expect(
      await helper.failure(helper.act('inet', 'listen', { ...LOOPBACK, port, echo: false })),
    ).toMatchObject({
      errno: 'EADDRINUSE',
    });
    const v6 = new Listener(
      helper,
      (await helper.act('inet', 'listen', { protocol: 'udp', address: '::1', port: 0, echo: true })).act,
    );
    await v6.until(({ is }) => is === 'listening');
    await v6.end();
    await session.end();
  });

  test('somebody else took the name meanwhile: it stays', async () => {
    const folder = scene.folder();
    const path = join(folder, 'swapped');
    const { act } = await helper.act('unix', 'listen', {
      name: { is: 'path', path },
      type: 'stream',
      echo: false,
    });
    renameSync(path, `${path}.aside`);
    writeFileSync(path, 'mine now');
    await new Listener(helper, act).end();
    expect(readFileSync(path, 'utf8')).toBe('mine now');
  });
});

describe('endings', () => {
  /** What a client reads; who was not accepted yet is reset. */
  const ENDS = ['', { error: 'ECONNRESET' }];

  test('the helper ends: its sessions end, files of theirs are taken away', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'left');
    const other = new TestHelper();
    await other.act('unix', 'listen', { name: { is: 'path', path }, type: 'stream', echo: false });
    await holder.run(`c = client(${quoted(path)})`);
    await other.stop();
    await until(() => !existsSync(path));
    expect(ENDS).toContainEqual(await holder.run('c.recv(1)'));
  });

  test('the helper is killed: the same', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'left');
    const other = new TestHelper();
    await other.act('unix', 'listen', { name: { is: 'path', path }, type: 'stream', echo: false });
    await holder.run(`c = client(${quoted(path)})`);
    other.child.kill('SIGKILL');
    await other.exited;
    other.connection.dispose();
    await until(() => !existsSync(path));
    expect(ENDS).toContainEqual(await holder.run('c.recv(1)'));
  });

  test('a second reader takes the place of the first', async () => {
    const path = join(scene.folder(), 'two');
    const { act } = await helper.act('unix', 'listen', {
      name: { is: 'path', path },
      type: 'stream',
      echo: false,
    });
    const session = new Listener(helper, act);
    await session.until(({ is }) => is === 'listening');
    const first = helper.failure(helper.request('session', { act, after: 1 }));
    const second = helper.request('session', { act, after: 1 });
    expect(await first).toMatchObject({ code: 'superseded' });
    await helper.request('endAct', { act });
    expect(await second).toMatchObject({ state: 'ended', open: [] });
  });
});
