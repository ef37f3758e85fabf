/** Every rule but that of rings: its situation made for real, and its look-alike, of which it says nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleName } from '../../src/protocol/findings';
import { lookTwice, lookUntil, type Play, type Seen, Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';

const stage = new Stage();
const made = new Made();
let folder: string;
beforeEach((context) => {
  needs(context, 'python3');
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
});
afterEach(async () => {
  await stage.clean();
  made.clean();
  rmSync(folder, { recursive: true, force: true });
});

/** Looks until a rule has found something about these. */
const found = (rule: RuleName, ...about: (number | string)[]) =>
  lookUntil((seen) => seen.of(rule, about).length > 0);
/** Looks until each of these sleeps. */
const asleep = (...pids: number[]) =>
  lookUntil(({ diagnosis }) =>
    pids.every((pid) => diagnosis.machine.threadsOf(pid).some(({ thread }) => thread.state === 'S')),
  );
/** A ref of this kind and id. */
const sysv = (seen: Seen, kind: 'sysv.msg' | 'sysv.sem' | 'sysv.shm', id: number) =>
  seen.diagnosis.machine.of(kind).find((one) => one.id === id)?.ref ?? '';
const said = async (play: Play) => (await play.said()) as [number, number, number, ...number[]];

describe('a lock of an ended owner', () => {
  const mutex = (owner: string, robust = 0) => `
memory = mmap.mmap(-1, 4096); lock = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(memory)) + 64)
attributes = ctypes.create_string_buffer(64)
libc.pthread_mutexattr_init(attributes); libc.pthread_mutexattr_setpshared(attributes, 1)
libc.pthread_mutexattr_setrobust(attributes, ${robust}); libc.pthread_mutex_init(lock, attributes)
gate = mmap.mmap(-1, 4096)
def owner():
    libc.pthread_mutex_lock(lock); gate[0] = 1; ${owner}
first = child(owner)
while gate[0] == 0: time.sleep(0.001)
second = child(lambda: libc.pthread_mutex_lock(lock))
`;

  test('is found', async () => {
    const [waiter, owner] = await said(
      stage.python(`${mutex('os._exit(0)')}os.waitpid(first, 0); say(second, first); rest()`),
    );
    const seen = await found('endedOwner', waiter);
    const finding = seen.one('endedOwner', waiter);
    expect(finding).toMatchObject({ severity: 'error', proof: 'proven', parts: { owner, offset: 64 } });
    expect(seen.says(finding)).toContain(`held by thread ${owner}, which has ended`);
    expect(seen.why(waiter)).toMatchObject({ state: 'stuck', end: { is: 'ended', pid: owner } });
  });

  test('is none while the owner lives', async () => {
    const [waiter, owner] = await said(stage.python(`${mutex('rest()')}say(second, first); rest()`));
    const seen = await asleep(waiter, owner);
    expect(seen.about([waiter, owner])).toEqual([]);
    expect(seen.why(waiter)).toMatchObject({
      state: 'waits',
      end: { is: 'acts', pid: owner, state: 'idle' },
    });
  });

  test('is none of a robust mutex, which the kernel hands on', async () => {
    const [waiter] = await said(
      stage.python(`${mutex('os._exit(0)', 1)}os.waitpid(first, 0); say(second, first); rest()`),
    );
    expect((await asleep(waiter)).about([waiter])).toEqual([]);
  });
});

describe('a semaphore that nobody gives back', () => {
  const set = (taker: string, waiters: number) => `
set = int(sys.argv[1]); down = struct.pack('Hhh', 0, -1, 0); libc.semctl(set, 0, 16, 1)
gate = mmap.mmap(-1, 4096)
def take():
    libc.semop(set, down, 1); gate[0] = 1; ${taker}
taker = child(take)
while gate[0] == 0: time.sleep(0.001)
waiters = [child(lambda: libc.semop(set, down, 1)) for _ in range(${waiters})]
while libc.semctl(set, 0, 14) < ${waiters}: time.sleep(0.001)
`;

  test('is found where two wait, never proven', async () => {
    const id = made.set(1);
    const [taker, ...waiters] = await said(
      stage.python(`${set('os._exit(0)', 2)}os.waitpid(taker, 0); say(taker, *waiters); rest()`, String(id)),
    );
    const seen = await found('semaphoreNotReturned', ...waiters);
    const finding = seen.one('semaphoreNotReturned', sysv(seen, 'sysv.sem', id));
    expect(finding).toMatchObject({
      ...{ severity: 'warning', proof: 'likely' },
      parts: { number: 0, value: 0, last: taker },
      cures: [{ is: 'add', number: 0, change: 1 }],
    });
    expect(seen.says(finding)).toContain(`Process ${taker} changed it last and has ended.`);
  });

  test('is none while the last changer lives', async () => {
    const id = made.set(1);
    const [taker, ...waiters] = await said(
      stage.python(`${set('rest()', 2)}say(taker, *waiters); rest()`, String(id)),
    );
    const seen = await asleep(taker, ...waiters);
    expect(seen.about(waiters)).toEqual([]);
  });

  test('is none of a consumer that lowered it last itself', async () => {
    const id = made.set(1);
    const [consumer] = await said(
      stage.python(
        `set = int(sys.argv[1]); down = struct.pack('Hhh', 0, -1, 0); libc.semctl(set, 0, 16, 1)
libc.semop(set, down, 1); say(os.getpid()); libc.semop(set, down, 1)`,
        String(id),
      ),
    );
    const seen = await asleep(consumer);
    expect(seen.about([consumer])).toEqual([]);
    expect(seen.why(consumer)).toMatchObject({ state: 'idle' });
  });
});

describe('a stopped peer', () => {
  const pipe = (reader: string) => `
r, w = os.pipe()
def read():
    os.close(w); ${reader}
reader = child(read)
def write():
    os.close(r); fill(w); os.write(w, b'x')
writer = child(write); os.close(r); os.close(w)
`;

  test('is found where it is the only reader', async () => {
    const [writer, reader] = await said(
      stage.python(`${pipe('rest()')}os.kill(reader, signal.SIGSTOP); say(writer, reader); rest()`),
    );
    const seen = await found('stoppedPeer', writer);
    const finding = seen.one('stoppedPeer', writer);
    expect(finding).toMatchObject({
      severity: seen.hidden ? 'warning' : 'error',
      parts: { peer: { pid: reader }, how: 'stopped' },
      cures: [{ is: 'continue' }],
    });
    expect(seen.says(finding)).toMatch(
      /waits to write to pipe \d+, which is full\. Only python3 \(\d+\) could end/,
    );
    expect(seen.why(writer)).toMatchObject({ state: 'stuck', end: { is: 'stopped', pid: reader } });
  });

  test('is none where it is not stopped', async () => {
    const [writer, reader] = await said(
      stage.python(`${pipe('time.sleep(1000)')}say(writer, reader); rest()`),
    );
    expect((await asleep(writer, reader)).about([writer, reader])).toEqual([]);
  });

  test('is none where another reads too', async () => {
    const [writer, reader] = await said(
      stage.python(
        `r0, w0 = os.pipe()
${pipe('time.sleep(1000)')}
os.kill(reader, signal.SIGSTOP); say(writer, reader); rest()`.replace(
          'writer = child(write); os.close(r);',
          'writer = child(write);',
        ),
      ),
    );
    expect((await asleep(writer)).of('stoppedPeer', [writer, reader])).toEqual([]);
  });
});

describe('an end of file that has not come', () => {
  test('is found where a background child of a shell has the write end', async () => {
    const play = stage.python(
      `import subprocess
tool = subprocess.Popen(['sh', '-c', 'sleep 1000 & echo $!'], stdout=subprocess.PIPE)
heir = int(tool.stdout.readline()); tool.wait(); say(os.getpid(), heir); tool.stdout.read()`,
    );
    const [tool, heir] = await said(play);
    const seen = await found('endNotCome', tool);
    const finding = seen.one('endNotCome', tool);
    expect(finding).toMatchObject({
      severity: 'warning',
      parts: { watches: false, heirs: [{ pid: heir, fd: 1 }], reader: { pid: tool } },
      cures: [{ is: 'end' }],
    });
    expect(seen.says(finding)).toMatch(
      new RegExp(
        `for which python3 \\(${tool}\\) waits, has not come: sleep \\(${heir}\\) by fd 1 still has the write end\\. It was started by a process that has ended`,
      ),
    );
  });

  test('is a note where an event loop watches for it: of Node by socketpairs', async () => {
    const code = `
const tool = require('child_process').spawn('sh', ['-c', 'sleep 1000 & echo $!'], { stdio: ['ignore', 'pipe', 'ignore'] });
let text = '';
tool.stdout.on('data', (data) => (text += data));
tool.on('exit', () => console.log(JSON.stringify([process.pid, Number(text)])));`;
    const [tool, heir] = await said(stage.play(process.execPath, '-e', code));
    const seen = await found('endNotCome', tool);
    const finding = seen.one('endNotCome', heir);
    expect(finding).toMatchObject({
      severity: 'note',
      parts: { watches: true, heirs: [{ pid: heir, fd: 1 }] },
    });
    expect(seen.why(tool).state).not.toBe('stuck');
  });

  test('is found at an inherited standard input', async () => {
    const play = stage.python(
      `r, w = os.pipe()
starter = os.fork()
if starter == 0:
    heir = os.fork()
    if heir == 0: rest()
    os.close(w); os._exit(0)
os.waitpid(starter, 0)
os.close(w); os.dup2(r, 0); os.close(r); say(os.getpid())
os.execvp('cat', ['cat'])`,
    );
    const [cat] = await said(play);
    const seen = await found('endNotCome', cat);
    expect(seen.one('endNotCome', cat)).toMatchObject({ parts: { watches: false, reader: { pid: cat } } });
  });

  test.each([
    [
      'a child that lives',
      `tool = subprocess.Popen(['sleep', '1000'], stdout=subprocess.PIPE); writer = tool.pid`,
    ],
    [
      'a sibling, as of tee',
      `tool = subprocess.Popen(['sleep', '1000'], stdout=subprocess.PIPE); writer = tool.pid
pid = os.fork()
if pid: say(pid, writer); rest()
time.sleep(0.1)`,
    ],
  ])('is none where %s has it', async (_, code) => {
    const play = stage.python(`import subprocess\n${code}\nsay(os.getpid(), writer); tool.stdout.read()`);
    const [reader, writer] = await said(play);
    const seen = await asleep(reader, writer);
    expect(seen.of('endNotCome', [reader, writer])).toEqual([]);
  });
});

describe('who waits for itself', () => {
  test('is found where it has the only write end, unless somebody is hidden who may have one', async (context) => {
    needs(context, 'perl');
    const [pid] = await said(stage.perl(`pipe(my $r, my $w); say($$); sysread $r, my $byte, 1;`));
    const seen = await asleep(pid);
    if (seen.hidden) {
      expect(seen.about([pid])).toEqual([]);
      expect(seen.why(pid).state).toBe('waits');
      return;
    }
    const finding = seen.one('ownOtherEnd', pid);
    expect(finding).toMatchObject({ severity: 'warning', proof: 'proven' });
    expect(seen.says(finding)).toContain(`Only perl (${pid}) itself has the other end`);
  });

  test('is none where its signal handlers may write', async (context) => {
    needs(context, 'perl');
    const [pid] = await said(
      stage.perl(
        `pipe(my $r, my $w); $SIG{USR1} = sub { syswrite $w, 'x' }; say($$); sysread $r, my $byte, 1;`,
      ),
    );
    const seen = await asleep(pid);
    expect(seen.about([pid])).toEqual([]);
    expect(seen.why(pid).state).toBe('idle');
  });

  test('is none of a FIFO that is opened both ways', async () => {
    const [pid] = await said(
      stage.python(
        `os.mkfifo(sys.argv[1]); f = os.open(sys.argv[1], os.O_RDWR); say(os.getpid()); os.read(f, 1)`,
        join(folder, 'fifo'),
      ),
    );
    expect((await asleep(pid)).about([pid])).toEqual([]);
  });
});

describe('what is full and not read', () => {
  test('is found where the reader of a pipe rests', async () => {
    const [writer, reader] = await said(
      stage.python(
        `r, w = os.pipe()
def read(): os.close(w); rest()
reader = child(read); os.close(r); say(os.getpid(), reader); fill(w); os.write(w, b'x')`,
      ),
    );
    const seen = await found('notRead', writer);
    const finding = seen.one('notRead', writer);
    expect(finding).toMatchObject({ severity: 'warning', parts: { readers: [{ pid: reader }] } });
    expect(seen.says(finding)).toMatch(
      /Who could read does something else: python3 \(\d+\) waits for a signal\./,
    );
  });

  test('is found where TCP is not read', async () => {
    const [writer, reader] = await said(
      stage.python(
        `listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen()
def read():
    connection = listener.accept(); listener.accept()
reader = child(read)
client = socket.socket(); client.connect(listener.getsockname()); listener.close()
say(os.getpid(), reader); client.sendall(b'x' * (1 << 26))`,
      ),
    );
    const seen = await found('notRead', writer);
    expect(seen.one('notRead', writer)).toMatchObject({ parts: { readers: [{ pid: reader }] } });
  });

  test.each([
    ['sleeps for a time', 'time.sleep(1000)'],
    ['waits for its child', `pid = os.fork()\n    if pid == 0: rest()\n    os.waitpid(pid, 0)`],
    ['waits for a terminal', `import pty\n    master, slave = pty.openpty(); os.read(slave, 1)`],
    [
      'waits for room elsewhere',
      `a, b = os.pipe(); c = os.fork()\n    if c == 0: os.close(b); rest()\n    fill(b); os.write(b, b'x')`,
    ],
  ])('is none where the reader %s', async (_, act) => {
    const [writer, reader] = await said(
      stage.python(
        `r, w = os.pipe()
def read():
    os.close(w)
    ${act}
reader = child(read); os.close(r); say(os.getpid(), reader); fill(w); os.write(w, b'x')`,
      ),
    );
    const seen = await asleep(writer, reader);
    expect(seen.about([writer])).toEqual([]);
    expect(seen.why(writer).state).toBe('waits');
  });
});

describe('queues', () => {
  const receive = (type: number) =>
    `queue = int(sys.argv[1]); buffer = ctypes.create_string_buffer(8192); say(os.getpid())
libc.msgrcv(queue, buffer, 8000, ctypes.c_long(${type}), 0)`;
  const fillQueue = (count: number) => `queue = int(sys.argv[1])
for _ in range(${count}): libc.msgsnd(queue, struct.pack('q', 3) + b'hello', 5, 0)
`;

  test('a receiver of a type that is not queued is found', async () => {
    const id = made.queue();
    const [receiver] = await said(stage.python(fillQueue(5) + receive(7), String(id)));
    const seen = await found('noSuchMessage', receiver);
    const finding = seen.one('noSuchMessage', receiver);
    expect(finding).toMatchObject({ severity: 'warning', parts: { messages: 5 } });
    expect(seen.says(finding)).toContain('There are 5 messages in it, all of other types.');
  });

  test('a receiver at an empty queue is idle', async () => {
    const id = made.queue();
    const [receiver] = await said(stage.python(receive(7), String(id)));
    const seen = await asleep(receiver);
    expect(seen.about([receiver])).toEqual([]);
    expect(seen.why(receiver)).toMatchObject({ state: 'idle' });
  });

  test('a receiver is not told while who received last works on', async () => {
    const id = made.queue();
    const [client] = await said(
      stage.python(
        `${fillQueue(2)}
buffer = ctypes.create_string_buffer(8192)
def serve():
    libc.msgrcv(queue, buffer, 8000, ctypes.c_long(3), 0); gate[0] = 1
    while True: pass
gate = mmap.mmap(-1, 4096); server = child(serve)
while gate[0] == 0: time.sleep(0.001)
say(os.getpid(), server); libc.msgrcv(queue, buffer, 8000, ctypes.c_long(os.getpid()), 0)`,
        String(id),
      ),
    );
    expect((await asleep(client)).of('noSuchMessage', [client])).toEqual([]);
  });

  test('a sender at a full System V queue is found', async () => {
    const id = made.queue();
    const [sender] = await said(
      stage.python(
        `queue = int(sys.argv[1]); message = struct.pack('q', 1) + b'x' * 4000; say(os.getpid())
while True: libc.msgsnd(queue, message, 4000, 0)`,
        String(id),
      ),
    );
    const seen = await found('queueFull', sender);
    const finding = seen.one('queueFull', sysv(seen, 'sysv.msg', id));
    expect(finding).toMatchObject({
      severity: 'warning',
      parts: { messages: 4, senders: [{ pid: sender }] },
    });
  });

  test('a sender at a full POSIX queue is found', async () => {
    const name = `/ipc-inspector-test-${process.pid}`;
    const play = stage.python(
      `name = sys.argv[1].encode(); attributes = struct.pack('8q', 0, 2, 10, 0, 0, 0, 0, 0)
queue = libc.mq_open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600, attributes); libc.mq_unlink(name)
say(os.getpid())
for _ in range(3): libc.mq_send(queue, b'x', 1, 0)`,
      name,
    );
    const [sender] = await said(play);
    const seen = await found('queueFull', sender);
    expect(seen.one('queueFull', sender)).toMatchObject({ parts: { messages: 2 } });
  });
});

describe('alone at a FIFO', () => {
  test.each([
    ['writer', 'O_WRONLY', 'warning', 'read'],
    ['reader', 'O_RDONLY', 'note', 'write'],
  ] as const)('a %s is found', async (_, how, severity, other) => {
    const path = join(folder, 'fifo');
    const [opener] = await said(
      stage.python(`os.mkfifo(sys.argv[1]); say(os.getpid()); os.open(sys.argv[1], os.${how})`, path),
    );
    const seen = await found('waitsForOpener', opener);
    const finding = seen.one('waitsForOpener', opener);
    expect(finding).toMatchObject({ severity, cures: [{ is: 'openOther', direction: other }] });
    expect(seen.says(finding)).toContain(`FIFO ${path}`);
  });

  test('is none who has met the other', async () => {
    const path = join(folder, 'fifo');
    const [reader, writer] = await said(
      stage.python(
        `os.mkfifo(sys.argv[1])
def write(): os.open(sys.argv[1], os.O_WRONLY); rest()
writer = child(write); f = os.open(sys.argv[1], os.O_RDONLY); say(os.getpid(), writer); os.read(f, 1)`,
        path,
      ),
    );
    expect((await asleep(reader, writer)).about([reader, writer])).toEqual([]);
  });
});

describe('Unix listeners', () => {
  test('a stale file is told, and not that of one that listens', async () => {
    const [stale, bound] = [join(folder, 'stale'), join(folder, 'bound')];
    const [pid] = await said(
      stage.python(
        `dead = socket.socket(socket.AF_UNIX); dead.bind(sys.argv[1]); dead.close()
live = socket.socket(socket.AF_UNIX); live.bind(sys.argv[2]); live.listen(); say(os.getpid()); live.accept()`,
        stale,
        bound,
      ),
    );
    const seen = await asleep(pid);
    const files = seen.diagnosis.machine.of('unix');
    const of = (path: string) => files.find(({ name }) => name.is === 'path' && name.text === path);
    const proved = of(stale)?.flags.includes('stale') === true;
    const named = seen.diagnosis.findings.flatMap((one) => (one.rule === 'staleSockets' ? [one.parts] : []));
    if (proved) expect(named[0]?.number).toBeGreaterThan(0);
    expect(named.flatMap((one) => one.files)).not.toContain(of(bound)?.ref);
    expect(seen.about([pid])).toEqual([]);
    expect(seen.why(pid).state).toBe('idle');
  });

  const listener = `
def listen(path):
    s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen(0); return s
`;

  test('one whose file is gone is told, but not where another listens in its place', async () => {
    const [lost, reloaded] = [join(folder, 'lost'), join(folder, 'reloaded')];
    const [pid, other] = await said(
      stage.python(
        `${listener}
a = listen(sys.argv[1]); os.unlink(sys.argv[1])
def old():
    s = listen(sys.argv[2]); os.unlink(sys.argv[2]); gate[0] = 1; s.accept()
gate = mmap.mmap(-1, 4096); other = child(old)
while gate[0] == 0: time.sleep(0.001)
b = listen(sys.argv[2]); say(os.getpid(), other); a.accept()`,
        lost,
        reloaded,
      ),
    );
    const seen = await found('unlinkedListener', pid);
    expect(seen.one('unlinkedListener', pid).parts.holders.map((one) => one.pid)).toContain(pid);
    expect(seen.of('unlinkedListener', [other]).map(({ parts }) => parts.listener)).not.toContain(
      seen.diagnosis.machine
        .of('unix')
        .find(({ name, flags }) => name.is === 'path' && name.text === reloaded && flags.includes('unlinked'))
        ?.ref,
    );
  });

  const clients = (accepts: boolean) => `${listener}
s = listen(sys.argv[1])
def client():
    ${accepts ? 's.close()' : 'pass'}
    c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); c.recv(1)
${accepts ? 'def serve():\n    kept = []\n    while True: kept.append(s.accept())\nserver = child(serve)' : 'server = os.getpid()'}
waiting = [child(client) for _ in range(3)]
say(server, *waiting); rest()`;

  test('a full backlog with clients that wait is found', async () => {
    const path = join(folder, 'busy');
    const [server, ...waiting] = await said(stage.python(clients(false), path));
    const seen = await found('backlogFull', server);
    const finding = seen.one('backlogFull', server);
    expect(finding).toMatchObject({ severity: 'warning', parts: { limit: 0 } });
    expect(finding.parts.holders.map(({ pid }) => pid)).toContain(server);
    expect(waiting).toEqual(expect.arrayContaining(finding.parts.clients.map(({ pid }) => pid)));
    expect(seen.says(finding)).toContain(path);
  });

  test('is none where the server accepts', async () => {
    const path = join(folder, 'ready');
    const [server, ...waiting] = await said(stage.python(clients(true), path));
    const seen = await asleep(server, ...waiting);
    expect(seen.of('backlogFull', [server, ...waiting])).toEqual([]);
  });
});

describe('memory', () => {
  test('a segment whose users have ended is an orphan, and none whose maker lives', async () => {
    const [orphan, kept] = await said(
      stage.python(
        `import subprocess
code = 'import ctypes; libc = ctypes.CDLL(None); print(libc.shmget(0, 8192, 0o1600))'
orphan = int(subprocess.check_output([sys.executable, '-c', code]))
say(orphan, libc.shmget(0, 8192, 0o1600)); rest()`,
      ),
    );
    for (const id of [orphan, kept]) made.later(() => made.removeSegment(id));
    const seen = await lookTwice();
    const finding = seen.one('orphan', sysv(seen, 'sysv.shm', orphan));
    expect(finding).toMatchObject({
      severity: 'warning',
      parts: { bytes: 8192 },
      cures: [{ is: 'destroy' }],
    });
    expect(seen.about([sysv(seen, 'sysv.shm', kept)])).toEqual([]);
    // A service may come back in a moment.
    const young = await lookTwice(0);
    expect(young.about([sysv(young, 'sysv.shm', orphan)])).toEqual([]);
    expect(young.diagnosis.early.map(({ finding: one }) => one.subjects[0])).toContain(
      sysv(young, 'sysv.shm', orphan),
    );
  });

  const large = (name: string) =>
    `f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT, 0o600); os.unlink('/dev/shm/${name}')
for _ in range(64): os.write(f, b'x' * (1 << 20))
memory = mmap.mmap(f, 64 << 20)`;

  test('64 MiB without a name that one process has are found, and not where two have them', async () => {
    const name = `ipc-inspector-test-${process.pid}`;
    const [alone] = await said(stage.python(`${large(name)}\nsay(os.getpid()); rest()`));
    const [shared] = await said(stage.python(`${large(`${name}-2`)}\nsay(os.getpid(), child(rest)); rest()`));
    const seen = await found('unlinkedMemory', alone);
    const finding = seen.one('unlinkedMemory', alone);
    expect(finding).toMatchObject({ severity: 'warning', parts: { holder: { pid: alone } } });
    expect(Number(finding.parts.bytes)).toBeGreaterThanOrEqual(64 << 20);
    expect(seen.of('unlinkedMemory', [shared])).toEqual([]);
  });
});

describe('a blocked signal', () => {
  test('that was sent is told', async () => {
    const [pid] = await said(
      stage.python(
        `r, w = os.pipe(); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); os.kill(os.getpid(), signal.SIGTERM)
child(rest); say(os.getpid()); rest()`,
      ),
    );
    const seen = await found('deaf', pid);
    expect(seen.one('deaf', pid)).toMatchObject({ severity: 'note', parts: { signals: [15] } });
  });

  test.each([
    ['nobody sent', `signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); say(os.getpid()); rest()`],
    [
      'a thread waits for',
      `signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); say(os.getpid()); signal.sigwait([signal.SIGTERM])`,
    ],
    [
      'is ignored',
      `signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
os.kill(os.getpid(), signal.SIGTERM); say(os.getpid()); rest()`,
    ],
  ])('that %s is not', async (_, code) => {
    const [pid] = await said(stage.python(`r, w = os.pipe(); child(rest)\n${code}`));
    expect((await asleep(pid)).about([pid])).toEqual([]);
  });
});
