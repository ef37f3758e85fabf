/** Forty programs blocked in forty ways, where the kernel hides the calls of all: never a wrong object, and most are named or narrowed all the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as readline from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { processRef } from '../../src/protocol/ref';
import type { Wait } from '../../src/protocol/waits';
import { TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { until } from '../support/until';

/** As forty.py says it: what it waits for, and the descriptor, child or object by its number. */
type Truth = [name: string, pid: number, what: string, number: number | null];

let child: ChildProcess | undefined;
let helper: TestHelper | undefined;
const folders: string[] = [];
afterEach(async () => {
  await helper?.stop();
  helper = undefined;
  if (child?.exitCode === null) {
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.stdin?.end();
    await ended;
  }
  child = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function programs(): Promise<Truth[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-forty-'));
  folders.push(folder);
  child = spawn('python3', ['-ISE', '-W', 'ignore', 'test/support/forty.py', folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const truths: Truth[] = [];
  for await (const line of readline.createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (line === 'ready') break;
    truths.push(JSON.parse(line) as Truth);
  }
  return truths;
}

/** What became of each: told rightly and by name, a few that may be meant and it is among them, only the sort of wait, or nothing. */
type Verdict = 'named' | 'narrowed' | 'sort' | 'unknown' | 'wrong';

function verdictOf([, , what, number]: Truth, wait: Wait | undefined): Verdict {
  if (!wait) return 'unknown';
  const { on } = wait;
  switch (on.is) {
    case 'descriptors': {
      const direction = what === 'write' ? 'write' : 'read';
      if (what !== 'read' && what !== 'write') return 'wrong';
      const fits = on.of.some((one) => one.fd === number && one.direction === direction);
      return fits ? (on.of.length === 1 ? 'named' : 'narrowed') : 'wrong';
    }
    case 'connect':
      return what === 'write' && on.fd === number ? 'named' : 'wrong';
    case 'lock':
      return what === 'lock' && on.fd === number ? 'named' : 'wrong';
    case 'children':
      if (what !== 'child') return 'wrong';
      return on.who === 'pid' ? (on.number === number ? 'named' : 'wrong') : 'narrowed';
    case 'unknown':
      if (on.candidates) {
        const among = on.candidates.some(
          ({ fd, direction = what }) => fd === number && (direction === what || what === 'lock'),
        );
        return among ? 'narrowed' : 'wrong';
      }
      if (on.direction !== undefined) return on.direction === what || what === 'path' ? 'sort' : 'wrong';
      return 'unknown';
    case 'vfork':
    case 'time':
    case 'signals':
      return on.is === what ? 'named' : 'wrong';
    case 'path':
      return what === 'path' ? 'sort' : 'wrong';
    default:
      return 'wrong';
  }
}

function asleep(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return /^[SD]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

test('none is said to wait on what it does not', async (context) => {
  needs(context, 'python3');
  const truths = await programs();
  expect(truths.length).toBeGreaterThanOrEqual(40);
  expect(truths.filter(([, , what]) => what === 'failed')).toEqual([]);
  for (const [, pid] of truths) await until(() => asleep(pid));
  helper = new TestHelper(['env', 'IPC_INSPECTOR_PRETEND_YAMA=1']);
  const counts: Record<Verdict, string[]> = { named: [], narrowed: [], sort: [], unknown: [], wrong: [] };
  for (const truth of truths) {
    const [name, pid] = truth;
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    const { threads = [] } = await helper.act('process', 'inspect', { ref: processRef(pid, startTime) });
    const wait = threads.find(({ tid }) => tid === pid)?.wait;
    const verdict = wait === 'runs' ? 'wrong' : verdictOf(truth, wait);
    if (typeof wait === 'object') expect([name, wait.certain]).toEqual([name, false]);
    counts[verdict].push(verdict === 'wrong' ? `${name}: ${JSON.stringify(wait)}` : name);
  }
  await context.annotate(JSON.stringify(counts));
  if (process.env.IPC_INSPECTOR_SHOW === '1') console.log(JSON.stringify(counts, null, 1));
  expect(counts.wrong).toEqual([]);
  expect(counts.named.length).toBeGreaterThanOrEqual(20);
  expect(counts.named.length + counts.narrowed.length).toBeGreaterThanOrEqual(25);
});
