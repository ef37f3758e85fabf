/** A finding that is handed on as Markdown, and its cures. */
import { expect, test } from 'vitest';
import { curesOf } from '../../src/presentation/findings/cures';
import { findingMarkdown } from '../../src/presentation/findings/markdown';
import { findIn } from '../../src/presentation/values';
import type { Finding } from '../../src/protocol/findings';
import { processRef } from '../../src/protocol/ref';
import type { Process } from '../../src/protocol/snapshot';

const HOSTILE = '[x](http://evil) @admin `rm` | <b> # *';
const ref = processRef(46, '7');
const finding = {
  ...{
    rule: 'deaf',
    severity: 'warning',
    doubts: ['hidden'],
    subjects: [ref],
    since: 5000,
    cites: 'signal(7)',
  },
  parts: { pid: 46, startTime: '7', signals: [15] },
  cures: [
    { is: 'destroy', ref },
    { is: 'continue', ref },
    { is: 'end', ref },
  ],
} as unknown as Finding;

test('names of other programs mean nothing in it, and its evidence names each subject', () => {
  const processes: Process[] = [{ pid: 46, startTime: '7', state: 'S', name: HOSTILE, command: HOSTILE }];
  const text = findingMarkdown(finding, { find: findIn({ processes, objects: [] }), now: 9000 }, 9000);
  expect(text).toContain(ref);
  expect(text).toContain('signal(7)');
  expect(text).not.toMatch(/@|:\/\/|(?<!\\)[[\]`<>]/);
  // As many columns in each row of the table.
  for (const row of text.split('\n').filter((line) => line.startsWith('|')))
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(3);
});

test('the harmless cure stands first, whatever the rule says', () => {
  expect(curesOf(finding).map(({ is }) => is)).toEqual(['continue', 'end', 'destroy']);
});
