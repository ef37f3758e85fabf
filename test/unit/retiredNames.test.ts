/** Names that were given up, so that they do not come back: nothing under `src` or `test` declares one, and no file is called so. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Each with what to say instead; the glossary of CONTRIBUTING.md explains them. */
const RETIRED = new Map([
  ['Errand', 'ActRequest'],
  ['News', 'ChildMessage'],
  ['Sight', 'PathResolver'],
  ['Taken', 'Unacknowledged'],
  ['taken', 'unacknowledged, received, drained, or whatever it is'],
  ['untaken', 'unacknowledged'],
  ['secondWalker', 'walkerThread'],
  ['SecondWalker', 'WalkerThread'],
  ['walkBeside', 'runWalker'],
  ['closeEnds', 'detailedEndpoints'],
  ['namesNow', 'nameGeneration'],
  ['noticing', 'consequences'],
  ['sameFates', 'sameOutcomes'],
  ['motion', 'trafficCounters'],
  ['hasEnd', 'isDestroyable'],
  ['endlessText', 'indestructibleText'],
  ['Told', 'say what it is'],
  ['noted', 'say what it is'],
  ['Noted', 'say what it is'],
  ['lasting', 'duration, durationText'],
  ['sentences', 'messages, reasons'],
  ['Found', 'say what was found'],
  ['Known', 'say what is known'],
  ['Place', 'say what sort of place'],
]);
const RETIRED_FILES = ['words', 'sentences', 'sight', 'secondWalker', 'walkBeside', 'taken', 'memory'];
/** One meaning only: the pass of a census. */
const ONCE = new Map([['Look', 'src/native/census/look.ts']]);

const files = ['src', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mts|mjs)$/.test(file))
    .map((file) => join(folder, file)),
);

/** Every name that a file declares, with its line. */
function declared(file: string): { name: string; at: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const names: { name: string; at: string }[] = [];
  const visit = (node: ts.Node) => {
    const { name } = node as { name?: ts.Node };
    const declares =
      !ts.isPropertyAccessExpression(node) && !ts.isImportOrExportSpecifier(node) && !ts.isMetaProperty(node);
    if (name && declares && ts.isIdentifier(name)) {
      const { line } = source.getLineAndCharacterOfPosition(name.getStart());
      names.push({ name: name.text, at: `${file}:${line + 1}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

test('nothing declares a name that was given up', () => {
  const all = files.flatMap(declared);
  // It is read at all: these are there.
  expect(all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Look', 'Census', 'perform', 'survey']),
  );
  const retired = all.filter(({ name }) => RETIRED.has(name) || ONCE.has(name));
  const wrong = retired.filter(({ name, at }) => !at.startsWith(`${ONCE.get(name) ?? '-'}:`));
  expect(
    wrong.map(
      ({ name, at }) => `${at} declares ${name}: ${RETIRED.get(name) ?? `only ${ONCE.get(name)} does`}`,
    ),
  ).toEqual([]);
});

test('no file has such a name', () => {
  const plain = (file: string) => basename(file).replace(/\..*$/, '');
  expect(files.filter((file) => RETIRED_FILES.includes(plain(file)))).toEqual([]);
});
