/** `inspect` says of each process that has an object what it does there, and what it does by itself. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { HELPER } from '../support/helper';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';
import { until } from '../support/until';

const made = new Made();
const started: ChildProcess[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one.kill('SIGKILL');
  made.clean();
});

/** Python with libc, which says its own pid, or that of a child, as it begins. */
async function python(code: string): Promise<number> {
  const script = `import ctypes, os, signal, sys, time\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.shmat.restype = ctypes.c_void_p\n${code}`;
  const child = spawn('python3', ['-u', '-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const [line] = await new Promise<string[]>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().split('\n'))),
  );
  return Number(line);
}

/** Its columns, from the role on, in the table of processes. */
function told(ref: string, pid: number): string[] {
  const { stdout } = spawnSync(process.execPath, [HELPER, 'inspect', ref], { encoding: 'utf8' });
  const line = stdout.split('\n').find((one) => one.startsWith(`python3 (${pid}) `)) ?? '';
  return line.split(/ {2,}/).slice(1);
}

/** Each look is a process of its own, which a busy machine takes its time for. */
const TIME = { timeout: 120_000 };

test('one that waits there', TIME, async (context) => {
  needs(context, 'python3');
  const queue = made.queue();
  const waiter = await python(`print(os.getpid())\nlibc.msgrcv(${queue}, bytes(20), 8, 7, 0)`);
  await until(() => told(`sysv.msg:${queue}`, waiter).length > 0);
  expect(told(`sysv.msg:${queue}`, waiter)).toEqual([
    ...['waits', '-', '-', '-', `msgrcv: type 7 (thread ${waiter})`, '-'],
  ]);
});

test('one that waits elsewhere, and is stopped then', TIME, async (context) => {
  needs(context, 'python3');
  const segment = made.segment(4096);
  const ref = `sysv.shm:${segment}`;
  const sleeper = await python(`libc.shmat(${segment}, None, 0)\nprint(os.getpid())\nos.read(0, 1)`);
  await until(() => told(ref, sleeper).at(-1) === 'waits to read fd 0');
  process.kill(sleeper, 'SIGSTOP');
  await until(() => told(ref, sleeper).at(-1) === 'stopped (T)');
});

test('one that is traced, by whom', TIME, async (context) => {
  needs(context, 'python3');
  const segment = made.segment(4096);
  const ref = `sysv.shm:${segment}`;
  // The child asks to be traced, so that every user may; it ends with its tracer.
  const code = [
    'child = os.fork()',
    'if child == 0:',
    `    libc.shmat(${segment}, None, 0)`,
    '    libc.prctl(1, signal.SIGKILL)',
    '    libc.ptrace(0, 0, 0, 0)',
    '    os.kill(os.getpid(), signal.SIGSTOP)',
    'os.waitpid(child, 0)',
    'print(child)',
    'sys.stdin.read()',
  ];
  const traced = await python(code.join('\n'));
  const tracer = started.at(-1)?.pid;
  expect(told(ref, traced).at(-1)).toMatch(
    new RegExp(`^stopped by a debugger \\(t\\), traced by (?:python3 \\()?${tracer}\\)?$`),
  );
});
