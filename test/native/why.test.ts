/** Why something waits, as the real helper answers the page Why. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseStat } from '../../src/native/proc/stat';
import { whyText } from '../../src/presentation/why';
import { whyMarkdown } from '../../src/presentation/why/markdown';
import { type Why, whySchema } from '../../src/protocol/findings';
import { processRef, type Ref } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';
import { Stage } from '../support/diagnosis';
import { HELPER, TestHelper } from '../support/helper';
import { needs } from '../support/oracles';
import { Made } from '../support/sysv';
import { until as eventually } from '../support/until';

const stage = new Stage();
const made = new Made();
let helper: TestHelper;
beforeEach(() => {
  helper = new TestHelper();
});
afterEach(async () => {
  await helper.stop();
  await stage.clean();
  made.clean();
});

async function ask(subject: Ref, after?: number): Promise<Why> {
  const asked = { subject, ...(after !== undefined && { after }) };
  return v.parse(whySchema, await helper.requestOnce('why', asked));
}

/** Asks again, as the page does, until it is so. */
async function until(subject: Ref, done: (why: Why) => boolean): Promise<Why> {
  const end = Date.now() + 25_000;
  let why = await ask(subject);
  while (!done(why)) {
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(why)}`);
    const { seenAt } = why;
    why = await ask(subject, seenAt);
    expect(why.seenAt).toBeGreaterThan(seenAt);
  }
  return why;
}

const refOf = (pid: number) => processRef(pid, parseStat(readFileSync(`/proc/${pid}/stat`))?.startTime ?? '');

function runHelper(args: string[]) {
  return spawnSync(process.execPath, [HELPER, ...args], { encoding: 'utf8' });
}

/** A program that has no object at all: what it was started with is closed. */
async function bare(): Promise<ChildProcess & { pid: number }> {
  const program = 'import os, time; os.closerange(3, 4096); time.sleep(300)';
  const child = spawn('python3', ['-c', program], { stdio: 'ignore' });
  made.later(() => child.kill('SIGKILL'));
  await eventually(() => readFileSync(`/proc/${child.pid}/wchan`, 'latin1').includes('nanosleep'));
  return child as ChildProcess & { pid: number };
}

describe('why', () => {
  test(
    'one without any object is found, asked again, and not there once it has ended',
    { timeout: 90_000 },
    async (context) => {
      needs(context, 'python3');
      const { pid } = await bare();
      const subject = refOf(pid);
      const why = await ask(subject);
      expect(why.found).toBe(true);
      expect(why.answers.map((answer) => [answer.pid, answer.state])).toEqual([[pid, 'ends']]);
      expect((await ask(subject, why.seenAt)).found).toBe(true);
      const said = runHelper(['why', String(pid)]);
      expect(said.stdout).toContain(`(${pid}) waits for a time`);
      process.kill(pid, 'SIGKILL');
      await until(subject, ({ found }) => !found);
    },
  );

  test('a snapshot of everybody has one without any object, with what it does; another has it not', async (context) => {
    needs(context, 'python3');
    const { pid } = await bare();
    const of = ({ processes }: Snapshot) => processes.find((process) => process.pid === pid);
    expect(of(await helper.requestOnce('snapshot', {}))).toBeUndefined();
    const found = of(await helper.requestOnce('snapshot', { everybody: true }));
    expect(processRef(pid, found?.startTime ?? '')).toBe(refOf(pid));
    expect(found?.threads?.map(({ wait }) => typeof wait === 'object' && wait.on.is)).toEqual(['time']);
    expect(found?.session).toBe(parseStat(readFileSync(`/proc/${pid}/stat`))?.session);
  });

  test('two that wait for each other: each is named, with the pipes between them, and the drawing comes back', async (context) => {
    needs(context, 'perl');
    const [one = 0, two = 0] = await stage
      .perl(
        `pipe(my $r1, my $w1); pipe(my $r2, my $w2); fill($w1); fill($w2);
         my $one = child(sub { close $r1; close $w2; syswrite $w1, 'x' });
         my $two = child(sub { close $r2; close $w1; syswrite $w2, 'x' });
         close $_ for $r1, $w1, $r2, $w2; say($one, $two); POSIX::pause() while 1;`,
      )
      .said();
    const subject = refOf(one);
    const why = await until(subject, ({ findings }) => findings.some(({ rule }) => rule === 'deadlock'));
    const [answer] = why.answers;
    expect(answer).toMatchObject({ pid: one, state: 'stuck', end: { is: 'ring', from: 0 } });
    expect(answer?.chain.map(({ waiter }) => waiter.pid)).toEqual([one, two]);
    const text = whyText(subject, why, why.seenAt);
    const [chain] = text.chains;
    expect(chain?.steps.map(({ is }) => is)).toEqual(['process', 'object', 'process', 'object']);
    expect(chain?.ring?.to).toBe(0);
    // Every step can be opened: what is named came along.
    expect(chain?.steps.every(({ ref }) => ref !== undefined)).toBe(true);
    expect(chain?.steps[1]?.ways?.text).toContain(`(${two}`);
    expect(text.best).toBe(false);
    expect(whyMarkdown(text)).toContain(`(${two})`);
  });

  test('an object: those who wait for it answer', async (context) => {
    needs(context, 'perl');
    const [reader = 0] = await stage
      .perl(
        `pipe(my $r, my $w); my $reader = child(sub { close $w; sysread $r, my $got, 1 }); close $r;
         say($reader); POSIX::pause() while 1;`,
      )
      .said();
    const waits = await until(refOf(reader), ({ answers }) => answers[0]?.chain[0]?.on !== undefined);
    const pipe = waits.answers[0]?.chain[0]?.on as Ref;
    const why = await ask(pipe);
    expect(why.found).toBe(true);
    expect(why.answers.map(({ pid }) => pid)).toEqual([reader]);
    expect(why.objects.some(({ ref }) => ref === pipe)).toBe(true);
  });

  test('what is not there is not found, and nothing is answered of it', async () => {
    // Above the highest pid that a kernel gives.
    const why = await ask(processRef(2 ** 22 + 1, '1'));
    expect(why).toMatchObject({ found: false, answers: [], findings: [] });
  });
});
