/** Whether it is sure what a descriptor in a thread's call means: only where nobody else has ever run who could have put something else there. */
import { beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { Census, EVERYTHING, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import { waitsOf } from '../../src/protocol/snapshot';
import type { Wait } from '../../src/protocol/waits';
import { needs } from '../support/oracles';
import { BEGIN, type Holder, Scene, sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
let census: Census;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
});
afterEach(() => scene.clean());

const look = (): Findings => runNow(census.take(EVERYTHING));

/** What a thread waits for, as its process tells it and as each object does. */
function told(found: Findings, pid: number, tid = pid): { wait: Wait | undefined; on: [string, boolean][] } {
  const process = found.processes.find((one) => one.pid === pid);
  const on = [...found.objects.values()].flatMap((object) =>
    (object.endpoints ?? []).flatMap(({ waits = [] }): [string, boolean][] =>
      waits
        .filter((one) => one.tid === tid)
        .map(({ certain }) => ['inode' in object ? (object.inode ?? object.kind) : object.kind, certain]),
    ),
  );
  return { wait: process && waitsOf(process)?.find((one) => one.tid === tid), on };
}

const ASLEEP =
  /pipe_(read|write)|pipe_wait|poll_schedule|do_select|ep_poll|skb_wait|unix_stream|flock|locks_lock/;

async function holding(...lines: string[]): Promise<Holder> {
  const holder = scene.holder();
  await holder.run(`import ctypes, fcntl, select, socket, threading
libc = ctypes.CDLL(None, use_errno=True); buffer = ctypes.create_string_buffer(1 << 20)
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
r, w = os.pipe(); x, y = os.pipe(); a, b = socket.socketpair(); watching = select.poll(); watching.register(r, 1)
${BEGIN}`);
  for (const line of lines) await holder.run(line);
  return holder;
}

const inodeOf = async (holder: Holder, fd: string) => String(await holder.run(`os.fstat(${fd}).st_ino`));

/** Calls that name descriptors. */
const CALLS: Record<string, string> = {
  read: 'libc.read(r, buffer, 1)',
  write: 'libc.write(w, buffer, 1 << 20)',
  poll: 'watching.poll()',
  select: 'select.select([r], [], [])',
  recv: 'a.recv(1)',
  flock: 'fcntl.flock(l, 2)',
};
const LOCKED = `import tempfile
k = tempfile.TemporaryFile(); fcntl.flock(k, 2); l = os.open(f'/proc/self/fd/{k.fileno()}', os.O_RDWR)`;

describe('a process that never had another thread', () => {
  for (const [name, call] of Object.entries(CALLS))
    test(`${name} is certain`, async () => {
      const holder = await holding(LOCKED);
      holder.block(call);
      await until(() => sleeps(holder.pid, ASLEEP) && told(look(), holder.pid).wait);
      const { wait, on } = told(look(), holder.pid);
      expect(wait?.certain).toBe(true);
      for (const [, certain] of on) expect(certain).toBe(true);
    });
});

describe('a process with another thread', () => {
  for (const [name, call] of Object.entries(CALLS))
    test(`${name} is uncertain`, async () => {
      const holder = await holding(LOCKED);
      const tid = (await holder.run(`begin(lambda: ${call})`)) as number;
      const { wait, on } = await until(() => {
        const now = told(look(), holder.pid, tid);
        return sleeps(tid, ASLEEP) && now.wait ? now : undefined;
      });
      expect(wait?.certain).toBe(false);
      for (const [, certain] of on) expect(certain).toBe(false);
    });

  test('what another thread put under the number is not surely what it waits on', async () => {
    const holder = await holding();
    const tid = (await holder.run('begin(lambda: libc.read(r, buffer, 1))')) as number;
    await until(() => sleeps(tid, /pipe/));
    await holder.run('k = os.dup(r); os.dup2(x, r)');
    const { wait, on } = told(look(), holder.pid, tid);
    expect(wait).toMatchObject({ call: 'read', certain: false });
    expect(on.filter(([, certain]) => certain)).toEqual([]);
  });

  test('nor if it has not run since the waiter woke within its call', async () => {
    const holder = await holding('k = os.dup(w)');
    const tid = (await holder.run('begin(lambda: libc.write(w, buffer, 1 << 20))')) as number;
    await until(() => sleeps(tid, /pipe/));
    const reader = scene.holder();
    const path = `/proc/${holder.pid}/fd/${String(await holder.run('r'))}`;
    await reader.run(`fd = os.open(${JSON.stringify(path)}, os.O_RDONLY)`);
    await holder.run('os.dup2(y, w)');
    // It goes on a bit, while its process's other thread sleeps.
    await reader.run('os.read(fd, 65536)');
    await until(() => sleeps(tid, /pipe/));
    const { wait, on } = told(look(), holder.pid, tid);
    expect(wait).toMatchObject({ call: 'write', certain: false });
    expect(on.filter(([, certain]) => certain)).toEqual([]);
  });

  test('nor if it has ended', async () => {
    const holder = await holding('fd = os.dup(r)');
    holder.block(
      '(threading.Thread(target=lambda: (time.sleep(.3), os.dup2(x, fd)), daemon=True).start(), libc.read(fd, buffer, 1))',
    );
    const { wait, on } = await until(() => {
      const now = told(look(), holder.pid);
      return sleeps(holder.pid, /^[a-z_]*pipe[a-z_]*$/) ? now : undefined;
    });
    expect(wait).toMatchObject({ call: 'read', certain: false });
    expect(on.filter(([, certain]) => certain)).toEqual([]);
  });
});

test('a process that shares its table with another is told of as uncertain', async (context) => {
  if (process.arch !== 'x64') context.skip('the number of clone(2) on x86_64');
  const holder = await holding();
  // CLONE_FILES | SIGCHLD: a child with memory of its own.
  await holder.run(`child = libc.syscall(56, 0x411, 0, 0, 0, 0)
if child == 0:
    libc.prctl(1, 9)
    while True: libc.read(r, buffer, 1)`);
  const pid = (await holder.run('child')) as number;
  await until(() => sleeps(pid, /pipe/));
  expect(told(look(), pid)).toMatchObject({ wait: { call: 'read', certain: false } });
  await holder.run('os.dup2(x, r)');
  expect(told(look(), pid).on.filter(([, certain]) => certain)).toEqual([]);
});

test('a pipe that a thread of many fills is full all the same, since the kernel is asked', async () => {
  const holder = await holding();
  const inode = await inodeOf(holder, 'w');
  const tid = (await holder.run('begin(lambda: libc.write(w, buffer, 1 << 20))')) as number;
  await until(() => sleeps(tid, /pipe/));
  const flagsOf = () =>
    [...look().objects.values()].find((one) => one.kind === 'pipe' && one.inode === inode)?.flags;
  expect(flagsOf()).toContain('full');
  await holder.run('os.dup2(y, w)');
  const other = await inodeOf(holder, 'w');
  expect(other).not.toBe(inode);
  const replaced = [...look().objects.values()].find((one) => one.kind === 'pipe' && one.inode === other);
  expect(replaced?.flags).not.toContain('full');
});
