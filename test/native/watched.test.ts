/** What an epoll watches when its numbers lead elsewhere by now; and calls that watch very many. */
import { afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { join } from 'node:path';
import { Census, EVERYTHING, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { wchanOf } from '../../src/native/proc/syscall';
import { runNow } from '../../src/native/slices';
import type { IpcObject } from '../../src/protocol/kinds';
import { needs } from '../support/oracles';
import { BEGIN, type Holder, Scene } from '../support/streams';
import { until } from '../support/until';
import { type Said, saidOf } from '../support/waits';

const scene = new Scene();
let census: Census;
beforeAll(prepare);
beforeEach((context) => {
  needs(context, 'python3');
  census = new Census(makeMechanisms());
});
afterEach(() => scene.clean());

const BEFORE = `
import ctypes, os, resource, select, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)
def child():
    pid = os.fork()
    if pid == 0:
        # It ends with its parent.
        libc.prctl(1, 9)
        time.sleep(600)
${BEGIN}def queue():
    name = b'/' + os.urandom(8).hex().encode()
    made = libc.mq_open(name, os.O_CREAT | os.O_RDWR, 0o600, None)
    libc.mq_unlink(name)
    return made
`;
const EPOLL = 'libc.epoll_wait(e.fileno(), buffer, 1, -1)';

/** A process that has run this. */
async function after(...lines: string[]): Promise<Holder> {
  const holder = scene.holder();
  await holder.run(BEFORE);
  await holder.run(`path = ${JSON.stringify(join(scene.folder(), 'fifo'))}`);
  for (const line of lines) await holder.run(line);
  return holder;
}

interface Seen {
  wait: Said;
  /** The inodes and descriptors of the objects that show the wait. */
  on: [inode: string | undefined, fd: number | undefined, certain: boolean | undefined][];
  found: Findings;
}

/** What is said of a thread once it is seen asleep. */
async function seen(holder: Holder, tid: number): Promise<Seen> {
  return until(() => {
    const found = runNow(census.take(EVERYTHING));
    const wait = saidOf(found.processes.find(({ pid }) => pid === holder.pid))?.find(
      (one) => one.tid === tid,
    );
    return wait && { wait, on: shownBy(found, tid), found };
  });
}

function shownBy(found: Findings, tid: number): Seen['on'] {
  return [...found.objects.values()].flatMap((object: IpcObject) =>
    (object.endpoints ?? []).flatMap(({ fd, waits = [] }): Seen['on'] => {
      const wait = waits.find((one) => one.tid === tid);
      return wait ? [['inode' in object ? (object.inode ?? undefined) : undefined, fd, wait.certain]] : [];
    }),
  );
}

const refOf = ({ found }: Seen, inode: string) =>
  [...found.objects.values()].find((one) => 'inode' in one && one.inode === inode)?.ref;

describe('an epoll whose number leads elsewhere by now', () => {
  // Each: makes what `n` leads to, and what takes its place.
  const KINDS: Record<string, [first: string, other: string]> = {
    pipe: ['n, m = os.pipe()', 'o, p = os.pipe()'],
    FIFO: [
      'os.mkfifo(path); n = os.open(path, os.O_RDWR)',
      "os.mkfifo(path + '2'); o = os.open(path + '2', os.O_RDWR)",
    ],
    socket: ['a, b = socket.socketpair(); n = a.fileno()', 'c, d = socket.socketpair(); o = c.fileno()'],
    queue: ['n = queue()', 'o = queue()'],
    'pipe in whose place a FIFO is': ['n, m = os.pipe()', 'os.mkfifo(path); o = os.open(path, os.O_RDWR)'],
  };
  for (const [name, [first, other]] of Object.entries(KINDS)) {
    const WATCHED = [first, 'e = select.epoll(); e.register(n, select.EPOLLIN); i = os.fstat(n).st_ino'];

    test(`${name}: the number as it is`, async () => {
      const holder = await after(...WATCHED);
      const [fd, inode] = (await holder.run('[n, i]')) as [number, number];
      const tid = holder.block(EPOLL);
      const said = await seen(holder, tid);
      expect(said.wait).toMatchObject({ arguments: [`fd ${fd}`], certain: true });
      expect(said.on).toEqual([[String(inode), fd, true]]);
      expect(said.wait.ref).toBe(refOf(said, String(inode)));
    });

    test(`${name}: what took its place has no waiter`, async () => {
      const holder = await after(...WATCHED, `${other}; child(); os.dup2(o, n)`);
      const [fd, old, inode] = (await holder.run('[n, i, os.fstat(n).st_ino]')) as number[];
      const tid = holder.block(EPOLL);
      expect(inode).not.toBe(old);
      const said = await seen(holder, tid);
      expect(said.on).toEqual([]);
      expect(said.wait.arguments).toEqual([`what was fd ${fd}`]);
      // A pipe is known by its inode alone, also where only the child has it.
      expect(said.wait.ref).toBe(name.startsWith('pipe') ? refOf(said, String(old)) : undefined);
      if (name.startsWith('pipe')) expect(said.wait.ref).toBeDefined();
    });

    test(`${name}: another number of what is watched has the waiter`, async () => {
      const holder = await after(...WATCHED, `k = os.dup(n); ${other}; os.dup2(o, n)`);
      const [fd, old] = (await holder.run('[k, i]')) as [number, number];
      const tid = holder.block(EPOLL);
      const said = await seen(holder, tid);
      expect(said.on).toEqual([[String(old), fd, true]]);
      expect(said.wait.ref).toBe(refOf(said, String(old)));
    });
  }
});

describe('very many descriptors', () => {
  /** Lets a process have so many. */
  async function allow(context: TestContext, holder: Holder, count: number): Promise<void> {
    const most = (await holder.run('resource.getrlimit(resource.RLIMIT_NOFILE)[1]')) as number;
    if (most !== -1 && most < count) context.skip(`no more than ${most} descriptors are allowed here`);
    await holder.run(`resource.setrlimit(resource.RLIMIT_NOFILE, (${count}, ${most}))`);
  }

  const TWO = 'r, w = os.pipe(); x, y = os.pipe()';
  const inodes = async (holder: Holder, text = '[r, x]') =>
    ((await holder.run(`[os.fstat(one).st_ino for one in ${text}]`)) as number[]).map(String).sort();
  const shown = ({ on }: Seen) => on.map(([inode]) => inode).sort();
  const TOLD = 20;

  for (const count of [1101, 10_000, 70_000])
    test(`poll of ${count}`, async (context) => {
      const holder = await after(TWO);
      await allow(context, holder, count + 100);
      await holder.run(`fds = struct.pack('ihh', r, 1, 0) * ${count - 1} + struct.pack('ihh', x, 1, 0)`);
      const tid = (await holder.run(`begin(lambda: libc.poll(fds, ${count}, -1))`)) as number;
      const said = await seen(holder, tid);
      const whole = count <= 65_536;
      expect(said.wait.arguments.at(-1)).toBe(
        whole ? `and ${count - TOLD} more` : `and at least ${65_536 - TOLD} more`,
      );
      expect(shown(said)).toEqual(await inodes(holder, whole ? '[r, x]' : '[r]'));
    });

  test('poll of which not all may be read: there may be more', async (context) => {
    const holder = await after(
      TWO,
      'libc.mmap.restype = ctypes.c_void_p; half = 4096 * 8',
      'one = lambda fd: struct.pack("ihh", fd, 1, 0) * 4096',
      'start = libc.mmap(None, ctypes.c_size_t(2 * half), 3, 0x22, -1, ctypes.c_long(0))',
      'ctypes.memmove(start, one(r), half)',
      // What is of a file might have to be fetched from where nobody answers.
      'with open(path, "wb") as file: file.write(one(x))',
      'f = os.open(path, os.O_RDONLY)',
      'at = libc.mmap(ctypes.c_void_p(start + half), ctypes.c_size_t(half), 1, 0x12, f, ctypes.c_long(0))',
    );
    expect(await holder.run('at == start + half')).toBe(true);
    const call = 'begin(lambda: libc.poll(ctypes.c_void_p(start), 8192, -1))';
    await allow(context, holder, 8192);
    const tid = (await holder.run(call)) as number;
    await until(() => wchanOf(holder.pid, tid).includes('poll'));
    // MADV_DONTNEED: it is not in the process's tables any more.
    expect(await holder.run('libc.madvise(ctypes.c_void_p(start + half), ctypes.c_size_t(half), 4)')).toBe(0);
    const said = await seen(holder, tid);
    expect(said.wait.arguments.at(-1)).toBe(`and at least ${4096 - TOLD} more`);
    expect(shown(said)).toEqual(await inodes(holder, '[r]'));
  });

  test('select beyond a set as libc declares it', async (context) => {
    const holder = await after(TWO);
    await allow(context, holder, 4096);
    await holder.run('os.dup2(x, 3000); os.close(x)');
    // What stands beyond the table of descriptors is not of the set, and the kernel does not look at it.
    await holder.run('set = bytearray(1 << 14); set[3000 >> 3] |= 1 << (3000 & 7); set[-1] = 255');
    await holder.run('set = bytes(set)');
    const tid = (await holder.run('begin(lambda: libc.select(1 << 17, set, None, None, None))')) as number;
    const said = await seen(holder, tid);
    expect(said.wait.arguments).toEqual(['fd 3000']);
    expect(shown(said)).toEqual(await inodes(holder, '[3000]'));
  });

  test('an epoll of 1101', async (context) => {
    const holder = await after(TWO);
    await allow(context, holder, 2000);
    await holder.run('e = select.epoll(); more = [os.dup(r) for at in range(1100)] + [x]');
    await holder.run('for one in more: e.register(one, select.EPOLLIN)');
    const watched = await inodes(holder);
    const tid = holder.block(EPOLL);
    const said = await seen(holder, tid);
    expect(said.wait.arguments.at(-1)).toBe(`and ${1101 - TOLD} more`);
    expect(said.on).toHaveLength(1101);
    expect([...new Set(shown(said))]).toEqual(watched);
  });
});
