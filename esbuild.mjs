// @ts-check
/** Makes the bundles: `node esbuild.mjs [--watch] [--dev] [--helper]`; the last makes the helper and what reads beside it alone, and leaves the rest. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import esbuild from 'esbuild';
import { helperBundle, nativeFile, nativePackage } from './scripts/helperBundle.mjs';
import { noticesOf } from './scripts/notices.mjs';
import { toolkitParts } from './scripts/toolkitParts.mjs';

const require = createRequire(import.meta.url);
const watch = process.argv.includes('--watch');
const dev = watch || process.argv.includes('--dev');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: !dev,
  sourcemap: dev ? 'linked' : false,
  logLevel: 'warning',
  legalComments: 'none',
  define: { IPC_INSPECTOR_VERSION: JSON.stringify(version) },
};
/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20' };

const target = `linux-${process.arch}`;

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    // What both entries need is one more file, so that there is one of each module.
    ...node,
    format: 'esm',
    splitting: true,
    entryPoints: {
      extension: 'src/extension/extension.ts',
      running: 'src/extension/running.ts',
      deferred: 'src/extension/deferred.ts',
      // Loaded by `import()`, once a helper is started.
      connection: 'src/extension/helper/connection.ts',
    },
    outdir: 'dist',
    chunkNames: 'shared-[hash]',
    external: ['vscode', './running.js', './deferred.js'],
    sourcemap: dev ? 'inline' : false,
    write: false,
    plugins: [{ name: 'common-js', setup: (build) => void build.onEnd(writeCommonJs) }],
  },
  // Each whole: what stands in another file is called by a getter, which a look at 20,000 descriptors feels.
  { ...node, ...helperBundle(target, 'dist') },
  {
    // A page loads what it shows and no more; what several show is a file of its own.
    ...common,
    platform: 'browser',
    format: 'esm',
    splitting: true,
    target: 'es2022',
    entryPoints: await everyPage(await pageEntries()),
    outdir: 'dist/pages',
    chunkNames: 'shared-[hash]',
    tsconfig: 'src/webview/tsconfig.json',
    plugins: [toolkitParts, { name: 'plain-pages', setup: makePlainPages }],
  },
  { ...common, entryPoints: { panelStyle: 'src/webview/panel/panel.css' }, outdir: 'dist' },
  {
    // The tests that run inside the extension host; Mocha finds each file by itself.
    ...node,
    minify: false,
    sourcemap: 'linked',
    entryPoints: readdirSync('test/extension')
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join('test/extension', file)),
    outdir: 'out/test/extension',
    external: ['vscode', 'mocha'],
  },
];

const helperOnly = process.argv.includes('--helper');
const isHelper = (/** @type {import('esbuild').BuildOptions} */ { entryPoints = {} }) =>
  'helper' in entryPoints;
const made = bundles.filter((bundle) => !helperOnly || isHelper(bundle));
for (const folder of helperOnly ? [] : ['dist', 'out/test']) rmSync(folder, { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
copyNative();
copyCodicons();
if (watch) {
  const contexts = await Promise.all(made.map((options) => esbuild.context(options)));
  await Promise.all(contexts.map((context) => context.rebuild()));
  await Promise.all(contexts.map((context) => context.watch()));
  console.log('[watch] ready');
} else {
  const built = await Promise.all(made.map((options) => esbuild.build({ ...options, metafile: true })));
  // Of what goes into the package; the tests do not.
  const shipped = built.filter((_, at) => !made[at]?.outdir?.startsWith('out'));
  if (!helperOnly)
    writeFileSync(
      'dist/notices.txt',
      noticesOf(shipped.map(({ metafile }) => Object.keys(metafile.inputs)).flat()),
    );
}

/** The koffi binaries of this machine's processor, where their loader looks: `dist/<triplet>/koffi.node`. A missing one stops the build. */
function copyNative() {
  const from = nativePackage(process.arch);
  for (const one of [target, `alpine-${process.arch}`]) {
    const file = nativeFile(one);
    cpSync(join(from, file), join('dist', file));
  }
}

/**
 * The page of each kind, by the name of its module, and the others. A kind without a folder of its own has the plain page.
 * @returns {Promise<Record<string, string>>}
 */
async function pageEntries() {
  const own = (/** @type {string} */ name) => `src/webview/kinds/${name}/index.ts`;
  const names = await kindModules();
  return {
    ...Object.fromEntries(
      names.map((name) => [name, existsSync(own(name)) ? own(name) : `plain-page:${name}`]),
    ),
    unknown: 'src/webview/panel/unknown.ts',
    process: 'src/webview/process/index.ts',
    why: 'src/webview/why/index.ts',
    limits: 'src/webview/limits/index.ts',
    table: 'src/webview/table/index.ts',
  };
}

/** The same, if no page of the contract is forgotten: its tab would stay blank. @param {Record<string, string>} entries */
async function everyPage(entries) {
  const { PAGES } = await contract();
  const forgotten = PAGES.filter((name) => name !== 'object' && !(name in entries));
  if (forgotten.length > 0)
    throw new Error(`pageEntries in esbuild.mjs has no entry for ${forgotten.join(', ')}.`);
  return entries;
}

/** Of each kind the name of its modules: `sysvMsg` of `sysv.msg`. */
async function kindModules() {
  const { KINDS, bundleOf } = await contract();
  return KINDS.map(bundleOf);
}

/** @returns {Promise<{ KINDS: string[], PAGES: string[], bundleOf: (kind: string) => string }>} */
async function contract() {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `
        export { KINDS } from './src/protocol/ref';
        export { PAGES } from './src/protocol/pages/frame';
        export { bundleOf } from './src/extension/panels/bundles';`,
      resolveDir: '.',
    },
    ...{ bundle: true, format: 'esm', write: false },
  });
  return import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? '').toString('base64')}`
  );
}

/**
 * Makes the plain page of a kind, by what `presentation` says of it.
 * @param {import('esbuild').PluginBuild} build
 */
function makePlainPages(build) {
  build.onResolve({ filter: /^plain-page:/ }, ({ path }) => ({
    path: path.slice('plain-page:'.length),
    namespace: 'plain-page',
  }));
  build.onLoad({ filter: /.*/, namespace: 'plain-page' }, ({ path: name }) => ({
    contents: `
      import { ${name} } from '../../presentation/kinds/${name}';
      import { plainPage } from './shared/plain';
      plainPage(${name});`,
    resolveDir: resolve('src/webview/kinds'),
    loader: 'ts',
  }));
}

/**
 * VS Code loads CommonJS, and esbuild splits ES modules only: each file is turned by itself.
 * @param {import('esbuild').BuildResult} result
 */
async function writeCommonJs({ outputFiles = [] }) {
  for (const { path, text } of outputFiles) {
    const { code } = await esbuild.transform(text, {
      ...{ format: 'cjs', platform: 'node', target: 'node20', minify: !dev, legalComments: 'none' },
      // `import()` of CommonJS is a `require()` then.
      supported: { 'dynamic-import': false },
      sourcemap: dev ? 'inline' : false,
      sourcefile: path,
    });
    writeFileSync(path, code);
  }
}

function copyCodicons() {
  const from = dirname(require.resolve('@vscode/codicons/dist/codicon.css'));
  for (const file of ['codicon.css', 'codicon.ttf']) cpSync(join(from, file), join('dist', file));
}
