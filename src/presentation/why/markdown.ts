/** The answer as Markdown, to be pasted into an issue or a chat. */
import { proofText } from '../findings/doubts';
import { visible } from '../text';
import { t } from '../translate';
import type { WhyText } from './index';
import type { WhyStep } from './steps';

/** The whole answer with its evidence. Text of other programs is no Markdown in it. */
export function whyMarkdown({ title, about, verdict, chains, evidence }: WhyText): string {
  const proof = verdict.proof === undefined ? '' : proofText(verdict.proof);
  return [
    `## ${plain(title)}`,
    ...(about.length === 0 ? [] : [about.map(plain).join(' · ')]),
    `**${plain(verdict.says)}**${proof === '' ? '' : ` (${proof})`}`,
    ...(verdict.matters === '' ? [] : [plain(verdict.matters)]),
    ...chains.map(({ steps, ring }) =>
      [
        ...steps.map((step, at) => `${at + 1}. ${stepLine(step)}`),
        ...(ring ? [`${steps.length + 1}. ${plain(t('{0} again: a ring', ring.name))}`] : []),
      ].join('\n'),
    ),
    `### ${t('How this is known')}`,
    evidence.map(({ label, text }) => `- ${plain(label)}: ${plain(text)}`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

function stepLine({ name, says, facts, since, ways }: WhyStep): string {
  const beside = [...facts, ...(since === undefined ? [] : [since])].map(plain).join(' · ');
  return [
    `**${plain(name)}** ${plain(says)}`.trimEnd(),
    ...(beside === '' ? [] : [`   ${beside}`]),
    ...(ways ? [`   ${ways.mark ? `${markText(ways.mark)}: ` : ''}${plain(ways.text)}`] : []),
  ].join('  \n');
}

/** The word before who can end a wait. */
export function markText(mark: 'only' | 'also' | 'all'): string {
  switch (mark) {
    case 'only':
      return t('only');
    case 'also':
      return t('also');
    case 'all':
      return t('all');
  }
}

/** Text that is no Markdown, on one line. */
function plain(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~!&$@]/g, '\\$&')
    .replaceAll('](', ']\\(')
    .replace(/\s*\n\s*/g, ' ');
}
