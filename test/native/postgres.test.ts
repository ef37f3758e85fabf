/** What a PostgreSQL server makes, against what the server itself says. */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { must, posixStage } from '../support/posix';
import { until } from '../support/until';

const { eye, scene } = await posixStage();
const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** The folder of the server's programs, where Debian puts it. */
function programs(): string | undefined {
  try {
    const [version] = readdirSync('/usr/lib/postgresql');
    return version === undefined ? undefined : `/usr/lib/postgresql/${version}/bin`;
  } catch {
    return undefined;
  }
}

test('its shared memory, whose it is and how large', async (context) => {
  const bin = programs();
  if (bin === undefined) context.skip('oracle missing: a PostgreSQL server');
  const folder = scene.folder();
  // It refuses to run as root.
  const root = process.geteuid?.() === 0;
  if (root) chownSync(folder, 65_534, 65_534);
  const user: [string, ...string[]] = root
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    : ['env'];
  const [command, ...rest] = [
    ...user,
    `${bin}/initdb`,
    '-D',
    join(folder, 'data'),
    '-U',
    'tester',
    '-A',
    'trust',
    '--no-sync',
  ];
  const made = spawnSync(command, rest, { encoding: 'utf8', cwd: '/' });
  expect(made.stderr).toBe('');
  const [start, ...args] = [
    ...user,
    `${bin}/postgres`,
    '-D',
    join(folder, 'data'),
    '-k',
    folder,
    '-c',
    'listen_addresses=',
    '-c',
    'fsync=off',
  ];
  const server = spawn(start, args, { stdio: 'ignore', cwd: '/' });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  started.push(() => {
    server.kill('SIGINT');
    return exited;
  });
  const ask = (question: string) =>
    spawnSync('psql', ['-h', folder, '-U', 'tester', '-d', 'postgres', '-Atc', question], {
      encoding: 'utf8',
    }).stdout.trim();
  await until(() => ask('select 1') === '1');
  const pid = server.pid ?? 0;
  expect(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]).toBe(String(pid));
  const isIts = ({ endpoints = [] }: { endpoints?: { pid: number }[] | undefined }) =>
    endpoints.some((end) => end.pid === pid);

  const memory = must((await eye.rows('mapping')).find(isIts));
  expect(memory.what).toBe('anonymous');
  const size = Number(
    ask(`select setting::bigint * 1024 * 1024 from pg_settings where name = 'shared_memory_size'`),
  );
  expect(Number(memory.bytes)).toBeLessThanOrEqual(size);
  expect(Number(memory.bytes)).toBeGreaterThan(size - 2 ** 20);
  const helpers = ask(`select string_agg(pid::text, ' ') from pg_stat_activity where pid <> pg_backend_pid()`)
    .split(' ')
    .map(Number);
  const holders = new Set(memory.endpoints?.map((end) => end.pid));
  expect(helpers.filter((helper) => !holders.has(helper))).toEqual([]);

  expect(ask('show dynamic_shared_memory_type')).toBe('posix');
  const dynamic = (await eye.rows('posix.shm')).filter(isIts);
  expect(dynamic.length).toBeGreaterThan(0);
  for (const one of dynamic)
    expect(one).toMatchObject({ maker: { program: 'PostgreSQL' }, flags: [], type: 'file' });
  const segments = (await eye.rows('sysv.shm')).filter(isIts);
  expect(segments.length).toBe(1);
});
