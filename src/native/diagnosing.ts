/** The step of the diagnosis, made again and again while somebody wants to know what is wrong. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Memory, step } from '../diagnosis/step';
import type { Diagnosis, Finding } from '../protocol/findings';
import type { IpcObject } from '../protocol/kinds';
import { kindOf, type Ref } from '../protocol/ref';
import type { Process } from '../protocol/snapshot';
import { type Census, EVERY_TRACELESS_DETAIL, type Findings } from './census/census';
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
const SHARE = 0.02;
/** Milliseconds for which it goes on between two requests; then what it keeps in memory is given back. */
const REST = 3000;

/** Looks while somebody wants it to; a whole look or none. */
export class Diagnosing {
  private wanted = 0;
  private running: AbortController | undefined;
  private leaving: NodeJS.Timeout | undefined;
  private due = false;
  private hurry: () => void = () => undefined;
  private differs: () => void = () => undefined;
  /** What is wrong as of the last step; the same JavaScript object for as long as that is so. Undefined: not known. */
  last: Diagnosis | undefined;

  /** `open` makes the census that is looked with; `rest`: milliseconds, shorter in tests. */
  constructor(
    private readonly open: () => Pick<Census, 'take' | 'end'>,
    private readonly rest = REST,
  ) {}

  /** `listener` is called when `last` is another. */
  onDiffers(listener: () => void): void {
    this.differs = listener;
  }

  /** Somebody wants to know, until the function is called that this answers. `fresh`: a look is due now. */
  want(fresh: boolean): () => void {
    this.wanted++;
    clearTimeout(this.leaving);
    if (!this.running) this.begin();
    else if (fresh) this.hasten();
    return () => {
      this.wanted--;
      if (this.wanted === 0) this.leaving = setTimeout(() => this.end(), this.rest).unref();
    };
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
        const look = await runSliced(census.take(EVERY_TRACELESS_DETAIL), () => stopped.aborted);
        if (!look || stopped.aborted) return;
        const { findings, memory: left } = step(look, memory);
        if (memory) this.tell(diagnosisOf(look, findings));
        const { user, system } = process.cpuUsage(cpu);
        // What else the helper did meanwhile is counted too, and the first looks cost more than those that follow.
        const cost = (user + system) / 1000;
        if (memory) await this.idle(pauseAfter(Math.min(cost, before)) - SOON, stopped);
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

/** Milliseconds from a look to the next. `cost`: of CPU time. */
function pauseAfter(cost: number): number {
  return Math.min(Math.max(APART, cost / SHARE), APART_MOST);
}

/** Findings with whatever their sentences name. */
function diagnosisOf(look: Findings, findings: readonly Finding[]): Diagnosis {
  const named = namedIn(findings);
  const direct = look.objects.filter(({ ref }) => named.refs.has(ref));
  // The name of an object is made of others: the listener of a connection, the processes at its ends.
  const further = namedIn(direct);
  const objects = look.objects.filter(({ ref }) => named.refs.has(ref) || further.refs.has(ref));
  const pids = new Set([...named.pids, ...further.pids, ...namedIn(objects).pids]);
  return {
    seenAt: look.endedAt,
    findings: [...findings],
    objects,
    processes: look.processes.filter(({ pid }) => pids.has(pid)).map(nameOf),
    blind: look.blind,
  };
}

/** What a process is called; what else is known of it changes all the time. */
function nameOf({ pid, startTime, state, name, nameBytes, command, uid }: Process): Process {
  return {
    ...{ pid, startTime, state, name },
    ...(nameBytes !== undefined && { nameBytes }),
    ...(command !== undefined && { command }),
    ...(uid !== undefined && { uid }),
  };
}

/** The refs and pids in findings or objects, wherever they stand: whatever looks like one may be one. */
function namedIn(data: readonly Finding[] | readonly IpcObject[]): { refs: Set<Ref>; pids: Set<number> } {
  const refs = new Set<Ref>();
  const pids = new Set<number>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      if (kindOf(value) !== undefined) refs.add(value as Ref);
    } else if (typeof value === 'number') pids.add(value);
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) walk(one);
  };
  walk(data);
  return { refs, pids };
}
