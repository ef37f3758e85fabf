/** Cures that are clicked where a trouble is told, in a real VS Code: each is checked by what the kernel says, not by us. */
import { readFileSync } from 'node:fs';
import type { FrameLocator } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { Stage } from '../support/diagnosis';
import { needs } from '../support/oracles';
import { violations } from './axe';
import { session } from './session';

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const stage = new Stage();
afterEach(() => stage.clean());

/** Milliseconds within which a trouble that lasts is told, on a machine that is busy. */
const TOLD = 60_000;
const TIME = { timeout: 200_000 };

/** The finding with this title that names a process or an object, unfolded. */
async function unfolded(title: RegExp, about: RegExp) {
  const view = it.workbench.view('Findings');
  if (!(await view.list.isVisible())) await it.workbench.runCommand('IPC Inspector: Focus on Findings View');
  const row = view.row(title);
  await row.get(TOLD);
  await row.expand();
  await view.row(about).get();
  return { view, row };
}

/** The page of an object that a finding is about. */
async function pageOf(title: RegExp, about: RegExp): Promise<FrameLocator> {
  const { view } = await unfolded(title, about);
  await view.row(about).click();
  const panel = it.workbench.panel();
  await panel.locator('.verdict').first().waitFor({ timeout: TOLD });
  return panel;
}

/** The letter of proc(5). */
const stateOf = (pid: number) => /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];

/** A writer into a full pipe whose reader, a child of a program that ends, is stopped: its pid first. */
const STOPPED = `
r, w = os.pipe()
def read():
    os.close(w); os.kill(os.getpid(), signal.SIGSTOP)
    while os.read(r, 65536): pass
def write(): os.close(r); fill(w); os.write(w, b'x')
reader = child(read); writer = child(write); os.close(r); os.close(w)
say(reader, writer); rest()`;

test(
  'a stopped peer is continued from the page of the pipe, which says who is stopped',
  TIME,
  async (context) => {
    needs(context, 'python3');
    const [reader = 0, writer = 0] = await stage.python(STOPPED).said();
    const panel = await pageOf(/^Peer is stopped/, /^pipe \d+$/);
    const verdict = panel.locator('.verdict');
    await expect.poll(() => verdict.innerText()).toContain(`Only python3 (${reader}) could end that`);
    await panel.locator('.sides').getByText('stopped (T)').waitFor();
    const evidence = verdict.getByText('How this is known');
    expect(await verdict.getByText('signal(7)').isVisible()).toBe(false);
    await evidence.click();
    await verdict.getByText('signal(7)').waitFor();
    await verdict.getByText(`thread ${writer} of python3 (${writer})`).waitFor();
    expect(await violations(it.workbench)).toEqual([]);

    expect(stateOf(reader)).toBe('T');
    await verdict.getByRole('button', { name: 'Continue', exact: true }).click();
    await expect.poll(() => stateOf(reader), { timeout: 20_000 }).not.toBe('T');
    await verdict.waitFor({ state: 'hidden', timeout: TOLD });
    await panel.locator('.sides').getByText('stopped (T)').waitFor({ state: 'hidden' });
  },
);
