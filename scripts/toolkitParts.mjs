// @ts-check
/**
 * The form controls import what they stand on from one index of everything. A bundle that is split has all of that in every page then, since esbuild goes by files; so each name is
 * imported from the file that declares it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const BASE = '@microsoft/fast-foundation';
const folder = dirname(createRequire(import.meta.url).resolve(`${BASE}/package.json`));

/** @type {Map<string, string>} */
const declaredIn = new Map();
for (const name of readdirSync(join(folder, 'dist/esm'), { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.js')) continue;
  const text = readFileSync(join(folder, 'dist/esm', name), 'utf8');
  for (const [, declared = ''] of text.matchAll(/^export (?:class|const|function|let|var) (\w+)/gm))
    declaredIn.set(declared, `${BASE}/dist/esm/${name}`);
}

/** @type {import('esbuild').Plugin} */
export const toolkitParts = {
  name: 'toolkit-parts',
  setup(build) {
    build.onLoad({ filter: /webview-ui-toolkit[\\/]dist[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        new RegExp(`import \\{([^}]*)\\} from '${BASE}';`, 'g'),
        (_, /** @type {string} */ names) => importsOf(names),
      ),
      loader: 'js',
    }));
  },
};

/** An import for each name of a list, as in `Button as FoundationButton, buttonTemplate as template`. @param {string} names */
function importsOf(names) {
  return names
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const file = declaredIn.get(one.split(' ')[0] ?? '');
      if (file === undefined) throw new Error(`nothing in ${BASE} declares ${one}`);
      return `import { ${one} } from '${file}';`;
    })
    .join('\n');
}
