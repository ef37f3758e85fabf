// @ts-check
// `npm test`: installs what is missing, runs every stage, and says at the end what came out.
// usage: node test/run.mjs [--only STAGE,STAGE] [-g NAME]
import { mkdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './host/dependencies.mjs';
import { npm } from './host/npm.mjs';
import { startOnLeash } from './host/onLeash.mjs';
import { readResults } from './host/results.mjs';
import { elapsed } from './host/steps.mjs';

/** @typedef {import('./host/results.mjs').Results} Results */
/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} [key] the word for --only, if not its name
 * @property {[command: string, args: string[]]} run
 * @property {boolean} [tests] it writes results; else it counts as one
 * @property {string[]} [needs] stages that must have passed
 * @property {boolean} [aside] runs beside those that come next, one such after the other, and says at its end what it has to say
 * @property {boolean} [alone] nothing runs beside it: its windows are waited for
 */
/** @typedef {{ name: string, time: string, verdict: string }} Line */

const root = fileURLToPath(new URL('..', import.meta.url));
const options = /** @type {const} */ ({
  only: { type: 'string' },
  grep: { type: 'string', short: 'g' },
});
const { only, grep } = parseArgs({ options }).values;

/** @param {string} project @param {string[]} more @returns {[string, string[]]} */
const vitest = (project, ...more) => [
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', project, '--reporter=default'],
    `--reporter=${join(root, 'test/host/vitestReporter.mjs')}`,
    ...(grep ? ['-t', grep] : []),
    ...more,
  ],
];

/** Where sessions share the processors among them (sched(7), autogroups), niceness counts within one alone. */
const CALM = 'echo 19 2>/dev/null >/proc/self/autogroup; exec nice -n 19 "$0" "$@"';
/** With what others leave of the processors. @param {[string, string[]]} run @returns {[string, string[]]} */
const calmly = ([command, args]) => ['sh', ['-c', CALM, command, ...args]];

/** @type {Stage[]} */
const stages = [
  // What only computes takes what others leave of two cores: native tests, three at a time; windows, one after the other, all the time.
  { name: 'types', run: calmly(npm('exec', '--', 'tsc', '-b')), aside: true },
  { name: 'build', run: npm('run', '--silent', 'build') },
  { name: 'native', run: vitest('native', '--project', 'native alone'), tests: true, needs: ['build'] },
  {
    name: 'host',
    run: [process.execPath, [join(root, 'test/host/runHostTests.mjs'), ...(grep ? ['-g', grep] : [])]],
    tests: true,
    needs: ['build'],
    alone: true,
  },
  { name: 'package', run: npm('run', '--silent', 'package'), needs: ['build'] },
  { name: 'unit', run: calmly(vitest('unit')), tests: true, aside: true },
  {
    name: 'lint',
    run: calmly(npm('run', '--silent', 'lint', '--', '--no-types')),
    needs: ['types'],
    aside: true,
  },
  { name: 'e2e', run: vitest('e2e'), tests: true, needs: ['package'] },
];

/** @type {Set<import('./host/onLeash.mjs').Leashed>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, async () => {
    console.error(`\n${signal}: ending what runs`);
    await Promise.all([...running].map((one) => one.stop()));
    process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a command to its end, and everything it started.
 * @param {[command: string, args: string[]]} run
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} aside what it says comes at its end
 */
async function complete([command, args], env, aside) {
  const output = aside ? 'pipe' : 'inherit';
  const one = startOnLeash(command, args, { cwd: root, env: { ...process.env, ...env }, output });
  running.add(one);
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [one.stdout, one.stderr]) stream?.on('data', (data) => said.push(data));
  const code = await one.exited.catch(() => 127);
  running.delete(one);
  return { code, said: Buffer.concat(said) };
}

/** @param {Stage} stage @returns {Promise<Results & { said?: Buffer }>} */
async function runStage({ name, run, tests, aside = false }) {
  const file = join(root, 'out/results', `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const { code, said } = await complete(
    run,
    { IPC_INSPECTOR_RESULTS: file, IPC_INSPECTOR_GREP: grep },
    aside,
  );
  const failure = { title: '', message: `it ended with ${code}` };
  const one = { passed: 0, failed: 0, skipped: [], failures: [] };
  if (!tests)
    return code === 0 ? { ...one, said, passed: 1 } : { ...one, said, failed: 1, failures: [failure] };
  const results = readResults(file) ?? one;
  if (process.env['REQUIRE_ORACLES'] === '1') {
    const missing = results.skipped.filter(({ reason }) => reason.startsWith('oracle missing:'));
    results.failed += missing.length;
    results.failures.push(...missing.map(({ title, reason }) => ({ title, message: reason })));
    results.skipped = results.skipped.filter((skip) => !missing.includes(skip));
  }
  // A green run in which nothing was tested is none; with -g that is looked at in the end.
  const empty = results.passed + results.failed === 0 && !grep;
  if (empty) failure.message = 'no test passed';
  // With -g it may have failed because nothing matched.
  const unmatched = grep && readResults(file) && results.passed === 0;
  if (empty || (code !== 0 && results.failed === 0 && !unmatched)) {
    results.failed += 1;
    results.failures.push(failure);
  }
  return results;
}

/** @returns {Set<string>} the names of the stages to run */
function wanted() {
  if (only === undefined) return new Set(stages.map(({ name }) => name));
  const result = new Set();
  /** @param {string} word */
  const add = (word) => {
    const stage = stages.find(({ name, key }) => word === name || word === key);
    if (!stage) throw new Error(`There is no stage "${word}".`);
    stage.needs?.forEach(add);
    result.add(stage.name);
  };
  only.split(',').forEach(add);
  return result;
}

/** @param {Results} total @param {Set<string>} names */
async function runAll(total, names) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {Set<string>} */
  const broken = new Set();
  let tests = 0;
  /** @param {Stage} stage */
  const take = async (stage) => {
    const { name } = stage;
    const start = performance.now();
    console.log(stage.aside ? `\n(${name} runs beside what comes now)` : `\n==== ${name} ====`);
    const { passed, failed, skipped, failures, said } = await runStage(stage);
    if (stage.aside) console.log(`\n==== ${name} ====`);
    process.stdout.write(said ?? '');
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped.map((skip) => ({ ...skip, title: `${name}: ${skip.title}` })));
    total.failures.push(
      ...failures.map((one) => ({ ...one, title: [name, one.title].filter(Boolean).join(': ') })),
    );
    if (stage.tests) tests += passed + failed;
    else if (failed > 0) broken.add(name);
    const verdict = `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
    lines.push({ name, time: elapsed(start), verdict });
    console.log(`==== ${name}: ${verdict}, ${elapsed(start)} ====`);
  };
  /** Whether it may run: with wrong types, or without a build, other failures would only hide the cause. @param {Stage} stage */
  const mayRun = ({ name, needs = [] }) => {
    const missing = ['types', 'build', ...needs].find((need) => broken.has(need));
    if (!missing) return true;
    broken.add(name);
    lines.push({ name, time: '', verdict: `not run, because of ${missing}` });
    return false;
  };
  let aside = Promise.resolve();
  for (const stage of stages.filter(({ name }) => names.has(name))) {
    if (stage.aside) {
      aside = aside.then(async () => {
        if (mayRun(stage)) await take(stage);
      });
      continue;
    }
    if (stage.alone) await aside;
    if (mayRun(stage)) await take(stage);
  }
  await aside;
  if (grep && tests === 0 && total.failed === 0) {
    total.failed += 1;
    total.failures.push({ title: `-g ${grep}`, message: 'no test has such a name' });
  }
  return lines;
}

const start = performance.now();
/** @type {Results} */
const total = { passed: 0, failed: 0, skipped: [], failures: [] };
/** @type {Line[]} */
let lines = [];
try {
  const names = wanted();
  await ensureDependencies(root);
  lines = await runAll(total, names);
} catch (error) {
  total.failed += 1;
  total.failures.push({ title: 'setting up', message: String(error) });
  console.error(error instanceof Error ? error.message : error);
}
console.log('');
for (const { name, time, verdict } of lines) {
  console.log(`${name.padEnd(16)}${time.padStart(10)}   ${verdict}`);
}
console.log(`${'all'.padEnd(16)}${elapsed(start).padStart(10)}`);
for (const { title, reason } of total.skipped) console.log(`skipped: ${title} (${reason})`);
for (const { title, message } of total.failures) {
  console.log(`failed: ${title}: ${message.split('\n')[0]}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
