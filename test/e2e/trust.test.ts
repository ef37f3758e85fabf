/** Restricted Mode: a window whose folder is not trusted shows everything, and sends, alters and destroys nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeSettings } from '../host/settings.mjs';
import { freeKey, Made, send } from '../support/sysv';
import type { Workbench } from './driver';
import { openWindow } from './session';

const made = new Made();
// What comes first waits for the extensions of a new window, on a busy machine for long.
const START = 60_000;
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;
const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-trust-'));
let workbench: Workbench;

// A window reads them when it opens, from the user's own file.
beforeAll(async () => {
  writeSettings(inject('server').userDataDir, {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  });
  workbench = await openWindow({ folder });
});
afterAll(async () => {
  made.clean();
  await workbench?.close();
  writeSettings(inject('server').userDataDir);
  rmSync(folder, { recursive: true, force: true });
});

test('everything is shown, and nothing is sent, altered or destroyed until the folder is trusted', async () => {
  const key = freeKey();
  const id = made.queue(key);
  send(id, 1, 'kept');
  await workbench.runCommand('IPC Inspector: Focus on Objects View');
  const view = workbench.view('Objects');
  const row = await view.row(hex(key)).get(START);
  // The line above the rows comes after them, and moves them under the mouse.
  await workbench.page
    .locator('.sidebar')
    .getByText(/IPC namespace/)
    .first()
    .waitFor({ timeout: START });
  expect(row.description).toMatch(/^1 message/);
  // At the start rows move under the mouse as views fill: who has hit another clicks again.
  const isOpen = async () => (await workbench.tabs()).some(({ title }) => title === hex(key));
  await expect
    .poll(
      async () => {
        if (!(await isOpen())) await view.row(hex(key)).click();
        return isOpen();
      },
      { timeout: START, interval: 3000 },
    )
    .toBe(true);
  const panel = workbench.panel();
  await panel.getByText('kept').first().waitFor({ timeout: START });
  await panel
    .getByText(/Restricted Mode: nothing is sent/)
    .first()
    .waitFor({ timeout: START });
  for (const name of ['Send', 'Receive', 'Destroy Queue'])
    expect(await panel.getByRole('button', { name, exact: true }).first().isDisabled(), name).toBe(true);
  await workbench.page.keyboard.press('Delete');
  await workbench.notifications.wait(/Restricted Mode/, START);
  expect(await workbench.dialog.isOpen()).toBe(false);
  await workbench.notifications.clear();
  await workbench.runCommand('IPC Inspector: Create System V Queue...');
  await workbench.notifications.wait(/Could not create .*Restricted Mode/, START);
  expect(await workbench.quick.isOpen()).toBe(false);
});
