/** The ends of pipes and FIFOs: as lsof sees them, on their way between processes, of very many holders, and of a writer whose panel is open. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest';
import { Census, EVERYTHING } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { parseStat } from '../../src/native/proc/stat';
import { runNow } from '../../src/native/slices';
import type { Interest } from '../../src/protocol/calls';
import type { IpcObject } from '../../src/protocol/kinds';
import { snapshot, TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { ended } from '../support/processes';
import { pipeOf, Scene, sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
const groups: ChildProcess[] = [];
beforeAll(prepare);
beforeEach((context) => needs(context, 'python3'));
afterEach(async () => {
  for (const child of groups.splice(0)) {
    const all = familyOf(child.pid ?? -1);
    // A group of its own, which the child leads.
    for (const pid of all) kill(pid);
    await until(() => all.every(ended));
  }
  await scene.clean();
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** A process and its descendants. */
function familyOf(first: number): number[] {
  const family = new Set([first]);
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = parseStat(readFileSync(`/proc/${name}/stat`));
        return stat ? [[Number(name), stat.parent] as const] : [];
      } catch {
        return [];
      }
    });
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return [...family];
}

describe('the ends are those that lsof shows', () => {
  beforeEach((context) => needs(context, 'lsof', ['-v']));

  /** `pid fd access inode` of each descriptor, and what `+E` says besides: `pid fd` at the other ends of the same pipe. */
  function byLsof(pids: readonly number[]): string[] {
    const { stdout } = spawnSync('lsof', ['-nP', '+E', '-w', '-F', 'pftai', '-p', pids.join()], {
      encoding: 'latin1',
    });
    const found: string[] = [];
    let pid = '';
    let file: Record<string, string> = {};
    const note = () => {
      if (file.t === 'FIFO' && pids.includes(Number(pid)) && /^\d+$/.test(file.f ?? ''))
        found.push([pid, file.f, file.a, file.i].join(' '));
      file = {};
    };
    for (const line of stdout.split('\n')) {
      const [field = '', value] = [line[0], line.slice(1)];
      if (field === 'p' || field === 'f' || field === '') note();
      if (field === 'p') pid = value;
      else file[field] = value;
    }
    return [...new Set(found)].sort();
  }

  const LETTERS: Record<string, string> = { reader: 'r', writer: 'w', both: 'u' };
  function byUs(pids: readonly number[]): string[] {
    return [...runNow(new Census(makeMechanisms()).take(EVERYTHING)).objects.values()]
      .flatMap((object) =>
        object.kind === 'pipe' || object.kind === 'fifo'
          ? (object.endpoints ?? [])
              .filter(({ pid, fd }) => pids.includes(pid) && fd !== undefined)
              .map(({ pid, fd, role }) => [pid, fd, LETTERS[role], object.inode].join(' '))
          : [],
      )
      .sort();
  }

  /** Once both see the same: programs come and go, and open and close, while one looks after the other. */
  async function same(child: ChildProcess, least: number, ready: (pids: number[]) => boolean = () => true) {
    let last: unknown;
    const seen = await until(() => {
      const pids = familyOf(child.pid ?? -1);
      const [ours, theirs] = [byUs(pids), byLsof(pids)];
      last = [ours, theirs];
      return ready(pids) && ours.length >= least && ours.join() === theirs.join() && ours;
    }).catch(() => undefined);
    if (!seen) {
      const [ours, theirs] = last as [string[], string[]];
      expect(ours).toEqual(theirs);
    }
    expect(seen?.length).toBeGreaterThanOrEqual(least);
  }

  const start = (command: string, ...args: string[]): ChildProcess => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    groups.push(child);
    return child;
  };

  test('for a pipeline of a shell, and a FIFO beside it', async () => {
    const path = join(scene.folder(), 'fifo');
    const child = start(
      'sh',
      '-c',
      `mkfifo "$0"; (sleep 600 | sleep 600 2>&1 | (sleep 600 <> "$0") | cat) & wait`,
      path,
    );
    await same(child, 7, (pids) => pids.length >= 5);
  });

  test("for Python's subprocess and multiprocessing", async () => {
    const child = start(
      'python3',
      '-c',
      `
import subprocess, multiprocessing, time, sys
if __name__ == '__main__':
    one = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    two = subprocess.Popen(['sleep', '600'], stdin=one.stdout)
    receiver, sender = multiprocessing.get_context('fork').Pipe(duplex=False)
    three = multiprocessing.get_context('fork').Process(target=receiver.recv)
    queue = multiprocessing.get_context('fork').Queue()
    four = multiprocessing.get_context('fork').Process(target=queue.get)
    three.start(); four.start()
    time.sleep(600)
`,
    );
    await same(child, 12, (pids) => pids.length >= 5);
  });

  test("for Chromium's own", async (context) => {
    const program = chromium(context);
    const folder = scene.folder();
    const child = start(
      program,
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${folder}`,
      'about:blank',
    );
    await same(child, 2, (pids) => pids.length >= 4);
  }, 60_000);

  function chromium(context: TestContext): string {
    const found = ['chromium', 'chromium-browser', 'google-chrome'].find(
      (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
    );
    return found ?? context.skip('no Chromium here');
  }
});

describe('an end on its way', () => {
  /** Two threads that hand the read end to and fro over a socketpair: at any moment one has it, or it is in the socket. */
  const TO_AND_FRO = `
import socket
def bounce(mine, first):
    fd = first
    while True:
        if fd is not None:
            socket.send_fds(mine, [b'x'], [fd]); os.close(fd)
        _, [fd], _, _ = socket.recv_fds(mine, 1, 1)
`;

  test('never shows that nobody reads', async () => {
    const keeper = scene.holder();
    const { stream, read } = await pipeOf(keeper);
    await keeper.run(TO_AND_FRO);
    // The writer stays; the read end goes to and fro between two children.
    await keeper.run(`
import ctypes
a, b = socket.socketpair()
children = []
for mine, first in ((a, ${read}), (b, None)):
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(1, 9)
        os.close(w)
        if first is None: os.close(${read})
        bounce(mine, first)
    children.append(child)
a.close(); b.close(); os.close(${read})
`);
    const census = new Census(makeMechanisms());
    const flags: Record<string, number> = {};
    const late = performance.now() + 4000;
    let rounds = 0;
    while (performance.now() < late) {
      rounds++;
      const found = runNow(census.take({ ...EVERYTHING, processes: false }));
      const pipe = [...found.objects.values()].find(
        (object) => object.kind === 'pipe' && object.inode === stream.inode,
      );
      // The writer has it all the time.
      expect(pipe).toBeDefined();
      for (const flag of pipe?.flags ?? []) flags[flag] = (flags[flag] ?? 0) + 1;
    }
    expect(flags.noReader).toBeUndefined();
    expect(flags.noWriter).toBeUndefined();
    expect(rounds).toBeGreaterThan(10);
    // And the truth is told once there is none.
    for (const pid of (await keeper.run('children')) as number[]) kill(pid);
    await until(() => {
      const found = runNow(census.take(EVERYTHING));
      return [...found.objects.values()].some(
        (object) => 'inode' in object && object.inode === stream.inode && object.flags.includes('noReader'),
      );
    });
  });
});

describe('a pipe of very many', () => {
  /** Children that hold both ends, and nothing else. */
  const hold = async (count: number) => {
    const keeper = scene.holder();
    const { stream } = await pipeOf(keeper);
    await keeper.run(`
import ctypes
libc = ctypes.CDLL(None)
for n in range(${count}):
    if os.fork() == 0:
        libc.prctl(1, 9)
        signal.pause()
`);
    return stream.inode;
  };
  const find = (objects: Iterable<IpcObject>, inode: string) =>
    [...objects].find((object) => 'inode' in object && object.inode === inode);

  test('holders is one object with each of them once, and its answer grows with their number', async () => {
    const sizes: number[] = [];
    for (const count of [150, 600]) {
      const inode = await hold(count);
      const pipe = await until(() => {
        const found = find(snapshot().objects, inode);
        return found?.endpoints?.length === (count + 1) * 2 && found;
      });
      const ends = pipe.endpoints?.map(({ pid, fd }) => `${pid} ${fd}`);
      expect(new Set(ends).size).toBe((count + 1) * 2);
      sizes.push(JSON.stringify(pipe).length);
      await scene.clean();
    }
    const [few = 1, many = 0] = sizes;
    expect(many / few).toBeGreaterThan(3);
    expect(many / few).toBeLessThan(5);
  }, 60_000);

  test('holders is told of again only when one of them changed, and then once', async () => {
    const inode = await hold(300);
    const census = new Census(makeMechanisms());
    const received = () =>
      find(runNow(census.take({ ...EVERYTHING, processes: false })).objects.values(), inode);
    await until(() => received()?.endpoints?.length === 602);
    const before = await until(() => {
      const [one, other] = [received(), received()];
      return one === other && one;
    });
    kill((before.endpoints ?? []).map(({ pid }) => pid).sort((a, b) => b - a)[0] ?? -1);
    const after = await until(() => received()?.endpoints?.length === 600 && received());
    // Who stayed is the same JavaScript object, so that nothing is compared that did not change.
    const kept = new Set(before.endpoints);
    expect(after.endpoints?.every((end) => kept.has(end))).toBe(true);
  }, 60_000);
});

test('a writer without a reader gets SIGPIPE while its panel is open, and a blocked one goes on when its reader reads', async () => {
  const holder = scene.holder();
  const { stream, read } = await pipeOf(holder);
  const helper = new TestHelper();
  try {
    const ref = (await until(
      async () => find((await helper.request('snapshot', {})).objects, stream.inode)?.ref,
    )) as string;
    const interest: Interest = { levels: { pipe: 'rows' }, details: [ref as never], processes: true };
    let [position, looks]: [{ epoch: string | null; seq: number }, number] = [{ epoch: null, seq: 0 }, 0];
    let open = true;
    const panel = (async () => {
      while (open) {
        const { epoch, seq } = await helper.request('changes', {
          ...position,
          interest,
          interval: 10,
          fresh: true,
        });
        await helper.act('pipe', 'peek', { ref: ref as never, length: 4096 }).catch(() => undefined);
        position = { epoch, seq };
        looks++;
      }
    })();
    await holder.run('signal.signal(signal.SIGPIPE, signal.SIG_DFL)');
    const looked = async () => {
      const before = looks;
      await Promise.race([until(() => looks > before + 3), panel]);
    };
    // Blocked before a full pipe, looked at all the while: it goes on as its reader reads, who gets all of it in order.
    await holder.run(
      `content = bytes(n % 251 for n in range(100000)); threading.Thread(target=lambda: os.write(w, content), daemon=True).start()`,
    );
    await until(() => sleeps(holder.pid, /pipe_write/));
    await looked();
    await holder.run(`got = b''`);
    await holder.run('for n in range(10): got += os.read(r, 5000)');
    await looked();
    await holder.run('while len(got) < 100000: got += os.read(r, 5000)');
    expect(await holder.run('got == content')).toBe(true);
    await holder.run(`os.close(${read})`);
    await looked();
    void holder.run("os.write(w, b'z')");
    expect(await holder.exited).toBe('SIGPIPE');
    open = false;
    await panel;
  } finally {
    await helper.stop();
  }

  function find(objects: readonly IpcObject[], inode: string) {
    return objects.find((object) => 'inode' in object && object.inode === inode);
  }
}, 120_000);

describe('what is said of an object', () => {
  const ROWS: Interest = { levels: { pipe: 'rows', fifo: 'rows' }, details: [] };
  /** The flags of an inode by a census that has looked before. */
  const flagsIn = (census: Census, inode: string) =>
    runNow(census.take(ROWS)).objects.find((one) => 'inode' in one && one.inode === inode)?.flags;

  test('is true of this moment: bytes come and go while its holders sleep', async () => {
    const holder = scene.holder();
    const census = new Census(makeMechanisms());
    const path = join(scene.folder(), 'fifo');
    const inode = String(
      await holder.run(
        `(os.mkfifo('${path}'), globals().update(f=os.open('${path}', os.O_RDONLY | os.O_NONBLOCK)), os.fstat(f).st_ino)[2]`,
      ),
    );
    expect(flagsIn(census, inode)).toContain('noWriter');
    expect(flagsIn(census, inode)).not.toContain('empty');
    spawnSync('sh', ['-c', `echo hello > ${path}`]);
    expect(flagsIn(census, inode)).not.toContain('empty');
    // A pipe that nobody writes to, read to its end.
    const { stream } = await pipeOf(holder);
    await holder.run(`os.write(w, b'x' * 65536); os.close(w)`);
    expect(flagsIn(census, stream.inode)).toEqual(['noWriter']);
    await holder.run(`os.read(r, 65536)`);
    expect(flagsIn(census, stream.inode)).toEqual(['noWriter']);
    // Closely it is asked at each look.
    const ref = runNow(census.take(ROWS)).objects.find(
      (one) => 'inode' in one && one.inode === stream.inode,
    )?.ref;
    const closely = runNow(census.take({ levels: {}, details: ref ? [ref] : [] })).objects[0];
    expect(closely).toMatchObject({ flags: ['empty', 'noWriter'], unread: 0 });
  });

  test('a thread that sleeps in splice proves it as one in read does', async () => {
    const holder = scene.holder();
    const census = new Census(makeMechanisms());
    const { stream } = await pipeOf(holder);
    await holder.run(
      `import ctypes
a, b = os.pipe()
threading.Thread(target=lambda: ctypes.CDLL(None).splice(r, None, b, None, 10, 0), daemon=True).start()`,
    );
    await until(() => flagsIn(census, stream.inode)?.includes('empty'));
    await holder.run(`os.write(w, b'x')`);
    await until(() => flagsIn(census, stream.inode)?.length === 0);
  });

  test('of an end of a thread with a table of its own, and whose leader has exited, is that of its own descriptor', async () => {
    const holder = scene.holder();
    const { stream } = await pipeOf(holder);
    await holder.run(
      `import ctypes
told = []
def apart():
    libc = ctypes.CDLL(None)
    libc.unshare(0x400)
    x, y = os.pipe2(os.O_NONBLOCK)
    told.extend([threading.get_native_id(), x, os.dup2(x, r), os.fstat(x).st_ino])
    time.sleep(1000)
threading.Thread(target=apart, daemon=True).start()
while len(told) < 4: time.sleep(0.01)`,
    );
    const [tid, fd, copy, inode] = (await holder.run('told')) as number[];
    const census = new Census(makeMechanisms());
    const closely = () => {
      const { objects, processes } = runNow(
        census.take({ levels: { pipe: 'rows' }, details: objectsOf(census), processes: true }),
      );
      const object = objects.find((one) => one.kind === 'pipe' && one.inode === String(inode));
      const readers = object?.endpoints?.filter(({ role }) => role === 'reader') ?? [];
      const process = processes.find(({ pid }) => pid === holder.pid);
      return { readers, process };
    };
    const objectsOf = (of: Census) =>
      runNow(of.take(ROWS)).objects.flatMap((one) =>
        one.kind === 'pipe' && one.inode === String(inode) ? [one.ref] : [],
      );
    const whose = [
      { tid, fd: Math.min(fd ?? 0, copy ?? 0), nonblocking: true, closeOnExec: false, description: 0 },
      { tid, fd: Math.max(fd ?? 0, copy ?? 0), nonblocking: true, closeOnExec: false, description: 0 },
    ];
    expect(closely().readers).toMatchObject(whose);
    expect(stream.inode).not.toBe(String(inode));
    const { command, workingDirectory, executable } = closely().process ?? {};
    // pthread_exit of its first thread, which answers no more.
    void holder.run(`ctypes.CDLL(None).syscall(${process.arch === 'arm64' ? 93 : 60}, 0)`);
    await until(() => readFileSync(`/proc/${holder.pid}/stat`, 'latin1').includes(') Z '));
    expect(closely().readers).toMatchObject(whose);
    expect(closely().process).toMatchObject({ command, workingDirectory, executable, state: 'S' });
    expect(command).toContain('python3');
  });
});
