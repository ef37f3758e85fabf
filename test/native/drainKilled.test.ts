/** A drain of a POSIX queue that is killed: each message is in the queue or in the journal, and what may be in both is said to be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { attributesOf, createQueue, sendNow, takeNow, unlinkQueue } from '../../src/native/libc/mqueue';
import { prepare } from '../../src/native/libc/load';
import { statusOf } from '../../src/native/libc/path';
import { close } from '../../src/native/libc/fd';
import { DrainJournal } from '../../src/native/mechanisms/posix/drainJournal';
import { type Bytes, fromBytes } from '../../src/protocol/bytes';
import { type Drained, readJournal } from '../../src/protocol/drainJournal';
import { posixRef } from '../../src/protocol/ref';
import { random } from '../support/inProcess';
import { killedIn } from '../support/killing';
import { TestHelper } from '../support/helper';
import { newName, PosixScene } from '../support/posix';
import { rounds, STRESS } from '../support/stress';

const scene = new PosixScene();
beforeAll(prepare);
afterEach(() => scene.clean());

const MOST = 10;
const text = (content: Bytes | Buffer) =>
  (typeof content === 'string' ? Buffer.from(fromBytes(content)) : content).toString('latin1');

/** A queue of this process with so many messages, which have numbers. */
function filled(bytes = 200) {
  const name = Buffer.from(newName());
  const fd = createQueue(name, 0o600, { maxMessages: MOST, messageSize: 4096 });
  const { device, inode } = statusOf(fd);
  for (let number = 0; number < MOST; number++)
    sendNow(fd, { priority: number % 3, content: Buffer.from(`${number} `.padEnd(bytes, 'x')) });
  return {
    fd,
    ref: posixRef('posix.mq', { device, inode, birth: '0' }),
    rest: () => {
      const all: string[] = [];
      for (let one; (one = takeNow(fd, Buffer.alloc(4096)));) all.push(text(one.content));
      return all;
    },
    remove: () => {
      close(fd);
      unlinkQueue(name);
    },
  };
}

/** What the journals of a folder tell. */
function journaled(folder: string): Drained[] {
  return readdirSync(folder).flatMap((file) => readJournal(readFileSync(join(folder, file)))?.messages ?? []);
}

test(
  'wherever it is killed, no message is lost but the one that was just taken',
  { timeout: STRESS ? 600_000 : 60_000 },
  async () => {
    const seed = Date.now();
    const next = random(seed);
    /** How long a drain takes from its request to its answer. */
    const whole = await timeTaken();
    const kills = rounds(10, 200);
    const tally = { kills, whole, inTheMidst: 0, lost: 0, double: 0, recovered: 0 };
    for (let kill = 0; kill < kills; kill++) {
      const queue = filled();
      const folder = scene.folder();
      try {
        const asked = { ref: queue.ref, insist: true, recovery: { folder, entry: {} } };
        const delay = (next(1000) / 1000) * whole * 1.1;
        const { failed } = await killedIn(
          (helper) => helper.act('posix.mq', 'drainAndRestore', asked),
          delay,
        );
        expect(failed).toBeUndefined();
        const here = queue.rest();
        const there = journaled(folder);
        if (there.length > 0) tally.inTheMidst++;
        const certain = there.filter((one) => one.certain).map(({ content }) => text(content));
        const uncertain = there.filter((one) => !one.certain).map(({ content }) => text(content));
        // What is said to be out of the queue is not in it, and nothing is there twice.
        expect(here.filter((one) => certain.includes(one))).toEqual([]);
        expect(new Set(here).size).toBe(here.length);
        expect(uncertain.length).toBeLessThanOrEqual(1);
        const all = new Set([...here, ...certain, ...uncertain]);
        tally.lost += MOST - all.size;
        tally.double += uncertain.filter((one) => here.includes(one)).length;
        tally.recovered += certain.length;
        // The kernel has handed it out, and it was not written yet: one at most.
        expect(MOST - all.size, `seed ${seed}, kill ${kill}`).toBeLessThanOrEqual(1);
      } finally {
        queue.remove();
      }
    }
    // Ten kills of which one fell into the few microseconds would be a wonder.
    expect(tally.lost).toBeLessThanOrEqual(Math.ceil(kills / 50));
    if (STRESS) console.log(tally);
  },
);

/** The longest of a few. */
async function timeTaken(): Promise<number> {
  const queue = filled();
  const helper = new TestHelper();
  const folder = scene.folder();
  try {
    await helper.request('hello', {});
    // The first finds the queue by a look, as that of the test does.
    const start = performance.now();
    await helper.act('posix.mq', 'drainAndRestore', {
      ref: queue.ref,
      insist: true,
      recovery: { folder, entry: {} },
    });
    return performance.now() - start;
  } finally {
    await helper.stop();
    queue.remove();
  }
}

test('how long a message is nowhere but in our memory', (context) => {
  if (!STRESS) context.skip('it measures, and judges nothing: `npm run stress`');
  const journal = new DrainJournal({ folder: scene.folder(), entry: {} });
  const times: Record<number, number[]> = {};
  const name = Buffer.from(newName());
  const fd = createQueue(name, 0o600, { maxMessages: MOST, messageSize: 8192 });
  const room = Buffer.alloc(8192);
  try {
    for (const bytes of [1, 200, 8192])
      for (let at = 0; at < 2000; at++) {
        sendNow(fd, { priority: 1, content: Buffer.alloc(bytes) });
        const start = performance.now();
        const message = takeNow(fd, room);
        if (message) journal.write(at, message);
        (times[bytes] ??= []).push(performance.now() - start);
      }
  } finally {
    close(fd);
    unlinkQueue(name);
    journal.end(false);
  }
  for (const [bytes, all] of Object.entries(times)) {
    all.sort((a, b) => a - b);
    const microseconds = (part: number) => Math.round((all[Math.floor(all.length * part)] ?? 0) * 1000);
    console.log(
      `${bytes} bytes: from the call to the journal ${microseconds(0.5)} us, 99 % ${microseconds(0.99)} us`,
    );
  }
});

test('a journal that cannot be written anywhere: nothing is taken', async () => {
  const queue = filled();
  const helper = new TestHelper(['env', 'TMPDIR=/dev/null']);
  try {
    const failure = await helper.failure(
      helper.act('posix.mq', 'drainAndRestore', {
        ref: queue.ref,
        insist: true,
        recovery: { folder: '/dev/null/none', entry: {} },
      }),
    );
    expect(failure).toMatchObject({ code: 'unstored' });
    expect(attributesOf(queue.fd).messages).toBe(MOST);
  } finally {
    await helper.stop();
    queue.remove();
  }
});
