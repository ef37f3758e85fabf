/** Acts do not surprise, by keyboard in a real VS Code: nothing is lost by Enter alone, and no key goes elsewhere. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freeKey, send } from '../support/sysv';
import { session } from './session';

const it = session({ settings: { 'ipcInspector.refreshInterval': 250 } });
const REFRESH = 6000;
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;
const queues = () => readFileSync('/proc/sysvipc/msg', 'utf8').split('\n').slice(1);
const lives = (id: number) => queues().some((line) => Number(line.trim().split(/\s+/)[1]) === id);

test('Ctrl+A, Delete, Enter destroys nothing; the verb does', async () => {
  const view = await it.show();
  const keys = [freeKey(), freeKey(), freeKey()];
  const ids = keys.map((key) => it.made.queue(key));
  for (const id of ids) send(id, 1, 'lost');
  for (const key of keys) await view.row(hex(key)).get(REFRESH);
  const { keyboard } = it.workbench.page;
  await view.row(hex(keys[0] as number)).click();
  await keyboard.press('Control+a');
  await keyboard.press('Delete');
  const { detail, buttons } = await it.workbench.dialog.read();
  expect(detail).toMatch(/\d+ queues.* with \d+ messages/);
  expect(buttons).toContain('Leave as Is');
  await keyboard.press('Enter');
  await it.workbench.dialog.locator.waitFor({ state: 'hidden' });
  expect(ids.map(lives)).toEqual([true, true, true]);
  await view.row(hex(keys[0] as number)).click();
  await keyboard.press('Delete');
  await it.workbench.dialog.press('Destroy Queue');
  await view.row(hex(keys[0] as number)).waitUntilGone(REFRESH);
  expect(ids.map(lives)).toEqual([false, true, true]);
});

test('Find takes keys at once, shows the state of a hit, and its pick shows panel and row', async () => {
  const view = await it.show();
  const key = freeKey();
  send(it.made.queue(key), 1, 'found');
  const { page, quick } = it.workbench;
  for (let turn = 0; turn < 3; turn++) {
    await it.workbench.runCommand('IPC Inspector: Find...');
    await quick.wait('Find');
    // What it finds is not waited for: whoever sees the box types on.
    await page.keyboard.type(hex(key));
    await expect.poll(() => quick.value()).toBe(hex(key));
    await expect
      .poll(async () => (await quick.rows()).map((row) => JSON.stringify(row)).join(), { timeout: REFRESH })
      .toMatch(/1 message/);
    if (turn < 2) await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Enter');
  await it.workbench
    .panel()
    .getByRole('heading', { name: hex(key) })
    .waitFor();
  await expect
    .poll(async () => (await view.rows()).filter((row) => row.selected).map(({ label }) => label), {
      timeout: REFRESH,
    })
    .toEqual([hex(key)]);
});

test('a key that is typed in the first step of Create Queue goes on from there', async () => {
  await it.show();
  const key = freeKey();
  const { page, quick } = it.workbench;
  await it.workbench.runCommand('IPC Inspector: Create System V Queue...');
  await quick.wait('Create System V Queue');
  await page.keyboard.type(hex(key));
  await page.keyboard.press('Enter');
  await quick.pick(/^rw------- /);
  await quick.pick(/^Fail if the Key/);
  await it.workbench
    .panel()
    .getByRole('heading', { name: hex(key) })
    .waitFor();
  const id = queues()
    .map((line) => line.trim().split(/\s+/))
    .find(([found]) => Number(found) === key)?.[1];
  expect(id).toBeDefined();
  it.made.removeQueue(Number(id));
});
