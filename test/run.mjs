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
 */
/** @typedef {{ name: string, time: string, verdict: string }} Line */

const root = fileURLToPath(new URL('..', import.meta.url));
const options = /** @type {const} */ ({
  only: { type: 'string' },
  grep: { type: 'string', short: 'g' },
});
const { only, grep } = parseArgs({ options }).values;

/** @param {string} project @returns {[string, string[]]} */
const vitest = (project) => [
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--project', project, '--reporter=default'],
    `--reporter=${join(root, 'test/host/vitestReporter.mjs')}`,
    ...(grep ? ['-t', grep] : []),
  ],
];

/** @type {Stage[]} */
const stages = [
  { name: 'types and lint', key: 'lint', run: npm('run', '--silent', 'lint') },
  { name: 'build', run: npm('run', '--silent', 'build') },
  { name: 'unit', run: vitest('unit'), tests: true },
  { name: 'native', run: vitest('native'), tests: true, needs: ['build'] },
  {
    name: 'host',
    run: [process.execPath, [join(root, 'test/host/runHostTests.mjs'), ...(grep ? ['-g', grep] : [])]],
    tests: true,
    needs: ['build'],
  },
  { name: 'package', run: npm('run', '--silent', 'package'), needs: ['build'] },
  { name: 'e2e', run: vitest('e2e'), tests: true, needs: ['package'] },
];

/** @type {import('./host/onLeash.mjs').Leashed | undefined} */
let running;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, async () => {
    console.error(`\n${signal}: ending what runs`);
    await running?.stop();
    process.exit(128 + constants.signals[signal]);
  });
}

/**
 * Runs a command to its end, and everything it started.
 * @param {[command: string, args: string[]]} run
 * @param {NodeJS.ProcessEnv} [env]
 */
async function complete([command, args], env) {
  running = startOnLeash(command, args, { cwd: root, env: { ...process.env, ...env } });
  return running.exited.catch(() => 127);
}

/** @param {Stage} stage @returns {Promise<Results>} */
async function runStage({ name, run, tests }) {
  const file = join(root, 'out/results', `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const code = await complete(run, { IPC_INSPECTOR_RESULTS: file, IPC_INSPECTOR_GREP: grep });
  const failure = { title: '', message: `it ended with ${code}` };
  const one = { passed: 0, failed: 0, skipped: [], failures: [] };
  if (!tests) return code === 0 ? { ...one, passed: 1 } : { ...one, failed: 1, failures: [failure] };
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
  for (const stage of stages.filter(({ name }) => names.has(name))) {
    const { name, needs = [] } = stage;
    // With wrong types, or without a build, other failures would only hide the cause.
    const missing = ['types', 'build', ...needs].find((need) => broken.has(need));
    if (missing) {
      broken.add(name);
      lines.push({ name, time: '', verdict: `not run, because of ${missing}` });
      continue;
    }
    console.log(`\n==== ${name} ====`);
    const start = performance.now();
    const { passed, failed, skipped, failures } = await runStage(stage);
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped.map((skip) => ({ ...skip, title: `${name}: ${skip.title}` })));
    total.failures.push(
      ...failures.map((one) => ({ ...one, title: [name, one.title].filter(Boolean).join(': ') })),
    );
    if (stage.tests) tests += passed + failed;
    else if (failed > 0) broken.add(name);
    if (failed > 0 && stage.key === 'lint' && (await areTypesBroken())) broken.add('types');
    const verdict = `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
    lines.push({ name, time: elapsed(start), verdict });
    console.log(`==== ${name}: ${verdict}, ${elapsed(start)} ====`);
  }
  if (grep && tests === 0 && total.failed === 0) {
    total.failed += 1;
    total.failures.push({ title: `-g ${grep}`, message: 'no test has such a name' });
  }
  return lines;
}

async function areTypesBroken() {
  console.log('Looking whether the types are the cause:');
  return (await complete([process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b']])) !== 0;
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
