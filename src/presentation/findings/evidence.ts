/** How it is known that something is so, by its labels. */
import type { Finding, Waiter } from '../../protocol/findings';
import { t } from '../translate';
import { momentText } from '../values';
import { doubtText } from './doubts';
import { type Around, who } from './names';

/** A fact that proves something, or makes a proof less. */
export interface Evidence {
  label: string;
  text: string;
}

/** By what each of these threads is known to wait, each thread once. */
export function waitEvidence(waiters: readonly Waiter[], around: Around): Evidence[] {
  const lines = new Map<string, string>();
  for (const { pid, tid, wait } of waiters) {
    const how = wait.certain
      ? t('the kernel shows the call {0}', wait.call)
      : wait.by === 'elimination'
        ? t('the call is hidden; where it sleeps ({0}), this is the only thing that fits', wait.call)
        : t('where it sleeps: {0}', wait.call);
    lines.set(t('thread {0} of {1}', tid, who({ pid }, around)), how);
  }
  return [...lines].map(([label, text]) => ({ label, text }));
}

/** What makes it no more than likely, if anything does. */
export function doubtEvidence(doubts: Finding['doubts']): Evidence[] {
  const text = doubtText([...new Set(doubts)]);
  return text === '' ? [] : [{ label: t('not proven'), text }];
}

/** The manual pages that have the facts. */
export function citedEvidence(findings: readonly Finding[]): Evidence[] {
  return [...new Set(findings.map(({ cites }) => cites))].map((text) => ({
    label: t('documented in'),
    text,
  }));
}

/** All of one finding; it stays as it is for as long as the finding does. */
export function findingEvidence(finding: Finding, around: Around): Evidence[] {
  const { since, doubts } = finding;
  return [
    ...waitEvidence(waitersIn(finding), around),
    ...(since === undefined ? [] : [{ label: t('so since, at least'), text: momentText(since) }]),
    ...doubtEvidence(doubts),
    ...citedEvidence([finding]),
  ];
}

/** The threads that wait, in whichever part of a finding they stand. */
export function waitersIn({ parts }: Pick<Finding, 'parts'>): Waiter[] {
  return Object.values(parts as Readonly<Record<string, unknown>>)
    .flat()
    .filter(isWaiter);
}

function isWaiter(part: unknown): part is Waiter {
  return typeof part === 'object' && part !== null && 'tid' in part && 'wait' in part;
}
