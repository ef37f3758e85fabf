/** What is found on the machine and shown in no row is said with its number; a memfd that two have is shown. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { runNow } from '../../src/native/slices';
import type { Kind } from '../../src/protocol/ref';
import { needs, needsRoot } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';

const scene = new Scene();
let holder: Holder;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  holder = scene.holder();
});
afterEach(() => scene.clean());

const look = () => runNow(new Census().take(EVERYTHING));
const countOf = (field: string, kind?: Kind) =>
  look().blind.find((one) => one.kind === kind && one.field === field && one.count !== undefined)?.count ?? 0;

test('memfds: those that one process alone has are counted, and one that two have is shown, also unmapped and read-only', async () => {
  const before = countOf('memfds', 'mapping');
  await holder.run('alone = os.memfd_create("alone")');
  expect(countOf('memfds', 'mapping')).toBe(before + 1);
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

test('folders in /dev/shm', () => {
  const folder = `/dev/shm/ipc-inspector-test-${process.pid}`;
  const before = countOf('subfolders', 'posix.shm');
  mkdirSync(folder);
  try {
    expect(countOf('subfolders', 'posix.shm')).toBe(before + 1);
  } finally {
    rmdirSync(folder);
  }
});

test('sockets that are not bound, and of another family', async () => {
  const before = countOf('sockets', 'inet');
  await holder.run('import socket; kept = [socket.socket(), socket.socket(type=socket.SOCK_DGRAM)]');
  await holder.run('kept.append(socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))');
  expect(countOf('sockets', 'inet')).toBe(before + 3);
});

test('raw sockets', async (context) => {
  needsRoot(context, 'to make one');
  const before = countOf('sockets', 'inet');
  await holder.run(
    'import socket; raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)',
  );
  expect(countOf('sockets', 'inet')).toBe(before + 1);
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
  expect(countOf('descriptors', 'unix')).toBe(before + 2);
});

test('processes without any object, and zombies', async () => {
  const before = countOf('processes');
  await holder.run('import subprocess; gone = subprocess.Popen(["true"])');
  await holder.run('os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)');
  // Others come and go meanwhile.
  const counts = new Set<number>();
  for (let tries = 0; tries < 20 && !counts.has(before + 1); tries++) counts.add(countOf('processes'));
  expect(counts).toContain(before + 1);
  await holder.run('gone.wait()');
});

test('other ipc namespaces', async (context) => {
  needsRoot(context, 'to make an ipc namespace');
  const before = countOf('ipcNamespace');
  const other = scene.holder(['unshare', '--ipc']);
  await other.run('1');
  expect(countOf('ipcNamespace')).toBe(before + 1);
});
