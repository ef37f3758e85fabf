// @ts-check
/** How long the rules take over a look, in time of a CPU: `npm run bench:rules`. Prints, judges nothing. Made looks, so that it is the rules alone. */
import { createRequire } from 'node:module';

const OUT = 'out/test/diagnosis.cjs';
const ROUNDS = 100;
const owner = { uid: 0, gid: 0 };
const plain = { owner, mode: 0o600, flags: [] };

const load = createRequire(import.meta.url);
load('esbuild').buildSync({
  ...{ entryPoints: ['src/diagnosis/step.ts'], outfile: OUT },
  ...{ bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
});
/** @type {{ step: (look: object, before?: object) => { memory: object, findings: unknown[] } }} */
const { step } = load(`../../${OUT}`);

/** Queues, sets and segments in equal parts, sockets, and a few hundred processes with pipes, as on a busy machine. @param {number} count */
function busy(count) {
  const part = Math.floor(count / 4);
  const past = { pid: 1, at: 0, now: 'same' };
  const sysv = { ...plain, key: 1, creator: owner, changedAt: 0 };
  const objects = Array.from({ length: part }, (_, id) => [
    {
      kind: 'sysv.msg',
      ref: `sysv.msg:1:${id}`,
      id,
      ...sysv,
      messages: id % 5,
      bytes: 0,
      lastSend: past,
      lastReceive: past,
    },
    {
      kind: 'sysv.sem',
      ref: `sysv.sem:1:${id}`,
      id,
      ...sysv,
      semaphores: 1,
      lastOperationAt: null,
      values: [0],
    },
    {
      kind: 'sysv.shm',
      ref: `sysv.shm:1:${id}`,
      id,
      ...sysv,
      bytes: 4096,
      attachments: 1,
      resident: 0,
      swapped: 0,
      createdBy: past,
      lastUse: past,
      attachedAt: 0,
      detachedAt: 0,
    },
    {
      kind: 'unix',
      ref: `unix:${id}:${id}`,
      inode: String(id),
      ...plain,
      flags: ['connected'],
      name: { is: 'path', text: `/run/${id}` },
    },
  ]).flat();
  // A look has them by kind.
  objects.sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0));
  return { ...pairs(400, false), objects: [...objects, ...pairs(400, false).objects] };
}

/** The next look, in which some objects of every kind are others. @param {any} look @param {number} round */
function another(look, round) {
  const objects = look.objects.map((/** @type {object} */ one, /** @type {number} */ at) =>
    (at + round) % 700 === 0 ? { ...one } : one,
  );
  return { ...look, objects, processes: [...look.processes] };
}

/** Processes in pairs, each with threads that wait for its own, and a main thread that writes to the other. @param {number} count @param {boolean} rings */
function pairs(count, rings) {
  const objects = [];
  const processes = [];
  for (let pid = 1; pid <= count; pid++) {
    const other = pid % 2 === 0 ? pid - 1 : pid + 1;
    const ref = `pipe:${pid}`;
    const endpoints = [
      { pid, startTime: '1', role: 'writer', fd: 1 },
      { pid: other, startTime: '1', role: 'reader', fd: 0 },
    ];
    objects.push({ kind: 'pipe', ref, inode: String(pid), ...plain, endpoints });
    const on = { is: 'descriptors', of: [{ fd: 1, direction: 'write', ref }] };
    const wait = { tid: pid, call: 'write', on, certain: true, since: 0 };
    const leader = { tid: pid, state: 'S', wait: rings || pid % 3 > 0 ? wait : 'runs' };
    const own = { is: 'word', address: '0x0', shared: false };
    const threads = Array.from({ length: 9 }, (_, at) => {
      const tid = 1_000_000 + pid * 10 + at;
      return { tid, state: 'S', wait: { tid, call: 'futex', on: own, certain: true, timeout: null } };
    });
    processes.push({ pid, startTime: '1', state: 'S', name: 'p', parent: 1, threads: [leader, ...threads] });
  }
  return { startedAt: 0, endedAt: 1, objects, processes, blind: [] };
}

/** @param {string} what @param {object} first */
function time(what, first) {
  let memory;
  const times = [];
  let findings = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const look = another(first, round);
    const begun = process.cpuUsage();
    const stepped = step(look, memory);
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / 1000);
    memory = stepped.memory;
    findings = stepped.findings.length;
  }
  times.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [times[ROUNDS >> 1], times.at(-1)];
  console.log(`${what}: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms, ${findings} findings`);
}

time('14,000 objects, as at scale 1 of the bench, 400 processes with 4,000 threads', busy(14_000));
time('68,000 objects, 400 processes with 4,000 threads', busy(68_000));
time('no objects, 2,000 processes with 20,000 threads, none stuck', pairs(2000, false));
time('2,000 processes with 20,000 threads in 1,000 rings', pairs(2000, true));
