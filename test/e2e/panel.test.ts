/** The queue panel in a real VS Code, with the packaged extension. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { freeKey, receive, send } from '../support/sysv';
import { violations } from './axe';
import { session } from './session';

const it = session({
  viewport: { width: 1280, height: 900 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;

/** A queue of a test, and its panel. */
async function openPanel(
  fill: (id: number) => void = () => undefined,
): Promise<{ id: number; label: string; panel: FrameLocator }> {
  const view = await it.show();
  const key = freeKey();
  const id = it.made.queue(key);
  fill(id);
  const panel = it.workbench.panel();
  await view.row(hex(key)).open(panel.getByRole('heading', { name: hex(key) }));
  return { id, label: hex(key), panel };
}

const three = (id: number) => {
  send(id, 3, '{"job":17}');
  send(id, 7, Buffer.from([0, 255, 10]));
  send(id, 3, 'größe');
};
const contents = async (panel: FrameLocator) =>
  (await panel.getByRole('grid').innerText()).replaceAll('\u2060', '');

/** The line of the kernel that a look must leave as it is. */
const traces = (id: number) =>
  readFileSync('/proc/sysvipc/msg', 'utf8')
    .split('\n')
    .find((line) => Number(line.trim().split(/\s+/)[1]) === id);

// First in this file: in a new window the side bar has not been opened.
test('the palette works without the side bar ever opened', async () => {
  const window = it.workbench;
  const key = freeKey();
  send(it.made.queue(key), 1, 'x');
  await window.runCommand('IPC Inspector: Peek');
  await window.quick.pick(hex(key));
  await window
    .panel()
    .getByRole('heading', { name: hex(key) })
    .waitFor();
  await window.panel().getByText('1 message').first().waitFor();
  expect(
    await window.page.locator('.part.sidebar .composite.title', { hasText: 'IPC Inspector' }).count(),
  ).toBe(0);
});

test('shows facts and messages, and looking leaves no trace', async () => {
  const { id, panel } = await openPanel(three);
  const before = traces(id);
  await panel.getByText('{"job":17}').waitFor();
  await expect.poll(() => contents(panel)).toContain('größe');
  const body = await panel.locator('body').innerText();
  expect(body).toContain('3 messages');
  expect(body).toContain(`#${id}`);
  expect(body).toContain('rw-------');
  // Of several looks.
  await sleep(1000);
  expect(traces(id)).toBe(before);
});

test('follows what others do', async () => {
  const { id, panel } = await openPanel();
  await panel.getByText('0 messages').first().waitFor();
  send(id, 1, 'later');
  await panel.getByText('later', { exact: true }).first().waitFor({ timeout: 5000 });
  receive(id);
  await panel.getByText('later', { exact: true }).first().waitFor({ state: 'hidden', timeout: 5000 });
});

test('sends what is typed', async () => {
  const { id, panel } = await openPanel();
  await panel.getByRole('textbox', { name: 'Type', exact: true }).first().fill('5');
  await panel.getByRole('textbox', { name: 'Content' }).fill('a\\x00b');
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(() => receive(id)).toEqual({ type: 5n, content: Buffer.from('a\0b') });
});

test('receives into the history, keeps it over a reload, sends it back, dismisses it', async () => {
  const { id, label, panel } = await openPanel((queue) => send(queue, 9, 'precious'));
  await panel.getByRole('button', { name: 'Receive', exact: true }).click();
  await panel
    .getByText(/received type 9/)
    .first()
    .waitFor();
  expect(receive(id)).toBeUndefined();
  await it.reload();
  const again = it.workbench.panel();
  await again.getByRole('heading', { name: label }).waitFor({ timeout: 20_000 });
  await again
    .getByText(/received type 9/)
    .first()
    .waitFor();
  await again.getByRole('button', { name: /Send back/i }).click();
  await expect.poll(() => receive(id)?.content.toString()).toBe('precious');
  await again
    .getByRole('button', { name: /Dismiss/i })
    .last()
    .click();
  await again
    .getByText(/received type 9/)
    .first()
    .waitFor({ state: 'hidden' });
});

test('says what is wrong in place: a full queue, nothing to receive', async () => {
  const { panel } = await openPanel();
  await panel.getByRole('button', { name: 'Receive', exact: true }).click();
  await panel
    .getByText(/Could not receive from queue .* no such message is queued/)
    .first()
    .waitFor();
  expect(await it.workbench.notifications.all()).toEqual([]);
});

test('a queue that is destroyed by somebody else is said to be gone', async () => {
  const { panel } = await openPanel(three);
  await panel.getByText('{"job":17}').waitFor();
  it.made.clean();
  await panel
    .getByText(/Gone, noticed at/)
    .first()
    .waitFor({ timeout: 6000 });
});

test('destroys after a question', async () => {
  const { id, label, panel } = await openPanel(three);
  await panel.getByText('{"job":17}').waitFor();
  await panel.getByRole('button', { name: 'Destroy Queue' }).click();
  const asked = await it.workbench.dialog.read();
  expect(asked.message).toBe(`Destroy queue ${label}?`);
  expect(asked.detail).toContain('Its 3 messages (20 B) are lost.');
  expect(asked.buttons).toContain('Destroy Queue');
  await it.workbench.dialog.press('Cancel');
  expect(traces(id)).toBeDefined();
  await panel.getByRole('button', { name: 'Destroy Queue' }).click();
  await it.workbench.dialog.press('Destroy Queue');
  await panel.getByText(/Gone/).first().waitFor({ timeout: 6000 });
  expect(traces(id)).toBeUndefined();
});

describe('for everybody', () => {
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] as const)
    test(`axe finds nothing, and the page keeps to its policy: ${theme}`, async () => {
      await it.workbench.setTheme(theme);
      const refused: string[] = [];
      const listen = (message: { text(): string }) => {
        // A page of VS Code's own says such things too, so only ours count.
        if (/Content Security Policy/i.test(message.text()) && /panel|codicon|ipc/i.test(message.text()))
          refused.push(message.text());
      };
      it.workbench.page.on('console', listen);
      const { panel } = await openPanel(three);
      await panel.getByText('{"job":17}').waitFor();
      const found = await violations(it.workbench);
      it.workbench.page.off('console', listen);
      expect(found).toEqual([]);
      expect(refused).toEqual([]);
    });

  for (const width of [300, 480, 900])
    test(`at ${width} pixels nothing is clipped`, async () => {
      const { panel } = await openPanel(three);
      await panel.getByText('{"job":17}').waitFor();
      await it.workbench.page.setViewportSize({ width: width + 360, height: 900 });
      await sleep(700);
      const frame = await it.workbench.panelFrame();
      const clipped = await frame.evaluate(() => {
        const cut: string[] = [];
        const room = document.documentElement.clientWidth;
        for (const element of document.querySelectorAll<HTMLElement>('body *')) {
          const box = element.getBoundingClientRect();
          if (box.width === 0 || box.height === 0 || getComputedStyle(element).visibility === 'hidden')
            continue;
          // What only a screen reader reads is one pixel wide on purpose.
          if (box.width <= 1 || element.closest('.sr-only, [aria-hidden=true], svg')) continue;
          if (box.right > room + 1)
            cut.push(`${element.tagName}.${element.className}: over the edge by ${box.right - room}`);
          const { overflowX } = getComputedStyle(element);
          const text = element.textContent.trim();
          if (
            overflowX === 'hidden' &&
            element.scrollWidth > element.clientWidth + 1 &&
            !element.closest('[title]') &&
            text
          )
            cut.push(`${element.tagName}.${element.className}: ${text.slice(0, 40)}`);
        }
        return cut;
      });
      await it.workbench.page.setViewportSize({ width: 1280, height: 900 });
      expect(clipped).toEqual([]);
    });
});
