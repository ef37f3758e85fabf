/** The Findings view in a real VS Code: a real trouble is a row in the first screen, says its reason, and goes when it is over. */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { missing, needs } from '../support/oracles';
import { Stage } from '../support/diagnosis';
import { until } from '../support/until';
import { session } from './session';

/** A writer alone at a FIFO, there before the window opens: when that is open, it has lasted long enough to be told. */
const stage = new Stage();
const fifo = () => join(inject('scratch'), `findings-${process.pid}.fifo`);
let writer = 0;
beforeAll(async () => {
  if (missing('python3')) return;
  const code = `os.mkfifo(sys.argv[1]); say(os.getpid()); os.open(sys.argv[1], os.O_WRONLY)`;
  [writer = 0] = await stage.python(code, fifo()).said();
});
afterAll(() => stage.clean());

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: {
    'ipcInspector.refreshInterval': 250,
    // What the user's shell does at its start may take long, or hang itself.
    'terminal.integrated.profiles.linux': { plain: { path: '/bin/sh' } },
    'terminal.integrated.defaultProfile.linux': 'plain',
  },
});

/** Milliseconds within which a trouble that lasts is told, on a machine that is busy. */
const TOLD = 60_000;

test(
  'a writer alone at a FIFO: its row, its reason, who it is, and its end',
  { timeout: 200_000 },
  async (context) => {
    needs(context, 'python3');
    const view = it.workbench.view('Findings');
    if (!(await view.list.isVisible()))
      await it.workbench.runCommand('IPC Inspector: Focus on Findings View');
    const row = view.row(/^Alone at a FIFO/);
    const { icons } = await row.get(TOLD);
    expect(icons).toContain('codicon-warning');

    await row.expand();
    const says = new RegExp(`python3 \\(${writer}\\).*to write`);
    await view.row(says).get();
    await (await row.contextMenu()).pick('Copy Answer');
    await expect.poll(() => it.workbench.clipboard()).toMatch(/^### Warning: Alone at a FIFO\n\npython3 /);
    // A click leads to who it is.
    await view.row(`python3 (${writer})`).click();
    await expect
      .poll(async () => (await it.workbench.tabs()).map(({ title }) => title), { timeout: 20_000 })
      .toContain(`python3 (${writer})`);

    const reader = spawn('cat', [fifo()], { stdio: 'ignore' });
    try {
      await row.waitUntilGone(TOLD);
    } finally {
      reader.kill();
    }
  },
);

test(
  'why a terminal hangs: the program in front of it, and what it waits for',
  { timeout: 120_000 },
  async () => {
    const path = join(inject('scratch'), `terminal-${process.pid}.fifo`);
    execFileSync('mkfifo', [path]);
    const { workbench } = it;
    await workbench.runCommand('Terminal: Create New Terminal');
    const terminal = workbench.page.locator('.terminal-wrapper.active .xterm-helper-textarea');
    await terminal.waitFor();
    await terminal.pressSequentially(`exec 3<>${path}; cat <&3\n`);
    // Its shell starts, and then the program.
    await expect.poll(() => catsOf(path).length, { timeout: 40_000 }).toBe(1);
    const [cat] = catsOf(path);
    await workbench.runCommand('IPC Inspector: Why Does This Terminal Hang?');
    const page = workbench.panel();
    await page.getByRole('heading', { name: new RegExp(`cat.* \\(${cat}\\)`) }).waitFor({ timeout: 30_000 });
    await page
      .getByText(/waits to read/)
      .first()
      .waitFor({ timeout: 30_000 });
    await workbench.runCommand('Terminal: Kill All Terminals');
    await until(() => catsOf(path).length === 0);
  },
);

/** The pids of `cat` that have a FIFO as their input. */
function catsOf(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/comm`, 'latin1') === 'cat\n' &&
          readlinkSync(`/proc/${pid}/fd/0`) === path
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
