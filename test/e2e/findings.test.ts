/** The Findings view in a real VS Code: a real trouble is a row in the first screen, says its reason, and goes when it is over. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, inject, test } from 'vitest';
import { needs } from '../support/oracles';
import { Stage } from '../support/diagnosis';
import { session } from './session';

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const stage = new Stage();
afterEach(() => stage.clean());

/** Milliseconds within which a trouble that lasts is told, on a machine that is busy. */
const TOLD = 60_000;

test(
  'a writer alone at a FIFO: its row, its reason, who it is, and its end',
  { timeout: 200_000 },
  async (context) => {
    needs(context, 'python3');
    const path = join(inject('scratch'), `findings-${process.pid}.fifo`);
    const code = `os.mkfifo(sys.argv[1]); say(os.getpid()); os.open(sys.argv[1], os.O_WRONLY)`;
    const [pid = 0] = await stage.python(code, path).said();
    const view = it.workbench.view('Findings');
    if (!(await view.list.isVisible()))
      await it.workbench.runCommand('IPC Inspector: Focus on Findings View');
    const row = view.row(/^Alone at a FIFO/);
    const { icons } = await row.get(TOLD);
    expect(icons).toContain('codicon-warning');

    await row.expand();
    const says = new RegExp(`python3 \\(${pid}\\).*to write`);
    await view.row(says).get();
    await (await row.contextMenu()).pick('Copy Answer');
    await expect.poll(() => it.workbench.clipboard()).toMatch(/^### Warning: Alone at a FIFO\n\npython3 /);
    await view.row(`python3 (${pid})`).click();
    await it.workbench
      .view('Processes')
      .waitForRows((rows) => rows.some((one) => one.label === `python3 (${pid})` && one.selected));

    const reader = spawn('cat', [path], { stdio: 'ignore' });
    try {
      await row.waitUntilGone(TOLD);
    } finally {
      reader.kill();
    }
  },
);
