/** Content and forms of a panel keep their place while figures, waiters and states come and go. */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { freeKey, receive, send } from '../support/sysv';
import { perlBlocked, session } from './session';

const it = session({
  viewport: { width: 1100, height: 900 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const REFRESH = 8000;
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;

/** Where parts of a panel stand in the window, again and again while something happens. */
async function watched(parts: readonly Locator[], happen: () => Promise<void>): Promise<number[]> {
  const places: number[][] = parts.map(() => []);
  let over = false;
  const look = async () => {
    while (!over) {
      for (const [at, part] of parts.entries()) places[at]?.push((await part.boundingBox())?.y ?? NaN);
      await sleep(40);
    }
  };
  const looking = look();
  await happen();
  over = true;
  await looking;
  return places.map((all) => Math.max(...all) - Math.min(...all));
}

const button = (panel: FrameLocator, form: string, name: string) =>
  panel.getByRole('form', { name: form, exact: true }).getByRole('button', { name, exact: true });

test('of a queue: messages, waiters and the last process come and go', async () => {
  const view = await it.show();
  const key = freeKey();
  const id = it.made.queue(key);
  await view.row(hex(key)).get(REFRESH);
  await view.row(hex(key)).click();
  const panel = it.workbench.panel();
  await panel.getByText('No messages.').first().waitFor();
  const submit = button(panel, 'Send', 'Send');
  await submit.scrollIntoViewIfNeeded();
  await submit.hover();
  const parts = [
    submit,
    button(panel, 'Receive', 'Receive'),
    panel.getByRole('heading', { name: 'Messages' }),
  ];
  const moved = await watched(parts, async () => {
    const waiting = await perlBlocked(it.made, `msgrcv(${id}, my $m, 100, 7, 0)`);
    await panel.getByText('type 7').first().waitFor();
    for (let at = 0; at < 40; at++) send(id, 1, `message ${at}`);
    await panel.getByText('40 messages').first().waitFor();
    for (let at = 0; at < 40; at++) receive(id, 1);
    await panel.getByText('No messages.').first().waitFor();
    waiting.kill('SIGKILL');
    await expect.poll(() => panel.getByText('type 7').count(), { timeout: REFRESH }).toBe(0);
  });
  expect(moved.map(Math.round)).toEqual([0, 0, 0]);
});

test('in memory every character takes one cell, whatever its font makes of it', async () => {
  const name = `ipc-inspector-cells-${process.pid}`;
  writeFileSync(`/dev/shm/${name}`, Buffer.from('A中文B\n\0é😀ﷺWi␀'.repeat(6)));
  it.made.later(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const view = await it.show();
  await view.row('POSIX shared memory').expand();
  await view.row(`/${name}`).get(REFRESH);
  await view.row(`/${name}`).click();
  const panel = it.workbench.panel();
  const lines = panel.locator('ipc-hex .hex-text');
  await lines.first().waitFor();
  const widths = await lines.evaluateAll((all) =>
    all.map((line) => {
      const probe = document.createElement('span');
      // Where the next character would stand.
      probe.textContent = '0'.repeat(100);
      line.append(probe);
      const { left, width } = probe.getBoundingClientRect();
      const place = left - line.getBoundingClientRect().left;
      probe.remove();
      return place / (width / 100) - Array.from(line.textContent ?? '').length;
    }),
  );
  expect(widths.length).toBeGreaterThan(1);
  for (const over of widths) expect(Math.abs(over)).toBeLessThan(0.2);
});
