// @ts-check
/**
 * Makes a release ready, and stops before anything is published: tests, the package of each target, and their sums in out/release; then says how to publish them.
 * usage: node scripts/release.mjs --repository URL [--tested]
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { repositoryOf } from './readme.mjs';

const OUT = join('out', 'release');

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
try {
  release();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function release() {
  const { values } = parseArgs({ options: { repository: { type: 'string' }, tested: { type: 'boolean' } } });
  if (values.repository === undefined) throw new Error('--repository URL: where people find the source.');
  const repository = repositoryOf(values.repository);
  const { version, publisher, name } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { stdout } = spawnSync('git', ['status', '--porcelain'], { encoding: 'utf8' });
  if (stdout.trim() !== '') throw new Error('What is not committed would be released: commit it first.');
  if (!readFileSync('CHANGELOG.md', 'utf8').includes(`\n## ${version}`))
    throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  if (!values.tested) run('npm', 'test');
  rmSync(OUT, { recursive: true, force: true });
  run(process.execPath, 'scripts/package.mjs', '--all', '--repository', repository, '--out', OUT);
  const files = readdirSync(OUT).sort();
  const sums = files.map((file) => {
    const sum = createHash('sha256')
      .update(readFileSync(join(OUT, file)))
      .digest('hex');
    return `${sum}  ${file}\n`;
  });
  writeFileSync(join(OUT, 'SHA256SUMS'), sums.join(''));
  console.log(`
${publisher}.${name} ${version} is ready in ${OUT}. Nothing was published.
Publish from a workflow of ${repository} that both marketplaces trust (trusted publishing: no token is stored), with the permission "id-token: write", after the tag v${version}:
  npx @vscode/vsce publish --oidc --packagePath ${OUT}/*.vsix
  npx ovsx publish --packagePath ${OUT}/*.vsix     (by the registry's short-lived token: see its page on trusted publishing)
CONTRIBUTING.md, "Release", says how that is set up once.`);
}

/** @param {string} command @param {...string} args */
function run(command, ...args) {
  if (spawnSync(command, args, { stdio: 'inherit' }).status !== 0) throw new Error(`${args[0]} failed.`);
}
