/** How the processes of waiting acts end when something is wrong with them, or with their helper: always, soon, and with an error for whoever asked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HelperConnection } from '../../src/extension/helper/connection';
import { launchHelper } from '../../src/extension/helper/launch';
import type { Failure } from '../../src/protocol/errors';
import type { Ref } from '../../src/protocol/ref';
import { HELPER, TestHelper } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { actsOf, ended } from '../support/processes';
import { Made, valuesOf } from '../support/sysv';
import { until } from '../support/until';

const made = new Made();
let helper: TestHelper;
/** Processes that a failed test would leave. */
const left: number[] = [];
beforeEach(() => {
  helper = new TestHelper();
});
afterEach(async () => {
  for (const pid of left.splice(0)) if (!ended(pid)) process.kill(pid, 'SIGKILL');
  await helper.stop();
  made.clean();
});

async function refOf(kind: 'sysv.msg' | 'sysv.sem', id: number): Promise<Ref> {
  const { objects } = await helper.request('snapshot', {});
  const found = objects.find((object) => object.kind === kind && object.id === id);
  if (!found) throw new Error(`no ${kind} ${id}`);
  return found.ref;
}

/** How many threads a user has, of those that can be seen. */
function threadsOf(uid: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        return new RegExp(`^Uid:\t${uid}\t`, 'm').test(status)
          ? Number(/^Threads:\t(\d+)/m.exec(status)?.[1] ?? 0)
          : 0;
      } catch {
        return 0;
      }
    })
    .reduce((sum, threads) => sum + threads, 0);
}

const childOf = (pid: number | undefined): Promise<number> => until(() => actsOf(pid)[0]);

/** One letter of proc(5). */
function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat[stat.lastIndexOf(')') + 2] ?? '';
}

async function stop(pid: number): Promise<void> {
  left.push(pid);
  process.kill(pid, 'SIGSTOP');
  await until(() => stateOf(pid) === 'T');
}

test('a stopped child of a killed helper ends, and gives back what it held', async () => {
  const id = made.set(1);
  const ref = await refOf('sysv.sem', id);
  await helper.act('sysv.sem', 'hold', { ref, operations: [{ number: 0, change: 1 }] });
  expect(valuesOf(id, 1)).toEqual([1]);
  const child = await childOf(helper.child.pid);
  await stop(child);
  helper.child.kill('SIGKILL');
  await until(() => ended(child));
  await until(() => valuesOf(id, 1)[0] === 0);
});

test('a stopped child ends with its helper in order, too', async () => {
  const id = made.set(1);
  const ref = await refOf('sysv.sem', id);
  await helper.act('sysv.sem', 'hold', { ref, operations: [{ number: 0, change: 1 }] });
  const child = await childOf(helper.child.pid);
  await stop(child);
  await helper.stop();
  await until(() => ended(child));
  expect(valuesOf(id, 1)).toEqual([0]);
});

test('the child is a group of its own in the session of its helper', async () => {
  const id = made.set(1);
  const ref = await refOf('sysv.sem', id);
  await helper.act('sysv.sem', 'hold', { ref, operations: [{ number: 0, change: 1 }] });
  const child = await childOf(helper.child.pid);
  const ids = (pid: number | undefined) =>
    readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ').slice(2, 4).map(Number) ?? [];
  expect(ids(child)).toEqual([child, ids(helper.child.pid)[1]]);
});

test('an act whose child says nothing ends with an error, and so does the child', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const taking = helper.failure(
    helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }),
  );
  // Long before Node has begun in it, but not before it runs Node: until then whoever forks waits.
  const child = await childOf(helper.child.pid);
  await stop(child);
  // It is continued once it is given up, and stopped again: not even then it speaks.
  const again = setInterval(() => {
    try {
      process.kill(child, 'SIGSTOP');
    } catch {
      clearInterval(again);
    }
  }, 1);
  expect(await taking).toEqual({
    code: 'noChild',
    detail: { why: 'silent', seconds: expect.any(Number) as number },
  });
  await until(() => ended(child));
  clearInterval(again);
  // Another one is heard.
  const waiting = helper.failure(
    helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }),
  );
  const { objects } = await until(async () => {
    const snapshot = await helper.request('snapshot', {});
    return snapshot.objects.some((object) => object.endpoints?.some((one) => one.own)) && snapshot;
  });
  const own = objects.flatMap(({ endpoints = [] }) => endpoints.filter((one) => one.own));
  await helper.request('endAct', { act: own[0]?.act?.id ?? 0 });
  expect(await waiting).toMatchObject({ code: 'cancelled' });
});

test('an act whose child ends says whether it can have done anything', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const take = () =>
    helper.failure(helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }));
  const early = take();
  process.kill(await childOf(helper.child.pid), 'SIGKILL');
  expect(await early).toEqual({
    ...{ code: 'noChild' },
    detail: { why: 'ended', how: 'SIGKILL' },
  });
  const late = take();
  await until(async () => {
    const { objects } = await helper.request('snapshot', {});
    return objects.some((object) =>
      object.endpoints?.some((one) => one.own && one.waits?.[0]?.call === 'msgrcv'),
    );
  });
  process.kill(await childOf(helper.child.pid), 'SIGKILL');
  expect(await late).toMatchObject({ code: 'helperEnded' });
});

test('where no more processes and threads may be made, every act ends with an error', async (context) => {
  needsRoot(context, 'limits another user');
  needs(context, 'prlimit');
  // Node needs eleven; what else nobody has counts too (setrlimit(2)).
  const limit = threadsOf(65534) + 12;
  const limited = new TestHelper([...AS_NOBODY, 'prlimit', `--nproc=${limit}:${limit}`]);
  try {
    const begun = await Promise.race([limited.request('hello', {}), limited.exited]);
    if (typeof begun !== 'object' || !begun) context.skip('nobody has more processes than can be seen here');
    const listen = () =>
      limited.act('inet', 'listen', { protocol: 'tcp', address: '127.0.0.1', port: 0, echo: false }).then(
        () => 'listens',
        (error: unknown) => {
          const { errno, detail } = (error as { data: Failure }).data;
          return errno ?? detail?.why;
        },
      );
    const said = new Set(await Promise.all(Array.from({ length: 40 }, listen)));
    said.delete('listens');
    expect(said.size).toBeGreaterThan(0);
    for (const errno of said) expect(['EAGAIN', 'ended', 'silent']).toContain(errno);
  } finally {
    await limited.stop();
  }
});

test('the extension learns of a dead helper also while somebody holds its stderr', async () => {
  let told: (pid: number) => void = () => undefined;
  const holder = new Promise<number>((resolve) => (told = resolve));
  const connection = new HelperConnection(
    launchHelper({
      command: 'sh',
      args: [
        '-c',
        'sleep 60 </dev/null >/dev/null & echo $! >&2; exec "$0" "$@"',
        process.execPath,
        HELPER,
        'serve',
      ],
      env: process.env,
    }),
    (line) => {
      if (/^\d+$/.test(line)) told(Number(line));
    },
  );
  const sleeper = await holder;
  left.push(sleeper);
  await connection.request('hello', {});
  process.kill(connection.pid ?? 0, 'SIGKILL');
  expect(await connection.ended).toBe('ended by SIGKILL');
  expect(existsSync(`/proc/${sleeper}`)).toBe(true);
  await expect(connection.request('hello', {})).rejects.toThrow('helperEnded');
});

/** A process that speaks as the helper does, and takes its time. */
const SLOW = `
const rpc = require('vscode-jsonrpc/node');
const connection = rpc.createMessageConnection(new rpc.StreamMessageReader(process.stdin), new rpc.StreamMessageWriter(process.stdout));
connection.onRequest('hello', () => (process.argv[1] === 'stuck' ? new Promise(() => {}) : { version: '1', pid: process.pid }));
connection.onRequest('snapshot', () => new Promise((_, reject) => setTimeout(() => reject(new rpc.ResponseError(-31000, 'x', { code: 'nothing' })), process.argv[1] === 'stuck' ? 1e6 : 5000)));
connection.onClose(() => process.exit());
connection.listen();
`;
const slow = (how: string) =>
  new HelperConnection(
    launchHelper({ command: process.execPath, args: ['-e', SLOW, how], env: process.env }),
    () => undefined,
    2000,
  );

test('a helper that takes long for a snapshot and answers meanwhile is not taken for stuck', async () => {
  const busy = slow('busy');
  await expect(busy.request('snapshot', {})).rejects.toThrow('nothing');
  await busy.stop();
});

test('one that answers nothing is', async () => {
  const stuck = slow('stuck');
  await expect(stuck.request('snapshot', {})).rejects.toThrow('helperEnded');
  expect(await stuck.ended).toBe('ended by SIGKILL');
});
