// @ts-check
/**
 * `npm run soak:helper [-- --time 600]`: a helper that looks and acts without a pause while everything around it comes and goes; its memory, descriptors and children must stay
 * flat. Ends with 1 where they do not.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Running } from './running.mjs';

const { values: options } = parseArgs({ options: { time: { type: 'string', default: '600' } } });
process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

/** Makes and destroys objects of all kinds, forks and ends, at full speed. */
const CHURN = String.raw`
import os, socket, mmap, random, time, ctypes, sys
libc = ctypes.CDLL(None)
def one():
    kind = random.randrange(7)
    if kind == 0:
        queue = libc.msgget(0, 0o1600); time.sleep(.002); libc.msgctl(queue, 0, None)
    elif kind == 1:
        sem = libc.semget(0, 5, 0o1600); time.sleep(.002); libc.semctl(sem, 0, 0)
    elif kind == 2:
        seg = libc.shmget(0, 9999, 0o1600); time.sleep(.002); libc.shmctl(seg, 0, None)
    elif kind == 3:
        ends = os.pipe(); time.sleep(.002); [os.close(end) for end in ends]
    elif kind == 4:
        pair = socket.socketpair(); time.sleep(.002); [end.close() for end in pair]
    elif kind == 5:
        listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen()
        client = socket.create_connection(listener.getsockname()); time.sleep(.002); client.close(); listener.close()
    else:
        child = os.fork()
        if child == 0: held = mmap.mmap(-1, 8192); held[0] = 1; time.sleep(.003); os._exit(0)
        os.waitpid(child, 0)
libc.prctl(1, 9)
while os.getppid() == int(sys.argv[1]): one()
`;
const churn = spawn('python3', ['-c', CHURN, String(process.pid)], { stdio: 'inherit' });
const helper = new Running();
const pid = helper.child.pid ?? 0;
const queue = /** @type {{ ref: string }} */ (
  await helper.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: false })
);
const set = /** @type {{ ref: string }} */ (
  await helper.act('sysv.sem', 'create', { key: 0, mode: 0o600, exclusive: false, semaphores: 3 })
);

const children = () =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim().split(' ').filter(Boolean),
  ).length;
/** @param {unknown} error */
const passed = (error) => /** @type {{ data?: { code: string } }} */ (error).data?.code;

/** A bit of everything. @param {number} round */
async function acts(round) {
  await helper.act('sysv.msg', 'send', { ref: queue.ref, type: 1, content: 'eHl6' });
  const { token } = /** @type {{ token: number }} */ (
    await helper.act('sysv.msg', 'take', { ref: queue.ref, rule: { rule: 'oldest' } })
  );
  await helper.act('sysv.msg', 'acknowledge', { token });
  if (round % 10 !== 0) return;
  const { act } = /** @type {{ act: number }} */ (
    await helper.act('sysv.sem', 'hold', { ref: set.ref, operations: [{ number: 0, change: 1 }] })
  );
  await helper.request('endAct', { act });
  const listening = { protocol: 'tcp', address: '127.0.0.1', port: 0, echo: true };
  const session = /** @type {{ act: number }} */ (await helper.act('inet', 'listen', listening));
  await helper.request('endAct', { act: session.act });
  await helper.request('session', { act: session.act, after: 0 }).catch(passed);
}

/** @type {{ at: number, resident: number, descriptors: number, children: number }[]} */
const samples = [];
const start = performance.now();
const end = start + Number(options.time) * 1000;
let next = start;
let rounds = 0;
try {
  for (; performance.now() < end; rounds++) {
    await helper.look('rows', { fresh: true, thorough: rounds % 50 === 0 });
    await acts(rounds);
    if (performance.now() < next) continue;
    next += (Number(options.time) * 1000) / 20;
    // What was told to end gets its time.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const sample = {
      at: Math.round((performance.now() - start) / 1000),
      resident: Math.round(helper.resident / 2 ** 20),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      children: children(),
    };
    samples.push(sample);
    console.log(
      `${sample.at} s: ${sample.resident} MB, ${sample.descriptors} descriptors, ${sample.children} children, ${rounds} rounds`,
    );
  }
} finally {
  churn.kill('SIGKILL');
  await helper.stop();
  for (const [letter, { ref }] of /** @type {const} */ ([
    ['q', queue],
    ['s', set],
  ]))
    execFileSync('ipcrm', [`-${letter}`, ref.split(':')[2] ?? '']);
}
// Until V8 has found its size the first quarter does not count.
const settled = samples.slice(Math.ceil(samples.length / 4));
const [first = [], second = []] = [settled.slice(0, settled.length / 2), settled.slice(settled.length / 2)];
/** @param {'resident' | 'descriptors' | 'children'} what @param {typeof samples} of */
const most = (what, of) => Math.max(...of.map((sample) => sample[what]));
for (const [what, slack] of /** @type {const} */ ([
  ['resident', 1.1],
  ['descriptors', 1],
  ['children', 1],
])) {
  const [before, after] = [most(what, first), most(what, second)];
  const flat = after <= before * slack;
  console.log(`${what}: at most ${before}, then ${after}: ${flat ? 'flat' : 'GROWS'}`);
  if (!flat) process.exitCode = 1;
}
