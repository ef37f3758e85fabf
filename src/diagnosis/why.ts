/** Why a subject waits: the answers for a process, or for those who wait for an object, with what the rules found about any of them. */
import type { Answer, Finding, State } from '../protocol/findings';
import { parseProcessRef, type Ref } from '../protocol/ref';
import { answerOf } from './answer';
import type { Diagnosis } from './step';

/** Answers that are told; of an object with thousands of waiters nobody reads more. */
const ANSWERS_MOST = 12;

/** The gravest first. */
const ORDER: readonly State[] = ['stuck', 'stopped', 'ended', 'waits', 'unknown', 'runs', 'ends', 'idle'];

/** What is known of why a subject waits. */
export interface WhyAnswer {
  /** It is in the look. */
  found: boolean;
  answers: Answer[];
  more: number;
  findings: Finding[];
}

/** Asks one step. `subject`: a process, or an object. */
export function whyOf(subject: Ref, step: Diagnosis): WhyAnswer {
  const process = parseProcessRef(subject);
  const found = process ? step.machine.refOf(process.pid) === subject : !!step.machine.object(subject);
  const answers = !found
    ? []
    : process
      ? [answerOf(process.pid, step) ?? []].flat()
      : waitersAnswers(subject, step);
  answers.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.pid - b.pid);
  const told = answers.slice(0, ANSWERS_MOST);
  const about = new Set([subject, ...told.flatMap((answer) => partsOf(answer, step))]);
  return {
    found,
    answers: told,
    more: answers.length - told.length,
    findings: step.findings.filter(({ subjects }) => subjects.some((ref) => about.has(ref))),
  };
}

/** An answer for each process that waits for an object, by its threads that do. */
function waitersAnswers(ref: Ref, step: Diagnosis): Answer[] {
  const waits = step.waiting.at(ref);
  return waitersFor(ref, step).flatMap(
    (pid) =>
      answerOf(
        pid,
        step,
        waits.filter(({ node }) => node.process.pid === pid),
      ) ?? [],
  );
}

/** The processes with a thread that waits for an object. */
export function waitersFor(ref: Ref, { waiting }: Pick<Diagnosis, 'waiting'>): number[] {
  return [...new Set(waiting.at(ref).map(({ node }) => node.process.pid))];
}

/** Who and what is in its chain. */
function partsOf({ pid, chain, end }: Answer, { machine }: Diagnosis): Ref[] {
  const pids = [
    pid,
    ...chain.map(({ waiter }) => waiter.pid),
    ...(end && 'pid' in end ? [end.pid ?? 0] : []),
  ];
  return [...pids.flatMap((one) => machine.refOf(one) ?? []), ...chain.flatMap(({ on }) => on ?? [])];
}
