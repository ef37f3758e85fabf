/** The helper as a process: the command line, its end, a slow reader, the pull protocol over real pipes. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Snapshot } from '../../src/protocol/snapshot';
import { HELPER, ROWS, TestHelper } from '../support/helper';
import { Made, receive, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

const run = (...args: string[]) => spawnSync(process.execPath, [HELPER, ...args], { encoding: 'utf8' });

describe('the command line', () => {
  test('--help and --version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(run('--help').stdout).toContain('snapshot');
  });

  test.each([[[]], [['nonsense']], [['snapshot', 'more']], [['--nonsense']], [['serve', '--details']]])(
    '%j is refused with the usage, and 2',
    (args) => {
      const { status, stdout, stderr } = run(...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('usage:');
    },
  );

  test('a snapshot of 10,000 queues is whole, also into a pipe that is read late', async () => {
    const ids = Array.from({ length: 10_000 }, () => made.queue());
    const child = spawn('sh', ['-c', `"$0" "$1" snapshot | (sleep 1; cat)`, process.execPath, HELPER]);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(0);
    const { objects } = JSON.parse(Buffer.concat(parts).toString()) as Snapshot;
    const seen = new Set(objects.flatMap((one) => (one.kind === 'sysv.msg' ? [one.id] : [])));
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });

  test('a reader that leaves early costs no stack trace', () => {
    for (let at = 0; at < 2000; at++) made.queue();
    const { stderr } = spawnSync('sh', ['-c', `"$0" "$1" snapshot | head -c 10`, process.execPath, HELPER], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
  });
});

describe('the helper', () => {
  test('ends when its stdin closes, also with a request open', async () => {
    const helper = new TestHelper();
    const first = await helper.request('changes', { epoch: null, seq: 0, interest: ROWS, interval: 60_000 });
    const open = helper.request('changes', { ...first, interest: ROWS, interval: 60_000 });
    open.catch(() => undefined);
    await sleep(100);
    helper.child.stdin?.end();
    expect(await helper.exited).toBe(0);
  });

  test('writes nothing but protocol to stdout, and survives nonsense on its stdin', async () => {
    const helper = new TestHelper();
    helper.child.stdin?.write('Content-Length: 9\r\n\r\nnonsense!');
    expect(await helper.request('hello', {})).toMatchObject({ pid: helper.child.pid });
    await helper.stop();
  });

  test('tells what changed: added, changed, removed, and nothing while nothing does', async () => {
    const helper = new TestHelper();
    try {
      const first = await helper.request('changes', { epoch: null, seq: 0, interest: ROWS, interval: 20 });
      expect(first.full).toBe(true);
      const id = made.queue();
      const next = (batch: { epoch: string; seq: number }) =>
        helper.request('changes', { epoch: batch.epoch, seq: batch.seq, interest: ROWS, interval: 20 });
      const added = await next(first);
      expect(added.added).toMatchObject([{ kind: 'sysv.msg', id }]);
      send(id, 1, 'x');
      let changed = await next(added);
      // What became of this process may settle in an answer of its own.
      while (changed.changed.length === 0) changed = await next(changed);
      expect(changed.changed).toMatchObject([{ id, messages: 1 }]);
      made.clean();
      let removed = await next(changed);
      while (removed.removed.length === 0) removed = await next(removed);
      expect(removed.removed).toEqual([added.added[0]?.ref]);
    } finally {
      await helper.stop();
    }
  });

  test('at the level of counts reads no rows', async () => {
    const helper = new TestHelper();
    try {
      made.queue();
      const interest = { levels: { 'sysv.msg': 'count' as const }, details: [] };
      const batch = await helper.request('changes', { epoch: null, seq: 0, interest, interval: 20 });
      expect(batch.added).toEqual([]);
      expect(batch.counts['sysv.msg']).toBe(batch.host.usage['sysv.msg']?.queues);
      expect(Object.keys(batch.counts)).toEqual(['sysv.msg']);
    } finally {
      await helper.stop();
    }
  });

  test('hears a cancel', async () => {
    const helper = new TestHelper();
    try {
      const first = await helper.request('changes', { epoch: null, seq: 0, interest: ROWS, interval: 20 });
      const source = new CancellationTokenSource();
      const open = helper.request('changes', { ...first, interest: ROWS, interval: 60_000 }, source.token);
      await sleep(50);
      source.cancel();
      expect(await helper.failure(open)).toEqual({ code: 'cancelled' });
    } finally {
      await helper.stop();
    }
  });

  test('answers at the keep-alive, also where the next look is not due for long', async () => {
    const helper = new TestHelper();
    try {
      const { epoch, seq } = await helper.request('changes', {
        epoch: null,
        seq: 0,
        interest: ROWS,
        interval: 20,
      });
      const again = await helper.request('changes', { epoch, seq, interest: ROWS, interval: 300_000 });
      expect(again).toMatchObject({ full: false, seq: seq + 1, added: [], changed: [], removed: [] });
    } finally {
      await helper.stop();
    }
  });

  test('does not grow while its reader is paused', async () => {
    const ids = Array.from({ length: 2000 }, () => made.queue());
    const helper = new TestHelper();
    const memory = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${helper.child.pid}/status`, 'utf8'))?.[1]);
    try {
      const changes = { epoch: null, seq: 0, interest: ROWS, interval: 10 };
      // A first answer, so that what a working helper holds is counted.
      await helper.request('changes', changes);
      const before = memory();
      helper.child.stdout?.pause();
      const open = helper.request('changes', changes);
      open.catch(() => undefined);
      // 1.4 MB an answer: 200 censuses pushed instead of pulled would be 280 MB.
      for (let round = 0; round < 200; round++) {
        for (const id of ids.slice(0, 50)) {
          send(id, 1, 'x');
          receive(id);
        }
        await sleep(10);
      }
      expect(memory() - before).toBeLessThan(60_000);
      helper.child.stdout?.resume();
      expect((await open).full).toBe(true);
    } finally {
      await helper.stop();
    }
  });

  test('requests fail clearly when it is killed', async () => {
    const helper = new TestHelper();
    const first = await helper.request('changes', { epoch: null, seq: 0, interest: ROWS, interval: 20 });
    const open = helper.request('changes', { ...first, interest: ROWS, interval: 60_000 });
    const failed = expect(open).rejects.toThrow();
    helper.child.kill('SIGKILL');
    await helper.exited;
    helper.connection.dispose();
    await failed;
  });
});
