/** Locks that processes share and sleep on: told by their words where all fits, with their owner where that is proved, alike in every sort of shared memory. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Lock } from '../../src/protocol/kinds/posix';
import { HELPER } from '../support/helper';
import { AS_NOBODY, needsRoot } from '../support/oracles';
import { posixStage } from '../support/posix';
import type { Holder } from '../support/streams';
import { sleeps } from '../support/streams';
import { until } from '../support/until';

const { eye, scene } = await posixStage();

/** Where each lock stands: as close to its neighbour as C would lay it. */
const AT = {
  rwlock: 64,
  mutex: 128,
  condition: 192,
  semaphore: 240,
  barrier: 272,
  condition2: 304,
  mutex2: 352,
};

/** Lays them out in shared memory at `base`, and has children that take them or wait for them. */
const LOCKS = `
libc.shmat.restype = ctypes.c_void_p; libc.shmdt.argtypes = [ctypes.c_void_p]
def anonymous():
    global m
    m = mmap.mmap(-1, 4096); return ctypes.addressof(ctypes.c_char.from_buffer(m))
def segment():
    global id
    id = libc.shmget(0, 4096, 0o600); at = libc.shmat(id, None, 0); libc.shmctl(id, 0, None); return at
def named(name):
    global m
    fd = os.open(f'/dev/shm/{name}', os.O_RDWR | os.O_CREAT); os.ftruncate(fd, 4096)
    m = mmap.mmap(fd, 4096); return ctypes.addressof(ctypes.c_char.from_buffer(m))
def at(offset): return ctypes.c_void_p(base + offset)
def attributes(of, **more):
    room = ctypes.create_string_buffer(64); getattr(libc, f'pthread_{of}attr_init')(room)
    for what, value in dict(pshared=1, **more).items(): getattr(libc, f'pthread_{of}attr_set{what}')(room, value)
    return room
def lay(**mutex):
    libc.pthread_rwlock_init(at(${AT.rwlock}), attributes('rwlock'))
    for place in (${AT.mutex}, ${AT.mutex2}): libc.pthread_mutex_init(at(place), attributes('mutex', **mutex))
    for place in (${AT.condition}, ${AT.condition2}): libc.pthread_cond_init(at(place), attributes('cond'))
    libc.sem_init(at(${AT.semaphore}), 1, 1)
    libc.pthread_barrier_init(at(${AT.barrier}), attributes('barrier'), 4)
def child(*calls):
    one = os.fork()
    if one: return one
    libc.prctl(1, 9)
    for name, *places in calls: getattr(libc, name)(*map(at, places))
    while True: signal.pause()
def kill(pid): os.kill(pid, 9); os.waitpid(pid, 0)
def poke(offset, value): ctypes.c_int.from_address(base + offset).value = value
`;

/** A process with all of them in memory of its own sort. */
async function stage(where: string, prefix: string[] = []): Promise<Holder> {
  const holder = await scene.posix(prefix);
  await holder.run(LOCKS);
  await holder.run(`base = ${where}`);
  return holder;
}

/** Starts a child, and waits until it sleeps in its last call (or has done them all). */
async function child(holder: Holder, ...calls: [name: string, ...at: number[]][]): Promise<number> {
  const pid = (await holder.run(`child(*${JSON.stringify(calls)})`)) as number;
  await until(() => sleeps(pid, /futex|pause|sigsuspend/));
  return pid;
}

/** What is told of the memory that a process has. */
async function locksOf({ pid }: Holder): Promise<Lock[] | undefined> {
  for (const kind of ['mapping', 'sysv.shm', 'posix.shm'] as const) {
    const row = (await eye.rows(kind)).find(({ endpoints = [] }) => endpoints.some((end) => end.pid === pid));
    if (!row) continue;
    const [closely] = (await eye.rows(kind, [row.ref])).filter(({ ref }) => ref === row.ref);
    return closely?.locks;
  }
  return undefined;
}

const { rwlock, mutex, condition, semaphore, barrier, condition2, mutex2 } = AT;

describe.each(['anonymous()', 'segment()', 'named(name)'])('in %s', (where) => {
  const begin = async (more = '') => {
    const holder = await stage(where.replace('(name)', `('${scene.name()}')`));
    await holder.run(`lay(${more})`);
    return holder;
  };

  test('a mutex: its owner, and that it has ended', async () => {
    const holder = await begin();
    const owner = await child(holder, ['pthread_mutex_lock', mutex]);
    await child(holder, ['pthread_mutex_lock', mutex]);
    const place = { offset: mutex, what: 'mutex', waiters: 1 };
    expect(await locksOf(holder)).toEqual([{ ...place, owner: { tid: owner, pid: owner, now: 'lives' } }]);
    await holder.run(`kill(${owner})`);
    expect(await locksOf(holder)).toEqual([{ ...place, owner: { tid: owner, now: 'gone' } }]);
    // As if its number had come to be that of a program that has nothing of the memory.
    await holder.run(`poke(${mutex + 8}, ${process.pid})`);
    expect(await locksOf(holder)).toEqual([{ ...place, owner: { tid: process.pid, now: 'other' } }]);
  });

  test('a rwlock: who writes, and how many read', async () => {
    const holder = await begin();
    const reader = await child(holder, ['pthread_rwlock_rdlock', rwlock]);
    await holder.run(`kill(${reader})`);
    const writer = await child(holder, ['pthread_rwlock_wrlock', rwlock]);
    expect(await locksOf(holder)).toEqual([{ offset: rwlock + 8, what: 'rwlock', waiters: 1, readers: 1 }]);
    await holder.run(`kill(${writer}); lay()`);
    const owner = await child(holder, ['pthread_rwlock_wrlock', rwlock]);
    await child(holder, ['pthread_rwlock_rdlock', rwlock]);
    await child(holder, ['pthread_rwlock_wrlock', rwlock]);
    const told = await locksOf(holder);
    expect(told?.map(({ what }) => what)).toEqual(['rwlock', 'rwlock']);
    expect(told?.map((lock) => lock.owner)).toEqual(
      [1, 2].map(() => ({ tid: owner, pid: owner, now: 'lives' })),
    );
  });

  test('conditions, a barrier and a semaphore beside each other', async () => {
    const holder = await begin();
    for (let waiters = 0; waiters < 2; waiters++) {
      await child(holder, ['pthread_mutex_lock', mutex], ['pthread_cond_wait', condition, mutex]);
      await child(holder, ['pthread_mutex_lock', mutex2], ['pthread_cond_wait', condition2, mutex2]);
      await child(holder, ['pthread_barrier_wait', barrier]);
    }
    await child(holder, ['sem_wait', semaphore]);
    await child(holder, ['sem_wait', semaphore]);
    const told = await locksOf(holder);
    expect(told?.map(({ what, waiters }) => [what, waiters])).toEqual([
      ['condition', 2],
      ['semaphore', 1],
      ['barrier', 2],
      ['condition', 2],
    ]);
    expect(told?.some(({ owner }) => owner !== undefined)).toBe(false);
  });
});

test.each([
  ['robust', 'robust=1'],
  ['recursive', 'type=1'],
  ['error checking', 'type=2'],
  ['priority inheriting', 'protocol=1'],
])('a %s mutex and its owner', async (_what, more) => {
  const holder = await stage('anonymous()');
  await holder.run(`lay(${more})`);
  const owner = await child(holder, ['pthread_mutex_lock', mutex]);
  const waiter = (await holder.run(`child(['pthread_mutex_lock', ${mutex}])`)) as number;
  await until(() => sleeps(waiter, /futex|rt_mutex/));
  expect(await locksOf(holder)).toEqual([
    { offset: mutex, what: 'mutex', waiters: 1, owner: { tid: owner, pid: owner, now: 'lives' } },
  ]);
});

test('a number of another pid namespace is that of its thread there', async (context) => {
  needsRoot(context, 'a pid namespace');
  const holder = await stage('anonymous()', ['unshare', '--pid', '--fork', '--kill-child']);
  await holder.run('lay()');
  // Others may have such locks too.
  const within = readlinkSync(`/proc/${holder.pid}/ns/pid_for_children`);
  const isIn = (pid: number) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`) === within;
    } catch {
      return false;
    }
  };
  // Its own numbers, which are others to us.
  const owner = (await holder.run(`child(['pthread_mutex_lock', ${mutex}])`)) as number;
  await holder.run(`child(['pthread_mutex_lock', ${mutex}])`);
  const find = async () => {
    const rows = await eye.rows('mapping');
    const row = rows.find(
      ({ what, endpoints = [] }) =>
        what === 'anonymous' && endpoints.some(({ pid, waits }) => (waits?.length ?? 0) > 0 && isIn(pid)),
    );
    return row && (await eye.rows('mapping', [row.ref])).find(({ ref }) => ref === row.ref);
  };
  const found = await until(find);
  const [lock] = found.locks ?? [];
  expect(lock).toMatchObject({ what: 'mutex', owner: { now: 'lives' } });
  expect(lock?.owner?.pid).not.toBe(owner);
  expect(found.endpoints?.map(({ pid }) => pid)).toContain(lock?.owner?.pid);
  await holder.run(`kill(${owner})`);
  expect((await find())?.locks?.[0]?.owner?.now).not.toBe('lives');
});

test('who came to have the number of an owner that has ended, and has the memory, is not surely the owner', async () => {
  const holder = await stage('anonymous()');
  await holder.run('lay()');
  const owner = await child(holder, ['pthread_mutex_lock', mutex]);
  await child(holder, ['pthread_mutex_lock', mutex]);
  await holder.run(`kill(${owner}); time.sleep(.1)`);
  const later = await child(holder, ['pthread_mutex_lock', mutex2]);
  await child(holder, ['pthread_mutex_lock', mutex2]);
  // As if it had been given the owner's number.
  await holder.run(`poke(${mutex + 8}, ${later})`);
  expect(await locksOf(holder)).toEqual([
    { offset: mutex, what: 'mutex', waiters: 1, owner: { tid: later, now: 'unknown' } },
    { offset: mutex2, what: 'mutex', waiters: 1, owner: { tid: later, pid: later, now: 'lives' } },
  ]);
});

test.each(['ld-musl-x86_64.so.1', 'libc.so'])(
  'nothing is told of the words of another C library: %s',
  async (name) => {
    const folder = join(scene.folder(), 'lib');
    mkdirSync(folder);
    const library = join(folder, name);
    writeFileSync(library, Buffer.alloc(4096));
    const holder = await stage('anonymous()');
    await holder.run(
      `lay(); l = mmap.mmap(os.open('${library}', os.O_RDONLY), 4096, mmap.MAP_PRIVATE, mmap.PROT_READ)`,
    );
    await child(holder, ['pthread_mutex_lock', mutex]);
    await child(holder, ['pthread_mutex_lock', mutex]);
    expect(await locksOf(holder)).toEqual([{ offset: mutex, what: 'unknown', waiters: 1 }]);
  },
);

test('who may not look into the memory is told of no lock, and nothing false', async (context) => {
  needsRoot(context, 'another user');
  const holder = await stage('anonymous()');
  await holder.run('lay()');
  await child(holder, ['pthread_mutex_lock', mutex]);
  await child(holder, ['pthread_mutex_lock', mutex]);
  const [command = 'setpriv', ...args]: string[] = [
    ...AS_NOBODY,
    process.execPath,
    HELPER,
    'snapshot',
    '--details',
  ];
  const { stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const { objects } = JSON.parse(stdout) as { objects: { endpoints?: { pid: number }[]; locks?: Lock[] }[] };
  const seen = objects.filter(({ endpoints = [] }) => endpoints.some(({ pid }) => pid === holder.pid));
  expect(seen.flatMap(({ locks = [] }) => locks).filter(({ what }) => what !== 'unknown')).toEqual([]);
});
