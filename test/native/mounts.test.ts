/** File systems that come and go, or lie side by side: which of them has a server is told of what we point to, at that moment. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import type { CallParameters } from '../../src/protocol/calls';
import { TestHelper } from '../support/helper';
import { SilentServer } from '../support/silent';
import { Scene } from '../support/streams';
import { until } from '../support/until';
import { needs, needsRoot } from '../support/oracles';

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

const remote = { code: 'unsupported', detail: { why: 'remote' } };
const looked = (folders: string[]): CallParameters<'changes'> => ({
  ...{ epoch: null, seq: 0, interval: 1000, fresh: true },
  interest: { levels: { fifo: 'rows' }, details: [], folders },
});

test('a mount is local also where another of the same name is not', async (context) => {
  const folder = realpathSync(scene.folder());
  for (const name of ['silent', 'local/mount']) mkdirSync(join(folder, name), { recursive: true });
  // It mounts itself on `silent/mount`.
  server = await SilentServer.start(context, join(folder, 'silent'));
  const here = join(folder, 'local', 'mount');
  const [command = '', ...prefix] = server.inside;
  execFileSync(command, [...prefix, 'sh', '-c', `mount -t tmpfs none ${here} && mkfifo ${here}/f`]);
  helper = new TestHelper(server.inside);
  const { added, blind } = await helper.request('changes', looked([join(folder, 'local')]));
  expect(added.some((one) => one.kind === 'fifo' && one.path === join(here, 'f'))).toBe(true);
  expect(blind.filter(({ field }) => field === 'folders')).toEqual([]);
  await helper.act('fifo', 'create', { path: join(here, 'new'), mode: 0o600 });
  // The other still is.
  const path = join(folder, 'silent', 'mount', 'new');
  expect(await helper.failure(helper.act('fifo', 'create', { path, mode: 0o600 }))).toEqual(remote);
});

test('what a link of /proc leads to is not asked where it has a server', async (context) => {
  const folder = realpathSync(scene.folder());
  server = await SilentServer.start(context, folder);
  helper = new TestHelper();
  const { holder } = server.users;
  for (const way of ['cwd', `root${folder}/mount`, `task/${holder}/cwd`])
    expect([
      way,
      await helper.failure(helper.act('fifo', 'create', { path: `/proc/${holder}/${way}/new`, mode: 0o600 })),
    ]).toEqual([way, remote]);
  // A folder beside it is as any other.
  const path = `/proc/${holder}/root${folder}/beside`;
  await helper.act('fifo', 'create', { path, mode: 0o600 });
});

/**
 * Has a sight learn all mounts, gives the id of one of them to a silent file system, and looks there with the same sight. Says first whether one was given again (others mount too, so it tries more
 * than once), then what it saw.
 */
const AGAIN = `
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { prepare } from './src/native/libc/load';
import { pointTo } from './src/native/libc/path';
import { close } from './src/native/libc/fd';
import { mountOf } from './src/native/proc/mountTable';
import { PathResolver } from './src/native/proc/pathResolver';
const folder = process.argv[2] ?? '';
const idOf = (path: string) => {
  const pointer = pointTo(path);
  const id = mountOf(pointer);
  close(pointer);
  return id;
};
const silent = (within: string) => new Promise<void>((resolve) => {
  const child = spawn('python3', ['test/support/silentFuse.py', within], { stdio: ['inherit', 'pipe', 'inherit'] });
  child.stdout.once('data', () => resolve());
});
void (async () => {
  await prepare();
  for (let tries = 0; tries < 5; tries++) {
    const within = folder + '/' + tries;
    const some = Array.from({ length: 8 }, (_, at) => within + '/' + at);
    mkdirSync(within);
    for (const one of some) {
      mkdirSync(one);
      execFileSync('mount', ['-t', 'tmpfs', 'none', one]);
    }
    const ids = some.map(idOf);
    const resolver = new PathResolver();
    resolver.statusHere(Buffer.from(within + '/x'));
    for (const one of some) execFileSync('umount', [one]);
    await silent(within);
    if (!ids.includes(idOf(within + '/mount'))) continue;
    console.log('again');
    console.log(JSON.stringify(resolver.statusHere(Buffer.from(within + '/mount/x/f'))));
    return process.exit(0);
  }
  console.log('never');
  process.exit(0);
})();
`;

test('the id of a mount that is given again is of the other', async (context) => {
  needsRoot(context, 'mounts');
  for (const program of ['unshare', 'python3']) needs(context, program);
  if (!existsSync('/dev/fuse')) context.skip('no /dev/fuse');
  const folder = realpathSync(scene.folder());
  const outfile = `out/test/again-${process.pid}.cjs`;
  const flags = ['--bundle', '--loader=ts', '--platform=node', '--external:koffi', '--log-level=error'];
  const { stderr } = spawnSync('node_modules/.bin/esbuild', [...flags, `--outfile=${outfile}`], {
    input: AGAIN,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const child = spawn('unshare', ['--mount', process.execPath, outfile, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const lines: string[] = [];
    readline.createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const first = await Promise.race([until(() => lines[0]), gone]);
    if (first !== 'again') context.skip(`no id was given again: ${String(first)}`);
    await until(() => lines.length > 1 || waitsForFuse(child.pid));
    expect(lines[1]).toBe('"remote"');
  } finally {
    // Its file systems end with this.
    child.stdin.end();
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
    rmSync(outfile, { force: true });
  }
});

/** Whether a process sleeps until a server of FUSE answers. */
function waitsForFuse(pid = 0): boolean {
  return /fuse|request_wait_answer/.test(readFileSync(`/proc/${pid}/wchan`, 'latin1'));
}
