// @ts-check
/** `npm run manifest` writes the commands, menus and keys of package.json as src/extension/commands/manifest.ts makes them; a unit test compares the two. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'package.json');
const built = await esbuild.build({
  entryPoints: [join(root, 'src/extension/commands/manifest.ts')],
  ...{ bundle: true, write: false, format: 'esm', platform: 'node', logLevel: 'warning' },
});
const text = built.outputFiles[0]?.text ?? '';
const { contributions } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
const manifest = JSON.parse(readFileSync(file, 'utf8'));
Object.assign(manifest.contributes, contributions());
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);

const texts = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
const missing = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)]
  .map(([, key = '']) => key)
  .filter((key) => !(key in texts));
if (missing.length > 0) {
  console.error(`package.nls.json has no text for ${[...new Set(missing)].join(', ')}.`);
  process.exitCode = 1;
}
