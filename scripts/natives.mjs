// @ts-check
/** The package with koffi's native part for another processor: fetched from the registry once, held against the lockfile, and kept outside the clone. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { buildOnce, cacheRoot } from '../test/host/cache.mjs';
import { hasNativePackage, nativePackage } from './helperBundle.mjs';

/** The folder of the package for this processor. @param {string} arch @param {(line: string) => void} log */
export async function nativeFor(arch, log) {
  if (hasNativePackage(arch)) return nativePackage(arch);
  const name = `@koromix/koffi-linux-${arch}`;
  const { version, integrity } = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages[
    `node_modules/${name}`
  ];
  const digest = createHash('sha256').update(integrity).digest('hex').slice(0, 12);
  return buildOnce(join(cacheRoot(), `native-${digest}`), log, (scratch) => {
    log(`Fetching ${name} ${version}`);
    run('npm', ['pack', '--silent', '--pack-destination', scratch, `${name}@${version}`]);
    const [archive = ''] = readdirSync(scratch);
    const bytes = readFileSync(join(scratch, archive));
    const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (found !== integrity) throw new Error(`${name} ${version} is not what the lockfile knows.`);
    run('tar', ['-xzf', join(scratch, archive), '-C', scratch]);
    rmSync(join(scratch, archive));
    for (const file of readdirSync(join(scratch, 'package')))
      renameSync(join(scratch, 'package', file), join(scratch, file));
    return Promise.resolve();
  });
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
}
