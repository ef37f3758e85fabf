/** Looks into sockets of other processes: content and order, and that everything is afterwards as it was. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fromBytes } from '../../src/protocol/bytes';
import type { Ref } from '../../src/protocol/ref';
import { type InProcess, inProcess } from '../support/inProcess';
import { Eye, socketHolder } from '../support/sockets';
import { type Holder, Scene } from '../support/streams';

const scene = new Scene();
let run: InProcess;
let eye: Eye;
beforeAll(async () => {
  run = await inProcess();
  eye = await Eye.open();
});
afterEach(async () => {
  await scene.clean();
  delete process.env.IPC_INSPECTOR_PRETEND_YAMA;
});

const LENGTH = 1 << 20;
const quoted = (text: string) => JSON.stringify(text);
const textOf = (content: string) => Buffer.from(fromBytes(content as never)).toString('latin1');

/** The ref of a socket of a holder, by the name that Python has for it. */
async function refOf(holder: Holder, name: string, kind: 'unix' | 'inet' = 'unix'): Promise<Ref> {
  const inode = await holder.run(`inode(${name})`);
  const seen = await eye.look();
  return kind === 'unix' ? seen.socket(inode).ref : seen.port(inode).ref;
}

/** Everything about a descriptor that a look might change. */
async function stateOf(holder: Holder, name: string): Promise<unknown> {
  const fd = String(await holder.run(`${name}.fileno()`));
  const info = await holder.run(`open('/proc/self/fdinfo/${fd}').read()`);
  const options = await holder.run(
    `[${name}.getsockopt(socket.SOL_SOCKET, o) for o in (socket.SO_RCVBUF, socket.SO_SNDBUF, 16, 42, 3)]`,
  );
  return [
    info,
    options,
    await holder.run(`unread(${name})`),
    await holder.run(`os.listdir('/proc/self/fd')`),
  ];
}

const ownSockets = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The listing itself.
      return [];
    }
  }).length;

describe('Unix', () => {
  test('a stream: all that waits, in order, again and again, and its owner reads it all', async () => {
    const holder = await socketHolder(scene);
    await holder.run(
      `x, y = socket.socketpair(); [x.send(p) for p in (b'one ', b'two ', bytes(range(256)))]`,
    );
    const ref = await refOf(holder, 'y');
    const before = await stateOf(holder, 'y');
    const all = `one two ${Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('latin1')}`;
    const open = ownSockets();
    for (let look = 0; look < 20; look++) {
      const peeked = await run.act('unix', 'peek', { ref, length: LENGTH });
      expect(peeked).toMatchObject({ unread: 264, boundary: false, descriptors: 0 });
      expect(textOf(peeked.content)).toBe(all);
      expect(textOf((await run.act('unix', 'peek', { ref, length: 5 })).content)).toBe('one t');
    }
    expect(ownSockets()).toBe(open);
    expect(await stateOf(holder, 'y')).toEqual(before);
    expect(await holder.run('taken(y)')).toBe(all);
    expect(await run.act('unix', 'peek', { ref, length: LENGTH })).toMatchObject({ content: '', unread: 0 });
  });

  for (const kind of ['SOCK_DGRAM', 'SOCK_SEQPACKET'])
    test(`${kind}: the first packet whole, also where it is cut, and the others behind it`, async () => {
      const holder = await socketHolder(scene);
      await holder.run(
        `x, y = socket.socketpair(socket.AF_UNIX, socket.${kind}); x.send(b'first packet'); x.send(b'second')`,
      );
      const ref = await refOf(holder, 'y');
      const peeked = await run.act('unix', 'peek', { ref, length: LENGTH });
      expect([textOf(peeked.content), peeked.packet, peeked.boundary]).toEqual(['first packet', 12, false]);
      expect(peeked.unread).toBe(kind === 'SOCK_DGRAM' ? 12 : 18);
      expect(await run.act('unix', 'peek', { ref, length: 3 })).toMatchObject({
        packet: 12,
        content: 'Zmly',
      });
      expect([
        await holder.run('taken(y)'),
        await holder.run('taken(y)'),
        await holder.run('taken(y)'),
      ]).toEqual(['first packet', 'second', 'EAGAIN']);
      // Nothing waits: no packet, not one of no bytes.
      expect((await run.act('unix', 'peek', { ref, length: LENGTH })).packet).toBeUndefined();
      await holder.run(`x.send(b'')`);
      expect((await run.act('unix', 'peek', { ref, length: LENGTH })).packet).toBe(0);
      expect(await holder.run('taken(y)')).toBe('');
    });

  test('descriptors on their way are counted and not taken', async () => {
    const holder = await socketHolder(scene);
    await holder.run(`
x, y = socket.socketpair()
r, w = os.pipe()
os.write(w, b'through the pipe')
x.send(b'head ')
socket.send_fds(x, [b'with'], [r, w, r])
x.send(b' tail')`);
    const ref = await refOf(holder, 'y');
    const before = await stateOf(holder, 'y');
    const open = ownSockets();
    for (let look = 0; look < 5; look++) {
      const peeked = await run.act('unix', 'peek', { ref, length: LENGTH });
      expect(peeked).toMatchObject({ unread: 14, boundary: true, descriptors: 3 });
      expect('head with tail'.startsWith(textOf(peeked.content))).toBe(true);
    }
    expect(ownSockets()).toBe(open);
    expect(await run.act('unix', 'inspect', { ref })).toMatchObject({ descriptors: 3 });
    expect(await stateOf(holder, 'y')).toEqual(before);
    await holder.run('os.close(r); os.close(w)');
    const [head, got] = (await holder.run(
      `[y.recv(5), (lambda got: [got[0], os.read(got[1][0], 100), len(got[1])])(socket.recv_fds(y, 100, 5))]`,
    )) as [string, [string, string, number]];
    expect([head, ...got]).toEqual(['head ', 'with', 'through the pipe', 3]);
  });

  test('an error that waits stays for its owner', async () => {
    const holder = await socketHolder(scene);
    // The other side closes with something unread: ECONNRESET.
    await holder.run(`x, y = socket.socketpair(); y.send(b'never read'); x.send(b'before'); x.close()`);
    const ref = await refOf(holder, 'y');
    for (let look = 0; look < 5; look++) {
      expect(await run.failure('unix', 'peek', { ref, length: 10 })).toMatchObject({
        code: 'disturbs',
        detail: { why: 'pendingError' },
      });
      expect((await run.act('unix', 'inspect', { ref })).flags).toContain('pendingError');
      expect((await eye.look([ref])).unix.find((one) => one.ref === ref)?.flags).toContain('pendingError');
    }
    // Where nobody may ask, that it is not known is said.
    process.env.IPC_INSPECTOR_PRETEND_YAMA = '1';
    const denied = await eye.look([ref]);
    expect(denied.unix.find((one) => one.ref === ref)?.flags).not.toContain('pendingError');
    expect(denied.blind).toContainEqual({ kind: 'unix', ref, field: 'details', code: 'denied' });
    delete process.env.IPC_INSPECTOR_PRETEND_YAMA;
    expect((await eye.look([ref])).blind.filter((one) => one.ref === ref)).toEqual([]);
    expect(await holder.run('[taken(y), taken(y)]')).toEqual(['before', 'ECONNRESET']);
  });

  test('an owner who keeps a place of his own from which he looks (SO_PEEK_OFF) keeps it', async () => {
    const holder = await socketHolder(scene);
    await holder.run(`x, y = socket.socketpair(); y.setsockopt(socket.SOL_SOCKET, 42, 2); x.send(b'abcdef')`);
    const ref = await refOf(holder, 'y');
    expect(await run.failure('unix', 'peek', { ref, length: 3 })).toMatchObject({
      detail: { why: 'peekOffset' },
    });
    expect(await holder.run('y.getsockopt(socket.SOL_SOCKET, 42)')).toBe(2);
    expect(await holder.run('y.recv(2, socket.MSG_PEEK)')).toBe('cd');
  });

  test('a closed other side, a listener, nobody, and who may not be asked', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'l');
    await holder.run(
      `x, y = socket.socketpair(); x.send(b'last words'); x.close(); l = listener(${quoted(path)})`,
    );
    const [y, l] = [await refOf(holder, 'y'), await refOf(holder, 'l')];
    expect(textOf((await run.act('unix', 'peek', { ref: y, length: 100 })).content)).toBe('last words');
    expect(await holder.run('[taken(y), taken(y)]')).toEqual(['last words', '']);
    expect(await run.failure('unix', 'peek', { ref: l, length: 1 })).toMatchObject({
      detail: { why: 'listening' },
    });
    process.env.IPC_INSPECTOR_PRETEND_YAMA = '1';
    expect(await run.failure('unix', 'peek', { ref: y, length: 1 })).toMatchObject({
      code: 'disturbs',
      detail: { why: 'denied' },
    });
    delete process.env.IPC_INSPECTOR_PRETEND_YAMA;
    await holder.run('y.close()');
    expect(await run.failure('unix', 'peek', { ref: y, length: 1 })).toMatchObject({ code: 'gone' });
  });

  test('an owner that opens, fills and closes all the while: every look is right or says that it is gone', async () => {
    const holder = await socketHolder(scene);
    await holder.run(`
stop = False
def churn():
    while not stop:
        a, b = socket.socketpair()
        a.send(b'ABCDEFGH'); time.sleep(0.002); a.close(); b.close()
t = threading.Thread(target=churn); t.start()`);
    const { readdirSync: list } = await import('node:fs');
    let looked = 0;
    const end = Date.now() + 1500;
    while (Date.now() < end) {
      const mine = (await eye.look()).unix.filter(({ endpoints = [] }) =>
        endpoints.some(({ pid }) => pid === holder.pid),
      );
      for (const { ref } of mine) {
        const peeked = await run.act('unix', 'peek', { ref, length: 100 }).catch(() => undefined);
        if (!peeked) continue;
        looked++;
        expect(['', 'ABCDEFGH']).toContain(textOf(peeked.content));
      }
    }
    await holder.run('stop = True; t.join()');
    expect(looked).toBeGreaterThan(0);
    expect(list(`/proc/${holder.pid}/fd`).length).toBeLessThan(10);
  });
});

describe('TCP and UDP', () => {
  for (const [family, address] of [
    ['AF_INET', '127.0.0.1'],
    ['AF_INET6', '::1'],
  ])
    test(`${family}: a stream is as it was afterwards, a datagram comes whole`, async () => {
      const holder = await socketHolder(scene);
      await holder.run(`
l = tcp(socket.${family}, '${address}')
c = dial(l.getsockname()[1], '${address}', socket.${family})
a, _ = l.accept()
c.sendall(b'over tcp')
u = socket.socket(socket.${family}, socket.SOCK_DGRAM); u.bind(('${address}', 0))
v = dial(u.getsockname()[1], '${address}', socket.${family}, socket.SOCK_DGRAM)
v.send(b'first datagram'); v.send(b'second')
select.select([a], [], []); select.select([u], [], [])`);
      const [a, u] = [await refOf(holder, 'a', 'inet'), await refOf(holder, 'u', 'inet')];
      const before = await stateOf(holder, 'a');
      for (let look = 0; look < 5; look++) {
        const stream = await run.act('inet', 'peek', { ref: a, length: LENGTH });
        expect([textOf(stream.content), stream.unread, stream.boundary]).toEqual(['over tcp', 8, false]);
        const packet = await run.act('inet', 'peek', { ref: u, length: 5 });
        expect([textOf(packet.content), packet.packet]).toEqual(['first', 14]);
      }
      expect(await stateOf(holder, 'a')).toEqual(before);
      expect(await holder.run('[taken(a), taken(u), taken(u), taken(u)]')).toEqual([
        'over tcp',
        'first datagram',
        'second',
        'EAGAIN',
      ]);
    });

  test('errors that wait stay: a reset connection, a refused datagram', async () => {
    const holder = await socketHolder(scene);
    await holder.run(`
l = tcp(); c = dial(l.getsockname()[1]); a, _ = l.accept()
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); c.close()
gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); gone.bind(('127.0.0.1', 0))
u = dial(gone.getsockname()[1], kind=socket.SOCK_DGRAM); gone.close(); u.send(b'to nobody')
p = select.poll(); p.register(u, 0); p.poll()`);
    const u = await refOf(holder, 'u', 'inet');
    for (let look = 0; look < 3; look++)
      expect(await run.failure('inet', 'peek', { ref: u, length: 10 })).toMatchObject({
        detail: { why: 'pendingError' },
      });
    expect(await holder.run('taken(u)')).toBe('ECONNREFUSED');
    // The kernel counts a reset connection no more, so it is listed no more; the error is still there.
    await eye.look();
    expect(await holder.run('taken(a)')).toBe('ECONNRESET');
  });
});
