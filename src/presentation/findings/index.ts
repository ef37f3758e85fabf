/** The sentences of every rule; a forgotten one does not compile. */
import type { Finding, RuleName, Severity } from '../../protocol/findings';
import { visible } from '../text';
import { t } from '../translate';
import { grouped } from '../values';
import { backlogFull } from './backlogFull';
import { cureText } from './cures';
import { deadlock } from './deadlock';
import { deaf } from './deaf';
import { doubtText } from './doubts';
import { endedOwner } from './endedOwner';
import { endNotCome } from './endNotCome';
import { type Around, shortName } from './names';
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

/** Cures of one finding that are written out. */
const CURES_MOST = 4;

/** A finding, a line for each sentence. */
export function findingLines(finding: Finding, around: Around): string[] {
  const { severity, title, says, matters, doubt, cures } = findingText(finding, around);
  const more = cures.length - CURES_MOST;
  const lines = [
    ...[says, matters, doubt].filter((line) => line !== ''),
    ...cures.slice(0, CURES_MOST).map((cure) => `- ${cure}`),
    ...(more > 0 ? [t('- and {0} more', grouped(more))] : []),
  ];
  return [t('{0}: {1}', severity, title), ...lines.map((line) => `  ${visible(line)}`)];
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

/** A finding in one row: what it is and of whom, short enough for a narrow side bar. */
export function findingLabel(finding: Finding, around: Around): string {
  const title = rules[finding.rule].title();
  const [first] = finding.subjects;
  return first === undefined ? title : t('{0}: {1}', title, shortName(first, around));
}
