/** A finding with its evidence as Markdown, to be handed on. */
import type { Finding } from '../../protocol/findings';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { kindViews } from '../kinds';
import { kindOf } from '../../protocol/ref';
import { stateText } from '../processes';
import { bounded, visible } from '../text';
import { t } from '../translate';
import { momentText } from '../values';
import { findingText } from './index';
import { type Around, subjectName } from './names';

/** Letters of one name or command line. */
const MOST = 300;

/** Headings, lists and a table; names of other programs stand in it as text that means nothing in Markdown, nor calls anybody. `seenAt`: milliseconds since the epoch. */
export function findingMarkdown(finding: Finding, around: Around, seenAt: number): string {
  const { severity, title, says, matters, doubt, cures } = findingText(finding, around);
  const facts: [string, string][] = [
    ...subjectFacts(finding, around),
    ...(finding.since === undefined
      ? []
      : [[t('So since, at least'), momentText(finding.since)] as [string, string]]),
    [t('Seen so at'), momentText(seenAt)],
    [t('Rule'), t('{0}, by {1}', finding.rule, finding.cites)],
  ];
  return [
    `### ${escaped(t('{0}: {1}', severity, title))}`,
    escaped(says),
    escaped(matters),
    ...(doubt === '' ? [] : [`*${escaped(doubt)}*`]),
    ['| | |', '|:--|:--|', ...facts.map(([label, text]) => `| ${escaped(label)} | ${escaped(text)} |`)].join(
      '\n',
    ),
    ...(cures.length === 0 ? [] : [cures.map((cure) => `- ${escaped(cure)}`).join('\n')]),
  ].join('\n\n');
}

/** Each object and process that it is about, with what it is and by what the kernel knows it. */
function subjectFacts({ subjects }: Finding, around: Around): [string, string][] {
  return [...new Set(subjects)].map((ref) => [labelOf(ref), evidence(ref, around)]);
}

function labelOf(ref: Ref): string {
  const kind = kindOf(ref);
  return parseProcessRef(ref) || kind === undefined ? t('Process') : kindViews[kind].labels.one;
}

function evidence(ref: Ref, around: Around): string {
  const name = subjectName(ref, around);
  const process = parseProcessRef(ref);
  const found = process && around.find(process.pid);
  const more = found ? [stateText(found.state), found.command ?? ''] : [];
  return [name, ...more, ref].filter(Boolean).join(' · ');
}

/** Text that stays text in Markdown, and in an issue mentions nobody and links nowhere. */
function escaped(text: string): string {
  return visible(bounded(text, MOST * 10))
    .replace(/[\\`*_[\]<>|~#]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//');
}
