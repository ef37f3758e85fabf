// @ts-check
/** The third-party notices: of every package of which something is in the bundles, and of what is copied beside them, its licence. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Copied, not bundled. */
const COPIED = ['node_modules/@vscode/codicons'];
/** Stands for the packages of all processors, which have no licence file of their own. */
const SAME_AS = { '@koromix/': 'node_modules/koffi' };
const LICENSE = /^(?:licen[cs]e|notices?|copying)/i;
/** Of a package that names its licence and has no text of it. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The folder of the package that a file belongs to; undefined for ours. @param {string} input */
function packageOf(input) {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
  return folder;
}

/**
 * The text of the notices.
 * @param {readonly string[]} inputs the files that were bundled, as esbuild names them
 */
export function noticesOf(inputs) {
  const folders = new Set([...inputs.flatMap((one) => packageOf(one) ?? []), ...COPIED]);
  const sections = [...folders].sort().map((folder) => section(folder));
  const head = 'IPC Inspector contains parts of the following works, each under its own licence.\n';
  return [head, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
}

/** @param {string} folder */
function section(folder) {
  const { name, version, license, homepage, author } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const [, other] = Object.entries(SAME_AS).find(([prefix]) => name.startsWith(prefix)) ?? [];
  const files = [folder, ...(other ? [other] : [])]
    .filter((one) => existsSync(one))
    .flatMap((one) =>
      readdirSync(one)
        .filter((file) => LICENSE.test(file))
        .map((file) => join(one, file)),
    );
  const texts = files.map((file) => readFileSync(file, 'utf8').trim());
  if (texts.length === 0) {
    const holder = typeof author === 'string' ? author : author?.name;
    if (license !== 'MIT' || !holder) throw new Error(`${name} says nowhere under which licence it is.`);
    texts.push(`Copyright (c) ${holder}\n\n${MIT}`);
  }
  const from = homepage ? `\n${homepage}` : '';
  return `${name} ${version} (${typeof license === 'string' ? license : 'see below'})${from}\n\n${texts.join('\n\n')}\n`;
}
