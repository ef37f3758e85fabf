/** Event counters: what is seen of them is what fdinfo has, looking takes nothing, and adding wakes who waits. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, expect, test } from 'vitest';
import { parseEventfd } from '../../src/native/census/descriptors/eventfds';
import { takeSnapshot } from '../../src/native/snapshot';
import { Census } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import type { ObjectOf } from '../../src/protocol/kinds';
import { eventfdRef } from '../../src/protocol/ref';
import { Stage } from '../support/diagnosis';
import { TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { saidOf } from '../support/waits';
import { until } from '../support/until';

await prepare();
const stage = new Stage();
const helper = new TestHelper();
afterEach(() => stage.clean());
afterAll(() => helper.stop());

const PYTHON = `
EFD_SEMAPHORE = 1
def eventfd(value, flags=0): return libc.eventfd(value, flags)
def inherit(fd): os.set_inheritable(fd, True)
`;

function info(pid: number, fd: number) {
  const found = parseEventfd(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'));
  if (!found) throw new Error('no eventfd');
  return found;
}

async function look() {
  const snapshot = await takeSnapshot(new Census(makeMechanisms()), { details: true });
  const find = (id: string) =>
    snapshot.objects.find((one): one is ObjectOf<'eventfd'> => one.ref === eventfdRef(id));
  return { snapshot, find };
}

test('value, mode, and who shares it are those of fdinfo, also after a look', async (context) => {
  needs(context, 'python3');
  const [fd = 0, semaphore = 0, parent = 0, child = 0] = await stage
    .python(
      `${PYTHON}
a = eventfd(7); b = eventfd(0x1ff, EFD_SEMAPHORE)
pid = child(lambda: os.close(b))
say(a, b, os.getpid(), pid); rest()`,
    )
    .said();
  const [one, other] = [info(parent, fd), info(parent, semaphore)];
  await until(async () => (await look()).find(other.id)?.endpoints?.length === 1);
  const { find, snapshot } = await look();
  expect(find(one.id)?.endpoints?.map(({ closeOnExec, nonblocking }) => [closeOnExec, nonblocking])).toEqual([
    [false, false],
    [false, false],
  ]);
  expect(find(one.id)).toMatchObject({ id: Number(one.id), value: 7, owner: null, mode: null, flags: [] });
  expect(
    find(one.id)
      ?.endpoints?.map(({ pid, fd: number, role }) => [pid, number, role])
      .sort(),
  ).toEqual([parent, child].map((pid) => [pid, fd, 'open']).sort());
  expect(find(other.id)).toMatchObject({ value: 0x1ff, endpoints: [{ pid: parent, fd: semaphore }] });
  // Older kernels do not tell.
  if (other.semaphore !== undefined)
    expect([find(one.id)?.semaphore, find(other.id)?.semaphore]).toEqual([false, true]);
  expect(snapshot.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining([parent, child]));
  expect([info(parent, fd).value, info(parent, semaphore).value]).toEqual([7n, 0x1ffn]);
});

test('who waits, on which counter, and adding to it lets him go on', async (context) => {
  needs(context, 'python3');
  const play = stage.python(
    `${PYTHON}
a = eventfd(0); polled = eventfd(0)
import select
def reads(): os.write(1, b'[%d]\\n' % struct.unpack('Q', os.read(a, 8))[0])
def polls():
    poll = select.poll(); poll.register(polled, select.POLLIN); poll.poll()
pids = child(reads), child(polls)
say(a, polled, os.getpid(), *pids); rest()`,
  );
  const [fd = 0, polled = 0, parent = 0, reader = 0, poller = 0] = await play.said();
  const { id } = info(parent, fd);
  const seen = await until(async () => {
    const { snapshot } = await look();
    const found = [reader, poller].map((pid) => saidOf(snapshot.processes.find((one) => one.pid === pid)));
    return found.every(Boolean) ? found : undefined;
  });
  expect(seen[0]).toMatchObject([{ call: 'read', ref: eventfdRef(id), certain: true }]);
  expect(seen[1]).toMatchObject([{ ref: eventfdRef(info(parent, polled).id) }]);
  const ends = (await look()).find(id)?.endpoints;
  expect(ends?.find(({ pid }) => pid === reader)?.waits).toHaveLength(1);
  expect(ends?.find(({ pid }) => pid === parent)?.waits).toBeUndefined();
  await helper.act('eventfd', 'post', { ref: eventfdRef(id), value: 3 });
  expect(await play.said()).toEqual([3]);
});

test('one that has no room is full, and nothing is added to it', async (context) => {
  needs(context, 'python3');
  const [fd = 0, pid = 0] = await stage
    .python(
      `${PYTHON}
a = eventfd(5); os.write(a, struct.pack('Q', 2**64 - 2 - 5)); say(a, os.getpid()); rest()`,
    )
    .said();
  const { id } = info(pid, fd);
  expect((await look()).find(id)).toMatchObject({ value: '18446744073709551614', flags: ['full'] });
  expect(
    await helper.failure(helper.act('eventfd', 'post', { ref: eventfdRef(id), value: 1 })),
  ).toMatchObject({
    call: 'write',
    errno: 'EAGAIN',
  });
  expect(info(pid, fd).value).toBe(2n ** 64n - 2n);
});

test('one that is closed everywhere is gone', async (context) => {
  needs(context, 'python3');
  const play = stage.python(`${PYTHON}
a = eventfd(1); say(a, os.getpid())
signal.signal(signal.SIGUSR1, lambda *x: (os.close(a), say(1))); rest()`);
  const [fd = 0, pid = 0] = await play.said();
  const { id } = info(pid, fd);
  expect((await look()).find(id)?.endpoints).toMatchObject([{ pid, fd }]);
  process.kill(pid, 'SIGUSR1');
  await play.said();
  // Its number may be another's by now.
  expect((await look()).find(id)?.endpoints?.some((end) => end.pid === pid) ?? false).toBe(false);
  const none = helper.act('eventfd', 'inspect', { ref: eventfdRef('4000000000') });
  expect(await helper.failure(none)).toMatchObject({ code: 'gone' });
});
