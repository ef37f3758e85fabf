/** TCP and UDP sockets with both ends on this host, against what another program says. */
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { needs, needsRoot, output } from '../support/oracles';
import { Eye, pids, socketHolder } from '../support/sockets';
import { Scene } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
afterEach(() => scene.clean());

for (const [family, address, number] of [
  ['AF_INET', '127.0.0.1', 4],
  ['AF_INET6', '::1', 6],
] as const)
  describe(family, () => {
    test('a listener, an accepted connection, one that waits, and what is unread', async () => {
      const eye = await Eye.open();
      const [server, client] = [await socketHolder(scene), await socketHolder(scene)];
      await server.run(`l = tcp(socket.${family}, '${address}', 9)`);
      const port = Number(await server.run('l.getsockname()[1]'));
      await client.run(`c = dial(${port}, '${address}', socket.${family})`);
      await server.run('a, _ = l.accept()');
      await client.run(`w = dial(${port}, '${address}', socket.${family}); c.sendall(b'seventeen letters')`);
      await server.run('_ = select.select([a], [], [])');
      const [l, a] = (await server.run('[inode(l), inode(a)]')) as string[];
      const [c, w] = (await client.run('[inode(c), inode(w)]')) as string[];
      const mine = Number(await client.run('c.getsockname()[1]'));
      const seen = await eye.look();
      expect(seen.port(l)).toMatchObject({
        protocol: 'tcp',
        family: number,
        state: 'listening',
        local: { address, port },
        remote: null,
        backlog: { pending: 1, limit: 9 },
        connections: 1,
        peer: null,
        mode: null,
        flags: ['listening'],
        owner: { uid: process.geteuid?.() },
        endpoints: [{ pid: server.pid, role: 'bound' }],
      });
      expect(seen.port(a)).toMatchObject({
        state: 'established',
        local: { address, port },
        remote: { address, port: mine },
        receiveQueue: { amount: 17, unit: 'bytes' },
        peer: seen.port(c).ref,
        listener: seen.port(l).ref,
        flags: ['connected'],
        endpoints: [{ pid: server.pid, role: 'connected' }],
      });
      expect(seen.port(c)).toMatchObject({ peer: seen.port(a).ref, endpoints: [{ pid: client.pid }] });
      expect(seen.port(c).listener).toBeUndefined();
      // What is not accepted has no inode and no process, and still it is the peer of its client.
      const waiting = seen.inet.find(({ ref }) => ref === seen.port(w).peer);
      expect(waiting).toMatchObject({
        inode: null,
        flags: ['connected', 'unaccepted'],
        endpoints: [],
        listener: seen.port(l).ref,
      });
      expect(waiting?.owner).toBeUndefined();
      expect(seen.counts.inet).toBe(seen.inet.length);
      // Nothing has changed: the very same objects, whatever the timers say.
      const again = await eye.look();
      for (const inode of [l, a, c, w]) expect(again.port(inode)).toBe(seen.port(inode));
    });

    test('half closed, and TIME_WAIT, which no process holds', async () => {
      const eye = await Eye.open();
      const holder = await socketHolder(scene);
      await holder.run(`
l = tcp(socket.${family}, '${address}')
c = dial(l.getsockname()[1], '${address}', socket.${family}); a, _ = l.accept(); c.shutdown(socket.SHUT_WR)
select.select([a], [], [])`);
      const [a, c] = (await holder.run('[inode(a), inode(c)]')) as string[];
      const port = Number(await holder.run('c.getsockname()[1]'));
      const seen = await eye.look();
      expect(seen.port(a)).toMatchObject({ state: 'closeWait', flags: ['connected', 'halfClosed'] });
      expect(seen.port(c)).toMatchObject({ state: 'finWait2', flags: ['ending', 'halfClosed'] });
      await holder.run('a.close(); c.close()');
      const later = await until(async () => {
        const now = await eye.look();
        return now.inet.find(({ local, state }) => local.port === port && state === 'timeWait');
      });
      expect(later).toMatchObject({ inode: null, endpoints: [], flags: ['ending'], peer: null });
      expect([later.owner, later.receiveQueue, later.shutdown]).toEqual([undefined, undefined, undefined]);
    });

    test('UDP: many senders of one receiver; what waits counts memory', async () => {
      const eye = await Eye.open();
      const holder = await socketHolder(scene);
      await holder.run(`
u = socket.socket(socket.${family}, socket.SOCK_DGRAM); u.bind(('${address}', 0))
vs = [dial(u.getsockname()[1], '${address}', socket.${family}, socket.SOCK_DGRAM) for _ in range(2)]
vs[0].send(b'four'); select.select([u], [], [])`);
      const [u, ...senders] = (await holder.run('[inode(s) for s in (u, *vs)]')) as string[];
      const seen = await eye.look();
      expect(seen.port(u)).toMatchObject({
        protocol: 'udp',
        state: 'unconnected',
        peer: null,
        receiveQueue: { unit: 'memory' },
      });
      expect(seen.port(u).receiveQueue?.amount).toBeGreaterThan(4);
      for (const sender of senders)
        expect(seen.port(sender)).toMatchObject({
          state: 'connected',
          flags: ['connected'],
          peer: seen.port(u).ref,
        });
    });
  });

test('an IPv4 client of an IPv6 listener: mapped addresses meet', async () => {
  const eye = await Eye.open();
  const holder = await socketHolder(scene);
  await holder.run(`
l = socket.socket(socket.AF_INET6); l.setsockopt(41, 26, 0); l.bind(('::', 0)); l.listen()
c = dial(l.getsockname()[1]); a, _ = l.accept()`);
  const [l, c, a] = (await holder.run('[inode(s) for s in (l, c, a)]')) as string[];
  const seen = await eye.look();
  expect(seen.port(l)).toMatchObject({ local: { address: '::' }, onlyV6: false, connections: 1 });
  expect(seen.port(a)).toMatchObject({
    family: 6,
    local: { address: '::ffff:127.0.0.1' },
    listener: seen.port(l).ref,
  });
  expect([seen.port(c).peer, seen.port(a).peer]).toEqual([seen.port(a).ref, seen.port(c).ref]);
});

test('two listeners of one port: whose a connection is cannot be told, and is not', async () => {
  const eye = await Eye.open();
  const holder = await socketHolder(scene);
  await holder.run(`
def shared(port):
    s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1); s.bind(('127.0.0.1', port)); s.listen(); return s
l = shared(0); m = shared(l.getsockname()[1]); c = dial(l.getsockname()[1])`);
  const [l, m, c] = (await holder.run('[inode(s) for s in (l, m, c)]')) as string[];
  const seen = await eye.look();
  expect([seen.port(l).connections, seen.port(m).connections]).toEqual([undefined, undefined]);
  const other = seen.inet.find(({ ref }) => ref === seen.port(c).peer);
  expect(other?.listener).toBeUndefined();
});

test('traffic that leaves the host is left out and counted; between two addresses of its own it is not', (context) => {
  needsRoot(context, 'makes an interface in a network namespace of its own');
  const script = `
ip link set lo up; ip addr add 192.0.2.1/32 dev lo; ip route add 198.51.100.0/24 dev lo
exec python3 -c '
import socket, subprocess, json, sys
l = socket.socket(); l.bind(("192.0.2.1", 0)); l.listen(); c = socket.socket(); c.connect(l.getsockname()); a, _ = l.accept()
n = socket.socket(); n.bind(("192.0.2.1", 0)); n.listen()
o = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); o.connect(("198.51.100.7", 9))
print(json.dumps([l.getsockname()[1], c.getsockname()[1], n.getsockname()[1], o.getsockname()[1]]), flush=True)
subprocess.run(sys.argv[1:])' ${process.execPath} dist/helper.js snapshot`;
  const [ports = '', snapshot = ''] = output('unshare', '-n', 'sh', '-c', script).split(/\n(.*)/s);
  const [listener, client, silent, outward] = JSON.parse(ports) as number[];
  const { objects, blind } = JSON.parse(snapshot) as {
    objects: { kind: string; local?: { port: number } }[];
    blind: object[];
  };
  const found = objects.filter(({ kind }) => kind === 'inet').map(({ local }) => local?.port);
  expect(found.sort()).toEqual([listener, listener, client].sort());
  expect(found).not.toContain(silent);
  expect(found).not.toContain(outward);
  expect(blind).toContainEqual({ kind: 'inet', field: 'remote', code: 'otherTraffic', count: 2 });
});

test('processes at both ends equal those of ss', async (context) => {
  needs(context, 'ss');
  const [one, two] = [await socketHolder(scene), await socketHolder(scene)];
  await one.run('l = tcp(backlog=50); m = tcp(socket.AF_INET6, "::1", 50)');
  const [v4, v6] = (await one.run('[l.getsockname()[1], m.getsockname()[1]]')) as number[];
  await two.run(
    `cs = [dial(${v4}) for _ in range(8)] + [dial(${v6}, '::1', socket.AF_INET6) for _ in range(8)]`,
  );
  await one.run('acs = [l.accept()[0] for _ in range(6)] + [m.accept()[0] for _ in range(6)]');
  const eye = await Eye.open();
  const seen = await eye.look();
  let compared = 0;
  for (const line of output('ss', '-tanpOH').split('\n')) {
    // State Recv-Q Send-Q Local:Port Peer:Port users
    const [state, receive, , local = '', , users = ''] = line.split(/\s+/);
    const port = Number(local.slice(local.lastIndexOf(':') + 1));
    const ours = [v4, v6].includes(port);
    if (!ours && !line.includes(`pid=${two.pid},`)) continue;
    const remote = Number(/:(\d+)\s*$/.exec(line.split(/\s+/).slice(4, 5).join())?.[1] ?? 0);
    const found = seen.inet.find(
      (socket) => socket.local.port === port && (socket.remote?.port ?? 0) === remote,
    );
    const theirs = [...new Set([...users.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)))];
    if (!found) throw new Error(`not found: ${line}`);
    expect([line, pids(found)]).toEqual([line, theirs]);
    if (state === 'LISTEN') expect(found.backlog?.pending).toBe(Number(receive));
    compared++;
  }
  // Two listeners, sixteen clients, twelve accepted, four that wait.
  expect(compared).toBe(34);
});

test('without sock_diag: addresses, states and holders are there', async () => {
  const holder = await socketHolder(scene);
  await holder.run(
    'l = tcp(); c = dial(l.getsockname()[1]); d = dial(l.getsockname()[1]); m = tcp(socket.AF_INET6, "::1")',
  );
  const [l, c, m] = (await holder.run('[inode(s) for s in (l, c, m)]')) as string[];
  const port = Number(await holder.run('l.getsockname()[1]'));
  const { stdout } = spawnSync(process.execPath, ['dist/helper.js', 'list', '--kind', 'inet', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, IPC_INSPECTOR_PRETEND_NO_SOCK_DIAG: '1' },
  });
  const objects = JSON.parse(stdout) as { inode: string; [field: string]: unknown }[];
  const of = (inode: string | undefined) => objects.find((one) => one.inode === inode);
  expect(of(l)).toMatchObject({
    ref: `inet:inode:${l}`,
    local: { address: '127.0.0.1', port },
    state: 'listening',
    endpoints: [{ pid: holder.pid }],
  });
  expect(of(l)?.backlog).toBeUndefined();
  expect(of(c)).toMatchObject({ remote: { address: '127.0.0.1', port }, state: 'established' });
  expect(of(m)).toMatchObject({ local: { address: '::1' } });
  // Two that are not accepted, which nothing tells from each other.
  expect(objects.filter(({ inode }) => inode === null)).toEqual([]);
  expect(new Set(objects.map(({ ref }) => ref)).size).toBe(objects.length);
});
