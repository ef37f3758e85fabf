/**
 * Asks the reader (`child.ts`), and leaves it alone where it does not answer: it is abandoned with what it was asked about, which nobody is asked about again while it lives, and
 * another takes its place.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { close, makeOneWay, PIPE_BUF, readNow, waitUntil, writeNow } from '../libc/fd';
import { readRecord } from '../proc/read';
import { parseStat } from '../proc/stat';
import { decodeAnswer, encodeQuestion, Frames, type Question, type Writing } from './frames';
import { fieldOf } from '../proc/fields';

/** Milliseconds for which it may sleep over one question. One that only waits for a processor is waited for longer. */
const PATIENCE = 300;
const STEP = 50;
const LONGEST = 10_000;
/** Milliseconds that a new one may take to be there, and for which it may sleep until it is; and before another is started where none could be. */
const START = 10_000;
const START_PATIENCE = 3000;
const PAUSE = 5000;
/** Readers that may end in their work, one after the other, before the rest is left for another time. */
const MOST_ENDS = 4;
/** Each is a process with the memory of one: with more of them nobody is asked anything. */
const MOST_ABANDONED = 4;
/**
 * Bytes of questions that are on their way at once. An empty pipe always takes so many in one write, also that of a user who has a thousand others, whose capacity is a page or two (pipe(7),
 * pipe-user-pages-soft). So writing never waits for the reader, which may wait to be read from.
 */
const WINDOW = PIPE_BUF;
const CHUNK = 1 << 16;

/** What came of a question. Undefined: it may not be read, or not be had; `unanswered`: there is nobody to ask at the moment, or nobody who answers. */
export type Answer = Buffer | undefined | 'unanswered';

interface Live {
  child: ChildProcess;
  /** Our ends. */
  to: number;
  from: number;
  frames: Frames;
  ready: boolean;
}

/** One that does not answer, and about what it was asked. */
interface Abandoned {
  child: ChildProcess;
  about: string;
}

export class Reader {
  private live: Live | undefined;
  private abandoned: Abandoned[] = [];
  private notBefore = -Infinity;
  private readonly script: string;

  /** `script`: the program of the helper, whose command `read` is the reader. */
  constructor(script: string) {
    this.script = resolve(script);
  }

  /** Starts one if there is none, without waiting for it. */
  begin(): void {
    if (!this.live && performance.now() >= this.notBefore) this.live = this.start();
  }

  /** The answers, in the order of the questions. Waits for them. */
  ask(questions: readonly Question[]): Answer[] {
    const answers = questions.map((): Answer => 'unanswered');
    this.forgetEnded();
    let next = 0;
    let [lastEnd, ends] = [-1, 0];
    while (next < questions.length) {
      const window: number[] = [];
      const frames: Buffer[] = [];
      for (let bytes = 0; next < questions.length; next++) {
        const question = questions[next] as Question;
        if (this.isAbandoned(question)) continue;
        const frame = encodeQuestion(question);
        bytes += frame.length;
        if (bytes > WINDOW && frames.length > 0) break;
        frames.push(frame);
        window.push(next);
      }
      if (window.length === 0) continue;
      const done = this.exchange(Buffer.concat(frames), window, questions, answers);
      if (done === undefined) return answers;
      const [at, how] = done;
      if (how === 'answered') continue;
      const number = window[at] as number;
      if (how === 'ended' && ++ends > MOST_ENDS) return answers;
      // Who came behind the one that was not answered is asked again; that one too, unless it ends every reader.
      next = how === 'ended' && number !== lastEnd ? number : number + 1;
      if (how === 'ended' && number === lastEnd) answers[number] = undefined;
      if (how === 'ended') lastEnd = number;
    }
    return answers;
  }

  /** Has one thing done. Its answer; undefined: nothing was done; `silent`: it was begun, and nobody can know what became of it. Waits for it. */
  tell(question: Writing): Buffer | 'silent' | undefined {
    this.forgetEnded();
    const live = this.isAbandoned(question) ? undefined : this.ready();
    // What is not there as a whole is not obeyed.
    if (!live || !this.send(live, encodeQuestion(question))) return undefined;
    const frame = this.receive(live, PATIENCE, LONGEST);
    if (frame === 'ended') this.drop(live);
    if (frame === 'silent') this.abandon(live, question);
    if (typeof frame === 'string') return 'silent';
    const answer = decodeAnswer(frame);
    return answer && Buffer.from(answer);
  }

  /** Ends it. One that was abandoned ends once it is answered. */
  end(): void {
    if (this.live) this.drop(this.live);
  }

  /** How many of a window were answered, and what came of the next; undefined where there is nobody to ask. */
  private exchange(
    asked: Buffer,
    window: readonly number[],
    questions: readonly Question[],
    answers: Answer[],
  ): [at: number, how: 'answered' | 'ended' | 'silent'] | undefined {
    const live = this.ready();
    if (!live || !this.send(live, asked)) return undefined;
    for (const [at, number] of window.entries()) {
      const frame = this.receive(live, PATIENCE, LONGEST);
      if (frame === 'ended') {
        this.drop(live);
        return [at, frame];
      }
      if (frame === 'silent') {
        this.abandon(live, questions[number] as Question);
        return [at, frame];
      }
      const answer = decodeAnswer(frame);
      answers[number] = answer && Buffer.from(answer);
    }
    return [window.length, 'answered'];
  }

  private ready(): Live | undefined {
    if (this.abandoned.length >= MOST_ABANDONED) return undefined;
    this.begin();
    const { live } = this;
    if (!live || live.ready) return live;
    if (typeof this.receive(live, START_PATIENCE, START) === 'string') {
      this.drop(live);
      this.notBefore = performance.now() + PAUSE;
      return undefined;
    }
    live.ready = true;
    return live;
  }

  private start(): Live | undefined {
    const ends: number[] = [];
    try {
      const questions = makeOneWay('write');
      ends.push(questions.read, questions.write);
      const answers = makeOneWay('read');
      ends.push(answers.read, answers.write);
      const child = spawn(process.execPath, [this.script], {
        stdio: [questions.read, answers.write, 'ignore'],
      });
      child.once('error', () => (this.notBefore = performance.now() + PAUSE));
      // It must keep nobody alive.
      child.unref();
      close(questions.read);
      close(answers.write);
      const live = { child, to: questions.write, from: answers.read, frames: new Frames(), ready: false };
      if (child.pid !== undefined) return live;
      close(live.to);
      close(live.from);
    } catch (error) {
      for (const end of ends) close(end);
      console.error('no reader:', error instanceof Error ? error.message : error);
    }
    this.notBefore = performance.now() + PAUSE;
    return undefined;
  }

  private send(live: Live, bytes: Buffer): boolean {
    try {
      for (let done = 0; done < bytes.length;) {
        const written = writeNow(live.to, bytes.subarray(done));
        done += written;
        if (written === 0 && !waitUntil(live.to, 'writable', START)) throw new Error('it does not listen');
      }
      return true;
    } catch {
      this.drop(live);
      return false;
    }
  }

  /** The next frame. `silent`: it sleeps for so long already, or is that late. */
  private receive(live: Live, patience: number, longest: number): Buffer | 'ended' | 'silent' {
    let slept = 0;
    for (let waited = 0; ; waited += STEP) {
      const frame = live.frames.next();
      if (frame) return frame;
      if (waitUntil(live.from, 'readable', STEP)) {
        const bytes = readNow(live.from, CHUNK);
        if (bytes?.length === 0) return 'ended';
        if (bytes) live.frames.add(bytes);
        continue;
      }
      slept += isRunning(live.child.pid ?? 0) ? 0 : STEP;
      if (slept >= patience || waited >= longest) return 'silent';
    }
  }

  private abandon(live: Live, question: Question): void {
    this.drop(live);
    this.abandoned.push({ child: live.child, about: aboutOf(question) });
  }

  /**
   * It hears the end of its questions, and ends by itself as soon as it can. One that never was there may hear nothing: where no more threads may be made, Node waits at its start
   * for ever for those that it could not make.
   */
  private drop(live: Live): void {
    if (!live.ready) live.child.kill('SIGKILL');
    close(live.to);
    close(live.from);
    if (this.live === live) this.live = undefined;
  }

  private forgetEnded(): void {
    if (this.abandoned.length === 0) return;
    this.abandoned = this.abandoned.filter(
      ({ child }) => child.exitCode === null && child.signalCode === null,
    );
  }

  private isAbandoned(question: Question): boolean {
    if (this.abandoned.length === 0) return false;
    const about = aboutOf(question);
    return this.abandoned.some((one) => one.about === about);
  }
}

/** What a question is about: a mount, or a process, whose threads have one memory. */
function aboutOf(question: Question): string {
  if (question.ask === 'magic') return `mount ${question.mount}`;
  const status = readRecord(`/proc/${question.task}/status`)?.toString('latin1') ?? '';
  return `process ${fieldOf(status, 'Tgid') ?? question.task}`;
}

/** Whether it runs, or would if a processor were free. */
function isRunning(pid: number): boolean {
  const stat = readRecord(`/proc/${pid}/stat`);
  return stat !== undefined && parseStat(stat)?.state === 'R';
}
