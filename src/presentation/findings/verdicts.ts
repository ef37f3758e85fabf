/** What is so with an object or a process: the first lines of its tooltip and of its page. */
import type { Finding } from '../../protocol/findings';
import { t } from '../translate';
import { grouped } from '../values';
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
  return more > 0 ? [...said, t('{0} more in Findings', grouped(more))] : said;
}
