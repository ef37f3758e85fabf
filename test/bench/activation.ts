/**
 * `npm run bench:activation`: how long a real VS Code needs to load and to activate the extension with its view in sight, as VS Code itself measures it ("Show Running Extensions"),
 * beside extensions of VS Code's own in the same windows, and an empty one that the same view activates: less than that takes none. Medians and ratios as a table and as JSON. It judges nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { launchBrowser } from '../host/browser.mjs';
import { installVsix } from '../host/codeServer.mjs';
import { ensureHost } from '../host/host.mjs';
import { Session, VIEW } from '../e2e/session';

const ROUNDS = 7;
/** Milliseconds for the first rows, on a busy machine. */
const START = 60_000;
const OURS = 'IPC Inspector';
const EMPTY = 'Empty';
const it = new Session();

/** Packs an extension that does nothing, once our view is in sight. */
function packEmpty(): string {
  const folder = join(inject('scratch'), 'empty');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ name: 'empty', displayName: EMPTY, publisher: 'ipc-inspector', version: '0.0.1' },
    ...{ engines: { vscode: '^1.100.0' }, main: './main.js', extensionKind: ['workspace'] },
    activationEvents: ['onView:ipcInspector.objects'],
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'main.js'), 'exports.activate = () => undefined;\n');
  writeFileSync(join(folder, 'README.md'), 'Does nothing.\n');
  const vsix = join(folder, 'empty.vsix');
  const vsce = join(process.cwd(), 'node_modules/@vscode/vsce/vsce');
  const allow = ['--allow-missing-repository', '--skip-license', '--no-dependencies'];
  execFileSync(process.execPath, [vsce, 'package', '--out', vsix, ...allow], { cwd: folder });
  return vsix;
}

beforeAll(async () => {
  const { userDataDir } = inject('server');
  const extensionsDir = join(inject('scratch'), 'extensions');
  await installVsix({ host: await ensureHost(), vsix: packEmpty(), userDataDir, extensionsDir });
  it.browser = await launchBrowser();
});
afterAll(() => it.browser.close());

test('activation', { timeout: 600_000 }, async () => {
  /** Milliseconds by the name of the extension. */
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    it.workbench = await it.window();
    await it.workbench.runCommand('IPC Inspector: Focus on Objects View');
    await it.workbench.view(VIEW).waitForRows((rows) => rows.length >= 3, START);
    // The list draws what is in sight alone, and who was fast stands low.
    await it.workbench.page.setViewportSize({ width: 1180, height: 3000 });
    await it.workbench.runCommand('Developer: Show Running Extensions');
    const rows = it.workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
    await rows.filter({ hasText: OURS }).first().waitFor({ timeout: START });
    const told = await rows.evaluateAll((all) =>
      all.map((row) => ({
        name: row.querySelector('.name')?.textContent ?? '',
        time: row.querySelector('.activation-time')?.textContent ?? '',
      })),
    );
    for (const { name, time } of told) {
      const milliseconds = Number(/(\d+)\s*ms/.exec(time)?.[1] ?? NaN);
      if (Number.isNaN(milliseconds)) continue;
      const all = times.get(name);
      if (all) all.push(milliseconds);
      else times.set(name, [milliseconds]);
    }
    await it.workbench.close();
  }
  const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
  const ours = median(times.get(OURS) ?? []);
  for (const [name, all] of times)
    console.log(
      `${name.padEnd(40)} ${String(median(all)).padStart(5)} ms  ${(ours / median(all)).toFixed(2)}`,
    );
  mkdirSync('out/bench', { recursive: true });
  writeFileSync('out/bench/activation.json', JSON.stringify(Object.fromEntries(times), undefined, 2));
});
