/** Programs in trouble, and what the diagnosis says of them on the real kernel. */
import { type ChildProcess, spawn } from 'node:child_process';
import * as readline from 'node:readline';
import * as v from 'valibot';
import { expect } from 'vitest';
import { answerOf } from '../../src/diagnosis/answer';
import { type Diagnosis, type Memory, step } from '../../src/diagnosis/step';
import { Census, EVERY_TRACELESS_DETAIL, type Findings } from '../../src/native/census/census';
import { prepare } from '../../src/native/libc/load';
import { makeMechanisms } from '../../src/native/mechanisms';
import { runSliced } from '../../src/native/slices';
import { findingText } from '../../src/presentation/findings';
import { answerSentences } from '../../src/presentation/findings/answer';
import type { Around } from '../../src/presentation/findings/names';
import { findIn } from '../../src/presentation/values';
import {
  answerSchema,
  type Finding,
  type FindingOf,
  findingSchema,
  type RuleName,
} from '../../src/protocol/findings';
import type { Ref } from '../../src/protocol/ref';
import { parseProcessRef } from '../../src/protocol/ref';
import { type SomeThresholds, thresholdsOf } from '../../src/protocol/thresholds';

/** Milliseconds by which the second look is held to be later: longer than any rule waits. */
const LATER = 300_000;

/** A program of the test's own, with all that it starts. It says a line of JSON on its standard output once it is where the test wants it. */
export class Play {
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly lines: AsyncIterator<string>;

  constructor(command: string, ...args: string[]) {
    // A process group of its own, so that nothing of it is left behind.
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (!this.child.stdout) throw new Error('no pipe');
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  /** The next line that it says. */
  async said(): Promise<number[]> {
    const next = await this.lines.next();
    if (next.done === true) throw new Error('it ended before it said anything');
    return JSON.parse(next.value) as number[];
  }

  /** Lets it clean up by its own handler of SIGTERM. */
  async close(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }

  async end(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
    await this.exited;
  }
}

/** Starts programs, and ends them. */
export class Stage {
  private readonly plays: Play[] = [];

  play(command: string, ...args: string[]): Play {
    const play = new Play(command, ...args);
    this.plays.push(play);
    return play;
  }

  python(code: string, ...args: string[]): Play {
    return this.play('python3', '-c', `${PYTHON}\n${code}`, ...args);
  }

  /** The same with a command in front, as one that makes another user of it. */
  pythonAs(prefix: readonly string[], code: string, ...args: string[]): Play {
    const [command = 'env', ...more] = prefix;
    // Others may not reach the one that its user has for himself.
    const path = prefix.length > 0 ? ['env', 'PATH=/usr/local/bin:/usr/bin:/bin'] : [];
    return this.play(command, ...more, ...path, 'python3', '-c', `${PYTHON}\n${code}`, ...args);
  }

  perl(code: string, ...args: string[]): Play {
    return this.play('perl', '-e', `${PERL}\n${code}`, ...args);
  }

  async clean(): Promise<void> {
    for (const play of this.plays.splice(0)) await play.end();
  }
}

export const PYTHON = `
import ctypes, fcntl, json, mmap, os, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def say(*numbers): print(json.dumps(numbers), flush=True)
def child(act):
    pid = os.fork()
    if pid == 0:
        act()
        while True: signal.pause()
    return pid
def rest():
    while True: signal.pause()
def fill(fd):
    os.set_blocking(fd, False)
    try:
        while True: os.write(fd, b'x' * 4096)
    except BlockingIOError: pass
    os.set_blocking(fd, True)
`;

const PERL = `
use Fcntl; use Socket; use POSIX ();
sub say { syswrite STDOUT, '['.join(',', @_)."]\\n" }
sub child { my $act = shift; my $pid = fork; if ($pid == 0) { $act->(); POSIX::pause() while 1 } $pid }
sub fill {
  my $end = shift; my $flags = fcntl($end, F_GETFL, 0); fcntl($end, F_SETFL, $flags | O_NONBLOCK);
  1 while syswrite $end, 'x' x 4096; fcntl($end, F_SETFL, $flags);
}
`;

/** A diagnosis with what tests ask of it. */
export class Seen {
  constructor(
    readonly diagnosis: Diagnosis,
    private readonly around: Around,
  ) {}

  /** What a rule found that is about one of these processes or objects. */
  of<R extends RuleName>(rule: R, about: readonly (number | Ref | string)[]): FindingOf<R>[] {
    return this.about(about).filter((one): one is Finding & FindingOf<R> => one.rule === rule);
  }

  /** All findings that are about one of these. */
  about(about: readonly (number | Ref | string)[]): Finding[] {
    return this.diagnosis.findings.filter(({ subjects }) =>
      subjects.some((ref) => about.includes(ref) || about.includes(parseProcessRef(ref)?.pid ?? -1)),
    );
  }

  /** The only one of a rule. Throws where there is none, or more. */
  one<R extends RuleName>(rule: R, ...about: (number | Ref | string)[]): FindingOf<R> {
    const found = this.of(rule, about);
    const others = () => JSON.stringify(this.about(about).map((one) => one.rule));
    if (found.length !== 1) throw new Error(`${found.length} of ${rule}, and ${others()}`);
    const [finding] = found as [FindingOf<R>];
    expect(v.parse(findingSchema, finding)).toEqual(finding);
    return finding;
  }

  /** The first sentence of a finding. */
  says(finding: Finding): string {
    return findingText(finding, this.around).says;
  }

  /** What `why` says of a process, and how it stands with it. */
  why(pid: number) {
    const answer = answerOf(pid, this.diagnosis);
    if (!answer) throw new Error(`no process ${pid}`);
    expect(v.parse(answerSchema, answer)).toEqual(answer);
    return { ...answer, says: answerSentences(answer, this.around) };
  }

  /** Whether somebody may have an object of this kind who cannot be seen: then nothing about it is proven. */
  get hidden(): boolean {
    return this.diagnosis.machine.hides('endpoints', 'pipe');
  }
}

/** Looks twice at the whole machine, with one census. The second look is held to be much later, so that no rule is too young. */
export async function lookTwice(later = LATER, thresholds: SomeThresholds = {}): Promise<Seen> {
  return lookAgain(2, 20, (found, at) => ({ ...found, endedAt: found.endedAt + at * later }), thresholds);
}

/** Looks several times, `pause` milliseconds apart, and holds the looks to be so many milliseconds apart. */
export async function lookOver(
  looks: number,
  { pause, apart }: { pause: number; apart: number },
  thresholds: SomeThresholds = {},
): Promise<Seen> {
  const later = (found: Findings, at: number): Findings => ({
    ...found,
    startedAt: found.startedAt + at * apart,
    endedAt: found.endedAt + at * apart,
  });
  return lookAgain(looks, pause, later, thresholds);
}

/** Looks again and again with one census and what each step leaves, until a test is content; answers what it saw last. */
export async function lookThrough(content: (seen: Seen) => boolean): Promise<Seen> {
  await prepare();
  const census = new Census(makeMechanisms());
  const end = Date.now() + 8000;
  for (let memory: Memory | undefined; ;) {
    const found = await runSliced(census.take(EVERY_TRACELESS_DETAIL));
    if (!found) throw new Error('never stopped');
    const later = memory === undefined ? 0 : LATER;
    const diagnosis = step({ ...found, endedAt: found.endedAt + later }, memory);
    const seen = new Seen(diagnosis, { find: findIn(found), now: found.endedAt });
    if (content(seen) || Date.now() > end) return seen;
    memory = { ...diagnosis.memory, lookedAt: found.endedAt };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function lookAgain(
  looks: number,
  pause: number,
  held: (found: Findings, at: number) => Findings,
  thresholds: SomeThresholds,
): Promise<Seen> {
  await prepare();
  const census = new Census(makeMechanisms());
  const limits = thresholdsOf(thresholds);
  for (let at = 0, memory: Memory | undefined; ; at++) {
    const found = await runSliced(census.take(EVERY_TRACELESS_DETAIL));
    if (!found) throw new Error('never stopped');
    const diagnosis = step(held(found, at), memory, limits);
    if (at === looks - 1) return new Seen(diagnosis, { find: findIn(found), now: found.endedAt });
    ({ memory } = diagnosis);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Looks until a test is content, at most for so many milliseconds, for what it made may take a moment; answers what it saw last. */
export async function lookUntil(
  content: (seen: Seen) => boolean,
  thresholds: SomeThresholds = {},
  wait = 8000,
): Promise<Seen> {
  const end = Date.now() + wait;
  for (;;) {
    const seen = await lookTwice(LATER, thresholds);
    if (content(seen) || Date.now() > end) return seen;
  }
}
