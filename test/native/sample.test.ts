/** `sample`: what it makes is found, and when it ends, however it ends, nothing of it is left and nothing else is gone. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/protocol/findings';
import { HELPER, snapshot } from '../support/helper';
import { childrenOf, ended } from '../support/processes';
import { Made } from '../support/sysv';
import { until } from '../support/until';

const BOARD = '/dev/shm/ipc-inspector-sample-board';
const FIRST_KEY = 0x5a000001;

const made = new Made();
const samples: Sample[] = [];
afterEach(async () => {
  for (const { child, exited } of samples.splice(0)) {
    child.stdin?.end();
    await exited;
  }
  made.clean();
});

class Sample {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** Its first line, which names everything that it made. */
  readonly line: Promise<string>;

  constructor() {
    this.child = spawn(process.execPath, [HELPER, 'sample'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.child;
    if (!stdout) throw new Error('no pipe');
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.line = new Promise((resolve) => {
      let text = '';
      stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.includes('\n')) resolve(text);
      });
    });
    samples.push(this);
  }

  /** Objects and folder, by what it says. */
  async made() {
    const line = await this.line;
    const [queue, set, segment] = [...line.matchAll(/0x([0-9a-f]+) \(#(\d+)\)/g)].map(([, key, id]) => ({
      key: parseInt(key ?? '', 16),
      id: Number(id),
    }));
    const [mail, board] = [...line.matchAll(/\/(ipc-inspector-sample-(?:mail|board)[-\d]*),/g)].map(
      ([, name]) => name,
    );
    const folder = / in (\/\S+)\.\n/.exec(line)?.[1];
    if (!queue || !set || !segment || !mail || !board || !folder) throw new Error(line);
    return { queue, set, segment, mail, board, folder };
  }
}

/** What of a sample is there, as the helper sees it. */
async function left({ queue, set, segment, mail, board, folder }: Awaited<ReturnType<Sample['made']>>) {
  const { objects } = await Promise.resolve(snapshot());
  const ids: Record<string, number> = { 'sysv.msg': queue.id, 'sysv.sem': set.id, 'sysv.shm': segment.id };
  const here = objects.filter(
    (one) =>
      ('id' in one && ids[one.kind] === one.id) ||
      (one.kind === 'posix.mq' && one.name === `/${mail}`) ||
      (one.kind === 'posix.shm' && one.name === `/${board}` && !one.flags.includes('unlinked')),
  );
  return [...here.map(({ kind }) => kind).sort(), ...(existsSync(folder) ? ['folder'] : [])];
}

/** What the kernel calls them: `node` until they have begun. */
const names = (pids: readonly number[]) =>
  pids.map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()).sort();

const EVERYTHING = ['posix.mq', 'posix.shm', 'sysv.msg', 'sysv.sem', 'sysv.shm', 'folder'];

// Ten programs start, on a machine that is busy.
describe('sample', { timeout: 120_000 }, () => {
  test('has who is well and who is in trouble, which findings tells, and ends without a trace', async () => {
    const sample = new Sample();
    const own = await sample.made();
    expect(await left(own)).toEqual(EVERYTHING);
    const children = childrenOf(sample.child.pid);
    expect(children).toHaveLength(9);
    await until(() => names(children).every((name) => name.startsWith('sample-')));
    expect(names(children)).toEqual(
      ['client', 'consumer', 'ping', 'pong', 'producer', 'sender', 'server', 'worker', 'worker'].map(
        (name) => `sample-${name}`,
      ),
    );
    const { stdout } = spawnSync(process.execPath, [HELPER, 'findings', '--json', '--wait', '6'], {
      encoding: 'utf8',
    });
    const { findings, early } = JSON.parse(stdout) as { findings: Finding[]; early: Finding[] };
    const pids = new Set(children.map((pid) => `process:${pid}`));
    const of = (one: Finding) => one.subjects.some((ref) => pids.has(ref.split(':').slice(0, 2).join(':')));
    expect(
      findings
        .filter(of)
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual(['deadlock', 'queueFull', 'semaphoreNotReturned']);
    const orphans = early.filter(
      ({ rule, subjects }) => rule === 'orphan' && subjects[0]?.endsWith(`:${own.segment.id}`),
    );
    expect(orphans).toHaveLength(1);
    sample.child.kill('SIGTERM');
    expect(await sample.exited).toBe(0);
    expect(await left(own)).toEqual([]);
    await until(() => children.every(ended));
  });

  test('takes keys and names that are free, leaves what was there, and removes by id', async () => {
    const before = made.queue(FIRST_KEY);
    writeFileSync(BOARD, 'mine', { flag: 'wx' });
    made.later(() => rmSync(BOARD, { force: true }));
    const [one, two] = [new Sample(), new Sample()];
    const [first, second] = [await one.made(), await two.made()];
    expect(new Set([FIRST_KEY, first.queue.key, second.queue.key]).size).toBe(3);
    expect(new Set(['ipc-inspector-sample-board', first.board, second.board]).size).toBe(3);
    // Somebody has taken the name since: it is another's file by now.
    rmSync(`/dev/shm/${first.board}`);
    writeFileSync(`/dev/shm/${first.board}`, "another's", { flag: 'wx' });
    made.later(() => rmSync(`/dev/shm/${first.board}`, { force: true }));
    one.child.stdin?.end();
    expect(await one.exited).toBe(0);
    expect(await left(first)).toEqual(['posix.shm']);
    expect(await left(second)).toEqual(EVERYTHING);
    expect(readFileSync(`/dev/shm/${first.board}`, 'utf8')).toBe("another's");
    expect(readFileSync(BOARD, 'utf8')).toBe('mine');
    expect(
      (await Promise.resolve(snapshot())).objects.some(
        (each) => each.kind === 'sysv.msg' && each.id === before,
      ),
    ).toBe(true);
  });

  test('leaves nothing behind where it is killed', async () => {
    const sample = new Sample();
    const own = await sample.made();
    const children = childrenOf(sample.child.pid);
    sample.child.kill('SIGKILL');
    await until(() => children.every(ended));
    await until(async () => (await left(own)).length === 0);
  });

  test('goes on where its trouble is ended', async () => {
    const sample = new Sample();
    await sample.made();
    const children = childrenOf(sample.child.pid);
    await until(() => names(children).every((name) => name.startsWith('sample-')));
    const named = (name: string) => children.find((pid) => names([pid])[0] === `sample-${name}`) ?? 0;
    const [ping, pong] = [named('ping'), named('pong')];
    const call = () => readFileSync(`/proc/${pong}/wchan`, 'utf8');
    await until(() => call().includes('lock'));
    process.kill(ping, 'SIGTERM');
    await until(() => !call().includes('lock'));
    expect(ended(pong)).toBe(false);
  });
});
