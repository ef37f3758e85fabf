/** A file system whose server is silent: whoever asks it sleeps until the connection ends. The census does not ask, and acts refuse to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { TestHelper } from '../support/helper';
import { needs, needsRoot } from '../support/oracles';
import { Scene } from '../support/streams';
import { saidOf } from '../support/waits';

const scene = new Scene();
let server: ChildProcess | undefined;
let helper: TestHelper | undefined;
afterEach(async () => {
  // First of all the server: whoever waits for it is free then.
  const ended = server && new Promise((resolve) => server?.once('close', resolve));
  if (server?.exitCode === null) {
    server.kill('SIGKILL');
    await ended;
  }
  helper?.child.kill('SIGKILL');
  await helper?.exited;
  helper = server = undefined;
  await scene.clean();
});

test('a silent FUSE file system stops neither a census nor an act', async (context) => {
  needsRoot(context, 'mounts');
  needs(context, 'unshare');
  needs(context, 'nsenter');
  needs(context, 'python3');
  if (!existsSync('/dev/fuse')) context.skip('no /dev/fuse');
  const folder = scene.folder();
  server = spawn('unshare', ['--mount', 'python3', 'test/support/silentFuse.py', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  server.stdin?.on('error', () => undefined);
  const lines = readline.createInterface({ input: server.stdout as NodeJS.ReadableStream });
  const [line] = await Promise.race([
    new Promise<string[]>((resolve) => lines.once('line', (one) => resolve([one]))),
    new Promise<string[]>((resolve) => server?.once('exit', () => resolve([]))),
  ]);
  const told = JSON.parse(line ?? '{}') as {
    holder?: number;
    openers?: number[];
    partners?: number[];
    errno?: number;
  };
  if (told.holder === undefined) context.skip(`it cannot be mounted here: errno ${told.errno ?? 'unknown'}`);
  const { holder, openers = [], partners = [] } = told;

  helper = new TestHelper([
    'nsenter',
    `--mount=/proc/${server.pid}/ns/mnt`,
    ...['sh', '-c', 'cd "$0" && exec "$@"', process.cwd()],
  ]);
  const { objects, processes, blind } = await helper.request('snapshot', {});
  const fifo = objects.find(
    (object) => object.kind === 'fifo' && object.path === join(folder, 'mount', 'fifo'),
  );
  expect(fifo?.endpoints?.map(({ pid, role }) => [pid, role])).toEqual([[holder, 'both']]);
  expect(processes.find(({ pid }) => pid === holder)?.workingDirectory).toBe(join(folder, 'mount'));
  // A name that leads there now is shown, and not followed.
  const socket = objects.find(({ kind, endpoints }) => kind === 'unix' && endpoints?.[0]?.pid === holder);
  expect(socket).toMatchObject({ name: { text: join(folder, 'away', 's') }, flags: ['listening'] });
  expect(socket).not.toHaveProperty('file');
  // These open a FIFO, and nobody can say which.
  for (const pid of partners) {
    expect(saidOf(processes.find((one) => one.pid === pid))).toMatchObject([{ arguments: ['to read'] }]);
    expect(saidOf(processes.find((one) => one.pid === pid))?.[0]?.ref).toBeUndefined();
  }
  expect(partners.length).toBe(2);
  expect(blind.find(({ field }) => field === 'openers')?.count).toBeGreaterThanOrEqual(2);
  // They open something, and no FIFO as far as anybody knows.
  for (const pid of openers)
    expect(saidOf(processes.find((one) => one.pid === pid))?.[0]?.ref).toBeUndefined();
  expect(openers.length).toBe(2);

  // What needs no path goes on.
  if (fifo?.kind !== 'fifo') throw new Error('no FIFO');
  const { ref, device = '', inode = '' } = fifo;
  const birth = ref.split(':').at(-1) ?? '';
  const { content } = await helper.act('fifo', 'peek', { ref, length: 100 });
  expect(Buffer.from(content as string, 'base64').toString()).toBe('content');
  // And what needs one says why not.
  const refused = { code: 'unsupported', detail: { why: 'remote' } };
  for (const path of ['mount/new', 'link/new', 'mount/../mount/new', 'link/../mount/new'])
    expect(
      await helper.failure(helper.act('fifo', 'create', { path: `${folder}/${path}`, mode: 0o600 })),
    ).toEqual(refused);
  expect(
    await helper.failure(helper.act('fifo', 'write', { ref, content: '' as never, wait: false })),
  ).toEqual(refused);
  expect(await helper.failure(helper.act('fifo', 'read', { ref, length: 1, wait: false }))).toEqual(refused);
  expect(
    await helper.failure(helper.act('fifo', 'destroy', { ref, identity: { device, inode, birth } })),
  ).toEqual(refused);
  // It is as it was.
  const after = await helper.request('snapshot', {});
  expect(after.objects.find((object) => object.ref === ref)?.endpoints).toEqual(fifo.endpoints);
});
