/** What two faces say stands in `presentation`: no string of the product is written in two of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { KINDS } from '../../src/protocol/ref';

const FACES = ['extension', 'webview', 'native'];
/** Floors that read what the kernel writes: its names, and no word of ours. */
const KERNEL = /^native\/(?:libc|proc|sockdiag)\//;

/** What a person reads: it has two words, or begins as a sentence or a title does. Not the name of an ability of a kind. */
function isRead(text: string): boolean {
  if (KINDS.some((kind) => text.startsWith(`${kind} `))) return false;
  return /\p{L}{2,} (?:\S+ )*\p{L}{2,}/u.test(text) || /^\p{Lu}\p{Ll}/u.test(text);
}

/** Each text with values in it as `{}`, whether in a literal, in a template, or in pieces that are joined to a key. */
function textsOf(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const add = (text: string) => {
    const plain = text.replace(/\{\d+\}/g, '{}');
    if (isRead(plain)) found.push(plain);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    // Of a page only what goes through `t` is text; the rest are elements and attributes.
    const isPage = ts.isTaggedTemplateExpression(node);
    if (isPage) {
      if (ts.isTemplateExpression(node.template))
        for (const { expression } of node.template.templateSpans) visit(expression);
      return;
    }
    if (ts.isStringLiteralLike(node)) add(node.text);
    if (ts.isTemplateExpression(node))
      add(node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join(''));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The faces that say each text outside `presentation`, with their files. */
function said(files: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const [path, content] of files)
    for (const text of textsOf(ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true)))
      places.set(text, (places.get(text) ?? new Set()).add(path));
  return places;
}

function twice(files: ReadonlyMap<string, string>): Record<string, string[]> {
  const faceOf = (path: string) => path.split('/', 1)[0];
  const found = [...said(files)].filter(([, places]) => new Set([...places].map(faceOf)).size > 1);
  return Object.fromEntries(found.map(([text, places]) => [text, [...places].sort()]));
}

test('what two faces say is said once', () => {
  const files = new Map<string, string>();
  for (const face of FACES)
    for (const name of readdirSync(join('src', face), { recursive: true }) as string[]) {
      const path = `${face}/${name}`;
      if (name.endsWith('.ts') && !KERNEL.test(path))
        files.set(path, readFileSync(join('src', path), 'utf8'));
    }
  expect(files.size).toBeGreaterThan(300);
  expect(twice(files)).toEqual({});
});

test('a text in two faces is found, however it is written; a name of the protocol is none', () => {
  const files = new Map([
    ['extension/one.ts', "t('{0} bytes are left', many); act('sysv.msg send'); t('Show'); import 'A b';"],
    ['extension/two.ts', "t('Only here'); t('Only here')"],
    ['webview/one.ts', "html`<p title=${t('Show')}>Free text</p>`; bus('sysv.msg send')"],
    ['native/one.ts', 'print(`${many} bytes are left`); type A = "Only here";'],
  ]);
  expect(twice(files)).toEqual({
    '{} bytes are left': ['extension/one.ts', 'native/one.ts'],
    Show: ['extension/one.ts', 'webview/one.ts'],
  });
});
