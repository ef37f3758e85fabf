/** Races in which another process puts something that never answers where the helper has just looked. Each once hung it for good, most within a second. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Interest } from '../../src/protocol/calls';
import type { Failure } from '../../src/protocol/errors';
import type { Ref } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { AS_NOBODY, needs } from '../support/oracles';
import { SilentServer } from '../support/silent';
import { Scene } from '../support/streams';

/** Milliseconds of one race: as long as the old ones took to hang, several times. */
const RACE = Number(process.env.IPC_INSPECTOR_RACE ?? 4000);
/** Milliseconds after which an answer does not come any more. */
const NEVER = 15_000;

const scene = new Scene();
let server: SilentServer | undefined;
let helper: TestHelper | undefined;
afterEach(async () => {
  await server?.end();
  helper?.child.kill('SIGKILL');
  await helper?.exited;
  helper = server = undefined;
  await scene.clean();
});

/** Looks again and again while the others race; how often. */
async function lookOnAndOn(interest: Omit<Interest, 'details'>, between = async () => Promise.resolve()) {
  const until = performance.now() + RACE;
  let looks = 0;
  do {
    await answered(
      'a look',
      helper?.request('changes', {
        epoch: null,
        seq: 0,
        interest: { details: [], ...interest },
        interval: 1000,
        fresh: true,
        thorough: true,
      }),
    );
    await between();
    looks++;
  } while (performance.now() < until);
  return looks;
}

/** What a request gives, or its failure; throws where nothing comes. */
async function answered<T>(what: string, request: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} never ended: it is in ${wchans()}`)), NEVER);
  });
  try {
    return await Promise.race([request?.catch(() => undefined), never]);
  } finally {
    clearTimeout(timer);
  }
}

function wchans(): string {
  return readFileSync(`/proc/${helper?.child.pid}/wchan`, 'latin1');
}

test('a page that is swapped for one of a silent file while it is read', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  helper = new TestHelper();
  await helper.request('hello', {});
  const flip = ['test/support/flipPages.py', `${server.users.holder}`, server.file, '65534', 'poll'];
  // Not every look meets the moment.
  const racers: number[] = [];
  for (let at = 0; at < 4; at++) racers.push(Number((await server.run('python3', flip)).said));
  expect(await lookOnAndOn({ levels: { pipe: 'rows' }, processes: true })).toBeGreaterThan(0);
  // They are seen all the same, whatever can be told of their waits.
  const { objects } = await helper.request('snapshot', {});
  const holders = new Set(
    objects.flatMap(({ kind, endpoints = [] }) => (kind === 'pipe' ? endpoints : [])).map(({ pid }) => pid),
  );
  expect(racers.filter((pid) => !holders.has(pid))).toEqual([]);
}, 60_000);

test('a descriptor that leads now to a queue, now to a silent file', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  helper = new TestHelper();
  await helper.request('hello', {});
  const { said } = await server.run('python3', [
    'test/support/flipPages.py',
    `${server.users.holder}`,
    server.file,
    '65534',
    'fd',
  ]);
  const racer = Number(said);
  const here = helper;
  const act = async () => {
    const { objects } = await here.request('snapshot', {});
    const queue = objects.find(
      ({ kind, endpoints }) => kind === 'posix.mq' && endpoints?.some(({ pid }) => pid === racer),
    );
    if (!queue) return;
    await answered('an inspect', here.act('posix.mq', 'inspect', { ref: queue.ref }));
    await answered(
      'a send',
      here.act('posix.mq', 'send', { ref: queue.ref, priority: 0, content: 'AAAA' as never }),
    );
  };
  expect(await lookOnAndOn({ levels: { 'posix.mq': 'rows' }, processes: true }, act)).toBeGreaterThan(0);
}, 60_000);

test('memory that is written while its process puts a silent file there', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  needs(context, 'setpriv');
  // Who may not follow the links of mappings writes by the process's memory.
  helper = new TestHelper(AS_NOBODY);
  const flip = ['test/support/flipShared.py', `${server.users.holder}`, server.file, '65534'];
  const { child, said } = await server.run('python3', flip);
  const racer = Number(said);
  const { objects } = await helper.request('snapshot', {});
  const { ref = '' as Ref } =
    objects.find(
      ({ kind, endpoints }) => kind === 'mapping' && endpoints?.some(({ pid }) => pid === racer),
    ) ?? {};
  const write = () =>
    helper?.act('mapping', 'write', { ref, offset: 0, content: 'QUJD' as never }) ??
    Promise.reject(new Error());
  expect(await write()).toMatchObject({ bytes: 3 });
  child.stdin?.write('x');
  const codes = new Set<string>();
  const until = performance.now() + RACE;
  do {
    const failure = await answered(
      'a write',
      write().then(
        () => 'none',
        (error: unknown) => (error as { data: Failure }).data.code,
      ),
    );
    codes.add(failure ?? '');
  } while (performance.now() < until);
  // Each was written, or says what kept it from that.
  for (const code of codes) expect(['none', 'gone', 'disturbs', 'unsettled']).toContain(code);
  expect(await answered('a look', helper.request('snapshot', {}))).toBeDefined();
}, 60_000);

test('a folder that is swapped for a link to a silent file system', async (context) => {
  const folder = scene.folder();
  server = await SilentServer.start(context, folder);
  const evil = join(folder, 'evil');
  mkdirSync(join(evil, 'sub'), { recursive: true });
  symlinkSync(join(folder, 'mount'), join(evil, 'link'));
  execFileSync('mkfifo', [join(evil, 'sub', 'f')]);
  const listener = createServer().listen(join(evil, 'sub', 's'));
  // Where the file system is mounted.
  helper = new TestHelper(server.inside);
  await helper.request('hello', {});
  await server.run('python3', ['test/support/swapNames.py', join(evil, 'sub'), join(evil, 'link')]);
  const here = helper;
  const act = async () => {
    await answered('a create', here.act('fifo', 'create', { path: join(evil, 'sub', 'new'), mode: 0o600 }));
    await answered(
      'a talk',
      here.act('unix', 'talk', { target: { is: 'path', path: join(evil, 'sub', 's') } } as never),
    );
  };
  const interest = {
    levels: { unix: 'rows', fifo: 'rows', mapping: 'rows', 'posix.shm': 'rows' },
    processes: true,
    folders: [evil],
  } as const;
  expect(await lookOnAndOn({ ...interest, folders: [evil] }, act)).toBeGreaterThan(0);
  listener.close();
}, 60_000);
