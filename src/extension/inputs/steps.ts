/**
 * Several questions one after the other, with a way back. A script asks as if there were no way back; "back" throws its
 * last answer away and runs it again, and what was answered before is not asked a second time.
 */
import { type Answer, type Ask, BACK, type PickQuestion } from '../ui/ask';
import type { PickItem } from '../ui/foreign';

/** What a parser answers where the text means nothing: the sentence that says so. */
export class Wrong {
  constructor(readonly why: string) {}
}

/** The user went a step back. */
class Back extends Error {}
/** The user closed the question. */
class Closed extends Error {}

interface Answered {
  value: unknown;
  /** False: found out without asking. */
  asked: boolean;
}

/** What was given last, by question; offered again. */
const last = new Map<string, string>();

/** A choice. `forget`: something is lost by it, so the next series of questions, which may be about another object, does not offer it first. */
export type Choosable<T> = PickItem<T> & { forget?: boolean };

interface StepNumber {
  step: number;
  of: number;
}

export class Steps {
  private at = 0;
  private step = 0;
  /** Which parameter the questions are about; with a question's own name it finds what was given last. */
  about = '';
  /** How many parameters are still to come. */
  left = 0;

  constructor(
    readonly ask: Ask,
    private readonly title: string,
    private readonly answers: Answered[],
    /** What was given last in this very series, also where it is forgotten after it. */
    private readonly series: Map<string, string>,
  ) {}

  private lastOf(key: string): string | undefined {
    return this.series.get(key) ?? last.get(key);
  }

  private remember(key: string, given: string, forget = false): void {
    this.series.set(key, given);
    if (!forget) last.set(key, given);
  }

  /** One of several. `name` tells the questions of one parameter apart; `more`: how many will follow for it at least. */
  pick<T>(
    name: string,
    question: Pick<PickQuestion<T>, 'placeholder' | 'active' | 'typed'> & { items: readonly Choosable<T>[] },
    more = 0,
  ): Promise<T> {
    const key = `${this.about} ${name}`;
    return this.next<T>(more, async (place) => {
      const { placeholder, items, typed } = question;
      const before = items.find(({ label }) => label === this.lastOf(key))?.value;
      const active = question.active ?? before;
      const asked: PickQuestion<T> = {
        title: this.title,
        ...place,
        placeholder,
        items,
        ...(typed && { typed }),
      };
      const answer = await this.ask.pick(active === undefined ? asked : { ...asked, active });
      if (answer === BACK) return BACK;
      if (answer === undefined) return undefined;
      const value = answer as T;
      const chosen = items.find((item) => item.value === value);
      if (chosen) this.remember(key, chosen.label, chosen.forget);
      return { value };
    });
  }

  /** A typed value, which `parse` turns into what it means while it is typed. `forget`: as of a choice. */
  input<T>(
    name: string,
    question: { prompt: string; value?: string; forget?: boolean; parse: (text: string) => T | Wrong },
    more = 0,
  ): Promise<T> {
    const key = `${this.about} ${name}`;
    const { prompt, parse } = question;
    return this.next<T>(more, async (place) => {
      const text = await this.ask.input({
        ...{ title: this.title, ...place, prompt, value: question.value ?? this.lastOf(key) ?? '' },
        problem: (typed) => {
          const parsed = parse(typed);
          return parsed instanceof Wrong ? parsed.why : undefined;
        },
      });
      if (typeof text !== 'string') return text;
      const parsed = parse(text);
      if (parsed instanceof Wrong) return undefined;
      this.remember(key, text, question.forget);
      return { value: parsed };
    });
  }

  /** Something that is found out in between, once, without a step of its own. Undefined ends the questions. */
  async once<T>(find: () => Promise<T | undefined>): Promise<T> {
    const known = this.answers[this.at++];
    if (known) return known.value as T;
    const value = await find();
    if (value === undefined) throw new Closed();
    this.answers.push({ value, asked: false });
    return value;
  }

  /** Asks, unless that was answered before a step back. An answer is wrapped, so that undefined can be one. */
  private async next<T>(
    more: number,
    asking: (place: StepNumber) => Promise<Answer<{ value: T }>>,
  ): Promise<T> {
    this.step++;
    const known = this.answers[this.at++];
    if (known) return known.value as T;
    const answer = await asking({ step: this.step, of: this.step + more + this.left });
    if (answer === BACK) throw new Back();
    if (answer === undefined) throw new Closed();
    this.answers.push({ value: answer.value, asked: true });
    return answer.value;
  }
}

/** Runs a script of questions. Undefined where the user closed one. */
export async function askSteps<T>(
  ask: Ask,
  title: string,
  script: (steps: Steps) => Promise<T>,
): Promise<T | undefined> {
  const answers: Answered[] = [];
  const series = new Map<string, string>();
  for (;;) {
    try {
      return await script(new Steps(ask, title, answers, series));
    } catch (error) {
      if (error instanceof Closed) return undefined;
      if (!(error instanceof Back)) throw error;
      let dropped: Answered | undefined;
      do dropped = answers.pop();
      while (dropped && !dropped.asked);
      if (!dropped) return undefined;
    }
  }
}
