/** Calls of which it was not told what they wait for: each is really blocked, and says itself on what. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as readline from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { processRef } from '../../src/protocol/ref';
import type { Wait } from '../../src/protocol/waits';
import { TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { until } from '../support/until';

let child: ChildProcess | undefined;
let helper: TestHelper | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await helper?.stop();
  helper = undefined;
});

const HEAD = `
import ctypes, json, mmap, os, select, signal, socket, struct, sys, tempfile, threading, time
libc = ctypes.CDLL(None, use_errno=True)
buf = ctypes.create_string_buffer(4096)
def says(**what): print(json.dumps(what), flush=True)
def addr(b): return ctypes.addressof(ctypes.c_char.from_buffer(b))
# A page of a file, as a literal of a program has it, that stands in memory.
def literal(content):
    f = tempfile.TemporaryFile(); f.write(content.ljust(4096, b'\\0')); f.flush()
    m = mmap.mmap(f.fileno(), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE); kept.append((f, m))
    m[0]; return ctypes.c_void_p(addr(m))
kept = []
`;

/** Runs a program that says on what it waits and then blocks. Answers that, and its wait as it is told once it sleeps in `call`. */
async function blocked(
  code: string,
  call: string,
): Promise<[said: Record<string, number | string>, wait: Wait]> {
  child = spawn('python3', ['-ISE', '-c', HEAD + code], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const said = await new Promise<Record<string, number | string>>((resolve) =>
    lines.once('line', (line) => resolve(JSON.parse(line) as Record<string, number | string>)),
  );
  const pid = child.pid ?? 0;
  const tid = Number(said.tid ?? pid);
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const ref = processRef(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
  const one = (helper = new TestHelper());
  const wait = await until(async () => {
    const { threads = [] } = await one.act('process', 'inspect', { ref });
    const found = threads.find((thread) => thread.tid === tid)?.wait;
    return typeof found === 'object' && found.call === call && found;
  });
  return [said, wait];
}

test('the operations of a semop in a page of a file', async (context) => {
  needs(context, 'python3');
  const [, wait] = await blocked(
    `
ops = literal(struct.pack('HhhHhh', 1, -2, 0x1000, 0, 0, 0))
s = libc.semget(0, 2, 0o600); says(id=s)
libc.semctl(s, 0, 16, 1)
def later():
    sys.stdin.read(); libc.semctl(s, 0, 0, 0)
threading.Thread(target=later, daemon=True).start()
libc.semop(s, ops, 2)
`,
    'semtimedop',
  );
  expect(wait.on).toMatchObject({
    is: 'operations',
    of: [
      { number: 1, change: -2, undo: true },
      { number: 0, change: 0, undo: false },
    ],
  });
  // The program removes the set when it is told to end, or when we are gone.
  child?.stdin?.end();
  await until(() => child?.exitCode !== null);
});

test('futex_waitv: the first word, and that others would do', async (context) => {
  needs(context, 'python3');
  const [said, wait] = await blocked(
    `
words = (ctypes.c_uint * 3)(0, 0, 0); at = ctypes.addressof(words)
vector = b''.join(struct.pack('QQII', 0, at + 4 * n, 2 | 128, 0) for n in range(3))
says(at=hex(at)); libc.syscall(449, vector, 3, 0, None, 0)
`,
    'futex_waitv',
  );
  expect(wait.on).toEqual({ is: 'word', address: said.at, shared: false, or: 2 });
});

test('an epoll within an epoll, and one that only waits for the other side to go', async (context) => {
  needs(context, 'python3');
  const [said, wait] = await blocked(
    `
r, w = os.pipe(); a, b = socket.socketpair(); o, p = os.pipe()
inner = select.epoll(); inner.register(r, select.EPOLLIN)
outer = select.epoll(); outer.register(inner.fileno(), select.EPOLLIN); outer.register(a.fileno(), select.EPOLLHUP)
once = select.epoll()
says(r=r, a=a.fileno(), outer=outer.fileno()); outer.poll()
`,
    'epoll_wait',
  );
  expect(wait.on).toMatchObject({ is: 'descriptors', through: { epoll: said.outer } });
  const fds = wait.on.is === 'descriptors' ? wait.on.of.map(({ fd, direction }) => [fd, direction]) : [];
  expect(fds.sort()).toEqual(
    [
      [said.r, 'read'],
      [said.a, 'read'],
    ].sort(),
  );
});

test('whom a connect waits for: a path, and an abstract name', async (context) => {
  needs(context, 'python3');
  for (const name of ['tempfile.mkdtemp() + "/full"', '"\\0ipc-inspector-%d" % os.getpid()']) {
    const [said, wait] = await blocked(
      `
name = ${name}
s = socket.socket(socket.AF_UNIX); s.bind(name); s.listen(0)
if name[0] == '/': kept.append(name)
first = socket.socket(socket.AF_UNIX); first.connect(name)
c = socket.socket(socket.AF_UNIX); says(fd=c.fileno(), name=name)
if name[0] == '/': os.rename(name, name + '.moved'); os.rename(name + '.moved', name)
def tidy():
    time.sleep(4)
    if name[0] == '/': os.unlink(name); os.rmdir(os.path.dirname(name))
threading.Thread(target=tidy, daemon=True).start()
c.connect(name)
`,
      'connect',
    );
    const address = String(said.name).replace('\0', '@');
    expect(wait.on).toMatchObject({ is: 'connect', fd: said.fd, address });
    if (address.startsWith('/')) await new Promise((resolve) => setTimeout(resolve, 4500));
    child?.kill('SIGKILL');
    await helper?.stop();
  }
});

test('a call that a supervisor is to let through', async (context) => {
  needs(context, 'python3');
  if (process.arch !== 'x64') context.skip('the filter knows the numbers of x86_64');
  const [, wait] = await blocked(
    `
# if (nr == getppid) return SECCOMP_RET_USER_NOTIF; return SECCOMP_RET_ALLOW
code = struct.pack('HBBI', 0x20, 0, 0, 0) + struct.pack('HBBI', 0x15, 0, 1, 110) + struct.pack('HBBI', 6, 0, 0, 0x7fc00000) + struct.pack('HBBI', 6, 0, 0, 0x7fff0000)
code = ctypes.create_string_buffer(code, len(code))
program = struct.pack('HxxxxxxQ', 4, ctypes.addressof(code))
libc.prctl(38, 1, 0, 0, 0)
if libc.syscall(317, 1, 8, program) < 0: says(failed=ctypes.get_errno())
else: says(failed=0)
os.getppid()
`,
    'seccomp',
  );
  expect(wait).toMatchObject({ on: { is: 'unknown' }, certain: true });
});
