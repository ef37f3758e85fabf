/** Text of other programs in Markdown. What is made here reaches VS Code through `foreign.ts` alone. */
import type { Line } from '../../presentation/facts';
import { bounded, MOST, visible } from '../../presentation/text';

/** Text inside Markdown: every character that could mean something is an entity, so tables, links and addresses stay text. */
export function markdownText(text: string, most = MOST): string {
  return visible(bounded(text, most)).replace(
    /[^\p{L}\p{N} ]/gu,
    (character) => `&#${character.codePointAt(0) as number};`,
  );
}

/** A title, what is so, a table of facts, and closing lines. */
export function factsMarkdown(
  title: string,
  facts: readonly Line[],
  closing: readonly string[],
  verdicts: readonly string[] = [],
): string {
  const rows = facts.map(
    ({ label, text, kernelName }) =>
      `| ${markdownText(label)} | ${markdownText(text)} | ${kernelName ? `_${markdownText(kernelName)}_` : ''} |`,
  );
  return [
    `**${markdownText(title)}**`,
    ...verdicts.map((line) => markdownText(line, 600)),
    ...(rows.length > 0 ? [['| | | |', '|:--|:--|:--|', ...rows].join('\n')] : []),
    ...closing.map((line) => markdownText(line, 600)),
  ].join('\n\n');
}
