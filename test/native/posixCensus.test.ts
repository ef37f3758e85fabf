/** The incremental census of POSIX objects and mappings against a full one, over random steps of processes; and the command line. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Census } from '../../src/native/census/census';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runNow } from '../../src/native/slices';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Interest } from '../../src/protocol/calls';
import { random } from '../support/inProcess';
import { HELPER } from '../support/helper';
import { must, posixStage } from '../support/posix';
import { until } from '../support/until';
import { said, saidOf } from '../support/waits';

const { eye, scene } = await posixStage();

const ALL: Interest = {
  levels: { 'posix.mq': 'rows', 'posix.sem': 'rows', 'posix.shm': 'rows', mapping: 'rows' },
  details: [],
};

/** What a test may compare: of its own processes alone, and nobody's past. */
function facts(objects: readonly IpcObject[], pids: readonly number[]) {
  return [...objects.values()]
    .map((object) => ({
      ...object,
      recent: undefined,
      endpoints: object.endpoints?.filter(({ pid }) => pids.includes(pid)),
    }))
    .filter(({ endpoints = [] }) => endpoints.length > 0)
    .map((object) => JSON.stringify(object))
    .sort();
}

test('the incremental census finds what a full one finds', async () => {
  const holders = [await scene.posix(), await scene.posix(), await scene.posix()];
  const pids = holders.map(({ pid }) => pid);
  const names = Array.from({ length: 4 }, () => scene.name());
  for (const holder of holders) await holder.run('fds, maps, sems = [], [], []');
  const next = random(20_251_121);
  const name = () => names[next(names.length)] ?? '';
  const steps: (() => string)[] = [
    () => `fds.append(mq_open('/${name()}', os.O_RDWR | os.O_CREAT))`,
    () => `fds and mq_send(fds[0], b'x')`,
    () => `mq_unlink('/${name()}')`,
    () =>
      `fds.append(os.open('/dev/shm/${name()}', os.O_RDWR | os.O_CREAT)); os.ftruncate(fds[-1], 8192); maps.append(mapped(fds[-1], ${4096 * (1 + next(2))}))`,
    () => `fds.append(os.memfd_create('m')); os.ftruncate(fds[-1], 4096); maps.append(mapped(fds[-1], 4096))`,
    () => `maps and maps.pop(${next(2) - 1}).close()`,
    () => `fds and os.close(fds.pop(${next(2) - 1}))`,
    () => `os.unlink('/dev/shm/${name()}')`,
    () => `sems.append(checked(libc.sem_open(b'/${name()}', os.O_CREAT, 0o600, 3)))`,
    () => `sems and libc.sem_post(sems[0])`,
    () => `sems and libc.sem_close(sems.pop())`,
    () => `checked(libc.sem_unlink(b'/${name()}'))`,
    () => `os.rename('/dev/shm/${name()}', '/dev/shm/${name()}')`,
  ];
  for (let round = 0; round < 40; round++) {
    for (let many = next(4); many >= 0; many--) {
      const holder = holders[next(holders.length)];
      // A full queue would make it wait, and a name may be missing: both are no matter here.
      await holder?.run(
        (steps[next(steps.length)] as () => string)().replace(
          'mq_send(fds[0]',
          `mq_attr(fds[0])['now'] < 4 and mq_send(fds[0]`,
        ),
      );
    }
    const { objects } = await eye.look(ALL);
    const { objects: afresh } = await eye.afresh(ALL);
    expect(facts(objects, pids)).toEqual(facts(afresh, pids));
  }
}, 120_000);

test('memory that two processes share (CLONE_VM) changes for both, also for the one that sleeps', async () => {
  const name = scene.name();
  const holder = await scene.posix();
  // A child that does nothing but sleep, in the memory of its parent and with a table of descriptors of its own.
  await holder.run(`
libc.mmap.restype = ctypes.c_void_p
stack = libc.mmap(None, ctypes.c_size_t(1 << 20), 3, 0x22, -1, ctypes.c_long(0))
child = checked(libc.clone(ctypes.cast(libc.sleep, ctypes.c_void_p), ctypes.c_void_p(stack + (1 << 20)), 0x100 | 17, ctypes.c_void_p(3000)))`);
  const child = Number(await holder.run('child'));
  expect(child).toBeGreaterThan(1);
  try {
    const holders = async (mapped: boolean) => {
      const [object, afresh] = [await eye.look(ALL), await eye.afresh(ALL)].map(({ objects }) =>
        objects.find((one) => one.kind === 'posix.shm' && one.name === `/${name}`),
      );
      const pids = (object?.endpoints ?? []).flatMap(({ pid, address }) =>
        address === undefined ? [] : pid,
      );
      expect(new Set(pids)).toEqual(new Set(mapped ? [holder.pid, child] : []));
      expect(object?.endpoints).toEqual(afresh?.endpoints);
    };
    await holder.run(`f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096)`);
    for (let round = 0; round < 3; round++) {
      await holder.run('m = mapped(f, 4096)');
      await holders(true);
      await holder.run('m.close()');
      await holders(false);
    }
  } finally {
    process.kill(child, 'SIGKILL');
  }
});

test('what did not change is the same JavaScript object', async () => {
  const name = scene.name();
  const holder = await scene.posix();
  await holder.run(
    `q = mq_make('/${name}'); s = sem_make('/${name}', 1); f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 4096); m = mapped(f, 4096)`,
  );
  const mine = async () =>
    [...(await eye.look(ALL)).objects.values()].filter((one) => 'name' in one && one.name === `/${name}`);
  const before = await mine();
  expect(before.map(({ kind }) => kind).sort()).toEqual(['posix.mq', 'posix.sem', 'posix.shm']);
  const again = await mine();
  for (const one of again) expect(before).toContain(one);
  await holder.run('libc.sem_post(s)');
  const now = await mine();
  expect(now.filter((one) => !again.includes(one)).map(({ kind }) => kind)).toEqual(['posix.sem']);
});

test('a thread that sleeps in a segment, and what the Processes view says of it', async () => {
  const holder = await scene.posix();
  await holder.run(`
id = checked(libc.shmget(0, 4096, 0o1600))
libc.shmat.restype = ctypes.c_void_p
at = libc.shmat(id, None, 0)
checked(libc.shmctl(id, 0, None))
background(lambda: libc.syscall(202, ctypes.c_void_p(at + 16), 0, 0, None, None, 0))`);
  const find = async () => {
    const { objects, processes } = await eye.look({
      levels: { 'sysv.shm': 'rows' },
      details: [],
      processes: true,
    });
    const segment = [...objects.values()].find(({ endpoints = [] }) =>
      endpoints.some(({ pid }) => pid === holder.pid),
    );
    const wait = segment?.endpoints?.find(({ waits }) => waits)?.waits?.[0];
    return wait && { segment, wait, process: processes.find(({ pid }) => pid === holder.pid) };
  };
  const { segment, wait, process } = await until(find);
  expect(said(wait)).toMatchObject({ call: 'futex', arguments: ['at 16'], certain: true });
  expect(saidOf(process)?.find(({ tid }) => tid === wait.tid)).toMatchObject({ ref: segment?.ref });
});

test('what a process waits for leads to queue and semaphore', async () => {
  const name = scene.name();
  const holder = await scene.posix();
  await holder.run(`q = mq_make('/${name}'); s = sem_make('/${name}', 0)
background(lambda: mq_receive(q)); background(lambda: libc.sem_wait(s))`);
  const refs = async () => {
    const { objects, processes } = await eye.look({ ...ALL, processes: true });
    const waits =
      saidOf(processes.find(({ pid }) => pid === holder.pid))?.flatMap(({ ref }) => ref ?? []) ?? [];
    const kinds = waits.map((ref) => objects.find((one) => one.ref === ref)?.kind);
    return kinds.includes('posix.mq') && kinds.includes('posix.sem');
  };
  await until(refs);
});

test('a process that has nothing of interest mapped is not reported', async () => {
  const file = `${scene.folder()}/cache`;
  writeFileSync(file, 'x'.repeat(4096));
  const [reader, writer] = [await scene.posix(), await scene.posix()];
  const reported = async () => (await eye.look(ALL)).processes.map(({ pid }) => pid);
  await reader.run(`m = mapped(os.open('${file}', os.O_RDWR), 4096, False)`);
  expect(await reported()).not.toContain(reader.pid);
  await writer.run(`m = mapped(os.open('${file}', os.O_RDWR), 4096)`);
  expect(await reported()).toEqual(expect.arrayContaining([reader.pid, writer.pid]));
});

/** What the command line prints. */
function cli(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [HELPER, ...args], { encoding: 'utf8' });
  return { stdout, stderr, status };
}

test('the command line lists, inspects and peeks', async () => {
  const name = scene.name();
  const holder = await scene.posix();
  const other = await scene.posix();
  const folder = scene.folder();
  const file = `${folder}/mapped`;
  writeFileSync(file, 'a file that two have mapped'.padEnd(4096, '.'));
  await holder.run(
    `q = mq_make('/${name}'); mq_send(q, b'x'); s = sem_make('/${name}', 17); f = os.open('/dev/shm/${name}', os.O_RDWR | os.O_CREAT); os.write(f, b'what is in it'); g = os.open('${file}', os.O_RDWR); m = mapped(g, 4096)`,
  );
  await other.run(`g = os.open('${file}', os.O_RDWR); m = mapped(g, 4096)`);
  const list = cli('list')
    .stdout.split('\n')
    .filter((line) => line.includes(name) || (line.includes(' mapped ') && line.includes(folder)));
  const refOf = (kind: string) => must(list.find((line) => line.startsWith(`${kind}:`))).split(' ')[0] ?? '';
  expect(list.find((line) => line.startsWith('posix.mq'))).toContain('1 of 5 messages');
  expect(list.find((line) => line.startsWith('posix.sem'))).toMatch(/ 17$/);
  expect(list.find((line) => line.startsWith('posix.shm'))).toContain('13 B');
  expect(list.find((line) => line.startsWith('mapping'))).toContain('2 processes');
  for (const kind of ['posix.mq', 'posix.sem', 'posix.shm', 'mapping']) {
    const { stdout, status } = cli('inspect', refOf(kind));
    expect(status).toBe(0);
    expect(stdout).toContain(String(holder.pid));
    expect(JSON.parse(cli('inspect', refOf(kind), '--json').stdout)).toMatchObject({
      kind,
      ref: refOf(kind),
    });
  }
  expect(cli('inspect', refOf('posix.mq')).stdout).toMatch(/QSIZE +1 B/);
  expect(cli('peek', refOf('posix.shm')).stdout).toContain('what is in it');
  expect(cli('peek', refOf('mapping'), '--from', '2', '--count', '4').stdout).toContain('file');
  for (const kind of ['posix.mq', 'posix.sem']) {
    const refused = cli('peek', refOf(kind));
    expect(refused.status).toBe(1);
    expect(refused.stderr).not.toBe('');
  }
  expect(cli('peek', 'posix.shm:1:2:3')).toMatchObject({ status: 1 });
});

test('a kind that fails ends no look at the others, and its objects are not called gone', async () => {
  const name = scene.name();
  writeFileSync(`/dev/shm/${name}`, 'content');
  const holder = await scene.posix();
  await holder.run(`q = mq_make('/${name}')`);
  let failing = false;
  const census = new Census(makeMechanisms(), {
    own: (ref) => {
      if (failing && ref.startsWith('posix.shm')) throw new Error('broken');
      return [];
    },
  });
  const complained = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const look = () => runNow(census.take(ALL));
    const before = look();
    const object = must(before.objects.find((one) => one.kind === 'posix.shm' && one.name === `/${name}`));
    failing = true;
    for (let at = 0; at < 3; at++) {
      const found = look();
      expect(found.counts['posix.shm']).toBe(before.counts['posix.shm']);
      expect(found.objects.find(({ ref }) => ref === object.ref)).toBe(object);
      expect(found.objects.filter(({ kind }) => kind === 'posix.mq')).not.toEqual([]);
      expect(found.blind.filter(({ code }) => code === 'failed')).toEqual([
        { kind: 'posix.shm', code: 'failed' },
      ]);
    }
    expect(complained).toHaveBeenCalledOnce();
    failing = false;
    expect(look().blind.filter(({ code }) => code === 'failed')).toEqual([]);
  } finally {
    complained.mockRestore();
  }
});
