/** What was hidden is fresh again, Refresh draws in any case, and a view whose look is old says so. The walk of `living.test.ts` finds the ways that nobody thought of. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hexKey } from '../../src/presentation/text';
import { freeKey, send } from '../support/sysv';
import { helpers, session } from './session';

const it = session();

test('a row follows its object again after the view was hidden and shown', async () => {
  const view = await it.show();
  const key = freeKey();
  const id = it.made.queue(key);
  await view.row(hexKey(key)).get();
  await it.workbench.runCommand('View: Show Explorer');
  // As long as it takes until nobody looks any more.
  await expect.poll(() => view.list.isVisible()).toBe(false);
  await sleep(2000);
  await it.workbench.runCommand('IPC Inspector: Focus on Objects View');
  await view.row(hexKey(key)).get();
  await sleep(1000);
  send(id, 1, 'x');
  await view.row(hexKey(key)).waitUntil((text) => text.startsWith('1 message ·'));
});

test('a look that is old is told, in the view and in the panel, and dims the rows until the next', async () => {
  const view = await it.show();
  const key = freeKey();
  const id = it.made.queue(key);
  await view.row(hexKey(key)).click();
  await it.workbench.page.mouse.move(0, 0);
  const panel = it.workbench.panel();
  await panel.getByText('0 messages').first().waitFor();
  // Not of the row that is selected: that has a colour of its own.
  const color = () =>
    view
      .row('System V queues')
      .locator.locator('.label-name')
      .evaluate((label) => getComputedStyle(label).color);
  const side = () => it.workbench.page.locator('.part.sidebar').innerText();
  expect(await side()).not.toContain('as of');
  const before = await color();
  const [pid = 0] = helpers();
  it.made.later(() => process.kill(pid, 'SIGCONT'));
  process.kill(pid, 'SIGSTOP');
  send(id, 1, 'x');
  await expect.poll(side, { timeout: 25_000 }).toMatch(/as of \d\d:\d\d:\d\d/);
  await expect.poll(color).not.toBe(before);
  await panel.getByText(/as of .*nothing newer could be read/).waitFor();
  process.kill(pid, 'SIGCONT');
  await view.row(hexKey(key)).waitUntil((text) => text.startsWith('1 message ·'));
  await panel.getByText('1 message').first().waitFor();
  await expect.poll(side).not.toContain('as of');
  await expect.poll(color).toBe(before);
  await panel.getByText(/nothing newer could be read/).waitFor({ state: 'hidden' });
});
