/** What Python's multiprocessing makes, field by field against what Python itself says. */
import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { fromBytes } from '../../src/protocol/bytes';
import type { IpcObject, ObjectOf } from '../../src/protocol/kinds';
import { needs } from '../support/oracles';
import { must, posixStage } from '../support/posix';
import { until } from '../support/until';

const { eye, inside, scene } = await posixStage();
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

const SCRIPT = `
import gc, json, multiprocessing as mp, sys, time
from multiprocessing import shared_memory, synchronize

def child(ready, go, *kept):
    ready.set()
    go.wait()

def where(shared):
    (arena, start, stop), size = shared.get_obj()._wrapper._state if hasattr(shared.get_obj(), '_wrapper') else None
    return {'start': start, 'size': size}

if __name__ == '__main__':
    context = mp.get_context(sys.argv[1])
    lock, recursive, many = context.Lock(), context.RLock(), context.Semaphore(7)
    bounded, queue = context.BoundedSemaphore(3), context.Queue(5)
    number, numbers = context.Value('i', 4711), context.Array('d', [1.5, -2.25, 1e300])
    memory = shared_memory.SharedMemory(create=True, size=10000)
    memory.buf[:5] = b'hello'
    lock.acquire(); recursive.acquire(); many.acquire(); many.acquire(); bounded.acquire()
    queue.put('x'); queue.put('y')
    ready, go = context.Event(), context.Event()
    # Not handed over by their names alone.
    process = context.Process(target=child, args=(ready, go, lock, recursive, many, bounded, queue, number, numbers))
    process.start()
    ready.wait()
    # Until nobody is in the midst of anything: the child sleeps in the event, and the thread that feeds the queue has written both.
    value = lambda one: one._semlock._get_value()
    settled = lambda: (value(go._cond._sleeping_count), value(go._cond._lock), value(ready._cond._lock), value(queue._wlock)) == (1, 1, 1, 1)
    while not (settled() and queue._reader.poll() and not queue._buffer and settled()): time.sleep(0.001)
    locks = {id(one._semlock): one._semlock for one in gc.get_objects() if isinstance(one, synchronize.SemLock)}
    print(json.dumps({
        'child': process.pid,
        'semaphores': [[one.name, one._get_value()] for one in locks.values()],
        'number': where(number), 'numbers': where(numbers),
        'memory': {'name': memory.name, 'size': memory.size},
    }), flush=True)
    sys.stdin.read()
    go.set()
    process.join()
    memory.close()
    memory.unlink()
    queue.cancel_join_thread()
`;

interface Said {
  child: number;
  semaphores: [name: string, value: number][];
  number: { start: number; size: number };
  numbers: { start: number; size: number };
  memory: { name: string; size: number };
}

async function program(context: 'fork' | 'spawn'): Promise<Said & { pid: number }> {
  const path = join(scene.folder(), 'program.py');
  writeFileSync(path, SCRIPT);
  const child = spawn('/usr/bin/env', ['PATH=/usr/bin:/bin', 'python3', path, context], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  started.push(async () => {
    child.stdin.end();
    await exited;
  });
  const line = await new Promise<string>((resolve, reject) => {
    readline.createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('it ended')));
  });
  return { pid: child.pid ?? 0, ...(JSON.parse(line) as Said) };
}

const heldBy = (pid: number) => (object: IpcObject) =>
  object.endpoints?.some((end) => end.pid === pid) === true;

for (const context of ['fork', 'spawn'] as const)
  describe(`by ${context}`, () => {
    test('semaphores and locks', async (test) => {
      needs(test, '/usr/bin/python3');
      const { pid, child, semaphores } = await program(context);
      const held = (await eye.rows('posix.sem')).filter(heldBy(pid));
      expect(held.map(({ value }) => value).sort()).toEqual(semaphores.map(([, value]) => value).sort());
      expect(held.length).toBeGreaterThanOrEqual(10);
      for (const one of held) {
        expect(one).toMatchObject({ waiters: one.waiters, family: { pid }, layout: 'glibc' });
        expect(one.flags).toEqual(context === 'fork' ? ['unlinked'] : []);
      }
      expect(held.filter(heldBy(child)).length).toBeGreaterThanOrEqual(9);
      if (context === 'fork') return;
      const byName = new Map(held.map((one) => [one.name, one]));
      for (const [name, value] of semaphores) {
        const found = must(byName.get(name));
        expect(found).toMatchObject({ value, maker: { program: 'Python multiprocessing' } });
        expect(found.inode).toBe(String(statSync(`/dev/shm/sem.${name.slice(1)}`).ino));
      }
    });

    test('the event on which the child waits', async (test) => {
      needs(test, '/usr/bin/python3');
      const { child } = await program(context);
      const waited = await until(async () =>
        (await eye.rows('posix.sem')).find(({ endpoints = [] }) =>
          endpoints.some((end) => end.pid === child && end.waits),
        ),
      );
      expect(waited).toMatchObject({ value: 0, waiters: 1 });
    });

    test('values and arrays', async (test) => {
      needs(test, '/usr/bin/python3');
      const { pid, child, number, numbers } = await program(context);
      const arenas = (await eye.rows('posix.shm')).filter(
        (one) => heldBy(pid)(one) && one.name?.startsWith('/pym-'),
      );
      expect(arenas.length).toBeGreaterThan(0);
      for (const arena of arenas)
        expect(arena).toMatchObject({
          flags: ['unlinked'],
          maker: { program: 'Python multiprocessing', pid, now: 'lives' },
        });
      expect(arenas.every(heldBy(child))).toBe(true);
      const read = async ({ ref }: ObjectOf<'posix.shm'>, { start, size }: Said['number']) =>
        Buffer.from(
          fromBytes((await inside.act('posix.shm', 'read', { ref, offset: start, length: size })).content),
        );
      const contents = await Promise.all(arenas.map((one) => read(one, number)));
      expect(contents.map((content) => content.readInt32LE(0))).toContain(4711);
      const arrays = await Promise.all(arenas.map((one) => read(one, numbers)));
      expect(arrays.map((content) => [0, 8, 16].map((at) => content.readDoubleLE(at)))).toContainEqual([
        1.5, -2.25, 1e300,
      ]);
    });

    test('shared memory', async (test) => {
      needs(test, '/usr/bin/python3');
      const { pid, memory } = await program(context);
      const found = must(await eye.named('posix.shm', `/${memory.name}`));
      expect(found).toMatchObject({
        bytes: memory.size,
        allocated: 4096,
        flags: [],
        maker: { program: 'Python multiprocessing' },
      });
      expect(found).toSatisfy(heldBy(pid));
      const { content } = await inside.act('posix.shm', 'read', { ref: found.ref, offset: 0, length: 6 });
      expect(Buffer.from(fromBytes(content)).toString('latin1')).toBe('hello\0');
    });
  });
