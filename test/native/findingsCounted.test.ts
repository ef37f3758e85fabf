/** Rules that count: each situation made for real, and its look-alike, of which nothing is said. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding, RuleName } from '../../src/protocol/findings';
import type { SomeThresholds } from '../../src/protocol/thresholds';
import { lookOver, lookTwice, lookUntil, type Play, Stage } from '../support/diagnosis';
import { HELPER } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';

const stage = new Stage();
let folder: string;
beforeEach((context) => {
  needs(context, 'python3');
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
});
afterEach(async () => {
  await stage.clean();
  rmSync(folder, { recursive: true, force: true });
});

const found = (rule: RuleName, about: number, thresholds: SomeThresholds = {}) =>
  lookUntil((seen) => seen.of(rule, [about]).length > 0, thresholds);
const said = async (play: Play) => (await play.said()) as [number, number, number, ...number[]];

describe('zombies', () => {
  const parent = (count: number, more: string) => `
kids = []
for _ in range(${count}):
    pid = os.fork()
    if pid == 0: os._exit(0)
    kids.append(pid)
for pid in kids: os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
${more}
r, w = os.pipe(); say(os.getpid(), *kids[:1]); rest()`;

  test('of one parent are found, by their number at once', async () => {
    const [pid, first] = await said(stage.python(parent(12, '')));
    const seen = await found('zombies', pid);
    const finding = seen.one('zombies', pid);
    expect(finding).toMatchObject({ severity: 'note', parts: { pid, number: 12 } });
    expect(finding.parts.children.map((one) => one.pid)).toContain(first);
    const early = await lookTwice(0);
    expect(early.of('zombies', [pid])).toHaveLength(1);
  });

  test('one is found once it is old', async () => {
    const [pid] = await said(stage.python(parent(1, '')));
    const seen = await found('zombies', pid);
    expect(seen.one('zombies', pid).parts.number).toBe(1);
    const young = await lookTwice(0);
    expect(young.of('zombies', [pid])).toEqual([]);
    expect(young.diagnosis.early.map(({ finding }) => finding.rule)).toContain('zombies');
  });

  test('are none once they are collected', async () => {
    const [pid] = await said(stage.python(parent(12, 'for pid in kids: os.waitpid(pid, 0)')));
    expect((await lookTwice()).of('zombies', [pid])).toEqual([]);
  });
});

describe('datagrams', () => {
  const udp = (read: string, send: string) => `
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); receiver.bind(('127.0.0.1', 0))
receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); sender.connect(receiver.getsockname())
for _ in range(100): sender.send(b'x' * 1000)
${read}
say(os.getpid())
${send}`;

  test('that are dropped again and again are found', async () => {
    const [pid] = await said(
      stage.python(udp('', `while True: sender.send(b'x' * 1000); time.sleep(0.001)`)),
    );
    // The first look alone does not know that they rise.
    const seen = await lookOver(4, { pause: 100, apart: 0 });
    const finding = seen.one('datagramsDropped', pid);
    expect(finding).toMatchObject({ severity: 'warning', parts: { holders: [{ pid }] } });
    expect(finding.parts.drops).toBeGreaterThan(50);
  });

  test.each([
    ['were dropped once', '', 'rest()'],
    [
      'were dropped in a burst before the receiver came',
      `receiver.setblocking(False)
def drain():
    try:
        while True: receiver.recv(2000)
    except BlockingIOError: pass
drain()`,
      `while True: sender.send(b'x' * 1000); drain(); time.sleep(0.001)`,
    ],
  ])('that %s are not', async (_, read, send) => {
    const [pid] = await said(stage.python(udp(read, send)));
    expect((await lookOver(4, { pause: 100, apart: 0 })).of('datagramsDropped', [pid])).toEqual([]);
  });

  test('of Unix sockets: who waits since the receiver does not read is found', async () => {
    const [sender, receiver] = await said(
      stage.python(
        `path = sys.argv[1] + '/datagrams'
def receive():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(path); gate[0] = 1; rest()
gate = mmap.mmap(-1, 4096); receiver = child(receive)
while gate[0] == 0: time.sleep(0.001)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.connect(path); say(os.getpid(), receiver)
while True: s.send(b'x')`,
        folder,
      ),
    );
    const seen = await found('notRead', sender);
    expect(seen.one('notRead', sender)).toMatchObject({ parts: { readers: [{ pid: receiver }] } });
  });
});

describe('what only grows', () => {
  const thresholds = { leakMinutes: 1, leakObjects: 8, leakBytes: 1 << 20 };
  const looks = (pid: number) =>
    lookOver(8, { pause: 60, apart: 12_000 }, thresholds).then((seen) => seen.of('leak', [pid]));

  test.each([
    ['pipes', 'kept.append(os.pipe())', 'objects'],
    ['memory', `kept.append(mmap.mmap(memory(), 1 << 20))`, 'bytes'],
  ])('is found: %s', async (_, make, what) => {
    const [pid] = await said(
      stage.python(
        `import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
kept = []
def memory():
    f = os.open('/dev/shm/ipc-inspector-test-%d' % os.getpid(), os.O_RDWR | os.O_CREAT, 0o600)
    os.unlink('/dev/shm/ipc-inspector-test-%d' % os.getpid()); os.write(f, b'x' * (1 << 16)); os.truncate(f, 1 << 20)
    return f
for _ in range(30): ${make}
say(os.getpid())
while True: ${make}; time.sleep(0.004)`,
      ),
    );
    const [finding] = await looks(pid);
    expect(finding).toMatchObject({ severity: 'warning', parts: { pid } });
    if (what === 'objects') expect(finding?.parts.what).toBe('objects');
  });

  test.each([
    ['a pool that is full', 'rest()'],
    [
      'what comes and goes',
      'while True:\n    for a, b in kept[:9]: os.close(a); os.close(b)\n    kept = kept[9:] + [os.pipe() for _ in range(9)]; time.sleep(0.01)',
    ],
  ])('is none: %s', async (_, code) => {
    const [pid] = await said(
      stage.python(`kept = [os.pipe() for _ in range(40)]; say(os.getpid())\n${code}`),
    );
    expect(await looks(pid)).toEqual([]);
  });
});

describe('a limit', () => {
  /** Looks from within an IPC namespace that has room for ten queues. */
  const findings = (queues: number) => {
    const script = `echo 10 >/proc/sys/kernel/msgmni || exit 9; for n in $(seq ${queues}); do ipcmk -Q >/dev/null || exit 9; done
exec "$0" "$1" findings --json`;
    const { stdout, status, stderr } = spawnSync(
      'unshare',
      ['--ipc', 'sh', '-c', script, process.execPath, HELPER],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    if (status !== 0) throw new Error(`${status}: ${stderr}`);
    const told = JSON.parse(stdout) as { findings: Finding[]; early: Finding[] };
    return [...told.findings, ...told.early].flatMap((one) =>
      one.rule === 'limitNear' ? one.parts.limits.filter(({ what }) => what === 'queues') : [],
    );
  };

  test('that is nearly used up is found, and one that is not is not', (context) => {
    for (const program of ['unshare', 'ipcmk']) needs(context, program);
    needsRoot(context, 'it makes an IPC namespace');
    expect(findings(9)).toEqual([{ what: 'queues', used: 9, most: 10 }]);
    expect(findings(7)).toEqual([]);
  });
});

describe('two servers', () => {
  const listen = `
def listen(path):
    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(); return s
`;

  test('of one path are found where they have nothing to do with each other', async () => {
    const path = join(folder, 'server');
    const server = (more: string) =>
      stage.python(`${listen}${more}\ns = listen(sys.argv[1]); say(os.getpid()); s.accept()`, path);
    const [first] = await said(server(''));
    const [second] = await said(server('os.unlink(sys.argv[1])'));
    const seen = await found('twoServers', first);
    const finding = seen.one('twoServers', first);
    expect(finding.parts).toMatchObject({ holders: [{ pid: first }], others: [{ pid: second }] });
    expect(seen.says(finding)).toContain(path);
  });

  test('are none where one replaces itself', async () => {
    const [old, next] = await said(
      stage.python(
        `${listen}
s = listen(sys.argv[1])
def renew():
    s.close(); os.unlink(sys.argv[1]); t = listen(sys.argv[1]); gate[0] = 1; t.accept()
gate = mmap.mmap(-1, 4096); next = child(renew)
while gate[0] == 0: time.sleep(0.001)
say(os.getpid(), next); s.accept()`,
        join(folder, 'server'),
      ),
    );
    expect((await lookTwice()).of('twoServers', [old, next])).toEqual([]);
  });
});

describe('what every user may write', () => {
  const queue = `name = b'/ipc-inspector-test-%d' % os.getpid(); os.umask(0)
attributes = struct.pack('8q', 0, 2, 10, 0, 0, 0, 0, 0)
queue = libc.mq_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, int(sys.argv[1], 8), attributes); libc.mq_unlink(name)
def other(): os.setgid(65534); os.setuid(65534); gate[0] = 1; rest()
gate = mmap.mmap(-1, 4096); kid = child(other)
while gate[0] == 0: time.sleep(0.001)
say(os.getpid(), kid); rest()`;

  test('is told where another has it, and only where somebody wants to know', async (context) => {
    needsRoot(context, 'it runs programs as another user');
    const [, open] = await said(stage.python(queue, '666'));
    const [, closed] = await said(stage.python(queue, '660'));
    const seen = await found('writableByOthers', open, { writableByOthers: true });
    expect(seen.one('writableByOthers', open)).toMatchObject({ severity: 'note', parts: { owner: 0 } });
    expect(seen.of('writableByOthers', [closed])).toEqual([]);
    expect((await lookTwice()).of('writableByOthers', [open])).toEqual([]);
  });
});
