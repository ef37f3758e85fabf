// @ts-check
/**
 * Programs in which nothing is wrong: each kind for a while, alone or with a few others, then all together: `npm run innocents -- --each 60 --all 600 --only tmux --at-once 1`. Prints each
 * finding about one of them when it is told first, and in the end with how often; ends with 1 if a process is called stuck. What is missing on the machine is left out, and said.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { INNOCENTS } from './innocents/kinds.mjs';

/** In the environment of every innocent and of all that it starts. */
const MARK = 'IPC_INSPECTOR_INNOCENT';
/** Milliseconds until a kind has come to rest. */
const SETTLE = 3000;

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '60' },
    all: { type: 'string', default: '600' },
    only: { type: 'string', default: '' },
    'at-once': { type: 'string', default: '1' },
  },
});
spawnSync(process.execPath, ['esbuild.mjs', '--helper'], { stdio: 'inherit' });
const helper = resolve('dist/helper.js');
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-innocents-'));

/** @typedef {import('./innocents/kinds.mjs').Innocent} Innocent */
/** @typedef {{ kind: string, rule: string, severity: string, says: string, times: number }} Told */
/** @type {Map<string, Told>} */
const told = new Map();
let looks = 0;

/** The kind of a process, by its environment: it is handed down whatever becomes of its parent. @param {number} pid */
function kindOf(pid) {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return environment.find((one) => one.startsWith(`${MARK}=`))?.slice(MARK.length + 1);
  } catch {
    return undefined;
  }
}

/** @param {string[]} args @returns {any} */
function ask(...args) {
  const { stdout, stderr } = spawnSync(process.execPath, [helper, ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${args.join(' ')}: ${stderr}`);
  }
}

/** @param {string} kind @param {Omit<Told, 'kind' | 'times'>} what */
function note(kind, what) {
  // Numbers differ from run to run.
  const name = `${kind} ${what.rule} ${what.says.replaceAll(/\d+/g, '#')}`;
  const known = told.get(name) ?? { kind, ...what, times: 0 };
  known.times++;
  if (known.times === 1) console.log(`  ${kind} | ${what.rule} | ${what.severity} | ${what.says}`);
  told.set(name, known);
}

function look() {
  looks++;
  for (const { rule, severity, subjects, text } of ask('findings').findings) {
    const pids = subjects.flatMap((/** @type {string} */ ref) => /^process:(\d+):/.exec(ref)?.[1] ?? []);
    const kinds = new Set(pids.flatMap((/** @type {string} */ pid) => kindOf(Number(pid)) ?? []));
    for (const kind of kinds) note(kind, { rule, severity, says: text.says });
  }
  for (const { answers } of ask('why'))
    for (const { pid, proof, text } of answers) {
      const kind = kindOf(pid);
      if (kind) note(kind, { rule: 'STUCK', severity: proof ?? '', says: text.join(' ') });
    }
}

/** @param {number} seconds */
async function lookFor(seconds) {
  const end = Date.now() + seconds * 1000;
  do {
    look();
    await pause(500);
  } while (Date.now() < end);
}

/** @param {number} time */
function pause(time) {
  return new Promise((done) => setTimeout(done, time));
}

/** @param {Innocent} innocent */
async function begin(innocent) {
  const own = join(folder, innocent.name.replaceAll(/\W+/g, '-'));
  mkdirSync(own, { recursive: true, mode: 0o777 });
  return innocent.start({ folder: own, env: { ...process.env, [MARK]: innocent.name } });
}

/** Ends all that an innocent left, wherever it went. @param {readonly string[]} names */
async function sweep(names) {
  for (let round = 0; round < 20; round++) {
    const left = readdirSync('/proc').filter((name) => {
      const kind = /^\d+$/.test(name) ? kindOf(Number(name)) : undefined;
      return kind !== undefined && names.includes(kind) && Number(name) !== process.pid;
    });
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(Number(pid), round < 10 ? 'SIGTERM' : 'SIGKILL');
        process.kill(Number(pid), 'SIGCONT');
      } catch {
        // It has ended.
      }
    }
    await pause(100);
  }
}

/** @param {readonly Innocent[]} some @param {number} seconds */
async function run(some, seconds) {
  /** @type {(() => void | Promise<void>)[]} */
  const ends = [];
  try {
    for (const one of some) ends.push(await begin(one));
    await pause(SETTLE);
    await lookFor(seconds);
  } finally {
    for (const end of ends) await end();
    await sweep(some.map(({ name }) => name));
  }
}

const chosen = INNOCENTS.filter(({ name }) => name.includes(values.only));
const there = chosen.filter(({ name, lacks }) => {
  const why = lacks();
  if (why !== undefined) console.log(`left out: ${name} (${why})`);
  return why === undefined;
});
try {
  const each = Number(values.each);
  const atOnce = Math.max(1, Number(values['at-once']));
  for (let at = 0; each > 0 && at < there.length; at += atOnce) {
    const some = there.slice(at, at + atOnce);
    console.log(`${some.map(({ name }) => name).join(', ')} ...`);
    await run(some, each);
  }
  if (Number(values.all) > 0) {
    console.log('all together ...');
    await run(there, Number(values.all));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`\n${there.length} kinds, ${looks} looks`);
const rows = [...told.values()].sort((a, b) => a.kind.localeCompare(b.kind));
for (const { kind, rule, severity, says, times } of rows)
  console.log(`${kind} | ${rule} | ${severity} | ${times}x | ${says}`);
if (rows.length === 0) console.log('Nothing was found about any of them.');
const stuck = rows.filter(
  ({ rule }) => rule === 'STUCK' || rule === 'deadlock' || rule === 'endedOwner' || rule === 'ownOtherEnd',
);
console.log(stuck.length === 0 ? 'No process was called stuck.' : `${stuck.length} were called stuck.`);
process.exitCode = stuck.length === 0 ? 0 : 1;
