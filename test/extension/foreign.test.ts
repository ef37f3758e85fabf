import * as assert from 'node:assert';
import fc from 'fast-check';
import * as vscode from 'vscode';
import { bounded, factsTooltip, lines, markdownText, plain, visible } from '../../src/extension/ui/foreign';

const HOSTILE = [
  '[x](command:workbench.action.quit)',
  '$(trash) $(sync~spin)',
  '<img src=x onerror=alert(1)>',
  '**bold** _it_ `code` # head | cell',
  'https://example.org www.example.org a@example.org',
  '\x1b[31mred\x1b[0m \x07 \x00',
  'a\u202eb\u2066c\u200bd\ufeffe',
];

suite('foreign text', () => {
  test('plain text holds no link, no icon and no control, and still looks as it is', () => {
    for (const text of HOSTILE) {
      const shown = plain(text);
      assert.ok(!/\]\(|\$\(/.test(shown), shown);
      // eslint-disable-next-line no-control-regex -- the subject
      assert.ok(!/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(shown), shown);
      assert.strictEqual(shown.replaceAll('\u200b', ''), visible(text));
    }
  });

  test('what a message has no room for is counted, never dropped without a word', () => {
    const text = (many: number) => Array.from({ length: many }, (_, at) => `line ${at + 1}`).join('\n');
    assert.strictEqual(lines(text(60)), text(60));
    assert.deepStrictEqual(lines(text(100)).split('\n').slice(-2), ['line 59', '… 41 lines more']);
  });

  test('whatever the text', () => {
    const part = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '$',
      '`',
      '|',
      '\\',
      'command:x',
      'x',
      '\n',
      '\u202e',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        assert.ok(!/\]\(|\$\(/.test(plain(text)));
        assert.match(markdownText(text), /^([\p{L}\p{N} ]|&#\d+;)*$/u);
      }),
    );
  });

  test('a tooltip is never trusted and keeps its table whatever is in a cell', () => {
    const tooltip = factsTooltip(
      'a|b\nc',
      [
        { label: 'Name', text: 'x | y\n| z |', kernelName: 'lspid' },
        { label: 'Other', text: HOSTILE.join(' ') },
      ],
      ['end'],
    );
    assert.strictEqual(tooltip.isTrusted, false);
    assert.strictEqual(tooltip.supportHtml, false);
    assert.strictEqual(tooltip.supportThemeIcons, false);
    const rows = tooltip.value.split('\n').filter((line) => line.startsWith('|'));
    assert.strictEqual(rows.length, 4);
    for (const row of rows) assert.strictEqual(row.split('|').length, 5, row);
  });

  test('long text is cut with a word on it, never inside a character', () => {
    assert.strictEqual(bounded('😀'.repeat(10), 4), '😀😀😀😀…');
    assert.strictEqual(bounded('abcd', 4), 'abcd');
    assert.ok(plain('x'.repeat(100_000)).length < 400);
  });

  test('a tooltip is Markdown of VS Code', () => {
    assert.ok(factsTooltip('t', [], []) instanceof vscode.MarkdownString);
  });
});
