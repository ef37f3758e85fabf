/** Text of other programs shows as the characters that it is, in every place, and clicking it runs nothing. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, needs } from '../support/oracles';
import { freeKey, Made, send } from '../support/sysv';
import { perl, session } from './session';

const it = session({
  viewport: { width: 1280, height: 900 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;

/** A name has 15 bytes at most, so each kind of attack is a name of its own. */
const NAMES: [attack: string, perlString: string, shown: string][] = [
  ['a command link', '[x](command:a)', '[x](command:a)'],
  ['an icon', '$(trash)', '$(trash)'],
  ['Markdown', '**b**|_i_|`c`', '**b**|_i_|`c`'],
  ['HTML', '<b>x</b><img>', '<b>x</b><img>'],
  ['a line of its own', 'x\\nNobody', 'x\u240aNobody'],
  ['a terminal escape', '\\e[31mred\\a', '\u241b[31mred\u2407'],
];
const COMMAND_LINE = '[click me](command:workbench.action.toggleZenMode)';
/** A message has room for all of them, with a command that would show if it ran. */
const MESSAGE =
  '[click](command:workbench.action.toggleZenMode) $(trash) **b** <img src=x onerror="document.title=1"> \x1b[31mred';
const SHOWN = MESSAGE.replace('\x1b', '\u241b');

/** The characters that a person sees; the one that breaks a link is invisible. */
const seen = (text: string) => text.replaceAll(/[\u200b\u2060]/g, '').replaceAll('\u00a0', ' ');

/** Clicks on the text itself, and makes sure that nothing ran. */
async function harmless(place: Locator): Promise<void> {
  expect(await place.locator('a[href^="command:"], a[data-href^="command:"]').count()).toBe(0);
  await place.click({ force: true, timeout: 3000, noWaitAfter: true }).catch(() => undefined);
  const { page } = it.workbench;
  expect(await page.locator('.monaco-workbench.zenmode, .zen-mode').count()).toBe(0);
  expect(await page.title()).not.toBe('1');
}

/** Queues whose last sender and last receiver is a process of a hostile name, by that name. */
const labels = new Map<string, string>();
const ofTheFile = new Made();
beforeAll(async () => {
  if (missing('perl', ['-e', '1'])) return;
  await Promise.all(
    [...NAMES.map(([, name]) => name), COMMAND_LINE].map(async (name) => {
      const key = freeKey();
      const id = ofTheFile.queue(key);
      labels.set(name, hex(key));
      const string = `"${name.replace(/[$@"]/g, '\\$&')}"`;
      // It must be older than its act for the kernel's times to prove that it is the same.
      await perl(
        ofTheFile,
        `$0 = ${string}; sleep 2; msgsnd(${id}, pack("l! a*", 1, "x"), 0) or die $!; my $b; msgrcv(${id}, $b, 10, 0, 0) or die $!`,
      );
    }),
  );
});
afterAll(() => ofTheFile.clean());
const labelOf = (name: string) => labels.get(name) ?? '';

describe.each(NAMES)('a process whose name is %s', (_attack, name, shown) => {
  test('in tooltip, panel, quick pick, destroy question and plain message', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    const label = labelOf(name);
    const { page, quick, dialog, notifications } = it.workbench;
    const view = await it.show();

    const tooltip = await view.row(label).tooltip();
    expect(seen(tooltip.text)).toContain(`${shown} (`);
    expect(tooltip.html).not.toMatch(/<a |<img|<b>|<em>b|codicon/);
    await harmless(it.workbench.hover);

    const panel = it.workbench.panel();
    await view.row(label).open(panel.getByRole('heading', { name: label }));
    expect(seen(await panel.locator('body').innerText())).toContain(`${shown} (`);
    expect(await panel.locator('a, img').count()).toBe(0);

    await view.row(label).click();
    await page.keyboard.press('Delete');
    const asked = await dialog.read();
    expect(seen(asked.detail)).toContain(`${shown} (`);
    expect(asked.html).not.toMatch(/<a |<img|<b>/);
    await harmless(dialog.locator.locator('.dialog-message-detail'));
    await dialog.press('Cancel');

    // Out of sight the selection of the tree says nothing, so the palette asks which queue.
    await it.workbench.runCommand('View: Show Explorer');
    await it.workbench.runCommand('IPC Inspector: Receive from Queue...');
    const row = await quick.row(label);
    expect(seen(row.detail)).toContain(`last sender ${shown} (`);
    expect(row.icons.filter((icon) => icon === 'codicon-trash')).toEqual([]);
    await quick.pick(label);
    await quick.pick('The Oldest');
    await quick.pick('At Once');
    const message = await notifications.wait('Could not receive');
    expect(seen(message.message)).toContain(`received by ${shown} (`);
    expect(message.html).not.toMatch(/<a |<img|<b>|codicon/);
    await harmless(page.locator('.notification-list-item-message').first());
    await notifications.clear();
  });
});

test('a command line with a command link shows as it is in the panel', async (context) => {
  needs(context, 'perl', ['-e', '1']);
  const label = labelOf(COMMAND_LINE);
  const view = await it.show();
  const panel = it.workbench.panel();
  await view.row(label).open(panel.getByRole('heading', { name: label }));
  const titles = await panel
    .locator('[title]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('title') ?? ''));
  expect(titles.map(seen).join('\n')).toContain(COMMAND_LINE);
});

test('a hostile message, queued and received', async () => {
  const key = freeKey();
  const id = it.made.queue(key);
  send(id, 1, MESSAGE);
  const view = await it.show();
  const panel = it.workbench.panel();
  await view.row(hex(key)).open(panel.getByRole('grid').getByText('click').first());
  expect(seen(await panel.getByRole('grid').innerText())).toContain(SHOWN);
  await panel.getByRole('button', { name: 'Receive', exact: true }).click();
  await panel
    .getByText(/received type 1/)
    .first()
    .waitFor();
  expect(seen(await panel.locator('.history').innerText())).toContain(
    '[click](command:workbench.action.toggleZenMode)',
  );
  expect(await panel.locator('a, img').count()).toBe(0);
  await harmless(panel.locator('.history').getByText('click').first());

  await it.workbench.runCommand('IPC Inspector: Show Received Messages...');
  // Its look takes time: the box is there before its rows.
  await it.workbench.quick.row(/click/);
  const rows = await it.workbench.quick.rows();
  expect(rows.map((row) => seen(row.label))).toContain(SHOWN);
  expect(rows.flatMap(({ icons }) => icons)).not.toContain('codicon-trash');
  await it.workbench.quick.cancel();
  await panel
    .getByRole('button', { name: /Dismiss/i })
    .last()
    .click();
});
