/** What is so with an object or a process: the first lines of its tooltip and of its page. */
import type { Cure, Finding } from '../../protocol/findings';
import type { PageVerdict } from '../../protocol/pages/verdict';
import { moreFindings } from '../shared';
import { t } from '../translate';
import { curesOf, remediesOf } from './cures';
import { findingEvidence, waitersIn } from './evidence';
import { findingText } from './index';
import type { Around } from './names';

/** Findings that are said one by one. */
const SAID_MOST = 3;

/** A line for each finding, the gravest first, as strong as its proof; none where nothing is wrong. Plain text with names of other programs. */
export function verdictLines(findings: readonly Finding[], around: Around): string[] {
  const said = findings.slice(0, SAID_MOST).map((finding) => {
    const { severity, says, doubt } = findingText(finding, around);
    return t('{0}: {1}', severity, doubt === '' ? says : `${says} ${doubt}`);
  });
  const more = findings.length - SAID_MOST;
  return more > 0 ? [...said, moreFindings(more)] : said;
}

/** The same as a page begins with it, with what can be done. `doable`: what commands do; `more`: how many are left out. */
export function pageVerdicts(
  findings: readonly Finding[],
  around: Around,
  doable: readonly Cure['is'][],
): { said: PageVerdict[]; more: number } {
  const said = findings.slice(0, SAID_MOST).map((finding): PageVerdict => {
    const { rule, subjects, severity, proof } = finding;
    const { says, matters } = findingText(finding, around);
    const [subject] = subjects;
    return {
      ...{ rule, severity, says, matters },
      ...(subject !== undefined && { subject }),
      ...(proof && { proof }),
      evidence: findingEvidence(finding, around),
      remedies: remediesOf(
        curesOf(finding).filter(({ is }) => doable.includes(is)),
        around,
      ),
      waits: waitersIn(finding).length > 0,
    };
  });
  return { said, more: Math.max(0, findings.length - SAID_MOST) };
}
