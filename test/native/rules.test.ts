/** Which message a receive takes, and what an operation does, against models made from the man pages: msgop(2) and semop(2). */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { fromBytes } from '../../src/protocol/bytes';
import type { ReceiveRule } from '../../src/protocol/kinds/sysvMsg';
import { SEMAPHORE_MOST } from '../../src/protocol/kinds/sysvSem';
import { type InProcess, inProcess, random } from '../support/inProcess';
import { Made, receive, send, valuesOf } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());
let here: InProcess;
beforeAll(async () => {
  here = await inProcess();
});

interface Queued {
  type: number;
  content: string;
}

/** msgop(2), in the words of the man page. */
function modelled(queue: readonly Queued[], rule: ReceiveRule): number {
  switch (rule.rule) {
    case 'oldest':
      return queue.length > 0 ? 0 : -1;
    case 'type':
      return queue.findIndex(({ type }) => type === rule.type);
    case 'except':
      return queue.findIndex(({ type }) => type !== rule.type);
    case 'upTo': {
      const lowest = Math.min(
        ...queue.map(({ type }) => type).filter((type) => type <= Number(rule.type)),
        Infinity,
      );
      return queue.findIndex(({ type }) => type === lowest);
    }
  }
}

const SEQUENCES = 3000;

test(`receiving by each rule takes what msgrcv(2) says: ${SEQUENCES} random sequences`, async () => {
  const id = made.queue();
  const ref = here.ref('sysv.msg', id);
  const seed = Date.now() % 1_000_000;
  const pick = random(seed);
  let received = 0;
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const queue: Queued[] = [];
    for (let step = 0; step < 8; step++) {
      if (pick(5) < 3) {
        const message = { type: pick(5) + 1, content: 'x'.repeat(pick(4)) + String(step) };
        send(id, message.type, message.content);
        queue.push(message);
        continue;
      }
      const type = pick(6) + 1;
      const truncate = pick(4) === 0 ? pick(4) : undefined;
      const names = ['oldest', 'type', 'upTo', 'except'] as const;
      const rule = { rule: names[pick(4)] ?? 'oldest', type, truncate } as ReceiveRule;
      const at = modelled(queue, rule);
      const where = `seed ${seed}, sequence ${sequence}, step ${step}, ${JSON.stringify(rule)}`;
      if (at < 0) {
        expect((await here.failure('sysv.msg', 'copy', { ref, rule })).code, where).toBe('nothing');
        expect((await here.failure('sysv.msg', 'take', { ref, rule })).code, where).toBe('nothing');
        continue;
      }
      const [expected] = queue.splice(at, 1) as [Queued];
      const copy = await here.act('sysv.msg', 'copy', { ref, rule });
      expect([copy.index, copy.type, textOf(copy.content)], where).toEqual([
        at,
        expected.type,
        expected.content,
      ]);
      const took = await here.act('sysv.msg', 'take', { ref, rule });
      expect([took.type, textOf(took.content)], where).toEqual([
        expected.type,
        expected.content.slice(0, truncate),
      ]);
      await here.act('sysv.msg', 'acknowledge', { token: took.token });
      received++;
    }
    for (const { type, content } of queue)
      expect(receive(id)).toEqual({ type: BigInt(type), content: Buffer.from(content) });
    expect(receive(id)).toBeUndefined();
  }
  expect(received).toBeGreaterThan(SEQUENCES / 2);
});

const textOf = (content: Parameters<typeof fromBytes>[0]) => Buffer.from(fromBytes(content)).toString();

test('types beyond 2^53 are told apart', async () => {
  const id = made.queue();
  const ref = here.ref('sysv.msg', id);
  const types = [9007199254740993n, 9007199254740994n, 9223372036854775807n];
  for (const type of types) send(id, type, String(type));
  for (const type of [...types].reverse()) {
    const took = await here.act('sysv.msg', 'take', { ref, rule: { rule: 'type', type: String(type) } });
    expect(took.type).toBe(String(type));
    expect(textOf(took.content)).toBe(String(type));
  }
});

test('semop does all of several operations or none: 3,000 random calls', async () => {
  const SEMAPHORES = 4;
  const id = made.set(SEMAPHORES);
  const ref = here.ref('sysv.sem', id);
  const seed = Date.now() % 1_000_000;
  const pick = random(seed);
  const values = Array.from({ length: SEMAPHORES }, () => 0);
  let done = 0;
  for (let call = 0; call < 3000; call++) {
    const operations = Array.from({ length: pick(4) + 1 }, () => ({
      number: pick(SEMAPHORES + (pick(20) === 0 ? 1 : 0)),
      change: pick(50) === 0 ? SEMAPHORE_MOST : pick(5) - 2,
    }));
    const next = [...values];
    let errno: string | undefined;
    if (operations.some(({ number }) => number >= SEMAPHORES)) errno = 'EFBIG';
    for (const { number, change } of operations) {
      if (errno) break;
      const value = next[number] ?? 0;
      if (change === 0 ? value !== 0 : value + change < 0) errno = 'EAGAIN';
      else if (value + change > SEMAPHORE_MOST) errno = 'ERANGE';
      next[number] = value + change;
    }
    const where = `seed ${seed}, call ${call}: ${JSON.stringify(operations)}`;
    if (errno) {
      const failure = await here.failure('sysv.sem', 'operate', { ref, operations });
      expect(failure.errno, where).toBe(errno);
      expect(failure.detail?.number, where).toBeDefined();
    } else {
      await here.act('sysv.sem', 'operate', { ref, operations });
      values.splice(0, SEMAPHORES, ...next);
      done++;
    }
    expect(valuesOf(id, SEMAPHORES), where).toEqual(values);
  }
  expect(done).toBeGreaterThan(300);
});
