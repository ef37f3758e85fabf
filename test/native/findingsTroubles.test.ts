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

/** Makes the troubles, and answers what those of them are called that are not named once `enough` of them are. */
async function unnamed(
  context: TestContext,
  enough: number,
  prefix: string[],
  looking = prefix,
): Promise<string[]> {
  needs(context, 'python3');
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-test-'));
  chmodSync(folder, 0o777);
  const made = await makeTroubles(stage, folder, prefix);
  ({ play } = made);
  const [command, ...rest] = [...looking, process.execPath, HELPER, 'findings', '--json'];
  let missing = made.troubles.map(({ what }) => what);
  const limit = performance.now() + 30_000;
  // Until all of them sleep, which takes its time where much else runs.
  while (made.troubles.length - missing.length < enough && performance.now() < limit) {
    const { stdout, stderr, status } = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(stderr);
    const told = JSON.parse(stdout) as Output;
    const all = [...told.findings, ...told.early];
    const now = made.troubles.filter((trouble) => !all.some((one) => names(one, trouble)));
    if (now.length < missing.length) missing = now.map(({ what }) => what);
  }
  return missing;
}

function names({ rule, subjects }: Output['findings'][number], { rules, pids, object }: Trouble) {
  if (!rules.includes(rule)) return false;
  if (object !== undefined)
    return subjects.some((ref) => ref.endsWith(object) || (object.endsWith(':') && ref.includes(object)));
  const told = subjects.map((ref) => parseProcessRef(ref)?.pid);
  return rule === 'deadlock'
    ? pids.every((pid) => told.includes(pid))
    : pids.some((pid) => told.includes(pid));
}

const WITHOUT_TRACING = ['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'];

test('are all named', { timeout: 60_000 }, async (context) => {
  expect(await unnamed(context, 16, [])).toEqual([]);
});

test('are named for a plain user', { timeout: 60_000 }, async (context) => {
  needsRoot(context, 'it runs programs as another user');
  const missing = await unnamed(context, 14, AS_NOBODY);
  expect(missing.length, missing.join(', ')).toBeLessThanOrEqual(2);
});

test('are ten and more without the right to trace', { timeout: 60_000 }, async (context) => {
  const missing = await unnamed(context, 10, [], WITHOUT_TRACING);
  expect(missing.length, missing.join(', ')).toBeLessThanOrEqual(6);
});
