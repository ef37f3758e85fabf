/** Locks on files: those of lslocks(8) and fdinfo, who really holds each, who waits, and taking one. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { parseFdLocks } from '../../src/native/proc/locks';
import { takeSnapshot } from '../../src/native/snapshot';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { LockObject } from '../../src/protocol/kinds/lock';
import type { Snapshot } from '../../src/protocol/snapshot';
import { lookUntil, PYTHON as BASE, Stage } from '../support/diagnosis';
import { HELPER, TestHelper } from '../support/helper';
import { needs, needsRoot, output } from '../support/oracles';
import { until } from '../support/until';

await prepare();
const stage = new Stage();
const helper = new TestHelper();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'locks-'));
});
afterEach(async () => {
  await stage.clean();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => helper.stop());

/** A lock is `flock(fd, mode)`, `posix(fd, mode, start, length)`, `ofd(...)`. Modes are 0 shared, 1 exclusive. */
const PYTHON = `
folder = sys.argv[1]
def opened(name, mode=os.O_RDWR): return os.open(folder + '/' + name, os.O_CREAT | mode, 0o600)
def flock(fd, mode): fcntl.flock(fd, fcntl.LOCK_EX if mode else fcntl.LOCK_SH)
def ranged(fd, command, mode, start, length):
    fcntl.fcntl(fd, command, struct.pack('hhqqi4x', mode, 0, start, length, 0))
def posix(fd, mode, start=0, length=0, wait=True): ranged(fd, 7 if wait else 6, mode, start, length)
def ofd(fd, mode, start=0, length=0): ranged(fd, 38, mode, start, length)
`;
const python = (code: string) => stage.python(`${PYTHON}\n${code}`, folder);

interface Looked {
  all: LockObject[];
  of: (name: string) => LockObject | undefined;
}

function told({ objects }: Pick<Snapshot, 'objects'>): Looked {
  const all = objects.filter((one): one is ObjectOf<'lock'> => one.kind === 'lock');
  return { all, of: (name) => all.find(({ path }) => path === join(folder, name)) };
}

async function look(): Promise<Looked> {
  return told(await takeSnapshot(new Census(makeMechanisms()), { details: true }));
}

/** As the kernel and the census both tell a lock. */
type Offset = number | string | bigint;
const rangeOf = (start: Offset, end: Offset | undefined) => `${String(start)}-${String(end ?? 'EOF')}`;
const heldOf = (object: LockObject | undefined) =>
  (object?.held ?? [])
    .map(({ type, mode, start, end, holders }) =>
      [type, mode, rangeOf(start, end), ...holders.map(({ pid, fd }) => `${pid}/${fd}`)].join(' '),
    )
    .sort();

/** The same as the fdinfo of a process has it. */
function fdinfoOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) =>
    parseFdLocks(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1')).map(({ type, mode, start, end }) =>
      [type, mode, rangeOf(start, end), `${pid}/${fd}`].join(' '),
    ),
  );
}

const EVERY_SORT = `
a = opened('flock'); flock(a, 1)
b = opened('posix'); posix(b, 1, 0, 100); posix(b, 1, 200, 50); posix(b, 0, 20, 10)
posix(b, 2, 220, 10)
c = opened('ofd'); ofd(c, 1, 100, 50); ofd(c, 0, 10, 5)
os.close(opened('lease')); d = opened('lease', os.O_RDONLY); fcntl.fcntl(d, 1024, fcntl.F_RDLCK)
`;

describe('what is held', () => {
  test('is what fdinfo has: flock, POSIX (split, upgraded), open file description, lease', async (context) => {
    needs(context, 'python3');
    const [pid = 0] = await python(`${EVERY_SORT}say(os.getpid()); rest()`).said();
    const { of } = await look();
    const files = ['flock', 'posix', 'ofd', 'lease'];
    expect(files.flatMap((name) => heldOf(of(name))).sort()).toEqual(fdinfoOf(pid).sort());
    expect(of('posix')?.held.map(({ mode, start, end }) => [mode, start, end])).toEqual([
      ...[
        ['exclusive', 0, 19],
        ['shared', 20, 29],
        ['exclusive', 30, 99],
      ],
      ...[
        ['exclusive', 200, 219],
        ['exclusive', 230, 249],
      ],
    ]);
    for (const name of files) {
      const { ino, uid } = statSync(join(folder, name));
      expect(of(name)).toMatchObject({ inode: String(ino), owner: { uid }, mode: 0o600, local: true });
      expect(of(name)?.endpoints).toMatchObject([{ pid, role: 'holder' }]);
    }
    // Of an open file description the kernel remembers nobody.
    expect(of('ofd')?.held.map(({ taker }) => taker)).toEqual([undefined, undefined]);
    expect(of('flock')?.held[0]?.taker).toEqual({ pid, now: 'holds' });
  });

  test('is what lslocks lists of it', async (context) => {
    needs(context, 'python3');
    needs(context, 'lslocks');
    const [pid = 0] = await python(`${EVERY_SORT}say(os.getpid()); rest()`).said();
    const columns = 'PID,TYPE,MODE,START,END,INODE';
    const listed = JSON.parse(output('lslocks', '--json', '--bytes', '-o', columns)) as {
      locks: Record<string, unknown>[];
    };
    const { all } = await look();
    const ours = all.flatMap(({ inode, held }) =>
      held.map(({ type, mode, start, end, taker }) =>
        [taker?.pid ?? -1, type, mode === 'shared' ? 'READ' : 'WRITE', start, end ?? 0, inode].join(' '),
      ),
    );
    const inodes = new Set(readdirSync(folder).map((name) => String(statSync(join(folder, name)).ino)));
    const theirs = listed.locks
      .filter(({ inode }) => inodes.has(String(inode)))
      .map(({ pid: taker, type, mode, start, end, inode }) =>
        [
          taker,
          { FLOCK: 'flock', POSIX: 'posix', OFDLCK: 'ofd', LEASE: 'lease' }[String(type)],
          String(mode).replace('*', ''),
          ...[start, end, inode],
        ].join(' '),
      );
    expect(theirs.length).toBeGreaterThan(7);
    expect(ours.filter((line) => inodes.has(line.split(' ').at(-1) ?? '')).sort()).toEqual(theirs.sort());
    expect(pid).toBeGreaterThan(0);
  });

  test('by a process that opened the file twice is two locks, by a copy of its descriptor one', async (context) => {
    needs(context, 'python3');
    const [pid = 0, a = 0, b = 0, copy = 0] = await python(
      `a = opened('x'); flock(a, 0); b = opened('x'); flock(b, 0); c = os.dup(a); say(os.getpid(), a, b, c); rest()`,
    ).said();
    expect(heldOf((await look()).of('x'))).toEqual(
      [`flock shared 0-EOF ${pid}/${a} ${pid}/${copy}`, `flock shared 0-EOF ${pid}/${b}`].sort(),
    );
  });

  test('by heirs of who took it is theirs, and who took it has ended', async (context) => {
    needs(context, 'python3');
    const [taker = 0, one = 0, other = 0, fd = 0] = await python(`
r, w = os.pipe()
def takes():
    a = opened('x'); flock(a, 1)
    kids = [child(lambda: None) for _ in range(2)]
    os.write(w, struct.pack('4i', os.getpid(), *kids, a)); os._exit(0)
p = child(takes); os.waitpid(p, 0)
say(*struct.unpack('4i', os.read(r, 16))); rest()`).said();
    const { of } = await look();
    expect(of('x')?.held).toMatchObject([
      {
        taker: { pid: taker, now: 'ended' },
        holders: [
          { pid: Math.min(one, other), fd },
          { pid: Math.max(one, other), fd },
        ],
      },
    ]);
    for (const pid of [one, other]) process.kill(pid, 'SIGKILL');
    await until(async () => (await look()).of('x') === undefined);
  });

  test('of a directory, and of a file whose name is gone', async (context) => {
    needs(context, 'python3');
    const [pid = 0] = await python(`
os.mkdir(folder + '/d'); d = os.open(folder + '/d', os.O_RDONLY); flock(d, 1)
x = opened('gone'); flock(x, 1); os.unlink(folder + '/gone'); say(os.getpid()); rest()`).said();
    const { of } = await look();
    expect(of('d')).toMatchObject({ flags: [], held: [{ taker: { pid } }] });
    expect(of('gone')).toMatchObject({ flags: ['unlinked'], held: [{ taker: { pid } }] });
  });
});

describe('who waits', () => {
  test('for which range, behind whom; what is not in the way is not', async (context) => {
    needs(context, 'python3');
    const [holder = 0, flocks = 0, posixs = 0, ofds = 0] = await python(`
a = opened('flock'); flock(a, 0); b = opened('posix'); posix(b, 1, 0, 10); posix(b, 1, 100, 10)
def one(): flock(opened('flock'), 1)
def two(): posix(opened('posix'), 0, 5, 20)
def three(): ofd(opened('posix'), 1, 105)
say(os.getpid(), child(one), child(two), child(three)); rest()`).said();
    const { of } = await until(async () => {
      const seen = await look();
      const waiters = [...(seen.of('flock')?.waiters ?? []), ...(seen.of('posix')?.waiters ?? [])];
      return waiters.filter(({ tid }) => tid !== undefined).length === 3 && seen;
    });
    expect(of('flock')?.waiters).toMatchObject([
      { pid: flocks, tid: flocks, type: 'flock', mode: 'exclusive', start: 0 },
    ]);
    const ranged = [...(of('posix')?.waiters ?? [])].sort((x, y) => (x.pid ?? 0) - (y.pid ?? 0));
    expect(ranged).toMatchObject(
      [
        { pid: posixs, type: 'posix', mode: 'shared', start: 5, end: 24 },
        { pid: ofds, type: 'ofd', mode: 'exclusive', start: 105 },
      ].sort((x, y) => x.pid - y.pid),
    );
    expect(of('posix')?.endpoints?.filter(({ role }) => role === 'waiter')).toHaveLength(2);
    // The children have inherited it.
    expect(of('flock')?.held.flatMap(({ holders }) => holders.map(({ pid }) => pid))).toContain(holder);
    // As many as the kernel lists.
    const inodes = ['flock', 'posix'].map((name) => `:${statSync(join(folder, name)).ino} `);
    const lines = readFileSync('/proc/locks', 'latin1').split('\n');
    expect(
      lines.filter((line) => line.includes('->') && inodes.some((one) => line.includes(one))),
    ).toHaveLength(3);
  });

  test('of whom only the holder is hidden, or nobody: in a pid namespace heirs are found by fdinfo', (context) => {
    needs(context, 'python3');
    needsRoot(context, 'a pid namespace');
    const script = `
a = opened('outer'); flock(a, 1); os.set_inheritable(a, True)
r, w = os.pipe()
def takes():
    b = opened('inner'); flock(b, 1); child(lambda: None); os._exit(0)
p = child(takes); os.waitpid(p, 0)
child(lambda: flock(opened('inner'), 1))
time.sleep(0.3)
import subprocess
print(json.dumps([0]), flush=True)
out = subprocess.run(sys.argv[2:], capture_output=True, close_fds=True)
open(folder + '/out', 'wb').write(out.stdout)
os._exit(out.returncode)`;
    const inside = [process.execPath, HELPER, 'snapshot'];
    const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
    output(
      unshare[0] ?? '',
      ...unshare.slice(1),
      ...['python3', '-c', `${BASE}\n${PYTHON}\n${script}`, folder, ...inside],
    );
    const { of } = told(JSON.parse(readFileSync(join(folder, 'out'), 'utf8')) as Snapshot);
    expect(of('outer')?.held).toMatchObject([{ type: 'flock', taker: { now: 'holds' } }]);
    // The list of the kernel leaves it out there.
    expect(of('inner')?.held).toMatchObject([{ type: 'flock', mode: 'exclusive', taker: { pid: 0 } }]);
    expect(of('inner')?.held[0]?.holders).toHaveLength(1);
    expect(of('inner')?.waiters).toMatchObject([{ type: 'flock', mode: 'exclusive' }]);
  });
});

describe('what is wrong', () => {
  test('two that lock two files crosswise are a deadlock, proven', async (context) => {
    needs(context, 'python3');
    const pids = await python(`
r1, w1 = os.pipe(); r2, w2 = os.pipe()
def one():
    a = opened('a'); flock(a, 1); os.write(w2, b'x'); os.read(r1, 1)
    for fd in (r1, w1, r2, w2): os.close(fd)
    flock(opened('b'), 1)
def two():
    b = opened('b'); flock(b, 1); os.write(w1, b'x'); os.read(r2, 1)
    for fd in (r1, w1, r2, w2): os.close(fd)
    flock(opened('a'), 1)
pids = child(one), child(two)
say(*pids); rest()`).said();
    const seen = await lookUntil((one) => one.of('deadlock', pids).length > 0);
    const finding = seen.one('deadlock', ...pids);
    expect(finding.parts.members.map(({ pid }) => pid).sort()).toEqual([...pids].sort());
    expect(finding.proof).toBe(seen.diagnosis.machine.hides('endpoints', 'lock') ? 'likely' : 'proven');
    expect(seen.says(finding)).toMatch(/waits to lock (a|b) .*waits to lock (a|b) /);
    for (const pid of pids) expect(seen.why(pid)).toMatchObject({ state: 'stuck', end: { is: 'ring' } });
  });

  test('one who waits behind one who can act is not stuck', async (context) => {
    needs(context, 'python3');
    const [holder = 0, waiter = 0] = await python(`
a = opened('a'); flock(a, 1)
pid = child(lambda: flock(opened('a'), 0))
say(os.getpid(), pid); time.sleep(1e6)`).said();
    const seen = await lookUntil((one) => one.why(waiter).chain.length > 0);
    const why = seen.why(waiter);
    expect(why).toMatchObject({
      state: 'waits',
      chain: [{ ways: expect.arrayContaining([{ is: 'process', pid: holder }]) as unknown }],
    });
    expect(seen.of('lockOfHeir', [waiter])).toEqual([]);
  });

  test('one who waits behind a lock that its parent may unlock for all, and who has inherited it himself, is not stuck', async (context) => {
    needs(context, 'python3');
    const [waiter = 0] = await python(`
a = opened('a'); flock(a, 1)
pid = child(lambda: flock(opened('a'), 1))
say(pid); time.sleep(1e6)`).said();
    const seen = await lookUntil((one) => one.why(waiter).chain.length > 0);
    expect(seen.why(waiter)).toMatchObject({ state: 'waits' });
    expect(seen.of('lockOfHeir', [waiter])).toEqual([]);
  });

  test('a lock that an heir holds, while somebody waits; without a waiter it is none', async (context) => {
    needs(context, 'python3');
    const play = python(`
r, w = os.pipe()
def takes():
    a = opened('x'); flock(a, 1)
    os.write(w, struct.pack('2i', os.getpid(), child(lambda: None))); os._exit(0)
p = child(takes); os.waitpid(p, 0)
taker, heir = struct.unpack('2i', os.read(r, 8)); say(taker, heir, p)
signal.signal(signal.SIGUSR1, lambda *x: say(child(lambda: flock(opened('x'), 1)))); say(os.getpid()); rest()`);
    const [taker = 0, heir = 0] = await play.said();
    const [parent = 0] = await play.said();
    const before = await lookUntil((one) => one.diagnosis.machine.of('lock').length > 0);
    expect(before.of('lockOfHeir', [heir])).toEqual([]);
    process.kill(parent, 'SIGUSR1');
    const [waiter = 0] = await play.said();
    const seen = await lookUntil((one) => one.of('lockOfHeir', [heir]).length > 0);
    const finding = seen.one('lockOfHeir', heir);
    expect(finding.parts).toMatchObject({ taker, how: 'ended', holders: [{ pid: heir }] });
    expect(finding.parts.waiters.map(({ pid }) => pid)).toEqual([waiter]);
    expect(seen.says(finding)).toContain(`Process ${taker} took a lock on`);
    // To remove the file frees nobody.
    expect(finding.cures.map(({ is }) => is)).not.toContain('destroy');
  });

  test('a shell that lets flock(1) lock what it has opened holds it itself, and is no heir', async (context) => {
    needs(context, 'flock');
    const play = stage.play(
      ...([
        'bash',
        '-c',
        'exec 9> "$1/x"; flock 9; echo "[$$]"; while :; do read -rt 1000 _ < <(:) || sleep 1000; done',
        'sh',
        folder,
      ] as const),
    );
    const [shell = 0] = await play.said();
    const [waiter = 0] = await python(`say(child(lambda: flock(opened('x'), 1))); rest()`).said();
    const seen = await lookUntil((one) => one.why(waiter).chain.length > 0);
    expect(seen.diagnosis.machine.of('lock').find(({ path }) => path === join(folder, 'x'))).toMatchObject({
      held: [{ taker: { now: 'ended' } }],
    });
    expect(seen.of('lockOfHeir', [shell, waiter])).toEqual([]);
  });
});

describe('taking one', () => {
  const holding = async (name: string) => (await look()).of(name);

  test('is held until it is ended, and keeps others out', async (context) => {
    needs(context, 'python3');
    await python(`a = opened('x'); flock(a, 0); say(0); rest()`).said();
    const { ref = '' as LockObject['ref'] } = (await holding('x')) ?? {};
    const how = { type: 'flock', mode: 'shared' } as const;
    const { act } = await helper.act('lock', 'hold', { ref, how });
    expect((await holding('x'))?.held).toHaveLength(2);
    const [waiter = 0] = await python(`say(child(lambda: flock(opened('x'), 1))); rest()`).said();
    await until(async () => (await holding('x'))?.waiters.some(({ pid }) => pid === waiter));
    await helper.request('endAct', { act });
    await until(async () => (await holding('x'))?.held.length === 1);
  });

  test('fails at once where others are in the way, or waits for them and can be given up', async (context) => {
    needs(context, 'python3');
    const [holder = 0] = await python(`a = opened('x'); posix(a, 1, 0, 10); say(os.getpid()); rest()`).said();
    const { ref = '' as LockObject['ref'] } = (await holding('x')) ?? {};
    const how = { type: 'ofd', mode: 'exclusive' } as const;
    const range = { start: 0, end: 4 };
    expect(await helper.failure(helper.act('lock', 'hold', { ref, how, range }))).toMatchObject({
      call: 'fcntl',
      errno: 'EAGAIN',
    });
    // Beside it there is room.
    const beside = await helper.act('lock', 'hold', { ref, how, range: { start: 10, end: 19 } });
    await helper.request('endAct', { act: beside.act });
    const waits = helper.act('lock', 'hold', { ref, how, range, wait: true });
    await until(async () => (await holding('x'))?.waiters.some(({ type }) => type === 'ofd'));
    process.kill(holder, 'SIGKILL');
    const { act } = await waits;
    expect((await holding('x'))?.held).toMatchObject([{ type: 'ofd', mode: 'exclusive', start: 0, end: 4 }]);
    await helper.request('endAct', { act });
    await until(async () => (await holding('x')) === undefined);
  });
});

/** Where stat(2) tells another device than the kernel has. */
describe('on a file system of several devices', () => {
  const mounted: string[] = [];
  afterEach(async () => {
    await stage.clean();
    // A helper of another test may be pointing to something there at this moment.
    for (const point of mounted.splice(0)) output('umount', '--lazy', point);
  });
  const mount = (...args: string[]) => {
    output('mount', ...args);
    mounted.unshift(args.at(-1) ?? '');
  };
  const made = (...names: string[]) => {
    mkdirSync(join(folder, ...names), { recursive: true });
    return join(folder, ...names);
  };

  /** Of each of these files, all held by one program and each asked for by a child of its own. */
  async function eachByItself(names: readonly string[]): Promise<void> {
    const [holder = 0, ...waiters] = await python(`
names = ${JSON.stringify(names)}
def waits(name): flock(opened(name), 1)
for name in names: flock(opened(name), 1)
say(os.getpid(), *[child(lambda: waits(name)) for name in names]); rest()`).said();
    const { of } = await until(async () => {
      const seen = await look();
      return names.every((name) => seen.of(name)?.waiters.length === 1) ? seen : undefined;
    });
    for (const [at, name] of names.entries()) {
      // Numbers of overlay may be larger than a double can hold, and than what Node takes for unsigned.
      const { dev, ino } = statSync(join(folder, name), { bigint: true });
      expect(of(name)).toMatchObject({ device: String(dev), inode: String(BigInt.asUintN(64, ino)) });
      expect(of(name)?.held.map(({ taker }) => taker)).toEqual([{ pid: holder, now: 'holds' }]);
      expect(of(name)?.waiters).toMatchObject([{ pid: waiters[at] }]);
    }
    expect(new Set(names.map((name) => of(name)?.ref)).size).toBe(names.length);
  }

  for (const xino of ['off', 'on'])
    test(`overlay of two file systems, xino=${xino}`, async (context) => {
      needs(context, 'python3');
      needsRoot(context, 'mounts an overlay');
      if (!readFileSync('/proc/filesystems', 'utf8').includes('overlay')) context.skip('no overlay');
      const [lower, upper] = [made('lower'), made('upper')];
      writeFileSync(join(lower, 'below'), '');
      mount('-t', 'tmpfs', 'tmpfs', upper);
      const layers = `lowerdir=${lower},upperdir=${made('upper', 'files')},workdir=${made('upper', 'work')}`;
      mount('-t', 'overlay', '-o', `xino=${xino},${layers}`, 'overlay', made('both'));
      await eachByItself(['both/below', 'both/new']);
    });

  test('two subvolumes of a btrfs, of which two files have one number', async (context) => {
    needs(context, 'python3');
    needs(context, 'mkfs.btrfs');
    needs(context, 'btrfs');
    needsRoot(context, 'mounts a btrfs');
    const image = join(folder, 'image');
    output('truncate', '-s', '128M', image);
    output('mkfs.btrfs', '-q', image);
    mount('-o', 'loop', image, made('disk'));
    for (const name of ['one', 'two']) output('btrfs', 'subvolume', 'create', join(folder, 'disk', name));
    const names = ['disk/one/a', 'disk/two/b'];
    for (const name of names) writeFileSync(join(folder, name), '');
    expect(new Set(names.map((name) => statSync(join(folder, name)).ino)).size).toBe(1);
    await eachByItself(names);
  });
});
