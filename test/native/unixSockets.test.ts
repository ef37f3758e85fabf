/** Unix sockets as the census shows them, against what other programs say, and what none of them says. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { destroySocketFile, socketFileAt } from '../../src/native/mechanisms/socket/file';
import { fromBytes } from '../../src/protocol/bytes';
import { asFailure } from '../../src/protocol/errors';
import type { Snapshot } from '../../src/protocol/snapshot';
import { inProcess } from '../support/inProcess';
import { AS_NOBODY, needs, needsRoot, output } from '../support/oracles';
import { Eye, pids, socketHolder } from '../support/sockets';
import { Scene, sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
afterEach(async () => {
  await scene.clean();
  delete process.env.IPC_INSPECTOR_PRETEND_NO_SOCK_DIAG;
});

const quoted = (text: string) => JSON.stringify(text);

describe('what a socket is', () => {
  for (const [kind, word] of [
    ['SOCK_STREAM', 'stream'],
    ['SOCK_SEQPACKET', 'seqpacket'],
  ] as const)
    test(`${word}: a listener, an accepted connection, and a client that waits`, async () => {
      const eye = await Eye.open();
      const [server, client] = [await socketHolder(scene), await socketHolder(scene)];
      const path = join(scene.folder(), 'app.sock');
      await server.run(`l = listener(${quoted(path)}, socket.${kind}, 7)`);
      await client.run(`c = client(${quoted(path)}, socket.${kind})`);
      await server.run('a, _ = l.accept()');
      await client.run(`w = client(${quoted(path)}, socket.${kind})`);
      await client.run(`c.send(b'twelve bytes')`);
      const [l, a] = (await server.run('[inode(l), inode(a)]')) as string[];
      const [c, w] = (await client.run('[inode(c), inode(w)]')) as string[];
      const seen = await eye.look();

      const { ino, dev } = statSync(path, { bigint: true });
      const listener = seen.socket(l);
      expect(listener).toMatchObject({
        type: word,
        state: 'listening',
        name: { is: 'path', text: path },
        file: { device: String(dev), inode: String(ino) },
        backlog: { pending: 1, limit: 7 },
        connections: 1,
        peer: null,
        flags: ['listening'],
        owner: { uid: process.geteuid?.() },
        endpoints: [{ pid: server.pid, role: 'bound' }],
      });
      const accepted = seen.socket(a);
      expect(accepted).toMatchObject({
        state: 'connected',
        flags: ['connected'],
        listener: listener.ref,
        peer: seen.socket(c).ref,
        receiveQueue: { amount: 12, unit: 'bytes' },
        endpoints: [{ pid: server.pid, role: 'connected' }],
      });
      expect(seen.socket(c)).toMatchObject({
        name: { is: 'unnamed' },
        peer: accepted.ref,
        sendQueue: { unit: 'memory' },
      });
      expect(seen.socket(c).sendQueue?.amount).toBeGreaterThan(12);
      expect(seen.socket(w)).toMatchObject({
        flags: ['connected', 'unaccepted'],
        listener: listener.ref,
        peer: null,
      });
      expect(seen.counts.unix).toBe(seen.unix.length);

      // Nothing has changed: the very same objects.
      const again = await eye.look();
      for (const inode of [l, a, c, w]) expect(again.socket(inode)).toBe(seen.socket(inode));
      await server.run('b, _ = l.accept()');
      const later = await eye.look();
      expect(later.socket(l)).toMatchObject({ backlog: { pending: 0, limit: 7 }, connections: 2 });
      expect(later.socket(w).flags).toEqual(['connected']);
      expect(later.socket(a)).toBe(seen.socket(a));
    });

  test('pairs, shut down and closed', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    await holder.run('x, y = socket.socketpair(); p, q = socket.socketpair(); m, n = socket.socketpair()');
    await holder.run('p.shutdown(socket.SHUT_WR)');
    const [x, y, p, q, m] = (await holder.run('[inode(s) for s in (x, y, p, q, m)]')) as string[];
    await holder.run('n.close()');
    const seen = await eye.look();
    expect(seen.socket(x)).toMatchObject({ flags: ['connected', 'pair'], peer: seen.socket(y).ref });
    expect(seen.socket(p)).toMatchObject({
      flags: ['connected', 'pair', 'halfClosed'],
      shutdown: { receive: true, send: false },
    });
    expect(seen.socket(q).shutdown).toEqual({ receive: false, send: true });
    expect(seen.socket(m)).toMatchObject({ flags: ['connected', 'peerClosed'], peer: null });
  });

  test('datagrams: many senders of one receiver, and what waits counts the first alone', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'log');
    await holder.run(
      `r = bound(${quoted(path)}); ss = [client(${quoted(path)}, socket.SOCK_DGRAM) for _ in range(3)]`,
    );
    await holder.run(`ss[0].send(b'four'); ss[1].send(b'seventeen letters')`);
    const [r, ...senders] = (await holder.run('[inode(s) for s in (r, *ss)]')) as string[];
    const seen = await eye.look();
    expect(seen.socket(r)).toMatchObject({
      type: 'dgram',
      senders: 3,
      receiveQueue: { amount: 4, unit: 'firstPacket' },
      peer: null,
      endpoints: [{ role: 'bound' }],
    });
    for (const sender of senders)
      expect(seen.socket(sender)).toMatchObject({ peer: seen.socket(r).ref, flags: ['connected'] });
  });

  test('who waits: in accept, in recv, in poll', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 's');
    await holder.run(
      `l = listener(${quoted(path)}); x, y = socket.socketpair(); z, _z = socket.socketpair()`,
    );
    await holder.run(
      `[threading.Thread(target=f, daemon=True).start() for f in (l.accept, lambda: x.recv(1), lambda: select.select([z], [], []))]`,
    );
    const [l, x, y, z] = (await holder.run('[inode(s) for s in (l, x, y, z)]')) as string[];
    const calls = async () => {
      const seen = await eye.look();
      const of = (inode: string | undefined) =>
        seen
          .socket(inode)
          .endpoints?.flatMap(({ waits = [] }) => waits.map(({ call, certain }) => `${call} ${certain}`));
      return [l, x, y, z].map(of);
    };
    const found = await until(async () => {
      const now = await calls();
      return now[0]?.length && now[1]?.length && now[3]?.length ? now : undefined;
    });
    // By descriptors of a table that its other threads may change.
    expect(found[0]?.[0]).toMatch(/^accept4? false$/);
    expect(found[1]).toEqual(['recvfrom false']);
    expect(found[2]).toEqual([]);
    expect(found[3]?.[0]).toMatch(/select|poll/);
  });

  test('a descriptor that several processes have', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    await holder.run(
      `x, y = socket.socketpair(); x.set_inheritable(True); import subprocess; k = subprocess.Popen(['sleep', '1000'], pass_fds=[x.fileno()])`,
    );
    const kid = Number(await holder.run('k.pid'));
    try {
      const x = await holder.run('inode(x)');
      const seen = await until(async () => {
        const now = await eye.look();
        return pids(now.socket(x)).length === 2 && now;
      });
      expect(pids(seen.socket(x))).toEqual([holder.pid, kid].sort((a, b) => a - b));
    } finally {
      await holder.run('k.kill(); k.wait()');
    }
  });
});

describe('names', () => {
  test('a newline, a link to a command, 108 bytes, NUL and 0xff: shown as they are, nothing else moved', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    const fake = `${folder}/x\n0000000000000000: 00000002 00000000 00010000 0001 01 4294967290 faked`;
    const long = `${folder}/${'n'.repeat(108 - folder.length - 1)}`;
    const link = `${folder}/[x](command:workbench.action.quit)$(zap)`;
    await holder.run(
      `os.umask(0o27); a = listener(${quoted(fake.slice(0, 107))}); b = listener(${quoted(link)})`,
    );
    // Python adds no NUL, so that all 108 bytes are the path's.
    await holder.run(`c = fullpath(${quoted(long)})`);
    await holder.run(`d = listener(b'\\0ab\\0c\\xff@' + str(os.getpid()).encode())`);
    await holder.run(`import os; os.chdir(${quoted(folder)}); e = listener('relative')`);
    const [a, b, c, d, e] = (await holder.run('[inode(s) for s in (a, b, c, d, e)]')) as string[];
    const seen = await eye.look();
    expect(seen.socket(a).name).toEqual({ is: 'path', text: fake.slice(0, 107) });
    expect(seen.socket(b)).toMatchObject({ name: { is: 'path', text: link }, mode: 0o750 });
    expect(seen.socket(c)).toMatchObject({ name: { is: 'path', text: long }, flags: ['listening'] });
    const abstract = seen.socket(d).name;
    expect(abstract).toMatchObject({ is: 'abstract', text: `ab\0c\\xff@${holder.pid}` });
    expect(seen.socket(d).mode).toBeNull();
    if (abstract.is !== 'abstract' || abstract.bytes === undefined) throw new Error('no bytes');
    expect(Buffer.from(fromBytes(abstract.bytes)).toString('latin1')).toBe(`ab\0c\xff@${holder.pid}`);
    expect(seen.socket(e).name).toEqual({ is: 'path', text: 'relative' });
    expect(seen.unix.some(({ inode }) => inode === '4294967290')).toBe(false);
  });

  test('autobind: the kernel gives a name, and it is abstract', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    await holder.run(`s = bound('')`);
    const seen = await eye.look();
    expect(seen.socket(await holder.run('inode(s)')).name).toMatchObject({
      is: 'abstract',
      text: expect.stringMatching(/^[0-9a-f]{5}$/) as string,
    });
  });
});

describe('files', () => {
  test('live, unlinked, renamed, stale, and made anew', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    const [live, gone, moved, left] = ['live', 'gone', 'moved', 'left'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    await holder.run(`a, b, c, d = [listener(p) for p in ${JSON.stringify([live, gone, moved, left])}]`);
    const [a, b, c] = (await holder.run('[inode(s) for s in (a, b, c)]')) as string[];
    unlinkSync(gone);
    renameSync(moved, `${moved}.now`);
    await holder.run('d.close()');
    const seen = await eye.look();
    expect(seen.socket(a).flags).toEqual(['listening']);
    expect(seen.socket(b).flags).toEqual(['listening', 'unlinked']);
    expect(seen.socket(b).file).toBeUndefined();
    // Its own name leads to it no more, but the file is no abandoned one.
    expect(seen.socket(c).flags).toEqual(['listening', 'unlinked']);
    expect(seen.file(`${moved}.now`)).toBeUndefined();
    expect(seen.file(live)).toBeUndefined();
    const { ino, uid } = statSync(left, { bigint: true });
    expect(seen.file(left)).toMatchObject({
      flags: [expect.stringMatching(/^(stale|nobodySeen)$/) as string],
      endpoints: [],
      file: { inode: String(ino) },
      owner: { uid: Number(uid) },
    });
    // Another socket of the same name is another file.
    unlinkSync(left);
    await holder.run(`d = listener(${quoted(left)})`);
    const later = await eye.look();
    expect(later.file(left)).toBeUndefined();
    expect(later.socket(await holder.run('inode(d)')).flags).toEqual(['listening']);
  });

  test('one that was bound in another root, and one behind a link of such a root, are not called unlinked', async (context) => {
    needsRoot(context, 'chroot');
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    await holder.run(`
os.makedirs(${quoted(join(folder, 'run/deep'))}); os.symlink('/run', ${quoted(join(folder, 'link'))})
os.chroot(${quoted(folder)}); os.chdir('/')
a, b, c = listener('/run/a'), listener('/link/deep/b'), listener('/run/c'); os.unlink('/run/c')`);
    const [a, b, c] = (await holder.run('[inode(s) for s in (a, b, c)]')) as string[];
    const seen = await eye.look();
    expect(seen.socket(a).flags).toEqual(['listening']);
    expect(seen.socket(b).flags).toEqual(['listening']);
    expect(seen.socket(c).flags).toEqual(['listening', 'unlinked']);
  });

  test('a look connects to nobody', async () => {
    const eye = await Eye.open();
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'untouched');
    await holder.run(`l = listener(${quoted(path)}); l.setblocking(False)`);
    for (let look = 0; look < 5; look++)
      await eye.look([(await eye.look()).socket(await holder.run('inode(l)')).ref]);
    expect(await holder.run('l.accept()')).toEqual({ error: 'EAGAIN' });
  });

  test('a socket of another network namespace is not called stale, and is shown', async (context) => {
    needsRoot(context, 'makes a network namespace');
    const eye = await Eye.open();
    const holder = await socketHolder(scene, ['unshare', '--net']);
    const path = join(scene.folder(), 'inside');
    await holder.run(`l = listener(${quoted(path)})`);
    const inode = await holder.run('inode(l)');
    const network = String(await holder.run(`os.stat('/proc/self/ns/net').st_ino`));
    const seen = await until(async () => {
      const now = await eye.look();
      return now.unix.some((one) => one.inode === inode) && now;
    });
    expect(seen.file(path)).toBeUndefined();
    expect(seen.socket(inode)).toMatchObject({
      state: 'listening',
      network,
      flags: ['listening', 'otherNetwork'],
      name: { is: 'path', text: path },
      endpoints: [{ pid: holder.pid }],
    });
    expect(seen.socket(inode).peer).toBeUndefined();
    expect(seen.socket(inode).receiveQueue).toBeUndefined();
    expect(seen.blind).toContainEqual(
      expect.objectContaining({ kind: 'unix', field: 'peer', code: 'otherNetwork' }),
    );
    // Renamed in there, its name leads nowhere: then no file at all can be proved to be stale.
    const left = join(scene.folder(), 'left');
    await holder.run('1');
    const other = await socketHolder(scene);
    await other.run(`s = listener(${quoted(left)}); s.close()`);
    renameSync(path, `${path}.moved`);
    const later = await until(async () => {
      const now = await eye.look();
      return now.file(left) && now;
    });
    expect(later.file(left)?.flags).toEqual(['nobodySeen']);
    expect(later.file(`${path}.moved`)?.flags).toEqual(['nobodySeen']);
  });

  test('on overlay, where the kernel tells another device than stat, a live one is not called stale', (context) => {
    needsRoot(context, 'mounts a file system in a mount namespace of its own');
    const folder = scene.folder();
    const script = [
      `mount -t tmpfs tmpfs ${folder}`,
      `cd ${folder} && mkdir lower upper work all`,
      `mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work all`,
      `python3 -c 'import socket,time,sys
s = socket.socket(socket.AF_UNIX); s.bind("all/live"); s.listen(); t = socket.socket(socket.AF_UNIX); t.bind("all/left"); t.close(); print("made", flush=True); sys.stdin.read()' < wait > made & true`,
    ];
    script.splice(2, 0, 'mkfifo wait made; exec 3<>wait 4<>made');
    script.push(
      'read line < made',
      `TMPDIR=${folder} XDG_RUNTIME_DIR=${folder} ${process.execPath} ${process.cwd()}/dist/helper.js list --kind unix --json; kill %1`,
    );
    const text = output('unshare', '-m', 'bash', '-c', script.join('\n'));
    const objects = JSON.parse(text) as { name: { text?: string }; flags: string[]; inode: string | null }[];
    const files = objects.filter(({ inode }) => inode === null).map(({ name }) => name.text);
    expect(files).toContain(`${folder}/all/left`);
    expect(files).not.toContain(`${folder}/all/live`);
  });
});

describe('destroy', () => {
  test('a stale file, a live one, one that was replaced meanwhile, and one that is gone', async () => {
    const [eye, run] = [await Eye.open(), await inProcess()];
    const holder = await socketHolder(scene);
    const folder = scene.folder();
    const [stale, live] = [join(folder, '[x](command:y)'), join(folder, 'live')];
    await holder.run(`s = listener(${quoted(stale)}); s.close(); l = listener(${quoted(live)})`);
    const seen = await eye.look();
    const left = seen.file(stale);
    if (!left?.file) throw new Error('not found');
    const other = { ...left.file, inode: String(BigInt(left.file.inode) + 1n) };
    expect(await run.failure('unix', 'destroy', { ref: left.ref, identity: other })).toMatchObject({
      code: 'replaced',
    });
    expect(readdirSync(folder).sort()).toEqual(['[x](command:y)', 'live']);
    await run.act('unix', 'destroy', { ref: left.ref, identity: left.file });
    expect(readdirSync(folder)).toEqual(['live']);
    expect(await run.failure('unix', 'destroy', { ref: left.ref, identity: left.file })).toMatchObject({
      code: 'gone',
    });

    // Who is bound keeps it, and is found no more.
    const socket = seen.socket(await holder.run('inode(l)'));
    if (!socket.file) throw new Error('no file');
    await run.act('unix', 'destroy', { ref: socket.ref, identity: socket.file });
    expect(readdirSync(folder)).toEqual([]);
    const later = await eye.look();
    expect(later.socket(await holder.run('inode(l)')).flags).toEqual(['listening', 'unlinked']);
    expect(await run.failure('unix', 'destroy', { ref: socket.ref, identity: socket.file })).toMatchObject({
      code: 'gone',
    });

    // A file of somebody's in its place stays.
    writeFileSync(live, 'precious');
    expect(await run.failure('unix', 'destroy', { ref: socket.ref, identity: socket.file })).toMatchObject({
      code: 'gone',
    });
    expect(readdirSync(folder)).toEqual(['live']);
  });

  test('amid swaps, nothing but the socket is ever taken away', async () => {
    const folder = scene.folder();
    const [path, other] = [join(folder, 's'), join(folder, 'other')];
    const holder = await socketHolder(scene);
    for (let round = 0; round < 10; round++) {
      await holder.run(`s = listener(${quoted(path)}); s.close()`);
      const identity = socketFileAt(path);
      writeFileSync(other, 'precious');
      await holder.run(`
stop = False
libc = ctypes.CDLL(None, use_errno=True)
def swap():
    while not stop: libc.renameat2(-100, ${quoted(path)}.encode(), -100, ${quoted(other)}.encode(), 2)
t = threading.Thread(target=swap); t.start()`);
      const outcome = (() => {
        try {
          destroySocketFile(identity, path);
          return 'done';
        } catch (error) {
          return asFailure(error);
        }
      })();
      await holder.run('stop = True; t.join()');
      const files = readdirSync(folder).map((name) => join(folder, name));
      const precious = files.filter((file) => statSync(file).isFile());
      expect([outcome, precious.map((file) => readFileSync(file, 'utf8'))]).toEqual([outcome, ['precious']]);
      for (const file of files) unlinkSync(file);
    }
  });
});

describe('the command line', () => {
  test('lists, inspects and peeks; nothing of a name reaches the terminal', async () => {
    const holder = await socketHolder(scene);
    const path = join(scene.folder(), 'a\u001b[2Jb\n');
    await holder.run(
      `l = listener(${quoted(path)}); c = client(${quoted(path)}); a, _ = l.accept(); c.send(b'what waits')`,
    );
    const helper = (...args: string[]) => output(process.execPath, 'dist/helper.js', ...args);
    const all = helper('list', '--kind', 'unix');
    const inode = String(await holder.run('inode(l)'));
    const line = all.split('\n').find((one) => one.startsWith(`unix:${inode}:`)) ?? '';
    expect(line).toMatch(/a␛\[2Jb␊ .*stream · listening, 0 of 5 · 1 connection/);
    expect(all).not.toContain('\u001b');
    const [ref = ''] = line.split(' ');
    const told = helper('inspect', ref);
    expect(told).toMatch(/Backlog +udiag_rqueue, udiag_wqueue +0 of 5/);
    expect(told).toContain(`python3 (${holder.pid})`);
    const other = String(await holder.run('inode(a)'));
    const [peeked = ''] = (all.split('\n').find((one) => one.startsWith(`unix:${other}:`)) ?? '').split(' ');
    expect(helper('peek', peeked)).toMatch(/^10 B in unix:.*\n00000000 {2}77 68 61 74 .* what waits\n$/);
    const refused = spawnSync(process.execPath, ['dist/helper.js', 'peek', ref], { encoding: 'utf8' });
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('it listens') as string]);
  });
});

test('a plain user sees all sockets, and of whom he may not look at that he may not', async (context) => {
  needsRoot(context, 'runs as another user');
  const holder = await socketHolder(scene);
  const path = join(scene.folder(), 'root');
  await holder.run(`l = listener(${quoted(path)}); c = client(${quoted(path)})`);
  const text = output('env', ...AS_NOBODY, process.execPath, 'dist/helper.js', 'snapshot');
  const { objects, blind } = JSON.parse(text) as Snapshot;
  const found = objects.find(
    (one) =>
      one.kind === 'unix' &&
      one.name.is === 'path' &&
      one.name.text === path &&
      one.flags.includes('listening'),
  );
  expect(found).toMatchObject({ owner: { uid: 0 }, backlog: { pending: 1, limit: 5 }, endpoints: [] });
  expect(blind).toContainEqual(expect.objectContaining({ kind: 'unix', field: 'endpoints', code: 'denied' }));
});

describe('against other programs', () => {
  test('peers and processes equal those of ss', async (context) => {
    needs(context, 'ss');
    await makeBusy();
    const eye = await Eye.open();
    // Others come and go between two looks: compared is what stands still, and what differs must do so again and again.
    const differences = new Map<string, number>();
    let compared = 0;
    const ROUNDS = 4;
    for (let round = 0; round < ROUNDS; round++) {
      const before = await eye.look();
      const lines = output('ss', '-xapH').split('\n').filter(Boolean);
      const after = await eye.look();
      for (const line of lines) {
        const [, inode = '', peer, , users = ''] = /\s(\d+)\s+\S+ (\d+)\s*(users:(.*))?$/.exec(line) ?? [];
        const now = after.unix.find((one) => one.inode === inode);
        if (!now || before.unix.find((one) => one.inode === inode) !== now) continue;
        compared++;
        const theirs = new Set([...users.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)));
        const same =
          (after.peerInode(now) ?? '0') === peer &&
          pids(now).join() === [...theirs].sort((a, b) => a - b).join();
        const what = `${line.trim()}: ${String(after.peerInode(now))} ${pids(now).join()}`;
        if (!same) differences.set(what, (differences.get(what) ?? 0) + 1);
      }
    }
    expect([...differences].filter(([, times]) => times === ROUNDS)).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  test('peers equal those of lsof +E', async (context) => {
    needs(context, 'lsof', ['-v']);
    const holders = await makeBusy();
    const eye = await Eye.open();
    const seen = await eye.look();
    let compared = 0;
    for (const { pid } of holders) {
      const lines = output('lsof', '-w', '-a', '-U', '+E', '-p', String(pid)).split('\n');
      for (const line of lines) {
        // Those at the other end stand there too.
        const fields = line.trim().split(/\s+/);
        if (fields[1] !== String(pid) || /\(LISTEN\)|type=DGRAM/.test(line)) continue;
        const peer = /->INO=(\d+)/.exec(line)?.[1];
        const inode = fields[7];
        if (peer === undefined || inode === undefined) continue;
        compared++;
        expect([line, seen.peerInode(seen.socket(inode))]).toEqual([line, peer]);
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
});

test('without sock_diag: names, types and holders are there, and what is unknown is absent and said', async () => {
  const holder = await socketHolder(scene);
  const path = join(scene.folder(), 'plain');
  await holder.run(
    `l = listener(${quoted(path)}); c = client(${quoted(path)}); x, y = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)`,
  );
  const [l, c, x] = (await holder.run('[inode(s) for s in (l, c, x)]')) as string[];
  const { stdout } = lookWithout();
  const objects = JSON.parse(stdout) as { inode: string; [field: string]: unknown }[];
  const of = (inode: string | undefined) => objects.find((one) => one.inode === inode);
  expect(of(l)).toMatchObject({
    ref: `unix:${l}:0`,
    state: 'listening',
    name: { is: 'path', text: path },
    endpoints: [{ pid: holder.pid }],
  });
  for (const inode of [l, c, x])
    for (const field of [
      'peer',
      'receiveQueue',
      'sendQueue',
      'backlog',
      'owner',
      'shutdown',
      'connections',
      'senders',
    ])
      expect([inode, field, of(inode)?.[field]]).toEqual([inode, field, undefined]);
  expect(of(x)).toMatchObject({ type: 'dgram', name: { is: 'unnamed' } });
  // The kernel says the same of one to which only another has connected.
  expect(of(x)?.state).toBeUndefined();
});

function lookWithout() {
  return spawnSync(process.execPath, ['dist/helper.js', 'list', '--kind', 'unix', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, IPC_INSPECTOR_PRETEND_NO_SOCK_DIAG: '1' },
  });
}

/** Pairs, connections and datagrams of Python, Perl and Node, some of them in several processes. */
async function makeBusy() {
  const [one, two] = [await socketHolder(scene), await socketHolder(scene)];
  const folder = scene.folder();
  await one.run(
    `l = listener(${quoted(join(folder, 'l'))}, backlog=50); r = bound(${quoted(join(folder, 'r'))}); q = listener(${quoted(join(folder, 'q'))}, socket.SOCK_SEQPACKET)`,
  );
  await two.run(
    `cs = [client(${quoted(join(folder, 'l'))}) for _ in range(10)]; ds = [client(${quoted(join(folder, 'r'))}, socket.SOCK_DGRAM) for _ in range(3)]; e = client(${quoted(join(folder, 'q'))}, socket.SOCK_SEQPACKET)`,
  );
  await one.run('acs = [l.accept()[0] for _ in range(7)]; ps = [socket.socketpair() for _ in range(5)]');
  await one.run(`import subprocess; k = subprocess.Popen(['cat'], stdin=ps[0][1], stdout=ps[1][1])`);
  await until(() => sleeps(two.pid, /./));
  return [one, two];
}
