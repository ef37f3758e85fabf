/** `why` and `findings` on the command line: sentences, JSON, exit codes, and what a plain user or one without ptrace rights is told. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test, type TestContext } from 'vitest';
import * as v from 'valibot';
import { answerSchema, type Answer, type Finding, findingSchema } from '../../src/protocol/findings';
import { Stage } from '../support/diagnosis';
import { HELPER } from '../support/helper';
import { AS_NOBODY, needs, needsRoot } from '../support/oracles';
import { Scene } from '../support/streams';

const stage = new Stage();
const scene = new Scene();
afterEach(async () => {
  await stage.clean();
  await scene.clean();
});

function runAs(prefix: string[], ...args: string[]) {
  const [command = '', ...rest] = [...prefix, process.execPath, HELPER, ...args];
  const { stdout, stderr, status } = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { stdout, stderr, status };
}
const run = (...args: string[]) => runAs([], ...args);

/** Two that read pipes into which only the other writes. */
async function ring(context: TestContext, prefix: string[] = []): Promise<[number, number]> {
  needs(context, 'perl');
  const code = `pipe(my $r1, my $w1); pipe(my $r2, my $w2); $| = 1;
my $one = fork; if ($one == 0) { close $r2; close $w1; sysread $r1, my $byte, 1; exit }
my $two = fork; if ($two == 0) { close $r1; close $w2; sysread $r2, my $byte, 1; exit }
close $_ for $r1, $w1, $r2, $w2;
print "[$one,$two]\\n"; sleep 1000`;
  const pids = (await stage.play('env', ...prefix, 'perl', '-e', code).said()) as [number, number];
  // They fall asleep at once.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return pids;
}

interface Output {
  answers: (Answer & { text: string[] })[];
  findings: (Finding & { text: { says: string } })[];
}

function whyOf(prefix: string[], pid: number): Output {
  const { stdout, stderr, status } = runAs(prefix, 'why', String(pid), '--json');
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Output;
}

describe('why', () => {
  test('tells a ring in sentences, and as JSON that fits the contract', async (context) => {
    const [one, two] = await ring(context);
    const { stdout, status } = run('why', String(one));
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(
      new RegExp(`^perl \\(${one}\\) (is stuck: only a signal|waits, and as far as can be seen)`),
    );
    expect(lines[1]).toMatch(
      new RegExp(`^ {2}perl \\(${one}\\) waits to read pipe \\d+, .*perl \\(${two}\\) can end that\\.$`),
    );
    expect(stdout).toContain(`That is perl (${one}) again: 2 wait for each other in a ring.`);
    expect(stdout).toMatch(/^(Error|Warning): Deadlock of 2$/m);
    const { answers, findings } = whyOf([], one);
    expect(findings.map(({ rule }) => rule)).toEqual(['deadlock']);
    for (const { text: _, ...answer } of answers) expect(v.parse(answerSchema, answer)).toEqual(answer);
    for (const { text: _, ...finding } of findings) expect(v.parse(findingSchema, finding)).toEqual(finding);
  });

  test('ends with 3 where it is as sure as was asked for', async (context) => {
    const [one, two] = await ring(context);
    const [{ proof } = {}] = whyOf([], one).answers;
    expect(run('why', String(one), '--fail-on', 'likely').status).toBe(3);
    expect(run('why', String(one), '--fail-on', 'proven').status).toBe(proof === 'proven' ? 3 : 0);
    // Several may be asked at once.
    const { stdout } = run('why', String(one), String(two));
    expect(stdout).toMatch(new RegExp(`^perl \\(${two}\\)`, 'm'));
    // Without a name: all that is stuck.
    expect(run('why').stdout).toMatch(new RegExp(`perl \\((${one}|${two})\\)`));
  });

  test('says of a healthy process that nothing is wrong, and why', async (context) => {
    needs(context, 'perl');
    const [pid = 0] = await stage
      .play(
        'perl',
        '-MSocket',
        '-e',
        'socket(my $s, AF_INET, SOCK_STREAM, 0); listen($s, 5); $| = 1; print "[$$]\\n"; accept(my $c, $s)',
      )
      .said();
    const { stdout, status } = run('why', String(pid), '--fail-on', 'likely');
    expect(status).toBe(0);
    expect(stdout).toContain(`perl (${pid}) is idle, and nothing is wrong`);
    expect(stdout).toMatch(/waits for clients at loopback socket tcp/);
    expect(stdout).not.toContain('Warning');
  });

  test('does not say that nothing is wrong of what is a finding, or may become one', async (context) => {
    needs(context, 'perl');
    const program = 'use POSIX; mkfifo($ARGV[0], 0600); $| = 1; print "[$$]\\n"; open my $o, "<", $ARGV[0]';
    const [pid = 0] = await stage.play('perl', '-e', program, join(scene.folder(), 'fifo')).said();
    const { stdout } = run('why', String(pid));
    expect(stdout).toContain(`perl (${pid}) waits until somebody comes.`);
    expect(stdout).not.toContain('nothing is wrong');
    expect(stdout).toContain('Alone at a FIFO');
  });

  test('takes an object, and the name of a process', async (context) => {
    const [one] = await ring(context);
    const [{ waiter } = {}] = whyOf([], one).answers;
    const ref = waiter?.wait.on.is === 'descriptors' ? (waiter.wait.on.of[0]?.ref ?? '') : '';
    expect(run('why', ref).stdout).toMatch(new RegExp(`^perl \\(${one}\\)`));
    expect(run('why', 'perl').stdout).toMatch(new RegExp(`^perl \\(${one}\\)`, 'm'));
  });

  test('says what it cannot find', () => {
    expect(run('why', '999999999')).toMatchObject({ status: 1, stdout: '' });
    expect(run('why', 'no such thing').status).toBe(1);
    expect(run('why', '1', '--fail-on', 'perhaps').status).toBe(2);
    expect(run('why', '1', '--wait', 'long').status).toBe(2);
  });
});

describe('findings', () => {
  test('has it with its evidence, and ends with 3 where it is as grave as was asked for', async (context) => {
    const [one, two] = await ring(context);
    const { stdout, status } = run('findings', '--json', '--fail-on', 'warning');
    expect(status).toBe(3);
    const { findings } = JSON.parse(stdout) as Output;
    const found = findings.find(
      (finding) => finding.rule === 'deadlock' && finding.parts.members.some(({ pid }) => pid === one),
    );
    expect(found?.cites).toContain('pipe(7)');
    expect(found?.text.says).toContain(`perl (${two})`);
    expect(found?.subjects.length).toBe(4);
    expect(run('findings', '--fail-on', 'grave').status).toBe(2);
    expect(run('findings').stdout).toContain(found?.text.says);
  });

  test('makes names of other programs harmless', async (context) => {
    needs(context, 'perl');
    const [pid = 0] = await stage
      .play(
        'perl',
        '-e',
        // The bell, a colour and a line of its own.
        '$0 = "a\\e[31mb\\nc"; pipe(my $r, my $w); $SIG{USR1} = sub {}; $| = 1; print "[$$]\\n"; sysread $r, my $b, 1',
      )
      .said();
    const { stdout } = run('why', String(pid));
    expect(stdout).toContain(`(${pid})`);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('what may not be looked at', () => {
  test('makes a ring likely for a plain user', async (context) => {
    needsRoot(context, 'it runs programs as another user');
    const [one] = await ring(context, AS_NOBODY);
    const { answers, findings } = whyOf(AS_NOBODY, one);
    expect(answers[0]).toMatchObject({ state: 'stuck', proof: 'likely' });
    expect(findings[0]).toMatchObject({ rule: 'deadlock', severity: 'warning', proof: 'likely' });
    expect(findings[0]?.doubts).toContain('hidden');
  });

  test('keeps a rule silent where the other side is hidden', async (context) => {
    needsRoot(context, 'it runs programs as another user');
    needs(context, 'perl');
    // A reader of ours, at a pipe that only root can write.
    const code = `pipe(my $r, my $w); $| = 1; my $kid = fork;
if ($kid == 0) { close $w; open STDIN, '<&', $r; exec @ARGV, 'cat' }
close $r; print "[$kid]\\n"; sleep 1000`;
    const [cat = 0] = await stage.play('perl', '-e', code, ...AS_NOBODY).said();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { answers, findings } = whyOf(AS_NOBODY, cat);
    expect(findings).toEqual([]);
    expect(['waits', 'unknown']).toContain(answers[0]?.state);
  });

  test('leaves at most a likelihood without the right to trace', async (context) => {
    const [one] = await ring(context);
    const { answers, findings } = whyOf(['env', 'IPC_INSPECTOR_PRETEND_YAMA=1'], one);
    expect(answers.map(({ proof }) => proof)).not.toContain('proven');
    expect(findings.map(({ severity }) => severity)).not.toContain('error');
  });
});
