/** The sentences of every rule; a forgotten one does not compile. */
import type { Finding, RuleName } from '../../protocol/findings';
import { visible } from '../text';
import { t } from '../translate';
import { grouped } from '../values';
import { backlogFull } from './backlogFull';
import { cureText, curesOf } from './cures';
import { datagramsDropped } from './datagramsDropped';
import { deadlock } from './deadlock';
import { deaf } from './deaf';
import { doubtText } from './doubts';
import { endedOwner } from './endedOwner';
import { endNotCome } from './endNotCome';
import { leak } from './leak';
import { limitNear } from './limitNear';
import { lockOfHeir } from './lockOfHeir';
import { type Around, shortName } from './names';
import { noSuchMessage } from './noSuchMessage';
import { notRead } from './notRead';
import { orphan } from './orphan';
import { ownOtherEnd } from './ownOtherEnd';
import { queueFull } from './queueFull';
import { semaphoreNotReturned } from './semaphoreNotReturned';
import type { FindingMessages } from './messages';
import { severityText } from './severity';
import { staleSockets } from './staleSockets';
import { stoppedPeer } from './stoppedPeer';
import { twoServers } from './twoServers';
import { unlinkedListener } from './unlinkedListener';
import { unlinkedMemory } from './unlinkedMemory';
import { waitsForOpener } from './waitsForOpener';
import { writableByOthers } from './writableByOthers';
import { zombies } from './zombies';

const rules: { readonly [R in RuleName]: FindingMessages<R> } = {
  deadlock,
  endedOwner,
  lockOfHeir,
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
  twoServers,
  backlogFull,
  datagramsDropped,
  orphan,
  unlinkedMemory,
  leak,
  limitNear,
  writableByOthers,
  deaf,
  zombies,
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
  const rule = rules[finding.rule] as FindingMessages<RuleName>;
  return {
    title: rule.title(finding),
    severity: severityText(finding.severity),
    says: rule.says(finding, around),
    matters: rule.matters(finding),
    doubt: doubtText(finding.doubts),
    cures: curesOf(finding).map((cure) => cureText(cure, around)),
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

/** What a finding is, in a few words. */
export function findingTitle(finding: Finding): string {
  return (rules[finding.rule] as FindingMessages<RuleName>).title(finding);
}

/** What stands behind its title in a row: the object, and who suffers. */
export function findingAbout(finding: Finding, around: Around): string[] {
  const rule = rules[finding.rule] as FindingMessages<RuleName>;
  if (rule.about) return rule.about(finding, around);
  return finding.subjects.slice(0, 1).map((ref) => shortName(ref, around));
}
