/** What is told of a thread is of one moment, though calls are read ahead and a walk may pause in between. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { ThreadTable } from '../../src/native/census/waits/threads';
import { prepare } from '../../src/native/libc/load';
import { ipcNamespaceOf } from '../../src/native/proc/threads';
import { Scene, sleeps } from '../support/streams';
import { until } from '../support/until';

const scene = new Scene();
const others: (() => void)[] = [];
beforeAll(prepare);
afterEach(async () => {
  for (const end of others.splice(0)) end();
  await scene.clean();
});

test('who goes to sleep in another call while the walk pauses is told with that, and with its own memory', async () => {
  const holder = scene.holder();
  const { pid } = holder;
  const [one, other] = (await holder.run('[os.pipe()[0], os.pipe()[0]]')) as number[];
  // Where the walk pauses there is one who comes next.
  const before = Array.from({ length: 7 }, () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    others.push(() => child.kill('SIGKILL'));
    return child.pid ?? 0;
  });
  // The same call with the same arguments, but for what lies in its memory.
  await holder.run(`
import ctypes, struct
libc = ctypes.CDLL(None)
room = ctypes.create_string_buffer(8)
def poll(fd):
    room.raw = struct.pack('ihh', fd, 1, 0)
    libc.poll(room, 1, -1)
def go(): poll(${one})
signal.signal(signal.SIGUSR1, lambda *_: poll(${other}))
`);
  holder.block('go()');
  await until(() => sleeps(pid, /poll/));

  const table = new ThreadTable(ipcNamespaceOf(process.pid) ?? '');
  const walk = table.walk(new Map([...before, pid].map((number, at) => [number, at + 1])));
  const switches = () => readFileSync(`/proc/${pid}/schedstat`, 'latin1');
  const ran = switches();
  // All calls are read, and the last is yet to be told.
  expect(walk.next().done).toBe(false);
  process.kill(pid, 'SIGUSR1');
  await until(() => switches() !== ran && sleeps(pid, /poll/));
  let step = walk.next();
  while (!step.done) step = walk.next();
  const [thread] = step.value.get(pid)?.sleeping ?? [];
  expect(thread).toMatchObject({ on: { is: 'descriptors', of: [{ fd: other }] } });
});
