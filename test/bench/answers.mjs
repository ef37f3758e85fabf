// @ts-check
/**
 * `npm run bench:answers [-- --scale 2 --time 120 --load 8]`: how long answers take where the machine is busy. A workload of 42,000 objects, so many programs that do nothing but
 * compute (stress-ng where it is installed, which also forks and does input and output), and a caller that asks again and again. It judges nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import * as readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Running } from './running.mjs';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '2' },
    time: { type: 'string', default: '120' },
    load: { type: 'string', default: '8' },
  },
});
const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
process.chdir(here('../..'));

/** Programs that keep the machine busy; how they are ended. @param {string} count */
function burden(count) {
  if (count === '0') return () => undefined;
  const stress = spawnSync('stress-ng', ['--version']).status === 0;
  const children = stress
    ? [spawn('stress-ng', ['--cpu', count, '--io', '1', '--fork', '1', '--pipe', '1'], { stdio: 'ignore' })]
    : Array.from({ length: Number(count) }, () =>
        spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
      );
  console.log(stress ? `stress-ng --cpu ${count} --io 1 --fork 1 --pipe 1` : `${count} loops`);
  return () => {
    for (const child of children) child.kill(stress ? 'SIGINT' : 'SIGKILL');
  };
}

const workload = spawn(process.execPath, [here('workload.mjs'), options.scale], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const ended = new Promise((resolve) => workload.once('exit', resolve));
console.log(
  await new Promise((resolve) => readline.createInterface({ input: workload.stdout }).once('line', resolve)),
);

/** @param {number[]} times */
function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return `median ${at(0.5)}, 90 % ${at(0.9)}, 99 % ${at(0.99)}, most ${at(1)} ms of ${sorted.length}`;
}

const relieve = burden(options.load);
try {
  const end = performance.now() + Number(options.time) * 1000;
  /** @type {Record<string, number[]>} */
  const times = {};
  const note = (/** @type {string} */ name, /** @type {number} */ time) => (times[name] ??= []).push(time);
  let parts = 0;
  while (performance.now() < end) {
    // As a window that was just opened, then as one that looks on and asks for a refresh now and then.
    const helper = new Running();
    await helper.request('hello', {});
    for (let look = 0; look < 15 && performance.now() < end; look++) {
      const start = performance.now();
      let answer = await helper.look('rows', { fresh: true });
      let objects = answer.objects;
      note(look === 0 ? 'first answer of a helper' : 'answer to a refresh', answer.time);
      while (answer.pending > 0) {
        parts++;
        answer = await helper.look('rows', { fresh: false });
        objects += answer.objects;
        if (answer.time > 1900)
          console.log(
            `${Math.round(answer.time)} ms for ${answer.objects} objects, ${answer.pending} kinds pending`,
          );
        note('answer with what was pending', answer.time);
      }
      note(look === 0 ? 'until all is there, first' : 'until all is there', performance.now() - start);
      if (look === 0)
        console.log(`${objects} objects, all there after ${Math.round(performance.now() - start)} ms`);
      if (look % 3 === 0) workload.stdin.write('run 50\n');
    }
    await helper.stop();
  }
  for (const [name, all] of Object.entries(times)) console.log(`${name.padEnd(30)} ${spread(all)}`);
  const answers = Object.entries(times)
    .filter(([name]) => !name.startsWith('until'))
    .flatMap(([, all]) => all);
  console.log(`${'every answer'.padEnd(30)} ${spread(answers)}, ${parts} of them with something pending`);
} finally {
  relieve();
  workload.stdin.end();
  await ended;
}
