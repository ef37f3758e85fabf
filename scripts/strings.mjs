// @ts-check
/**
 * Collects what is translated: `node scripts/strings.mjs` writes l10n/bundle.l10n.json, `--check` only says whether it is as the source has it.
 * A key is the first argument of a call of a value of type `Translate` (or of `around`), whatever it is named: the type checker says which.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'l10n/bundle.l10n.json');
/** The types of functions that translate (src/presentation/translate.ts). */
const TRANSLATING = new Set(['Translate', 'Around']);

/** Every text that is translated, in the order of the alphabet. */
export function collectStrings() {
  const folders = ['presentation', 'extension', 'webview', 'native'].map((folder) =>
    join(root, 'src', folder),
  );
  const parsed = folders.map((folder) => {
    const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile);
    return ts.parseJsonConfigFileContent(config, ts.sys, folder);
  });
  const names = new Set(parsed.flatMap(({ fileNames }) => fileNames));
  // One program for all: that the types of Node and of a page meet in it changes no key.
  const options = Object.assign({}, ...parsed.map((one) => one.options));
  const program = ts.createProgram([...names], {
    ...options,
    composite: false,
    incremental: false,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  /** @type {Set<string>} */
  const found = new Set();
  for (const source of program.getSourceFiles())
    if (names.has(source.fileName)) collect(source, checker, found);
  return [...found].sort();
}

/**
 * @param {ts.SourceFile} source
 * @param {ts.TypeChecker} checker
 * @param {Set<string>} found
 */
function collect(source, checker, found) {
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.arguments[0] && translates(node.expression))
      for (const text of literals(node.arguments[0])) found.add(text);
    ts.forEachChild(node, visit);
  };
  /** @param {ts.Expression} callee */
  const translates = (callee) => TRANSLATING.has(checker.getTypeAtLocation(callee).aliasSymbol?.name ?? '');
  /** @param {ts.Expression} key */
  const literals = (key) => {
    const type = checker.getTypeAtLocation(key);
    const types = type.isUnion() ? type.types : [type];
    return types.map((one) => {
      if (one.isStringLiteral()) return one.value;
      const { line } = source.getLineAndCharacterOfPosition(key.getStart());
      throw new Error(`${source.fileName}:${line + 1}: the text to translate is no literal.`);
    });
  };
  visit(source);
}

/** What the file should hold. @param {string[]} strings */
export function bundleText(strings) {
  return `${JSON.stringify(Object.fromEntries(strings.map((text) => [text, text])), null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const strings = collectStrings();
  const text = bundleText(strings);
  if (!process.argv.includes('--check')) {
    mkdirSync(join(root, 'l10n'), { recursive: true });
    writeFileSync(file, text);
    console.log(`${strings.length} texts in l10n/bundle.l10n.json`);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error('l10n/bundle.l10n.json is not as the source has it: npm run strings');
    process.exitCode = 1;
  }
}
