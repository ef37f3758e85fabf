/** How a row says that something is wrong where it stands: by how grave it is, and in words. */
import type { Finding, Severity } from '../../protocol/findings';
import { t } from '../translate';
import { grouped } from '../values';
import { findingTitle } from './index';
import { gravest, isGrave } from './severity';

/** What a row says of what is wrong. */
export interface Mark {
  severity: Severity;
  /** A few words that stand before all others; none where the row says it in its own. */
  words?: string;
}

/** The mark of what findings are about; undefined where there is none. */
export function markOf(findings: readonly Finding[]): Mark | undefined {
  const severity = gravest(findings);
  const first = findings.find((one) => one.severity === severity);
  return severity && first && { severity, words: findingTitle(first) };
}

/** The findings of each of several things that stand under a row. */
export function markOfAll(all: readonly (readonly Finding[])[]): Mark | undefined {
  const found = new Set(all.flat());
  return markOfMany(gravest([...found]), {
    objects: all.filter((about) => about.some(isGrave)).length,
    notes: [...found].filter((finding) => !isGrave(finding)).length,
  });
}

/** Of a row under which something stands that is wrong: `2 wrong`, `1 note`. `objects`: with an error or a warning. */
export function markOfMany(
  severity: Severity | undefined,
  { objects, notes }: { objects: number; notes: number },
): Mark | undefined {
  if (severity === undefined) return undefined;
  if (objects > 0) return { severity, words: t('{0} wrong', grouped(objects)) };
  return { severity, words: notes === 1 ? t('1 note') : t('{0} notes', grouped(notes)) };
}
