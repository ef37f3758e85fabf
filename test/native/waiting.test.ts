/** Acts that wait or hold: real blocked callers, in their place in the kernel's queue, ended without a trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { Endpoint } from '../../src/protocol/facts';
import { fromBytes, toBytes } from '../../src/protocol/bytes';
import type { ReceiveRule } from '../../src/protocol/kinds/sysvMsg';
import { kindOf, type Ref } from '../../src/protocol/ref';
import { ROWS, TestHelper } from '../support/helper';
import { ended } from '../support/processes';
import { Made, operate, receive, removeQueue, removeSet, send, valuesOf, waitersOf } from '../support/sysv';
import { until } from '../support/until';

const made = new Made();
let helper: TestHelper;
beforeEach(() => {
  helper = new TestHelper();
});
afterEach(async () => {
  await helper.stop();
  made.clean();
});

const text = (content: string) => toBytes(Buffer.from(content));

async function refOf(kind: 'sysv.msg' | 'sysv.sem', id: number): Promise<Ref> {
  const { objects } = await helper.request('snapshot', {});
  const found = objects.find((object) => object.kind === kind && object.id === id);
  if (!found) throw new Error(`no ${kind} ${id}`);
  return found.ref;
}

/** The helper's own acts on an object, as the tree sees them. */
async function own(ref: Ref): Promise<Endpoint[]> {
  const { objects } = await helper.request('snapshot', {});
  return objects.find((object) => object.ref === ref)?.endpoints?.filter((one) => one.own) ?? [];
}

/** Resolves with the one own act when the kernel shows it blocked. */
async function blocked(ref: Ref, call: string): Promise<Endpoint> {
  return until(async () => (await own(ref)).find((one) => one.waits?.[0]?.call === call));
}

const RULES: [rule: ReceiveRule, passedBy: number, woken: number][] = [
  [{ rule: 'oldest' }, 0, 3],
  [{ rule: 'type', type: 7 }, 3, 7],
  [{ rule: 'upTo', type: 5 }, 6, 5],
  [{ rule: 'except', type: 4 }, 4, 9],
];
for (const [rule, passedBy, woken] of RULES)
  test(`a waiting receive, ${rule.rule}: waits past what does not match, takes what does`, async () => {
    const id = made.queue();
    const ref = await refOf('sysv.msg', id);
    const taking = helper.act('sysv.msg', 'take', { ref, rule, wait: true });
    const endpoint = await blocked(ref, 'msgrcv');
    expect(endpoint).toMatchObject({
      role: 'waiter',
      own: true,
      act: { ability: 'take', parameters: { rule } },
    });
    if (passedBy > 0) {
      send(id, passedBy, 'not this');
      expect((await own(ref)).length).toBe(1);
    }
    send(id, woken, 'this');
    const received = await taking;
    expect(received).toMatchObject({ type: woken, content: text('this') });
    await helper.act('sysv.msg', 'acknowledge', { token: received.token });
    expect(await own(ref)).toEqual([]);
    if (passedBy > 0) expect(receive(id)?.content.toString()).toBe('not this');
    expect(receive(id)).toBeUndefined();
  });

test('a waiting receive cuts at MSG_NOERROR', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const taking = helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest', truncate: 4 }, wait: true });
  await blocked(ref, 'msgrcv');
  send(id, 1, 'abcdefgh');
  const received = await taking;
  expect(received.content).toBe(text('abcd'));
  await helper.act('sysv.msg', 'acknowledge', { token: received.token });
  expect(receive(id)).toBeUndefined();
});

test('waiters get messages in the order in which they came, ours like any other', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const rule: ReceiveRule = { rule: 'oldest' };
  const first = helper.act('sysv.msg', 'take', { ref, rule, wait: true });
  await blocked(ref, 'msgrcv');
  const second = helper.act('sysv.msg', 'take', { ref, rule, wait: true });
  await until(async () => (await own(ref)).filter((one) => one.waits).length === 2);
  send(id, 1, 'a');
  send(id, 1, 'b');
  for (const [taking, content] of [
    [first, 'a'],
    [second, 'b'],
  ] as const) {
    const received = await taking;
    expect(received.content).toBe(text(content));
    await helper.act('sysv.msg', 'acknowledge', { token: received.token });
  }
});

test('a send waits for room', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  await helper.act('sysv.msg', 'alter', { ref, identity: whoMade(), maxBytes: 10 });
  send(id, 1, '0123456789');
  const sending = helper.act('sysv.msg', 'send', { ref, type: 2, content: text('late'), wait: true });
  const { act } = await blocked(ref, 'msgsnd');
  expect(act?.parameters).toEqual({ type: 2, bytes: 4 });
  expect(receive(id)?.content.toString()).toBe('0123456789');
  expect(await sending).toEqual({ bytes: 4 });
  expect(receive(id)).toMatchObject({ type: 2n, content: Buffer.from('late') });
});

const whoMade = () => ({ cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 });

test('a waiting act that is ended takes nothing, and leaves nobody', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const taking = helper.failure(
    helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }),
  );
  const { act, pid } = await blocked(ref, 'msgrcv');
  await helper.request('endAct', { act: act?.id ?? 0 });
  expect((await taking).code).toBe('cancelled');
  await until(() => ended(pid));
  send(id, 1, 'x');
  expect(receive(id)?.content.toString()).toBe('x');
  const again = await helper.failure(helper.request('endAct', { act: act?.id ?? 0 }));
  expect(again.code).toBe('gone');
});

test('cancelling the request ends it too, at whatever moment', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  for (const delay of [0, 0, 20, 40, 60, 80, 100, 150]) {
    const source = new CancellationTokenSource();
    const parameters = { ref, rule: { rule: 'oldest' }, wait: true };
    const taking = helper.failure(
      helper.request('act', { kind: 'sysv.msg', ability: 'take', parameters }, source.token),
    );
    await new Promise((resolve) => setTimeout(resolve, delay));
    source.cancel();
    expect((await taking).code).toBe('cancelled');
  }
  send(id, 1, 'x');
  expect(receive(id)?.content.toString()).toBe('x');
});

test('the removal of the object ends a waiting act as gone', async () => {
  const queue = made.queue();
  const set = made.set(1);
  const refs = { msg: await refOf('sysv.msg', queue), sem: await refOf('sysv.sem', set) };
  const taking = helper.failure(
    helper.act('sysv.msg', 'take', { ref: refs.msg, rule: { rule: 'oldest' }, wait: true }),
  );
  const operating = helper.failure(
    helper.act('sysv.sem', 'operate', {
      ref: refs.sem,
      operations: [{ number: 0, change: -1 }],
      wait: true,
    }),
  );
  await blocked(refs.msg, 'msgrcv');
  await blocked(refs.sem, 'semtimedop');
  removeQueue(queue);
  removeSet(set);
  expect((await taking).code).toBe('gone');
  expect((await operating).code).toBe('gone');
});

test('a stop and continue of the waiting process does not end the wait', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const taking = helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true });
  const { pid } = await blocked(ref, 'msgrcv');
  process.kill(pid, 'SIGSTOP');
  process.kill(pid, 'SIGCONT');
  await blocked(ref, 'msgrcv');
  send(id, 1, 'x');
  const received = await taking;
  expect(received.content).toBe(text('x'));
  await helper.act('sysv.msg', 'acknowledge', { token: received.token });
});

test('semop with several operations is all or nothing, also when it waits', async () => {
  const id = made.set(3);
  const ref = await refOf('sysv.sem', id);
  const operations = [
    { number: 0, change: -1 },
    { number: 1, change: -2 },
    { number: 2, change: 5 },
  ];
  const now = await helper.failure(helper.act('sysv.sem', 'operate', { ref, operations }));
  expect(now).toMatchObject({ errno: 'EAGAIN', detail: { number: 0, change: -1, value: 0 } });
  const waiting = helper.act('sysv.sem', 'operate', { ref, operations, wait: true });
  await blocked(ref, 'semtimedop');
  expect(waitersOf(id, 0)).toEqual({ increase: 1, zero: 0 });
  operate(id, 0, 1);
  await until(() => waitersOf(id, 1).increase === 1);
  expect(valuesOf(id, 3)).toEqual([1, 0, 0]);
  operate(id, 1, 1);
  expect(valuesOf(id, 3)).toEqual([1, 1, 0]);
  operate(id, 1, 1);
  expect(await waiting).toEqual({});
  expect(valuesOf(id, 3)).toEqual([0, 0, 5]);
});

test('GETNCNT and GETZCNT count our waiting acts, in the row too; an ended one leaves no trace', async () => {
  const id = made.set(2);
  operate(id, 1, 3);
  const ref = await refOf('sysv.sem', id);
  const up = helper.failure(
    helper.act('sysv.sem', 'operate', { ref, operations: [{ number: 0, change: -1 }], wait: true }),
  );
  const zero = helper.failure(
    helper.act('sysv.sem', 'operate', { ref, operations: [{ number: 1, change: 0 }], wait: true }),
  );
  await until(() => waitersOf(id, 0).increase === 1 && waitersOf(id, 1).zero === 1);
  const { objects } = await helper.request('snapshot', {});
  const set = objects.find((object) => object.ref === ref);
  expect(set).toMatchObject({ values: [0, 3], waitForIncrease: [1, 0], waitForZero: [0, 1] });
  for (const { act } of await own(ref)) await helper.request('endAct', { act: act?.id ?? 0 });
  expect((await up).code).toBe('cancelled');
  expect((await zero).code).toBe('cancelled');
  expect(waitersOf(id, 0).increase + waitersOf(id, 1).zero).toBe(0);
  expect(valuesOf(id, 2)).toEqual([0, 3]);
});

test('a hold shows, and comes back when it is released', async () => {
  const id = made.set(1);
  operate(id, 0, 2);
  const ref = await refOf('sysv.sem', id);
  const operations = [{ number: 0, change: -1 }];
  const { act } = await helper.act('sysv.sem', 'hold', { ref, operations });
  expect(valuesOf(id, 1)).toEqual([1]);
  expect(await own(ref)).toMatchObject([
    { role: 'holder', act: { id: act, ability: 'hold', parameters: { operations } } },
  ]);
  await helper.request('endAct', { act });
  await until(() => valuesOf(id, 1)[0] === 2);
  await until(async () => (await own(ref)).length === 0);
});

test('a hold comes back when its holder is killed, and when the helper is', async () => {
  const id = made.set(1);
  operate(id, 0, 2);
  const ref = await refOf('sysv.sem', id);
  const operations = [{ number: 0, change: -1 }];
  await helper.act('sysv.sem', 'hold', { ref, operations });
  await helper.act('sysv.sem', 'hold', { ref, operations });
  expect(valuesOf(id, 1)).toEqual([0]);
  const [first] = await own(ref);
  process.kill(first?.pid ?? -1, 'SIGKILL');
  await until(() => valuesOf(id, 1)[0] === 1);
  await until(async () => (await own(ref)).length === 1);
  helper.child.kill('SIGKILL');
  await until(() => valuesOf(id, 1)[0] === 2);
});

test('a hold that would wait says so, or waits', async () => {
  const id = made.set(1);
  const ref = await refOf('sysv.sem', id);
  const operations = [{ number: 0, change: -1 }];
  const failed = await helper.failure(helper.act('sysv.sem', 'hold', { ref, operations }));
  expect(failed).toMatchObject({ code: 'errno', errno: 'EAGAIN' });
  const holding = helper.act('sysv.sem', 'hold', { ref, operations, wait: true });
  expect((await blocked(ref, 'semtimedop')).role).toBe('waiter');
  operate(id, 0, 1);
  await holding;
  expect(valuesOf(id, 1)).toEqual([0]);
});

test('a helper that is killed leaves no waiting process behind that takes the next message', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }).catch(() => undefined);
  const { pid } = await blocked(ref, 'msgrcv');
  helper.child.kill('SIGKILL');
  await until(() => ended(pid));
  send(id, 1, 'x');
  expect(receive(id)?.content.toString()).toBe('x');
});

test('what a waiting act took is saved when nobody stored it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  made.later(() => rmSync(folder, { recursive: true }));
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  // The name would end a line for some readers.
  const recovery = { folder, entry: { id: 'one', name: 'line\u2028end\n' } };
  const rule: ReceiveRule = { rule: 'oldest' };
  const taking = helper.act('sysv.msg', 'take', { ref, rule, wait: true, recovery });
  await blocked(ref, 'msgrcv');
  send(id, 3, 'precious');
  expect((await taking).type).toBe(3);
  helper.child.kill('SIGKILL');
  const file = await until(() => readdirSync(folder).find((name) => name.startsWith('taken-')));
  const saved = await until(() => {
    const content = readFileSync(join(folder, file), 'utf8');
    return content.length > 0 ? (JSON.parse(content) as Record<string, unknown>) : undefined;
  });
  expect(saved).toMatchObject({ ...recovery.entry, type: 3 });
  expect(Buffer.from(fromBytes(saved.content as ReturnType<typeof text>)).toString()).toBe('precious');
});

test('acts that wait are refused by the child where they make no sense', () => {
  const task = { parent: process.pid, kind: 'sysv.msg', ability: 'peek', id: 1, parameters: {} };
  const { stdout, status } = spawnSync(process.execPath, ['dist/helper.js', 'act'], {
    input: `${JSON.stringify(task)}\n`,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ is: 'failed', failure: { code: 'invalid' } });
});

test('own acts come with the changes, and go', async () => {
  const id = made.queue();
  const ref = await refOf('sysv.msg', id);
  const taking = helper.failure(
    helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }),
  );
  const { act } = await blocked(ref, 'msgrcv');
  const first = await helper.request('changes', { epoch: null, seq: 0, interest: ROWS, interval: 20 });
  const before = first.added.find((object) => object.ref === ref);
  expect(kindOf(ref)).toBe('sysv.msg');
  expect(before?.endpoints?.length).toBe(1);
  const { epoch } = first;
  let { seq } = first;
  const ended = helper.request('endAct', { act: act?.id ?? 0 });
  // Other answers may come before, as while the act is ending.
  const after = await until(async () => {
    const batch = await helper.request('changes', { epoch, seq, interest: ROWS, interval: 20 });
    seq = batch.seq;
    const changed = batch.changed.find((object) => object.ref === ref);
    return changed?.endpoints?.length === 0 ? changed : undefined;
  });
  expect(after.kind).toBe('sysv.msg');
  await ended;
  await taking;
});

test('what a helper gave numbers to is nothing of the next one', async () => {
  const id = made.set(1);
  operate(id, 0, 5);
  const ref = await refOf('sysv.sem', id);
  const operations = [{ number: 0, change: -1 }];
  const { act } = await helper.act('sysv.sem', 'hold', { ref, operations });
  await helper.stop();
  helper = new TestHelper();
  const { act: later } = await helper.act('sysv.sem', 'hold', { ref, operations });
  expect(later).toBeGreaterThan(act);
  expect(Number.isSafeInteger(later)).toBe(true);
  expect((await helper.failure(helper.request('endAct', { act }))).code).toBe('gone');
  expect(valuesOf(id, 1)).toEqual([4]);
});
