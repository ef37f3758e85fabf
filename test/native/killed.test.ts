/** A helper that is killed at a random moment of each kind of act: nothing that it started stays, nothing that was taken is lost, and nothing is done by half. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createQueue, sendNow, takeNow, unlinkQueue } from '../../src/native/libc/mqueue';
import { prepare } from '../../src/native/libc/load';
import { statusOf } from '../../src/native/libc/path';
import { close } from '../../src/native/libc/fd';
import { fromBytes } from '../../src/protocol/bytes';
import { posixRef } from '../../src/protocol/ref';
import { TestHelper } from '../support/helper';
import { inProcess, random } from '../support/inProcess';
import { killedIn } from '../support/killing';
import { must, newName, PosixScene } from '../support/posix';
import { rounds, STRESS } from '../support/stress';
import { Made, receive, send, valuesOf, waitersOf } from '../support/sysv';
import { until } from '../support/until';

const scene = new PosixScene();
const made = new Made();
beforeAll(prepare);
/** A helper that is killed in the call may have made its segment a moment after it was looked for. */
const segmentKeys: number[] = [];
afterAll(() => segmentKeys.forEach(removeSegmentOf));

/** Removes the segment of a key; whether there was one. */
function removeSegmentOf(key: number): boolean {
  const lines = readFileSync('/proc/sysvipc/shm', 'latin1').split('\n');
  const found = lines.map((line) => line.trim().split(/ +/)).find(([one]) => Number(one) === (key | 0));
  if (found) made.removeSegment(Number(found[1]));
  return found !== undefined;
}

afterEach(async () => {
  await scene.clean();
  made.clean();
});

/** One act, what happens at the same time, and what must hold when the helper is dead. */
interface Trial {
  act: (helper: TestHelper) => Promise<unknown>;
  meanwhile?: () => void;
  /** `answer`: what the act gave, if it did. */
  holds: (answer: unknown) => unknown;
  clean?: () => void;
}

const inside = await inProcess();
const textOf = (content: Uint8Array) => Buffer.from(content).toString();

/**
 * What was taken, written down or else in the hands of whoever asked. Both are one message: until the helper hears that its answer was stored, its child writes it down under the entry that the caller
 * has for it, and takes the place of that (`receivedFolder.ts`).
 */
function received(folder: string, answer: unknown): string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const written = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
  const all = written.length > 0 || answer === undefined ? written : [answer as object];
  return all.map((one) => textOf(fromBytes((one as { content: never }).content)));
}

const trials: Record<string, () => Trial> = {
  'a receive from a System V queue that waits'() {
    const id = made.queue();
    const [ref, folder] = [inside.ref('sysv.msg', id), scene.folder()];
    const recovery = { folder, entry: {} };
    return {
      act: (helper) =>
        helper.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true, recovery }),
      meanwhile: () => send(id, 3, 'precious'),
      holds: async (answer) => {
        const left = receive(id);
        const where = left ? [textOf(left.content)] : await until(() => some(received(folder, answer)));
        expect(where).toEqual(['precious']);
      },
    };
  },

  'a receive from a POSIX queue that waits'() {
    const name = Buffer.from(newName());
    const fd = createQueue(name, 0o600, { maxMessages: 2, messageSize: 100 });
    const { device, inode } = statusOf(fd);
    const [ref, folder] = [posixRef('posix.mq', { device, inode, birth: '0' }), scene.folder()];
    return {
      act: (helper) => helper.act('posix.mq', 'take', { ref, wait: true, recovery: { folder, entry: {} } }),
      meanwhile: () => sendNow(fd, { priority: 3, content: Buffer.from('precious') }),
      holds: async (answer) => {
        const left = takeNow(fd, Buffer.alloc(100));
        const where = left ? [textOf(left.content)] : await until(() => some(received(folder, answer)));
        expect(where).toEqual(['precious']);
      },
      clean: () => {
        close(fd);
        unlinkQueue(name);
      },
    };
  },

  'a copy of a System V queue, and the receive after it'() {
    const id = made.queue();
    send(id, 3, 'precious');
    const [ref, folder] = [inside.ref('sysv.msg', id), scene.folder()];
    const rule = { rule: 'oldest' } as const;
    let copy: string | undefined;
    return {
      act: async (helper) => {
        copy = textOf(fromBytes((await helper.act('sysv.msg', 'copy', { ref, rule })).content));
        return helper.act('sysv.msg', 'take', { ref, rule, recovery: { folder, entry: {} } });
      },
      holds: (answer) => {
        const left = receive(id);
        // Stored before it was taken.
        if (!left) expect([copy, ...received(folder, answer)]).toContain('precious');
      },
    };
  },

  'a hold of a semaphore'() {
    const id = made.set(2);
    const ref = inside.ref('sysv.sem', id);
    const operations = [
      { number: 0, change: 2 },
      { number: 1, change: 1 },
    ];
    return {
      act: (helper) => helper.act('sysv.sem', 'hold', { ref, operations }),
      holds: () => until(() => valuesOf(id, 2).join() === '0,0'),
    };
  },

  'an operation on two semaphores that waits'() {
    const id = made.set(2);
    const ref = inside.ref('sysv.sem', id);
    const operations = [
      { number: 0, change: 1 },
      { number: 1, change: 1 },
    ];
    return {
      act: (helper) => helper.act('sysv.sem', 'operate', { ref, operations, wait: true }),
      holds: (answer) => {
        expect(answer === undefined ? ['0,0', '1,1'] : ['1,1']).toContain(valuesOf(id, 2).join());
        expect([waitersOf(id, 0), waitersOf(id, 1)]).toEqual(Array(2).fill({ increase: 0, zero: 0 }));
      },
    };
  },

  'a wait for a semaphore that does not come'() {
    const id = made.set(1);
    const ref = inside.ref('sysv.sem', id);
    return {
      act: (helper) =>
        helper.act('sysv.sem', 'operate', { ref, operations: [{ number: 0, change: -1 }], wait: true }),
      holds: () => {
        expect(waitersOf(id, 0)).toEqual({ increase: 0, zero: 0 });
        expect(valuesOf(id, 1)).toEqual([0]);
      },
    };
  },

  'making a segment'() {
    const key = 0x7e57_0000 + made.queue();
    segmentKeys.push(key);
    return {
      act: (helper) => helper.act('sysv.shm', 'create', { key, mode: 0o600, bytes: 4096, exclusive: true }),
      holds: (answer) => {
        const found = removeSegmentOf(key);
        if (answer !== undefined) expect(found).toBe(true);
      },
    };
  },

  'making a POSIX semaphore and posting it'() {
    const name = scene.name();
    return {
      act: async (helper) => {
        const { ref } = await helper.act('posix.sem', 'create', { name: `/${name}`, mode: 0o600, value: 3 });
        return helper.act('posix.sem', 'post', { ref });
      },
      holds: async (answer) => {
        const path = `/dev/shm/sem.${name}`;
        const value = existsSync(path) ? readFileSync(path).readUInt32LE(0) : undefined;
        expect(answer === undefined ? [undefined, 3, 4] : [4]).toContain(value);
        // Made aside under another name, and never seen by half.
        await until(
          () => !readdirSync('/dev/shm').some((one) => one !== `sem.${name}` && one.includes(name)),
        );
        rmSync(path, { force: true });
      },
    };
  },

  'a listener and what comes to it'() {
    let port = 0;
    return {
      act: async (helper) => {
        const listening = { protocol: 'tcp', address: '127.0.0.1', port: 0, echo: true } as const;
        ({ port = 0 } = await helper.act('inet', 'listen', listening));
        return new Promise((resolve) => {
          const client = connect(port, '127.0.0.1', () => client.end('x'));
          client.on('error', resolve).on('close', resolve).resume();
        });
      },
      holds: async () => {
        if (port === 0) return;
        const hex = port.toString(16).toUpperCase().padStart(4, '0');
        await until(
          () => !new RegExp(`:${hex} 00000000:0000 0A`).test(readFileSync('/proc/net/tcp', 'latin1')),
        );
      },
    };
  },

  'a look at everything'() {
    const id = made.queue();
    send(id, 3, 'precious');
    const line = () =>
      must(
        readFileSync('/proc/sysvipc/msg', 'latin1')
          .split('\n')
          .find((one) => Number(one.trim().split(/ +/)[1]) === id),
      );
    const before = line();
    return {
      act: (helper) => helper.request('snapshot', {}),
      holds: () => {
        expect(line()).toBe(before);
      },
    };
  },
};

function some<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** How long an act takes that is not killed, what happens meanwhile included; at most a second. */
async function timeTaken({ act, meanwhile, clean }: Trial): Promise<number> {
  const helper = new TestHelper();
  try {
    await helper.request('hello', {});
    const start = performance.now();
    const done = act(helper).catch(() => undefined);
    meanwhile?.();
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1000))]);
    return performance.now() - start;
  } finally {
    await helper.stop();
    clean?.();
  }
}

const seed = Date.now();
const next = random(seed);
const each = rounds(2, 50);
for (const [name, begin] of Object.entries(trials))
  test(`${name}, killed`, { timeout: STRESS ? 600_000 : 60_000 }, async () => {
    const whole = await timeTaken(begin());
    let answered = 0;
    for (let at = 0; at < each; at++) {
      const trial = begin();
      const delay = (next(1000) / 1000) * whole * 1.1;
      const moment = (next(1000) / 1000) * whole;
      let happened = trial.meanwhile === undefined;
      try {
        const happening = () => {
          happened = true;
          trial.meanwhile?.();
        };
        const timer = happened ? undefined : setTimeout(happening, moment);
        const { answer, failed } = await killedIn(trial.act, delay);
        clearTimeout(timer);
        expect(failed, `seed ${seed}, kill ${at} after ${delay} ms`).toBeUndefined();
        if (answer !== undefined) answered++;
        if (!happened) trial.meanwhile?.();
        await trial.holds(answer);
      } finally {
        trial.clean?.();
      }
    }
    if (STRESS)
      console.log(`${name}: ${each} kills within ${Math.round(whole)} ms, ${answered} after the answer`);
  });
