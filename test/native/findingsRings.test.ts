/** Rings of real processes over mixed mechanisms, each named with every member; and the same with one member that can act. */
import { afterEach, describe, expect, test } from 'vitest';
import { lookUntil, type Seen, Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';

const stage = new Stage();
const made = new Made();
afterEach(async () => {
  await stage.clean();
  made.clean();
});

const pidsOf = (seen: Seen, pid: number) =>
  seen.of('deadlock', [pid]).flatMap(({ parts }) => parts.members.map((member) => member.pid));
const sorted = (pids: readonly number[]) => [...pids].sort((a, b) => a - b);
const inRing = (pids: readonly number[]) =>
  lookUntil((seen) => pids.every((pid) => pidsOf(seen, pid).includes(pid)));

/** Looks until these are named as one ring, and answers it. */
async function ring(pids: readonly number[]) {
  const seen = await inRing(pids);
  const finding = seen.one('deadlock', ...pids);
  expect(sorted(finding.parts.members.map(({ pid }) => pid))).toEqual(sorted(pids));
  for (const pid of pids) expect(seen.why(pid)).toMatchObject({ state: 'stuck' });
  return { seen, finding };
}

/** Two looks at the machine, once these sleep: none of them is called stuck. */
async function none(pids: readonly number[]) {
  const seen = await lookUntil(({ diagnosis }) =>
    pids.every((pid) => diagnosis.machine.threadsOf(pid).some(({ thread }) => thread.state === 'S')),
  );
  for (const pid of pids) {
    expect(seen.of('deadlock', [pid])).toEqual([]);
    expect(seen.why(pid).state).not.toBe('stuck');
  }
  return seen;
}

/** Of pipes proven, unless somebody is hidden who may have an end. */
const sureOf = (seen: Seen) => (seen.hidden ? 'likely' : 'proven');

const CROSSWISE = `
pipe(my $r1, my $w1); pipe(my $r2, my $w2); fill($w1); fill($w2);
my $one = child(sub { close $r1; close $w2; syswrite $w1, 'x' });
my $two = child(sub { close $r2; close $w1; syswrite $w2, 'x' });
close $_ for $r1, $w1, $r2, $w2;
`;

describe('a ring', () => {
  test('of two that write into full pipes which only the other reads', async (context) => {
    needs(context, 'perl');
    const [one = 0, two = 0] = await stage
      .perl(`${CROSSWISE} say($one, $two); POSIX::pause() while 1;`)
      .said();
    const { seen, finding } = await ring([one, two]);
    expect(finding).toMatchObject({ proof: sureOf(seen), parts: { behind: 0 } });
    expect(seen.says(finding)).toMatch(
      /waits to write to pipe \d+, which is full; .*waits to write to pipe \d+/,
    );
  });

  test('is told with those that wait behind it', async (context) => {
    needs(context, 'perl');
    const [one = 0, two = 0, parent = 0] = await stage
      .perl(`${CROSSWISE} say($one, $two, $$); waitpid $one, 0;`)
      .said();
    const { finding, seen } = await ring([one, two]);
    expect(finding.parts.behind).toBe(1);
    expect(seen.why(parent)).toMatchObject({ state: 'stuck', end: { is: 'ring', from: 1 } });
  });

  test('of two that read empty pipes', async (context) => {
    needs(context, 'python3');
    const pids = await stage
      .python(
        `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one(): os.close(r2); os.close(w1); os.read(r1, 1)
def two(): os.close(r1); os.close(w2); os.read(r2, 1)
pids = child(one), child(two)
for fd in (r1, w1, r2, w2): os.close(fd)
say(*pids); rest()`,
      )
      .said();
    const { seen, finding } = await ring(pids);
    expect(finding.proof).toBe(sureOf(seen));
  });

  test('of a parent that waits for its child, which writes to it', async (context) => {
    needs(context, 'perl');
    const [parent = 0, kid = 0] = await stage
      .perl(
        `pipe(my $r, my $w); fill($w); my $kid = child(sub { close $r; syswrite $w, 'x' });
close $w; say($$, $kid); waitpid $kid, 0;`,
      )
      .said();
    const { seen, finding } = await ring([parent, kid]);
    expect(finding.proof).toBe(sureOf(seen));
  });

  test.each([3, 5])(
    'of %i processes over socketpairs: likely, for a limit of time does not show',
    async (count) => {
      const pids = await stage
        .python(
          `
pairs = [socket.socketpair() for _ in range(${count})]
def member(at):
    mine, next = pairs[at][0], pairs[(at + 1) % ${count}][1]
    for pair in pairs:
        for end in pair:
            if end not in (mine, next): end.close()
    mine.recv(1)
pids = [child(lambda at=at: member(at)) for at in range(${count})]
for pair in pairs:
    for end in pair: end.close()
say(*pids); rest()`,
        )
        .said();
      const { finding } = await ring(pids);
      expect(finding).toMatchObject({ proof: 'likely', severity: 'warning' });
      expect(finding.doubts).toContain('limit');
    },
  );

  test('of two mutexes in shared memory', async (context) => {
    needs(context, 'python3');
    const pids = await stage
      .python(
        `
memory = mmap.mmap(-1, 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
attributes = ctypes.create_string_buffer(64)
libc.pthread_mutexattr_init(attributes); libc.pthread_mutexattr_setpshared(attributes, 1)
one, two = ctypes.c_void_p(address), ctypes.c_void_p(address + 128)
libc.pthread_mutex_init(one, attributes); libc.pthread_mutex_init(two, attributes)
ready = mmap.mmap(-1, 4096)
def member(at, mine, other):
    libc.pthread_mutex_lock(mine); ready[at] = 1
    while ready[1 - at] != 1: time.sleep(0.001)
    libc.pthread_mutex_lock(other)
say(child(lambda: member(0, one, two)), child(lambda: member(1, two, one))); rest()`,
      )
      .said();
    const { seen, finding } = await ring(pids);
    // Of an owner that is named, who else has the memory says nothing.
    expect(finding.proof).toBe('proven');
    expect(seen.says(finding)).toMatch(/deadlock of 2/);
  });

  test('with a threaded Python: its main thread joins the one that is stuck', async (context) => {
    needs(context, 'python3');
    const [threaded = 0, other = 0] = await stage
      .python(
        `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def kid(): os.close(r2); os.close(w1); os.read(r1, 1)
pid = child(kid)
os.close(r1); os.close(w2)
thread = threading.Thread(target=lambda: os.read(r2, 1)); thread.start()
say(os.getpid(), pid); thread.join()`,
      )
      .said();
    const { seen, finding } = await ring([threaded, other]);
    expect(finding.proof).toBe(sureOf(seen));
  });

  test('with a Node whose main thread reads', async (context) => {
    needs(context, 'python3');
    const [other = 0, node = 0] = await stage
      .python(
        `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
pid = os.fork()
if pid == 0:
    os.close(r2); os.close(w1); os.set_inheritable(r1, True); os.set_inheritable(w2, True)
    os.execvp(sys.argv[1], [sys.argv[1], '-e', "require('fs').readSync(%d, Buffer.alloc(1))" % r1])
os.close(r1); os.close(w2)
say(os.getpid(), pid); os.read(r2, 1)`,
        process.execPath,
      )
      .said();
    await ring([other, node]);
  });

  test('of a System V semaphore and a pipe: likely, if who changed it last holds it', async (context) => {
    needs(context, 'python3');
    const pids = await stage
      .python(
        `
set = int(sys.argv[1]); libc.semctl(set, 0, 16, 1)
r, w = os.pipe(); down = struct.pack('Hhh', 0, -1, 0)
def holder():
    os.close(w); libc.semop(set, down, 1); os.read(r, 1)
one = child(holder)
def waiter():
    os.close(r)
    while libc.semctl(set, 0, 12) != 0: time.sleep(0.001)
    libc.semop(set, down, 1)
two = child(waiter)
os.close(r); os.close(w)
say(one, two)
while libc.semctl(set, 0, 14) == 0: time.sleep(0.001)
time.sleep(1000)`,
        String(made.set(1)),
      )
      .said();
    const { finding } = await ring(pids);
    expect(finding.proof).toBe('likely');
    expect(finding.doubts).toContain('ifHolds');
  });
});

describe('no ring', () => {
  test('where one member has a thread that can act', async (context) => {
    needs(context, 'python3');
    const pids = await stage
      .python(
        `
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one():
    os.close(r2); os.close(w1)
    gate, _ = os.pipe()
    threading.Thread(target=lambda: sys.stdin.read() or rest(), daemon=True).start()
    listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen()
    threading.Thread(target=listener.accept, daemon=True).start()
    os.read(r1, 1)
def two(): os.close(r1); os.close(w2); os.read(r2, 1)
pids = child(one), child(two)
for fd in (r1, w1, r2, w2): os.close(fd)
say(*pids); rest()`,
      )
      .said();
    await none(pids);
  });

  test('where a third process has the other end too, and rests', async (context) => {
    needs(context, 'perl');
    const pids = await stage
      .perl(
        `
pipe(my $r1, my $w1); pipe(my $r2, my $w2); fill($w1); fill($w2);
my $one = child(sub { close $r1; close $w2; syswrite $w1, 'x' });
my $two = child(sub { close $r2; close $w1; syswrite $w2, 'x' });
say($one, $two); POSIX::pause() while 1;`,
      )
      .said();
    const seen = await none(pids);
    expect(seen.why(pids[0] ?? 0)).toMatchObject({ state: 'waits', end: { is: 'acts', state: 'idle' } });
  });

  test('where one waits for a time only', async (context) => {
    needs(context, 'python3');
    const pids = await stage
      .python(
        `
import select
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one(): os.close(r2); os.close(w1); select.select([r1], [], [], 1000)
def two(): os.close(r1); os.close(w2); os.read(r2, 1)
pids = child(one), child(two)
for fd in (r1, w1, r2, w2): os.close(fd)
say(*pids); rest()`,
      )
      .said();
    await none(pids);
  });
});
