/** What `why` says of processes that wait for no object: for children, for threads of their own, held by a freezer, without their first thread. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { inotifiesOf } from '../../src/native/census/watchers/inotifies';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import { Stage } from '../support/diagnosis';
import { HELPER } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { until } from '../support/until';

const stage = new Stage();
beforeAll(prepare);
afterEach(() => stage.clean());

/** Of what takes seconds on a busy machine. */
const SLOW = { timeout: 25_000 };

/** What the command line says of it. */
function why(pid: number): string {
  const { stdout, stderr } = spawnSync(process.execPath, [HELPER, 'why', String(pid)], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return stdout;
}

/** Whether all its threads sleep where it is said. */
function sleeps(pid: number, where: RegExp): boolean {
  const all = readdirSync(`/proc/${pid}/task`).map((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/wchan`, 'latin1'),
  );
  return all.every((wchan) => where.test(wchan));
}

/** A child with no object of its own sleeps; its parent waits for it. */
const bare = "os.closerange(0, 65536); os.execvp('sleep', ['sleep', '600'])";

test('a child that has no object is named by who waits for it', async (context) => {
  needs(context, 'python3');
  const [parent = 0, child = 0] = await stage
    .python(
      `
r, w = os.pipe()
def middle():
    inner = os.fork()
    if inner == 0: ${bare}
    os.write(w, str(inner).encode() + b'\\n'); os.closerange(3, 65536); os.waitpid(inner, 0)
own = child(middle); inner = int(os.read(r, 20)); say(own, inner); os.close(r); os.close(w); os.waitpid(own, 0)`,
    )
    .said();
  await until(() => sleeps(parent, /do_wait/) && sleeps(child, /nanosleep/));
  expect(why(parent)).toContain(`waits for its child sleep (${child})`);
  expect(why(parent)).toContain(`Only sleep (${child}) can end that.`);
  expect(why(parent)).toContain(`sleep (${child}) sleeps for a time.`);
});

test.for([
  [
    'itself',
    'l = threading.Lock(); l.acquire(); say(os.getpid()); l.acquire()',
    'waits for itself: it has no other thread',
  ],
  [
    'each other',
    `
a, b = threading.Lock(), threading.Lock(); a.acquire(); b.acquire()
threading.Thread(target=b.acquire, daemon=True).start(); say(os.getpid()); a.acquire()`,
    'wait for each other: only a signal can wake one',
  ],
] as const)('threads that wait for %s are not called idle', async ([, program, said], context) => {
  needs(context, 'python3');
  const [pid = 0] = await stage.python(program).said();
  await until(() => sleeps(pid, /futex/));
  expect(why(pid)).toContain(said);
  expect(why(pid)).not.toContain('nothing is wrong');
});

test('one whose first thread has ended has not ended', async (context) => {
  needs(context, 'python3');
  const [pid = 0] = await stage
    .python(
      `
r, w = os.pipe(); threading.Thread(target=os.read, args=(r, 1)).start()
say(os.getpid()); libc.pthread_exit(None)`,
    )
    .said();
  await until(() => /^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')));
  expect(why(pid)).not.toContain('has ended');
  expect(why(pid)).toContain('waits to read pipe');
});

/** The mounts of cgroups that a machine may have, and what shuts and opens the freezer of one. */
const FREEZERS = [
  ['v1', '/sys/fs/cgroup/freezer', 'freezer.state', 'FROZEN', 'THAWED'],
  ['v2 beside v1', '/sys/fs/cgroup/unified', 'cgroup.freeze', '1', '0'],
  ['v2', '/sys/fs/cgroup', 'cgroup.freeze', '1', '0'],
] as const;

test.for(FREEZERS)('who is held by the freezer of cgroups %s is said to be', async (freezer, context) => {
  const [version, root, file, shut, open] = freezer;
  needs(context, 'python3');
  needsRoot(context, 'cgroups are made by root');
  const mark = version === 'v1' ? 'cgroup.procs' : 'cgroup.controllers';
  if (!existsSync(`${root}/${mark}`)) context.skip(`no cgroups ${version} are mounted`);
  const [pid = 0] = await stage.python('say(os.getpid()); rest()').said();
  await until(() => /^State:\tS/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')));
  const folder = `${root}/ipc-inspector-test-${process.pid}`;
  mkdirSync(folder);
  try {
    writeFileSync(`${folder}/cgroup.procs`, String(pid));
    writeFileSync(`${folder}/${file}`, shut);
    await expect.poll(() => why(pid), SLOW).toContain('is held by a freezer');
    writeFileSync(`${folder}/${file}`, open);
    await expect.poll(() => why(pid), SLOW).not.toContain('freezer');
  } finally {
    writeFileSync(`${folder}/${file}`, open);
    await stage.clean();
    await until(() => readFileSync(`${folder}/cgroup.procs`, 'latin1') === '');
    rmdirSync(folder);
  }
});

test('a thread of the kernel waits in no call', (context) => {
  if (!existsSync('/proc/2') || !readFileSync('/proc/2/comm', 'latin1').includes('kthreadd'))
    context.skip('no kernel threads show here');
  expect(why(2)).not.toMatch(/waits in|, for /);
});

test('an inotify that a child inherited is counted once', async (context) => {
  needs(context, 'python3');
  const pids = await stage
    .python(
      `
i = libc.inotify_init1(0); libc.inotify_add_watch(i, b'/etc', 0x100)
own = child(lambda: None); j = libc.inotify_init1(0); say(os.getpid(), own); rest()`,
    )
    .said();
  const look = new Census(makeMechanisms()).lookOnce();
  const { held } = runNow(inotifiesOf(process.geteuid?.() ?? 0, look));
  const ours = held.filter(({ pid }) => pids.includes(pid));
  // Its own, the one that both have, and another of its own.
  expect(ours).toHaveLength(3);
  expect(ours.filter(({ again }) => !again).map(({ watches }) => watches)).toEqual(
    expect.arrayContaining([0, 1]),
  );
  expect(ours.filter(({ again }) => again)).toHaveLength(1);
});
