// @ts-check
/**
 * The workload of the benchmark: processes that hold descriptors of every mechanism, and System V and POSIX objects. Runs in a
 * process of its own, `node workload.mjs SCALE [--sysv-most]`: says "ready" with what it made as JSON, takes `run N` lines (that many processes
 * run for a moment), and removes everything when its stdin closes.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { connection, fifo, pipe, socketpair, sysv } from './libc.mjs';

/** Of scale 1. */
const PROCESSES = 400;
const SYSV = 2000;
const POSIX_SEGMENTS = 500;
/** Descriptors of each process, by what they are; with those that all have they make 20,000 in 400 processes. */
const EACH = { pipes: 8, socketpairs: 8, connections: 3, fifos: 2 };

const [scaleText = '1', option] = process.argv.slice(2);
const scale = Number(scaleText);
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-bench-'));
/** @type {(() => unknown)[]} */
const undo = [() => rmSync(folder, { recursive: true, force: true })];
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];

let ended = false;
function end() {
  if (ended) return;
  ended = true;
  for (const child of children) child.kill('SIGKILL');
  for (const one of undo.reverse()) one();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
process.on('uncaughtException', (error) => {
  console.error(error);
  end();
});

/** What the next process gets from this one: its ends of what they share. @type {number[]} */
let inherited = [];
let descriptors = 0;

/** @param {number} number */
function start(number) {
  /** @type {number[]} */
  const mine = [...inherited];
  /** @type {number[]} */
  const next = [];
  for (let at = 0; at < EACH.pipes; at++) {
    const [read, write] = pipe();
    mine.push(write);
    next.push(read);
  }
  for (let at = 0; at < EACH.socketpairs; at++) {
    const [a, b] = socketpair();
    mine.push(a);
    next.push(b);
  }
  for (let at = 0; at < EACH.connections; at++) {
    const [listener = -1, client = -1, server = -1] = connection(join(folder, `s${number}-${at}`));
    mine.push(listener, server);
    next.push(client);
  }
  for (let at = 0; at < EACH.fifos; at++) {
    const path = join(folder, `f${number}-${at}`);
    fifo(path);
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    mine.push(fd);
    next.push(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  }
  // `cat` of a pipe that nobody writes to but us: it runs when we ask it to.
  const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore', ...mine] });
  children.push(child);
  descriptors += mine.length + 3;
  for (const fd of mine) closeSync(fd);
  inherited = next;
}

for (let number = 0; number < PROCESSES * scale; number++) start(number);
for (const fd of inherited) closeSync(fd);
const most = option === '--sysv-most';
const objects = {
  queues: most ? 31_900 : SYSV * scale,
  sets: most ? 31_900 : SYSV * scale,
  segments: most ? 4000 : Math.min(4000, SYSV * scale),
};
for (let at = 0; at < objects.queues; at++) undo.push(sysv.queue());
for (let at = 0; at < objects.sets; at++) undo.push(sysv.set((at % 3) + 1));
for (let at = 0; at < objects.segments; at++) undo.push(sysv.segment(4096));
for (let at = 0; at < POSIX_SEGMENTS * scale; at++) {
  const path = `/dev/shm/ipc-inspector-bench-${process.pid}-${at}`;
  writeFileSync(path, 'x', { flag: 'wx', mode: 0o600 });
  undo.push(() => rmSync(path, { force: true }));
}

console.log(`ready ${JSON.stringify({ processes: children.length, descriptors, ...objects })}`);
readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [, count = '0'] = line.split(' ');
    for (let at = 0; at < Number(count); at++)
      children[Math.floor(Math.random() * children.length)]?.stdin?.write('x');
  })
  .on('close', end);
