/** The programs of the sample, each a process of its own: who is well, and who is in trouble. Those that block do so on their only thread that works, as programs in C do. */
import { existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { lockHere, lowerHere, receiveHere, sendHere, unlockHere } from '../libc/blocking';
import { prepare } from '../libc/load';
import { openQueue } from '../libc/mqueue';
import { sendMessage } from '../libc/msg';
import { operateNow } from '../libc/sem';
import { Attached } from '../libc/shm';
import { signalOnParentDeath } from '../libc/thread';
import { type Made, makeSegment, memoryFile, NAME, readMade, removeAll } from './made';

/** Milliseconds between two deeds of those that are well. */
const PACE = 2000;
/** Between two looks for another of the sample. */
const SOON = 20;
const MESSAGE_MOST = 256;
const MAIL = 'please answer: is anybody there?';

/** Who takes part; a program may take part twice. */
export const ROLES = {
  producer,
  consumer,
  server,
  client,
  ping: (made: Made) => lockBoth(made, 'a', 'b'),
  pong: (made: Made) => lockBoth(made, 'b', 'a'),
  worker,
  sender,
  leaver,
} as const satisfies Readonly<Record<string, (made: Made) => unknown>>;
export type Role = keyof typeof ROLES;

/** What a process of the sample is called. */
export function titleOf(role: string): string {
  return `sample-${role}`;
}

/** Plays a role until it is ended. Rejects where what it needs could not be made. */
export async function play(role: Role, folder: string, parent: number): Promise<number> {
  await prepare();
  // The server stays and removes everything, should the parent be killed.
  if (role !== 'server') {
    signalOnParentDeath('SIGKILL');
    if (process.ppid !== parent) return 0;
  }
  const made = readMade(folder);
  writeFileSync(begunFile(folder, process.pid), '');
  await ROLES[role](made);
  if (role === 'leaver') return 0;
  return new Promise(() => setInterval(() => undefined, PACE));
}

/** Stands in the folder once the process has begun to play. */
function begunFile(folder: string, pid: number): string {
  return join(folder, `begun-${pid}`);
}

/** Resolves when these processes play. `ended`: whether one is gone, for which nobody waits. */
export async function begun(
  folder: string,
  pids: readonly number[],
  ended: (pid: number) => boolean,
): Promise<void> {
  await until(() => pids.every((pid) => ended(pid) || existsSync(begunFile(folder, pid))));
  for (const pid of pids) rmSync(begunFile(folder, pid), { force: true });
}

/** Whether a role has what it needs. */
export function canPlay(role: Role, made: Made): boolean {
  const needs: Partial<Record<Role, keyof Made>> = {
    producer: 'jobs',
    consumer: 'jobs',
    worker: 'permits',
    sender: 'mail',
  };
  const need = needs[role];
  return need === undefined || made[need] !== undefined;
}

/** Sends a job to the queue now and then, and writes its number into shared memory. */
function producer({ jobs, board }: Made): void {
  if (!jobs) return;
  const fd = board && openSync(memoryFile(board.name), 'r+');
  let job = 0;
  setInterval(() => {
    const content = Buffer.from(JSON.stringify({ job: ++job, path: `/upload/${job}.png` }));
    try {
      sendMessage(jobs.id, { type: BigInt((job % 3) + 1), content });
    } catch {
      // The queue is full or was removed: a look at the sample may do that.
    }
    if (fd !== undefined) writeSync(fd, `job ${job}\n`, 0);
  }, PACE);
}

/** Takes each job, and is idle in between. */
function consumer({ jobs }: Made): void {
  if (!jobs) return;
  try {
    for (;;) receiveHere(jobs.id, MESSAGE_MOST);
  } catch {
    // The queue was removed.
  }
}

/** Listens on a socket and answers what it hears; the last to leave. */
function server({ folder }: Made): void {
  createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(socketOf(folder));
  const orphaned = () => {
    removeAll(folder);
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.stdin.on('end', orphaned).on('close', orphaned).resume();
}

async function client({ folder }: Made): Promise<void> {
  await until(() => existsSync(socketOf(folder)));
  const socket = connect(socketOf(folder));
  socket.on('error', () => undefined).resume();
  setInterval(() => socket.writable && socket.write('hello\n'), PACE);
}

function socketOf(folder: string): string {
  return join(folder, `${NAME}.sock`);
}

/** Has one lock and wants the other, as its fellow has and wants them the other way round: neither can go on. */
async function lockBoth({ folder }: Made, first: string, second: string): Promise<void> {
  const open = (one: string) => openSync(join(folder, `${NAME}-${one}.lock`), 'a', 0o600);
  const has = (one: string) => join(folder, `has-${one}`);
  const [own, other] = [open(first), open(second)];
  lockHere(own);
  writeFileSync(has(first), '');
  await until(() => existsSync(has(second)));
  lockHere(other);
  // Only where its fellow was ended.
  unlockHere(other);
  unlockHere(own);
}

/** Waits for the permit, works, and gives it back. */
function worker({ permits }: Made): void {
  if (!permits) return;
  const work = () => {
    try {
      lowerHere(permits.id, 0);
    } catch {
      return;
    }
    setTimeout(() => {
      operateNow(permits.id, [{ number: 0, change: 1 }]);
      setTimeout(work, SOON);
    }, PACE);
  };
  work();
}

/** Writes to a queue that nobody reads. */
function sender({ mail }: Made): void {
  if (!mail) return;
  const fd = openQueue(Buffer.from(mail.name), 'write', true);
  for (;;) sendHere(fd, Buffer.from(MAIL));
}

/** Takes the permit, leaves a segment behind, and ends without giving anything back. */
function leaver(made: Made): void {
  if (made.permits) lowerHere(made.permits.id, 0);
  const id = makeSegment(made);
  Attached.during(id, 'write', (segment) => segment.write(0, Buffer.from(`${NAME}: left behind`)));
}

/** When something is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, SOON));
}
