/** What became of the processes that the kernel remembers by pid alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { snapshot } from '../support/helper';
import { needs } from '../support/oracles';
import { Made, send } from '../support/sysv';

const made = new Made();
afterEach(() => made.clean());

/** A process that sends to a queue `delay` seconds after it started, and then waits for its stdin to close. */
async function sender(id: number, delay: number): Promise<ChildProcess> {
  const program = `$0 = "[x](command:y)"; sleep ${delay}; msgsnd(${id}, pack("l! a*", 1, "x"), 0) or die $!; $| = 1; print "sent\\n"; <STDIN>`;
  const child = spawn('perl', ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  made.later(() => child.stdin.end());
  await once(child.stdout, 'data');
  return child;
}

function lastSend(id: number) {
  const shot = snapshot();
  const queue = shot.objects.find((one) => one.kind === 'sysv.msg' && one.id === id);
  if (queue?.kind !== 'sysv.msg' || !queue.lastSend) throw new Error('nobody sent');
  const { pid, now } = queue.lastSend;
  return { pid, now, process: shot.processes.find((process) => process.pid === pid) };
}

test('a process that started well before it sent is the same', async (context) => {
  needs(context, 'perl', ['-e', '1']);
  const id = made.queue();
  const child = await sender(id, 2);
  expect(lastSend(id)).toMatchObject({
    pid: child.pid,
    now: 'same',
    process: { name: '[x](command:y)', uid: process.geteuid?.() },
  });
});

test('one that started within the second of its sending may be another, for all the kernel tells', async (context) => {
  needs(context, 'perl', ['-e', '1']);
  const id = made.queue();
  // A start right after a full second, so that sending falls into the same one.
  await new Promise((resolve) => setTimeout(resolve, 1050 - (Date.now() % 1000)));
  const child = await sender(id, 0);
  expect(lastSend(id)).toMatchObject({ pid: child.pid, now: 'unknown', process: { pid: child.pid } });
});

test('one that ended is gone', async (context) => {
  needs(context, 'perl', ['-e', '1']);
  const id = made.queue();
  const child = await sender(id, 0);
  child.stdin?.end();
  await once(child, 'exit');
  expect(lastSend(id)).toEqual({ pid: child.pid, now: 'gone', process: undefined });
});

test('this very process is the same, after a second of life', () => {
  const id = made.queue();
  send(id, 1, 'x');
  expect(lastSend(id)).toMatchObject({ pid: process.pid, now: 'same', process: { pid: process.pid } });
});

test('of a creator only a later bound is known: never "same"', () => {
  const id = made.segment(4096);
  const segment = snapshot().objects.find((one) => one.kind === 'sysv.shm' && one.id === id);
  expect(segment).toMatchObject({ createdBy: { pid: process.pid, now: 'unknown' } });
});
