/** Sixteen troubles at once: which of them the command line names, with every right, as a plain user, and without the right to trace. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, type TestContext } from 'vitest';
import { parseProcessRef } from '../../src/protocol/ref';
import type { Finding } from '../../src/protocol/findings';
import { type Play, Stage } from '../support/diagnosis';
import { HELPER } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { makeTroubles, type Trouble } from '../support/troubles';

const stage = new Stage();
let play: Play | undefined;
let folder: string;
afterEach(async () => {
  await play?.close();
  await stage.clean();
  rmSync(folder, { recursive: true, force: true });
});

interface Output {
  findings: (Finding & { text: { says: string } })[];
  early: Output['findings'];
}

/** Makes the troubles, and answers what those of them are called that are named. */
async function named(context: TestContext, prefix: string[], looking = prefix): Promise<string[]> {
  needs(context, 'python3');
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  chmodSync(folder, 0o777);
  const made = await makeTroubles(stage, folder, prefix);
  ({ play } = made);
  const [command, ...rest] = [...looking, process.execPath, HELPER, 'findings', '--json'];
  let most: string[] = [];
  // Until all of them sleep.
  for (let look = 0; look < 3 && most.length < made.troubles.length; look++) {
    const { stdout, stderr, status } = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(stderr);
    const told = JSON.parse(stdout) as Output;
    const all = [...told.findings, ...told.early];
    const now = made.troubles.filter((trouble) => all.some((one) => names(one, trouble)));
    if (now.length > most.length) most = now.map(({ what }) => what);
  }
  return most;
}

function names({ rule, subjects, text }: Output['findings'][number], { rules, pids, object }: Trouble) {
  if (!rules.includes(rule)) return false;
  if (object !== undefined) return subjects.some((ref) => ref.endsWith(object)) || text.says.includes(object);
  const told = subjects.map((ref) => parseProcessRef(ref)?.pid);
  return rule === 'deadlock'
    ? pids.every((pid) => told.includes(pid))
    : pids.some((pid) => told.includes(pid));
}

const WITHOUT_TRACING = ['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'];

test('are all named', { timeout: 60_000 }, async (context) => {
  const all = await named(context, []);
  console.info('with every right', all);
  expect(all.length).toBeGreaterThanOrEqual(16);
});

test('are named for a plain user', { timeout: 60_000 }, async (context) => {
  needsRoot(context, 'it runs programs as another user');
  const all = await named(context, AS_NOBODY);
  console.info('plain user', all);
  expect(all.length).toBeGreaterThanOrEqual(14);
});

test('are ten and more without the right to trace', { timeout: 60_000 }, async (context) => {
  const all = await named(context, [], WITHOUT_TRACING);
  console.info('without tracing', all);
  expect(all.length).toBeGreaterThanOrEqual(10);
});
