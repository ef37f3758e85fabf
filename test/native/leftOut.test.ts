/** What is found on the machine and shown in no row is said with its number; a memfd that two have is shown. */
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { Kind } from '../../src/protocol/ref';
import { needs, needsRoot } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
let holder: Holder;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  holder = scene.holder();
});
afterEach(() => scene.clean());

const look = () => runNow(new Census(makeMechanisms()).take(EVERYTHING));
const countOf = (field: string, kind?: Kind) =>
  look().blind.find((one) => one.kind === kind && one.field === field && one.count !== undefined)?.count ?? 0;

/** Others on the machine make such things for a moment too. */
const settles = (now: () => number, at: number) => until(() => now() === at);

test('memfds: those that one process alone has are counted, and one that two have is shown, also unmapped and read-only', async () => {
  const before = countOf('memfds', 'mapping');
  await holder.run('alone = os.memfd_create("alone")');
  await settles(() => countOf('memfds', 'mapping'), before + 1);
  await holder.run('import mmap; both = os.memfd_create("both"); os.ftruncate(both, 4096)');
  const inode = String(await holder.run('os.fstat(both).st_ino'));
  // It ends with its parent.
  await holder.run(`import ctypes
child = os.fork()
if child == 0: ctypes.CDLL(None).prctl(1, 9); time.sleep(1000); os._exit(0)`);
  const child = await holder.run('child');
  const shown = look().objects.find((object) => object.kind === 'mapping' && object.inode === inode);
  expect(shown).toMatchObject({ what: 'memfd', name: 'both', bytes: 4096 });
  expect(new Set(shown?.endpoints?.map(({ pid, role }) => `${pid} ${role}`))).toEqual(
    new Set([`${holder.pid} open`, `${String(child)} open`]),
  );
  await holder.run('os.kill(child, 9); os.waitpid(child, 0)');
});

test('folders in /dev/shm', async () => {
  const folder = `/dev/shm/ipc-inspector-test-${process.pid}`;
  const before = countOf('subfolders', 'posix.shm');
  mkdirSync(folder);
  try {
    await settles(() => countOf('subfolders', 'posix.shm'), before + 1);
  } finally {
    rmdirSync(folder);
  }
});

test('sockets that are not bound, and of another family', async () => {
  const before = countOf('sockets', 'inet');
  await holder.run('import socket; kept = [socket.socket(), socket.socket(type=socket.SOCK_DGRAM)]');
  await holder.run('kept.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))');
  await settles(() => countOf('sockets', 'inet'), before + 3);
});

test('raw sockets', async (context) => {
  needsRoot(context, 'to make one');
  const before = countOf('sockets', 'inet');
  await holder.run(
    'import socket; raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)',
  );
  await settles(() => countOf('sockets', 'inet'), before + 1);
});

test('a network namespace in which one thread alone lives is looked into', async (context) => {
  needsRoot(context, 'to make a network namespace');
  const name = `ipc-inspector-test-${process.pid}`;
  await holder.run(
    `import ctypes, socket
def apart():
    ctypes.CDLL(None).unshare(0x40000000)
    one = socket.socket(socket.AF_UNIX); one.bind('\\0${name}'); one.listen(1)
    globals()['ready'] = one
    time.sleep(1000)
threading.Thread(target=apart, daemon=True).start()
while 'ready' not in globals(): time.sleep(0.001)`,
  );
  const found = look().objects.find(
    (object) => object.kind === 'unix' && object.name.is === 'abstract' && object.name.text === name,
  );
  expect(found?.flags).toContain('otherNetwork');
});

test('descriptors on their way', async () => {
  const before = countOf('descriptors', 'unix');
  await holder.run('import socket; a, b = socket.socketpair(); ends = os.pipe()');
  await holder.run('socket.send_fds(a, [b"x"], list(ends)); os.close(ends[0]); os.close(ends[1])');
  await settles(() => countOf('descriptors', 'unix'), before + 2);
});

test('processes without any object, and zombies', async () => {
  await holder.run('import subprocess; gone = subprocess.Popen(["true"])');
  const zombie = await holder.run('os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT) and gone.pid');
  const living = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  // Others come and go meanwhile.
  const { found, pids } = await until(() => {
    const pids = living();
    const found = look();
    return living().join() === pids.join() && { found, pids };
  });
  // It has nothing any more, and is told all the same: its parent does not collect it.
  expect(found.processes.find(({ pid }) => pid === zombie)).toMatchObject({ state: 'Z' });
  const said = found.blind.find(({ field }) => field === 'processes');
  const denied = found.blind.find(({ kind, code }) => kind === 'pipe' && code === 'denied')?.count ?? 0;
  const rest = pids.length - found.processes.length;
  expect(said).toMatchObject({ code: 'notShown' });
  expect(said?.count).toBeLessThanOrEqual(rest);
  expect(said?.count).toBeGreaterThanOrEqual(rest - denied);
  await holder.run('gone.wait()');
});

test('other ipc namespaces', async (context) => {
  needsRoot(context, 'to make an ipc namespace');
  const before = countOf('ipcNamespace');
  const other = scene.holder(['unshare', '--ipc']);
  await other.run('1');
  await settles(() => countOf('ipcNamespace'), before + 1);
});

test('a connection from another network namespace is one of its listener', async (context) => {
  needsRoot(context, 'to make a network namespace');
  const path = `${scene.folder()}/socket`;
  await holder.run(`import socket; one = socket.socket(socket.AF_UNIX); one.bind('${path}'); one.listen(3)`);
  const listener = () =>
    look().objects.find(
      (object) =>
        object.kind === 'unix' &&
        object.flags.includes('listening') &&
        object.name.is === 'path' &&
        object.name.text === path,
    );
  expect(listener()).toMatchObject({ connections: 0 });
  const client = scene.holder(['unshare', '--net']);
  await client.run(`import socket; mine = socket.socket(socket.AF_UNIX); mine.connect('${path}')`);
  // It waits in the backlog, and is not accepted yet.
  expect(listener()).toMatchObject({ connections: 0, backlog: { pending: 1, limit: 3 } });
  await holder.run('other = one.accept()');
  expect(listener()).toMatchObject({ connections: 1, backlog: { pending: 0, limit: 3 } });
});
