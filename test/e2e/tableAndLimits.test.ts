/** The pages Limits and Table in a real VS Code, on objects made elsewhere, against ipcs and /proc/sys. */
import { existsSync, readFileSync } from 'node:fs';
import type { FrameLocator } from 'playwright-core';
import { expect, test } from 'vitest';
import { hexKey } from '../../src/presentation/text';
import { needs, output } from '../support/oracles';
import { freeKey, send } from '../support/sysv';
import { violations } from './axe';
import { python, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1000 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const THEMES = ['dark', 'light', 'hc-dark', 'hc-light'] as const;

async function clean(): Promise<void> {
  for (const theme of THEMES) {
    await it.workbench.setTheme(theme);
    expect(await violations(it.workbench), theme).toEqual([]);
  }
  await it.workbench.setTheme('dark');
}

/** Watches whether the page breaks its policy from now on. */
async function watchPolicy(): Promise<() => Promise<string[]>> {
  const frame = await it.workbench.panelFrame();
  await frame.evaluate(() => {
    const broken: string[] = [];
    Object.assign(globalThis, { broken });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
      broken.push(violatedDirective),
    );
  });
  return () => frame.evaluate(() => (globalThis as unknown as { broken: string[] }).broken);
}

test('limits: bars by what /proc/sys and ipcs say, live; who uses most leads to its page', async (context) => {
  needs(context, 'ipcs');
  needs(context, 'python3');
  const { workbench, made } = it;
  const queues = Array.from({ length: 3 }, () => made.queue());
  expect(queues).toHaveLength(3);
  // Nobody else has that many.
  const many = await python(
    made,
    'import ctypes\nlibc = ctypes.CDLL(None)\nfds = [libc.inotify_init() for _ in range(60)]',
  );
  await workbench.runCommand('IPC Inspector: Show Limits');
  const page = workbench.panel();
  await page.getByRole('heading', { level: 1, name: 'Limits' }).waitFor();
  const policy = await watchPolicy();
  const row = (label: string) =>
    page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label }) });
  const text = async (label: string) => (await row(label).innerText()).replaceAll(',', '');
  const most = readFileSync('/proc/sys/kernel/msgmni', 'utf8').trim();
  await row('System V queues').waitFor();
  expect(await text('System V queues')).toMatch(
    new RegExp(`of ${most}\\b[^]*kernel\\.msgmni[^]*now ${most}`),
  );
  const used = async () => Number(/(\d+) of \d+/.exec(await text('System V queues'))?.[1]);
  const counted = () => output('ipcs', '-q').match(/^0x/gm)?.length ?? 0;
  await expect.poll(async () => (await used()) - counted(), { timeout: 20_000 }).toBe(0);
  for (let more = 0; more < 5; more++) made.queue();
  await expect.poll(async () => (await used()) - counted(), { timeout: 20_000 }).toBe(0);

  await page.getByRole('button', { name: /^Copy "sudo sysctl -w kernel\.msgmni=/ }).press('Enter');
  await expect.poll(() => workbench.clipboard()).toBe(`sudo sysctl -w kernel.msgmni=${2n * BigInt(most)}`);
  await clean();
  await page.getByText('What fails once a limit is reached').click();
  await page
    .getByText(/no disk is full/)
    .first()
    .waitFor();
  expect(await policy()).toEqual([]);

  await row('inotify instances')
    .getByRole('button', { name: new RegExp(`\\(${many.pid}\\)$`) })
    .press('Enter');
  await page.getByRole('heading', { level: 1, name: new RegExp(`\\(${many.pid}\\)$`) }).waitFor();
  await page.getByRole('button', { name: 'of user and machine' }).click();
  await page.getByRole('heading', { level: 1, name: 'Limits' }).waitFor();
});

test('limits come back after a reload, and stand still while they are paused', async () => {
  const { workbench } = it;
  await workbench.runCommand('IPC Inspector: Show Limits');
  const page = workbench.panel();
  await page.getByRole('rowheader', { name: 'Semaphore sets' }).waitFor();
  await it.reload();
  await page.getByRole('rowheader', { name: 'Semaphore sets' }).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Live, pause' }).click();
  const said = await page.getByText(/^Paused\. What is shown was read at/).innerText();
  it.made.set(1);
  await expect.poll(() => page.getByText(/^Paused\./).innerText()).toBe(said);
  await page.getByRole('button', { name: 'Paused, resume' }).click();
  await page.getByText(/^Paused\./).waitFor({ state: 'hidden' });
  await workbench.closeTab('Limits');
});

const grid = (page: FrameLocator) => page.getByRole('grid');
const names = (page: FrameLocator) =>
  grid(page)
    .locator('.grid-body .name')
    .allInnerTexts()
    .then((all) => all.map((one) => one.trim()));

async function openTable(group: string): Promise<FrameLocator> {
  await it.workbench.runCommand('View: Close All Editors');
  await it.workbench.runCommand('IPC Inspector: Open as Table');
  await it.workbench.quick.pick(group);
  const page = it.workbench.panel();
  await page.getByRole('heading', { level: 1, name: group }).waitFor();
  return page;
}

/** Queues of ours alone: their keys begin alike. */
function family(count: number): { prefix: string; labels: string[]; ids: number[] } {
  const base = (freeKey() & 0x7fffff00) >>> 0;
  const keys = Array.from({ length: count }, (_, at) => base + at);
  const ids = keys.map((key) => it.made.queue(key));
  return { prefix: hexKey(base).slice(0, -2), labels: keys.map((key) => hexKey(key)), ids };
}

test('table: filtered, sorted by a click, with rows that hold still, summed and copied', async (context) => {
  needs(context, 'ipcs');
  const { workbench } = it;
  const { prefix, labels, ids } = family(4);
  const [a = '', b = '', c = '', d = ''] = labels;
  for (const [at, id] of ids.entries()) for (let sent = 0; sent < at; sent++) send(id, 1, 'x'.repeat(100));
  const page = await openTable('System V queues');
  const policy = await watchPolicy();
  const filter = page.getByRole('textbox', { name: 'Filter' });
  await filter.fill(prefix);
  await filter.press('Enter');
  await page.getByRole('button', { name: `Remove the word ${prefix}` }).waitFor();
  await expect.poll(() => names(page)).toEqual([a, b, c, d]);
  // The figures are those of ipcs.
  const line =
    output('ipcs', '-q')
      .split('\n')
      .find((one) => one.startsWith(d)) ?? '';
  expect(line.trim().split(/\s+/).slice(-2)).toEqual(['300', '3']);
  const row = (label: string) => grid(page).getByRole('row').filter({ hasText: label });
  expect(await row(d).innerText()).toMatch(/\b3\b[^]*300 B/);

  const header = grid(page).getByRole('columnheader', { name: /^Messages/ });
  await header.click();
  await expect.poll(() => names(page)).toEqual([d, c, b, a]);
  expect(await header.getAttribute('aria-sort')).toBe('descending');
  // Figures change in place; the order is that of the click, and says so once it does not hold.
  for (let sent = 0; sent < 5; sent++) send(ids[0] ?? 0, 1, 'y');
  await expect.poll(() => row(a).innerText()).toMatch(/\b5\b/);
  expect(await names(page)).toEqual([d, c, b, a]);
  await header.getByText(/^sorted \d\d:\d\d:\d\d$/).waitFor();
  await header.click();
  await expect.poll(() => names(page)).toEqual([a, d, c, b]);

  // By keyboard alone: from the head down, select, extend, copy, open.
  await header.focus();
  await header.press('ArrowDown');
  await workbench.page.keyboard.press('Space');
  await workbench.page.keyboard.press('Shift+ArrowDown');
  await page.getByText('2 selected').waitFor();
  await page.locator('.table-foot').getByText('Messages: 8').waitFor();
  await workbench.page.keyboard.press('Control+c');
  await expect.poll(() => workbench.clipboard()).toBe([ids[0], ids[3]].join('\n'));
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy as CSV' }).click();
  await expect.poll(() => workbench.clipboard()).toMatch(new RegExp(`^Name,[^]*\\n${a},[^]*\\n${d},`));
  await clean();
  expect(await policy()).toEqual([]);

  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'Export as JSON' }).click();
  await workbench.page.locator('.monaco-editor .view-lines').getByText(`"id": ${ids[0]}`).waitFor();
});

test('table: destroys what is selected after its question, and nothing else', async () => {
  const { workbench } = it;
  const { prefix, labels, ids } = family(3);
  const page = await openTable('System V queues');
  const filter = page.getByRole('textbox', { name: 'Filter' });
  await filter.fill(prefix);
  await expect.poll(() => names(page).then((all) => all.length)).toBe(3);
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await page.getByRole('checkbox', { name: `Select ${labels[1]}` }).click();
  const destroy = page.getByRole('button', { name: 'Destroy 2 queues...' });
  await destroy.click();
  await workbench.dialog.press('Cancel');
  const there = () => output('ipcs', '-q');
  for (const label of labels) expect(there()).toContain(label);
  await destroy.click();
  await workbench.dialog.press('Destroy 2 Objects');
  await expect.poll(() => names(page)).toEqual([labels[1]]);
  expect(there()).toContain(labels[1]);
  expect(there()).not.toContain(labels[0]);
  expect(ids).toHaveLength(3);
});

test('table: columns, words and order come back after a reload; a hostile name is text', async (context) => {
  needs(context, 'python3');
  const { workbench, made } = it;
  const path = '/dev/shm/[x](command:y) $(alert) <b>\u202e';
  if (existsSync(path)) throw new Error(`${path} is there already`);
  await python(made, `import os\npath = ${JSON.stringify(path)}\nopen(path, 'w').write('x' * 5000)`);
  made.later(() => output('rm', '-f', '--', path));
  const page = await openTable('POSIX shared memory');
  await page.getByRole('textbox', { name: 'Filter' }).fill('alert');
  const [name] = await expect
    .poll(() => names(page))
    .toHaveLength(1)
    .then(() => names(page));
  expect(name).toBe('/[x](command:y) $(alert) <b>\\u{202E}');
  await page.getByRole('textbox', { name: 'Filter' }).press('Enter');
  await page.getByText('Columns', { exact: true }).first().click();
  await page.getByRole('checkbox', { name: 'Mode' }).click();
  const mode = grid(page).getByRole('columnheader', { name: 'Mode' });
  const shownBefore = (await mode.count()) > 0;
  await page.getByText('Columns', { exact: true }).first().click();
  await it.reload();
  await expect.poll(() => names(page), { timeout: 60_000 }).toEqual([name]);
  expect((await mode.count()) > 0).toBe(shownBefore);
  await page.getByRole('button', { name: 'Remove the word alert' }).waitFor();
  expect(await violations(workbench)).toEqual([]);
});
