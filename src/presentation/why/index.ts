/** Why something waits, as the page Why shows it and as it is copied. */
import type { Answer, Proof, Severity, Why } from '../../protocol/findings';
import { kindOf, KINDS, parseProcessRef, type Ref } from '../../protocol/ref';
import { findingText } from '../findings';
import { answerSentences } from '../findings/answer';
import { type Remedy, remediesOf } from '../findings/cures';
import { doubtText } from '../findings/doubts';
import { citedEvidence, doubtEvidence, type Evidence, waitEvidence } from '../findings/evidence';
import { subjectName } from '../findings/names';
import { t } from '../translate';
import { findIn, timeText, userText } from '../values';
import { lackingLines } from '../unseen';
import { chainOf, type WhyAround, type WhyChain } from './steps';

/** How grave it is: `fine` answers the question that nothing is wrong, `plain` is neither. */
export type Tone = Severity | 'fine' | 'plain';

/** What the page says first: what is so, and why it matters. */
export interface Verdict {
  tone: Tone;
  says: string;
  matters: string;
  proof?: Proof | undefined;
}

/** Everything that the page says of a subject. */
export interface WhyText {
  title: string;
  about: string[];
  verdict: Verdict;
  chains: WhyChain[];
  /** How many answers are left out. */
  more: number;
  /** The harmless first. `best`: the first of them may be the one that helps; of a ring there is none. */
  remedies: Remedy[];
  best: boolean;
  /** How this is known, by its labels. */
  evidence: Evidence[];
}

/** Says it. `now`: milliseconds since the epoch, by the clock of the machine. */
export function whyText(subject: Ref, why: Why, now: number): WhyText {
  const { host } = why;
  const around: WhyAround = { find: findIn(why), now, host };
  const name = subjectName(subject, around);
  const remedies = remediesOf(
    why.findings.flatMap(({ cures }) => cures),
    around,
  );
  return {
    title: parseProcessRef(subject) ? t('Why does {0} wait?', name) : t('Who waits for {0}, and why?', name),
    about: aboutOf(subject, why),
    verdict: verdictOf(name, subject, why, around),
    chains: why.answers.map((answer) => chainOf(answer, around)),
    more: why.more,
    remedies,
    best: remedies.length > 0 && why.findings[0]?.rule !== 'deadlock',
    evidence: evidenceOf(why, around),
  };
}

function aboutOf(subject: Ref, { processes, host }: Why): string[] {
  const process = processes.find(({ pid }) => pid === parseProcessRef(subject)?.pid);
  return [
    ...(process?.command === undefined ? [] : [process.command]),
    ...(process?.uid === undefined ? [] : [userText({ uid: process.uid })]),
    host.name,
  ];
}

function verdictOf(name: string, subject: Ref, why: Why, around: WhyAround): Verdict {
  const [finding] = why.findings;
  if (finding) {
    const { says, matters } = findingText(finding, around);
    return { tone: finding.severity, says, matters, proof: finding.proof };
  }
  const [answer] = why.answers;
  if (!why.found)
    return {
      tone: 'plain',
      says: t('{0} is not there, or may not be looked at.', name),
      matters: '',
    };
  if (!answer)
    return parseProcessRef(subject)
      ? { tone: 'plain', says: t('What {0} waits for is not known.', name), matters: '' }
      : { tone: 'fine', says: t('No process waits for {0}, as far as can be seen.', name), matters: '' };
  const [first = ''] = answerSentences(answer, around);
  return { tone: toneOf(answer), says: first, matters: mattersOf(answer), proof: answer.proof };
}

function toneOf({ state, proof }: Answer): Tone {
  switch (state) {
    case 'stuck':
      return proof === 'proven' ? 'error' : 'warning';
    case 'stopped':
      return 'note';
    case 'idle':
    case 'runs':
    case 'ends':
      return 'fine';
    default:
      return 'plain';
  }
}

function mattersOf({ state, proof, chain }: Answer): string {
  if (state !== 'stuck') return '';
  return proof === 'proven'
    ? t('None of them goes on by itself.')
    : doubtText([...new Set(chain.flatMap(({ doubts }) => doubts))]);
}

function evidenceOf({ answers, findings, blind, seenAt }: Why, around: WhyAround): Evidence[] {
  const waiters = answers.flatMap(({ chain, waiter }) =>
    chain.length > 0 ? chain.map((link) => link.waiter) : waiter ? [waiter] : [],
  );
  const doubts = [
    ...answers.flatMap(({ chain }) => chain.flatMap((link) => link.doubts)),
    ...findings.flatMap((one) => one.doubts),
  ];
  return [
    ...waitEvidence(waiters, around),
    ...doubtEvidence(doubts),
    ...citedEvidence(findings),
    ...lackingLines(blind, kindsOf(answers)).map((text) => ({ label: t('hidden'), text })),
    { label: t('seen so at'), text: timeText(seenAt) },
  ];
}

/** The kinds of what stands in the chains; where there is none, of everything. */
function kindsOf(answers: readonly Answer[]) {
  const named = new Set(
    answers.flatMap(({ chain }) => chain.flatMap(({ on }) => (on === undefined ? [] : (kindOf(on) ?? [])))),
  );
  return named.size === 0 ? [] : KINDS.filter((kind) => named.has(kind));
}
