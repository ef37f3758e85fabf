/** The sentences of every rule; a forgotten one does not compile. */
import type { Finding, RuleName, Severity } from '../../protocol/findings';
import { t } from '../translate';
import { backlogFull } from './backlogFull';
import { cureText } from './cures';
import { deadlock } from './deadlock';
import { deaf } from './deaf';
import { doubtText } from './doubts';
import { endedOwner } from './endedOwner';
import { endNotCome } from './endNotCome';
import type { Around } from './names';
import { noSuchMessage } from './noSuchMessage';
import { notRead } from './notRead';
import { orphan } from './orphan';
import { ownOtherEnd } from './ownOtherEnd';
import { queueFull } from './queueFull';
import { semaphoreNotReturned } from './semaphoreNotReturned';
import type { Sentences } from './sentences';
import { staleSockets } from './staleSockets';
import { stoppedPeer } from './stoppedPeer';
import { unlinkedListener } from './unlinkedListener';
import { unlinkedMemory } from './unlinkedMemory';
import { waitsForOpener } from './waitsForOpener';

const rules: { readonly [R in RuleName]: Sentences<R> } = {
  deadlock,
  endedOwner,
  semaphoreNotReturned,
  stoppedPeer,
  endNotCome,
  ownOtherEnd,
  notRead,
  noSuchMessage,
  queueFull,
  waitsForOpener,
  staleSockets,
  unlinkedListener,
  backlogFull,
  orphan,
  unlinkedMemory,
  deaf,
};

/** A finding in words. */
export interface FindingText {
  title: string;
  severity: string;
  /** What is so. */
  says: string;
  /** Why it matters. */
  matters: string;
  /** Why it is no more than likely; empty of what is proven. */
  doubt: string;
  /** What can be done, the harmless first. */
  cures: string[];
}

/** Says a finding. */
export function findingText(finding: Finding, around: Around): FindingText {
  // Of the same rule as the finding.
  const rule = rules[finding.rule] as Sentences<RuleName>;
  return {
    title: rule.title(),
    severity: severityText(finding.severity),
    says: rule.says(finding, around),
    matters: rule.matters(finding),
    doubt: doubtText(finding.doubts),
    cures: finding.cures.map((cure) => cureText(cure, around)),
  };
}

function severityText(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('Error');
    case 'warning':
      return t('Warning');
    case 'note':
      return t('Note');
  }
}
