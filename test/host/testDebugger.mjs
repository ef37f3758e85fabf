// @ts-check
// A debugger for the tests: no test host has one. It is there as if somebody had installed it, for only one extension can be one that is being developed.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('debuggerExtension', import.meta.url));

/** @param {string} extensionsDir where VS Code keeps what is installed; nothing is in it yet */
export function installTestDebugger(extensionsDir) {
  const { name, publisher, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const id = `${publisher}.${name}`;
  const relativeLocation = `${id}-${version}`;
  const path = join(extensionsDir, relativeLocation);
  mkdirSync(extensionsDir, { recursive: true });
  cpSync(folder, path, { recursive: true });
  const installed = {
    identifier: { id },
    version,
    location: { $mid: 1, path, scheme: 'file' },
    relativeLocation,
  };
  writeFileSync(join(extensionsDir, 'extensions.json'), JSON.stringify([installed]));
}
