// @ts-check
/**
 * `npm run bench [-- --scale 1 --rounds 7 --json FILE]`: a workload, the peers that are installed, and ours, in turn; medians and
 * ratios as a table and as JSON. It judges nothing. Where it may, everything happens in an ipc namespace of its own.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import * as readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPeers, OURS, run } from './peers.mjs';
import { Running } from './running.mjs';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'string', default: 'out/bench/bench.json' },
    here: { type: 'boolean', default: false },
  },
});
const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
process.chdir(here('../..'));

if (!options.here) {
  const [command, ...args] = [
    ...ownNamespace(),
    process.execPath,
    here('bench.mjs'),
    '--here',
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(command ?? '', args, { stdio: 'inherit' });
  process.exit(status ?? 1);
}

/** What runs a command in an ipc namespace of its own; nothing where that is not allowed. */
function ownNamespace() {
  for (const how of [
    ['unshare', '--ipc'],
    ['unshare', '-U', '-r', '-i'],
  ])
    if (spawnSync(how[0] ?? '', [...how.slice(1), 'true']).status === 0) return how;
  console.log('No ipc namespace of its own is allowed here: the objects are made in this one, and removed.');
  return [];
}

if (!existsSync('dist/helper.js')) {
  console.log('building');
  if (spawnSync(process.execPath, ['esbuild.mjs'], { stdio: 'inherit' }).status !== 0) process.exit(1);
}

const median = (/** @type {number[]} */ numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2
    ? Number(sorted[Math.floor(half)])
    : (Number(sorted[half - 1]) + Number(sorted[half])) / 2;
};
const sleep = (/** @type {number} */ time) => new Promise((resolve) => setTimeout(resolve, time));

/** @param {string[]} args */
async function startWorkload(args) {
  const child = spawn(process.execPath, [here('workload.mjs'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = await new Promise((resolve, reject) => {
    readline.createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('the workload ended')));
  });
  return {
    made: JSON.parse(String(said).slice('ready '.length)),
    stir: (/** @type {number} */ count) => child.stdin.write(`run ${count}\n`),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** A walk of all descriptors in a Node that runs already. */
function warmWalk() {
  const child = spawn(process.execPath, [here('bareWalk.mjs'), 'warm'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = readline.createInterface({ input: child.stdout });
  return {
    walk: () =>
      new Promise((resolve) => {
        answers.once('line', (line) => resolve(Number(line)));
        child.stdin.write('go\n');
      }),
    stop: () => child.stdin.end(),
  };
}

const rounds = Number(options.rounds);
/** @type {Record<string, number[]>} */
const times = {};
const note = (/** @type {string} */ name, /** @type {number} */ time) => (times[name] ??= []).push(time);

console.log(`making the workload of scale ${options.scale}`);
const workload = await startWorkload([options.scale]);
const result = { made: workload.made, facts: /** @type {Record<string, unknown>} */ ({}) };
let peers;
try {
  console.log(JSON.stringify(workload.made));
  peers = findPeers();
  for (const line of peers.missing) console.log(`left out: ${line}`);
  const helper = new Running();
  const bare = warmWalk();
  const one = Math.max(1, Math.round(workload.made.processes / 100));
  await helper.look('rows');
  for (let round = 1; round <= rounds; round++) {
    console.log(`round ${round} of ${rounds}`);
    for (const { name, command } of [...peers.found, OURS]) note(name, (await run(command)).time);
    note('bare Node walk, warm', await bare.walk());
    note('full census, all answered', (await helper.look('rows', { full: true })).time);
    note('full census, changes answered', (await helper.look('rows', { thorough: true })).time);
    // Twice: the first look of another interest reads what nobody kept true.
    await helper.look('count');
    workload.stir(one);
    await sleep(50);
    note('refresh, 1 in 100 ran, groups closed', (await helper.look('count')).time);
  }
  bare.stop();
  result.facts['helper, resident MB'] = Math.round(helper.resident / 2 ** 20);
  console.log('CPU of one refresh a second, 20 seconds');
  for (const level of /** @type {const} */ (['count', 'rows'])) {
    const name = level === 'count' ? 'closed' : 'open';
    await helper.look(level);
    const stirring = setInterval(() => workload.stir(one), 1000);
    const before = helper.cpu;
    const start = performance.now();
    // Its last request stays open until something differs.
    await helper.watch(level, { interval: 1000, time: 20_000 });
    const seconds = (performance.now() - start) / 1000;
    result.facts[`CPU at one refresh a second, groups ${name}, percent`] =
      Math.round((helper.cpu - before) / seconds) / 10;
    clearInterval(stirring);
  }
  // V8 gives memory back some seconds after the last work.
  await sleep(15_000);
  const idle = helper.cpu;
  await sleep(5000);
  result.facts['CPU with nothing visible, percent'] = (helper.cpu - idle) / 50;
  await helper.stop();
} finally {
  await workload.stop();
}

console.log('making as many System V objects as there may be');
const most = await startWorkload(['0', '--sysv-most']);
try {
  await sleep(2500);
  // Groups closed in one helper, open in another: memory that an open group took is not given back at once.
  for (const [level, name] of /** @type {const} */ ([
    ['count', 'closed'],
    ['rows', 'open'],
  ])) {
    const helper = new Running();
    await helper.look(level);
    for (let round = 1; round <= rounds; round++) {
      const start = performance.now();
      for (const file of ['msg', 'sem', 'shm']) readFileSync(`/proc/sysvipc/${file}`);
      note(`reading the three files at the maximum (${name})`, performance.now() - start);
      note(`refresh at the maximum, groups ${name}`, (await helper.look(level)).time);
    }
    result.facts[`helper at the maximum, groups ${name}, resident MB`] = Math.round(
      helper.resident / 2 ** 20,
    );
    await helper.stop();
  }
} finally {
  await most.stop();
}

const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
/** The median of the ratios of each round, so that what slows the machine slows both. @param {string} a @param {string} b */
const ratio = (a, b) => {
  const [over = [], under = []] = [times[a], times[b]];
  return over.length === 0 || under.length === 0
    ? undefined
    : median(over.map((time, at) => time / Number(under[at])));
};
const rivals = ['lsof +E', 'lsfd ENDPOINTS'].filter((name) => times[name]);
const fastest = rivals.sort((a, b) => Number(medians[a]) - Number(medians[b]))[0] ?? '';
const ratios = {
  [`helper.js snapshot : ${fastest}`]: ratio('helper.js snapshot', fastest),
  [`full census, all answered : ${fastest}`]: ratio('full census, all answered', fastest),
  [`full census, changes answered : ${fastest}`]: ratio('full census, changes answered', fastest),
  'full census, all answered : warm bare walk': ratio('full census, all answered', 'bare Node walk, warm'),
  'full census, changes answered : warm bare walk': ratio(
    'full census, changes answered',
    'bare Node walk, warm',
  ),
  [`refresh : ${fastest}`]: ratio('refresh, 1 in 100 ran, groups closed', fastest),
  'maximum, groups closed : reading the files': ratio(
    'refresh at the maximum, groups closed',
    'reading the three files at the maximum (closed)',
  ),
  'maximum, groups open : reading the files': ratio(
    'refresh at the maximum, groups open',
    'reading the three files at the maximum (open)',
  ),
};

console.log('\nmedian, milliseconds');
for (const [name, time] of Object.entries(medians))
  console.log(`  ${name.padEnd(48)}${time.toFixed(1).padStart(9)}`);
console.log('ratios, medians over the rounds');
for (const [name, value] of Object.entries(ratios))
  if (value !== undefined) console.log(`  ${name.padEnd(48)}${value.toFixed(3).padStart(9)}`);
for (const [name, value] of Object.entries(result.facts))
  console.log(`  ${name.padEnd(48)}${String(value).padStart(9)}`);
mkdirSync(dirname(options.json), { recursive: true });
writeFileSync(
  options.json,
  JSON.stringify(
    {
      at: new Date().toISOString(),
      machine: { kernel: release(), cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem() },
      node: process.version,
      peers: peers.found.map(({ name, versionText }) => ({ name, version: versionText })),
      missing: peers.missing,
      scale: Number(options.scale),
      rounds,
      ...result,
      times,
      medians,
      ratios,
    },
    undefined,
    2,
  ),
);
console.log(`written: ${options.json}`);
