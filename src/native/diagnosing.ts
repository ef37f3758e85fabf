/** The step of the diagnosis, made again and again while somebody wants to know what is wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Diagnosis as Step, type Memory, step } from '../diagnosis/step';
import { IpcFailure } from '../protocol/errors';
import type { Diagnosis, Finding } from '../protocol/findings';
import { parseProcessRef, type Ref } from '../protocol/ref';
import type { Thresholds } from '../protocol/thresholds';
import { type Census, EVERY_TRACELESS_DETAIL, type Findings } from './census/census';
import { namedBy } from './named';
import { runSliced } from './slices';
import { sameData } from './unchanged';

/** Milliseconds before any look; and between the first and the second, since what one look alone saw is never told. */
const SOON = 300;
/**
 * Milliseconds between two later looks. A step needs everything with its details, far more than folded views show, so it is not made with each of their looks: a trouble that has lasted for
 * seconds may be told a few seconds later. Where a look is dear it is made so much less often that they all take two hundredths of one core, up to half a minute.
 */
const APART = 3000;
const APART_MOST = 30_000;
/** The same where nobody needs to know at once. */
const CALM = 10_000;
const SHARE = 0.02;
/** The same where somebody asks why something waits: a page that is looked at is worth more. */
const SHARE_ASKED = 0.1;
/** Milliseconds for which it goes on between two requests; then what it keeps in memory is given back. */
const REST = 3000;
/** Milliseconds for which a process that was asked about is looked at: whoever asks again must not miss it. */
const ASKED_KEPT = 2 * APART_MOST;

/** A step, and the look that it was made of. */
export interface Stepped {
  look: Findings;
  step: Step;
}

/** `calm`: now and then is enough. `thresholds`: of who asked last. */
interface Wanted {
  calm?: boolean | undefined;
  thresholds?: Thresholds | undefined;
}

/** Looks while somebody wants it to; a whole look or none. */
export class Diagnosing {
  private wanted = 0;
  private running: AbortController | undefined;
  private leaving: NodeJS.Timeout | undefined;
  private due = false;
  private how: Wanted = {};
  private hurry: () => void = () => undefined;
  private differs: () => void = () => undefined;
  /** What is wrong as of the last step; the same JavaScript object for as long as that is so. Undefined: not known. */
  last: Diagnosis | undefined;
  /** The last step itself, for questions. */
  private made: Stepped | undefined;
  /** Milliseconds of CPU time that a look took. */
  private cost = 0;
  private readonly asked = new Set<(made: Stepped | undefined) => void>();
  /** When each was asked about last, by the clock of `performance.now()`. */
  private readonly subjects = new Map<Ref, number>();

  /** `open` makes the census that is looked with; `rest`: milliseconds, shorter in tests. */
  constructor(
    private readonly open: () => Pick<Census, 'take' | 'end'>,
    private readonly rest = REST,
  ) {}

  /** `listener` is called when `last` is another. */
  onDiffers(listener: () => void): void {
    this.differs = listener;
  }

  /** Somebody wants to know, until the function is called that this answers. `fresh`: a look is due now. `how` holds from now on. */
  want(fresh: boolean, how: Wanted = { ...this.how, calm: false }): () => void {
    const hurries = this.how.calm === true && how.calm !== true;
    this.how = how;
    this.wanted++;
    clearTimeout(this.leaving);
    if (!this.running) this.begin();
    else if (fresh || hurries) this.hasten();
    return () => {
      this.wanted--;
      if (this.wanted === 0) this.leaving = setTimeout(() => this.end(), this.rest).unref();
    };
  }

  /**
   * The last step whose look began at this moment or later, else the next. `subject`: what is asked about; a process is in the look also where it has no object. `fresh`: that is due now. `cancelled` has the function called that it is given, when nobody waits any more;
   * then it rejects with `cancelled`, and with `internal` where no look could be made.
   */
  async stepAfter(
    subject: Ref,
    moment: number,
    fresh: boolean,
    cancelled: (stop: () => void) => void,
  ): Promise<Stepped> {
    this.subjects.set(subject, performance.now());
    const leave = this.want(fresh);
    const hurried = setTimeout(() => this.hasten(), pauseAfter(this.cost, SHARE_ASKED));
    try {
      while (!this.made || this.made.look.startedAt < moment) {
        const made = await new Promise<Stepped | undefined>((resolve) => {
          this.asked.add(resolve);
          cancelled(() => resolve(undefined));
        });
        if (!made) throw new IpcFailure({ code: this.running ? 'cancelled' : 'internal' });
      }
      return this.made;
    } finally {
      clearTimeout(hurried);
      this.subjects.set(subject, performance.now());
      leave();
    }
  }

  private tellAsked(made: Stepped | undefined): void {
    this.made = made;
    for (const resolve of this.asked) resolve(made);
    this.asked.clear();
  }

  /** The processes that somebody asked about a while ago at most. */
  private askedNow(): Ref[] {
    for (const [ref, at] of this.subjects) if (performance.now() > at + ASKED_KEPT) this.subjects.delete(ref);
    return [...this.subjects.keys()].filter((ref) => parseProcessRef(ref));
  }

  /** The next look is due, also where one that is under way began before. */
  private hasten(): void {
    this.due = true;
    this.hurry();
  }

  private begin(): void {
    const running = (this.running = new AbortController());
    this.run(running.signal).catch((error: unknown) => {
      console.error('diagnosis:', error);
      if (this.running === running) this.end();
    });
  }

  private end(): void {
    this.running?.abort();
    this.running = undefined;
    this.last = undefined;
    this.tellAsked(undefined);
  }

  private async run(stopped: AbortSignal): Promise<void> {
    const census = this.open();
    let memory: Memory | undefined;
    let before = Infinity;
    try {
      for (;;) {
        // Whatever else was just asked for comes first.
        await pause(SOON, undefined, { signal: stopped }).catch(() => undefined);
        this.due = false;
        const cpu = process.cpuUsage();
        const asked = this.askedNow();
        const look = await runSliced(census.take(EVERY_TRACELESS_DETAIL, { asked }), () => stopped.aborted);
        if (!look || stopped.aborted) return;
        const made = step(look, memory, this.how.thresholds);
        const left = made.memory;
        if (memory) {
          this.tell(diagnosisOf(look, made.findings));
          this.tellAsked({ look, step: made });
        }
        const { user, system } = process.cpuUsage(cpu);
        // What else the helper did meanwhile is counted too, and the first looks cost more than those that follow.
        const cost = (user + system) / 1000;
        this.cost = Math.min(cost, before);
        const least = this.how.calm ? CALM : APART;
        if (memory) await this.idle(pauseAfter(this.cost, SHARE, least) - SOON, stopped);
        before = cost;
        memory = left;
      }
    } finally {
      census.end();
    }
  }

  /** Resolves after so many milliseconds, or as soon as a look is due. */
  private async idle(time: number, stopped: AbortSignal): Promise<void> {
    if (this.due) return;
    const hurried = new AbortController();
    this.hurry = () => hurried.abort();
    const signal = AbortSignal.any([stopped, hurried.signal]);
    await pause(time, undefined, { signal }).catch(() => undefined);
  }

  private tell(now: Diagnosis): void {
    const { last } = this;
    if (last && sameData({ ...last, seenAt: 0 }, { ...now, seenAt: 0 })) return;
    this.last = now;
    this.differs();
  }
}

/** Milliseconds from a look to the next, `least` or more. `cost`: of CPU time; `share`: what they may take of one core. */
function pauseAfter(cost: number, share = SHARE, least = APART): number {
  return Math.min(Math.max(least, cost / share), APART_MOST);
}

/** Findings with whatever their sentences name. */
function diagnosisOf(look: Findings, findings: readonly Finding[]): Diagnosis {
  const { objects, processes } = namedBy(look, findings);
  return { seenAt: look.endedAt, findings: [...findings], objects, processes, blind: look.blind };
}
