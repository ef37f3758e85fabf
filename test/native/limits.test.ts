/** Limits and their use, against /proc/sys, df, prlimit, lsipc, and what the kernel refuses. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, expect, test, type TestContext } from 'vitest';
import * as v from 'valibot';
import { type Limited, limitsAnswer, type LimitUse, limitUse } from '../../src/protocol/limits';
import { takenBy } from '../../src/native/census/limits/limits';
import { Stage } from '../support/diagnosis';
import { HELPER, TestHelper } from '../support/helper';
import { ownIpc } from '../support/namespaces';
import { needs, needsRoot, output } from '../support/oracles';
import { Made } from '../support/sysv';

const made = new Made();
const stage = new Stage();
afterEach(() => stage.clean());
afterAll(() => made.clean());

const asJson = v.object({ limits: v.array(limitUse) });

function limits(prefix: readonly string[] = []): LimitUse[] {
  const [command, ...rest] = [...prefix, process.execPath, HELPER, 'limits', '--json'];
  const { stdout, stderr, status } = spawnSync(command ?? '', rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  return v.parse(asJson, JSON.parse(stdout)).limits;
}

const one = (all: readonly LimitUse[], what: Limited) => {
  const found = all.find((use) => use.what === what);
  if (!found) throw new Error(`no ${what}`);
  return found;
};
const words = (file: string) => readFileSync(`/proc/sys/${file}`, 'utf8').trim().split(/\s+/);

test('what is allowed is what /proc/sys says, and prlimit of a process', (context) => {
  needs(context, 'prlimit');
  const all = limits();
  const sem = words('kernel/sem');
  const most: [Limited, string | undefined][] = [
    ['queues', words('kernel/msgmni')[0]],
    ['sets', sem[3]],
    ['semaphores', sem[1]],
    ['segments', words('kernel/shmmni')[0]],
    ['posixQueues', words('fs/mqueue/queues_max')[0]],
    ['inotifyInstances', words('fs/inotify/max_user_instances')[0]],
    ['inotifyWatches', words('fs/inotify/max_user_watches')[0]],
    ['systemFiles', words('fs/file-max')[0]],
  ];
  for (const [what, value] of most) expect(String(one(all, what).most), what).toBe(value);
  const pages = output('getconf', 'PAGESIZE').trim();
  expect(String(one(all, 'segmentBytes').most)).toBe(
    String(BigInt(words('kernel/shmall')[0] ?? 0) * BigInt(pages)),
  );
  const soft = (name: string) => output('prlimit', `--${name}`, '--output', 'SOFT', '--noheadings').trim();
  expect(String(one(all, 'queueBytes').most ?? 'unlimited')).toBe(soft('msgqueue'));
  expect(String(one(all, 'signals').most ?? 'unlimited')).toBe(soft('sigpending'));
});

test('the use of System V is what lsipc counts, and who has most of it is named', (context) => {
  needs(context, 'lsipc');
  for (let count = 0; count < 3; count++) made.queue();
  made.segment(100_000);
  const all = limits();
  const lines = output('lsipc', '-g', '--raw', '--noheadings').trim().split('\n');
  const used = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.trim()
      .split(/\s+/)
      .at(-2);
  // Other tests make and remove some meanwhile.
  const near = (what: Limited, name: string) =>
    expect(Math.abs(Number(one(all, what).used) - Number(used(name))), what).toBeLessThan(50);
  near('queues', 'MSGMNI');
  near('segments', 'SHMMNI');
  expect(Number(one(all, 'queues').used)).toBeGreaterThanOrEqual(3);
  expect(one(all, 'queues').uses).toMatchObject({ uid: expect.any(Number) as number });
});

test('in a namespace of its own the use is exact', (context) => {
  needsRoot(context, 'makes an ipc namespace of its own');
  const make =
    'ipcmk -Q >/dev/null && ipcmk -Q >/dev/null && ipcmk -S 7 >/dev/null && ipcmk -M 5000 >/dev/null && exec "$@"';
  needs(context, 'ipcmk');
  const all = limits([...ownIpc(), 'sh', '-c', make, 'sh']);
  expect(one(all, 'queues').used).toBe(2);
  expect(one(all, 'sets').used).toBe(1);
  expect(one(all, 'semaphores').used).toBe(7);
  expect(one(all, 'segments').used).toBe(1);
  expect(one(all, 'semaphores').uses?.used).toBe(7);
});

test('memory is what df says', (context) => {
  needs(context, 'df');
  const [size, used] =
    output('df', '-B1', '--output=size,used', '/dev/shm').trim().split('\n').at(-1)?.trim().split(/\s+/) ??
    [];
  const found = one(limits(), 'memory');
  expect(String(found.most)).toBe(size);
  expect(Math.abs(Number(found.used) - Number(used))).toBeLessThan(64 * 2 ** 20);
});

/** A queue as large as a user may still have, and one byte less: in a user namespace nobody else's queues count. */
const QUEUES = `
import ctypes, errno, os, resource, sys
libc = ctypes.CDLL(None, use_errno=True)
def make(most, size):
    attributes = (ctypes.c_long * 8)(0, most, size, 0)
    fd = libc.mq_open(b'/ipc-inspector-limit', os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600, attributes)
    return 'made' if fd >= 0 and libc.mq_unlink(b'/ipc-inspector-limit') == 0 else errno.errorcode[ctypes.get_errno()]
most, size, limit = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_MSGQUEUE, (limit, limit))
print(make(most, size))
`;

/** A user namespace, in which nothing of its user is counted yet, and its queues. */
const ALONE = ['--user', '--map-root-user', '--ipc'];

test.for([
  [10, 8192],
  [1, 1],
  [7, 100],
])(
  'a queue of %i messages of %i bytes takes as much as is told',
  ([most = 0, size = 0], context: TestContext) => {
    needs(context, 'python3');
    needs(context, 'unshare', [...ALONE, 'true']);
    const make = (limit: number) => {
      const args = ['python3', '-c', QUEUES, String(most), String(size), String(limit)];
      return spawnSync('unshare', [...ALONE, ...args], { encoding: 'utf8' }).stdout.trim();
    };
    expect(make(takenBy(most, size))).toBe('made');
    expect(make(takenBy(most, size) - 1)).toBe('EMFILE');
  },
);

test('a process that has nearly all the files that it may have comes first, with how many', async (context) => {
  needs(context, 'python3');
  const [pid = 0] = await stage
    .python(
      `import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 50))
kept = []
try:
    while True: kept.append(os.open('/dev/null', os.O_RDONLY))
except OSError: kept.pop() and os.close(kept.pop())
say(os.getpid()); rest()`,
    )
    .said();
  const files = limits().filter(({ what }) => what === 'files');
  const found = files.find(({ ref }) => ref?.startsWith(`process:${pid}:`));
  expect(found).toMatchObject({ most: 40, setting: '40 50' });
  expect(Number(found?.used)).toBe(output('ls', `/proc/${pid}/fd`).trim().split('\n').length);
});

test('the call of the helper tells what the command does, as it is now, and names who uses most', async (context) => {
  needs(context, 'python3');
  const [pid = 0] = await stage
    .python(
      `import ctypes
libc = ctypes.CDLL(None)
fds = [libc.inotify_init() for _ in range(20)]
libc.inotify_add_watch(fds[0], b'/', 2)
say(os.getpid()); rest()`,
    )
    .said();
  const helper = new TestHelper();
  try {
    const ask = async () => v.parse(limitsAnswer, await helper.request('limits', {}));
    const first = await ask();
    expect(first.limits.map(({ what }) => what)).toEqual(
      expect.arrayContaining(limits().map(({ what }) => what)),
    );
    const { used = 0, uses } = one(first.limits, 'inotifyInstances');
    expect(Number(used)).toBeGreaterThanOrEqual(20);
    const most = first.processes.find((process) => uses?.ref?.startsWith(`process:${process.pid}:`));
    expect(most).toBeDefined();
    if (uses?.used === 20) expect(most?.pid).toBe(pid);
    const before = Number(one(first.limits, 'queues').used);
    for (let count = 0; count < 60; count++) made.queue();
    // Other tests make and remove some meanwhile.
    expect(Number(one((await ask()).limits, 'queues').used)).toBeGreaterThan(before + 10);
  } finally {
    await helper.stop();
  }
});
