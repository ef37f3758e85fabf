/** README and its kin: what they name is there, and the commands for builders are those that are run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestFor, readmeFor, repositoryOf } from '../../scripts/readme.mjs';

const FILES = [
  ...['README.md', 'SUPPORT.md', 'SECURITY.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md'],
  ...readdirSync('docs').map((name) => `docs/${name}`),
];
const read = (file: string) => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  contributes: { configuration: { properties: object }[]; commands: { title: string }[] };
};
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;

test('the README ends with the two commands for builders, and the last is what tests are run by', () => {
  const blocks = [...read('README.md').matchAll(/```sh\n([^`]*)```/g)].map(([, text = '']) => text.trim());
  expect(blocks).toEqual(['npm start', 'npm test']);
  expect(read('.ci/run')).toMatch(/^exec npm test$/m);
  expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['start', 'test']));
});

describe.each(FILES)('%s', (file) => {
  const text = read(file);
  test('leads to files that there are', () => {
    for (const [, to = ''] of text.matchAll(/\]\(([^)\s#]+)\)/g))
      if (!/^[a-z]+:/.test(to)) expect(existsSync(join(dirname(file), to)), to).toBe(true);
  });
  test('names settings, commands and scripts that there are', () => {
    const settings = manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    for (const [name] of text.matchAll(/ipcInspector\.(?:refreshInterval|folders|findings\.\w+)/g))
      expect(settings).toContain(name);
    const titles = manifest.contributes.commands.map(({ title }) => nls[title.replaceAll('%', '')]);
    for (const [, title = ''] of text.matchAll(/\*IPC Inspector: ([^*]+)\*/g))
      expect(titles).toContain(title);
    for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g))
      expect(Object.keys(manifest.scripts)).toContain(name);
    const usage = read('src/native/cli.ts');
    for (const [, command = ''] of text.matchAll(/dist\/helper\.js (\w+)/g))
      expect(usage).toContain(`  ${command}`);
  });
});

describe('in a package', () => {
  const text =
    'A\n\n![picture](media/a.webp)\n\n[here](docs/b.md), [there](https://example.org/c) and [above](#top)\n';
  test('nothing leads nowhere', () => {
    expect(readmeFor(text, undefined)).toBe('A\n\nhere, [there](https://example.org/c) and [above](#top)\n');
    expect(manifestFor({ name: 'x', scripts: {} }, undefined)).toEqual({ name: 'x' });
  });
  test('everything leads to the repository, where it has an address', () => {
    const url = repositoryOf('https://example.org/me/x.git/');
    expect(url).toBe('https://example.org/me/x');
    expect(readmeFor(text, url)).toContain(
      `![picture](${url}/raw/HEAD/media/a.webp)\n\n[here](${url}/blob/HEAD/docs/b.md),`,
    );
    expect(manifestFor({ name: 'x' }, url)).toMatchObject({ bugs: { url: `${url}/issues` } });
    for (const wrong of ['x', 'http://example.org/a', 'https://example.org', 'https://example.org/a b'])
      expect(() => repositoryOf(wrong)).toThrow('--repository');
  });
});
