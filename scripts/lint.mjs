// @ts-check
// `npm run lint`: types first, since all else would only repeat what they say; then what is left, two at a time (machines of CI have two cores).
import { spawn } from 'node:child_process';

const FIRST = 'tsc -b';
/** The longest first. */
const REST = [
  'eslint . --max-warnings 0',
  'node scripts/strings.mjs --check',
  'prettier --check --log-level warn .',
  'depcruise --config .dependency-cruiser.cjs src test',
  'knip',
];
const LANES = 2;

/**
 * Runs a command, and prints what it said at its end, so that two do not talk at once.
 * @param {string} command
 * @returns {Promise<boolean>} whether it passed
 */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
    child.once('close', (code) => {
      console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${command}`);
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

// `--no-types`: who runs the tests has looked at them before.
let passed = process.argv.includes('--no-types') || (await run(FIRST));
if (passed) {
  const waiting = [...REST];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      if (!(await run(next))) passed = false;
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
process.exitCode = passed ? 0 : 1;
