/** POSIX queues, semaphores, shared memory and mappings in a real VS Code, and what the kernel has of them afterwards. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { removeMq } from '../sample/posix.mjs';
import { needs } from '../support/oracles';
import { violations } from './axe';
import { python, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1100 },
  // Most of what is waited for here is the next look.
  settings: { 'ipcInspector.refreshInterval': 250 },
});
/** A refresh, and what a loaded machine adds. */
const REFRESH = { timeout: 5000 };

let made = 0;
/** A name that nobody else uses; what has it goes after the test. */
function newName(): string {
  const name = `/ipc-e2e-${process.pid}-${++made}`;
  it.made.later(() => {
    removeMq(name);
    for (const file of [`/dev/shm${name}`, `/dev/shm/sem.${name.slice(1)}`]) rmSync(file, { force: true });
  });
  return name;
}

const form = (panel: FrameLocator, name: string) => panel.getByRole('form', { name, exact: true });
const press = (where: Locator | FrameLocator, name: string) =>
  where.getByRole('button', { name, exact: true }).click();
const type = (where: Locator, name: string, text: string) =>
  where.getByRole('textbox', { name, exact: true }).fill(text);

/** Answers the questions of a command of the palette; those after the mode by what they ask, since one input takes the place of the other. */
async function create(
  title: string,
  name: string,
  ...answers: [asks: string, answer: string][]
): Promise<FrameLocator> {
  const { quick, workbench } = { quick: it.workbench.quick, workbench: it.workbench };
  await it.show();
  await workbench.runCommand(`IPC Inspector: ${title}`);
  await quick.wait('Its name');
  await quick.enter(name);
  await quick.wait('Who may use it?');
  await quick.pick('rw------- (0600)');
  for (const [asks, answer] of answers) {
    await quick.wait(asks);
    await quick.enter(answer);
  }
  const panel = workbench.panel();
  await panel.getByRole('heading', { name }).waitFor();
  return panel;
}

test('a queue: made in the palette, sent to and received from in its panel, and sent back', async () => {
  const name = newName();
  const panel = await create('Create POSIX Queue...', name, ['How many messages', '4'], ['How long', '64']);
  const view = await it.show();
  await expect
    .poll(async () => (await view.row(name).get()).description, REFRESH)
    .toMatch(/^0 of 4 messages/);
  const sending = form(panel, 'Send');
  await sending.getByText('of at most 64 bytes').waitFor();
  await type(sending, 'Priority', '40000');
  await sending.getByText('A priority is a whole number from 0 to 32,767.').waitFor();
  for (const [priority, text] of [
    ['1', 'low'],
    ['9', 'high'],
  ] as const) {
    await type(sending, 'Priority', priority);
    await type(sending, 'Content', text);
    await press(sending, 'Send');
    await panel.getByText(`sent priority ${priority}`).waitFor(REFRESH);
  }
  await panel.getByText('2 of 4 messages').waitFor(REFRESH);
  await press(form(panel, 'Receive'), 'Receive');
  await panel.getByText('received priority 9').waitFor(REFRESH);
  await panel.getByText('1 of 4 messages').waitFor(REFRESH);
  await press(panel, 'Send Back');
  await panel.getByText('2 of 4 messages').waitFor(REFRESH);

  await press(panel, 'Drain and Restore...');
  const asked = await it.workbench.dialog.read();
  expect(asked.message).toBe(`Drain and restore POSIX queue ${name}?`);
  await it.workbench.dialog.press('Drain and Restore');
  const messages = panel.getByRole('region', { name: 'Messages' });
  await expect
    .poll(async () => (await messages.getByRole('row').allInnerTexts()).map((row) => row.split(/\s+/).at(-1)))
    .toEqual(['content', 'high', 'low']);
  await panel.getByText('2 of 4 messages').waitFor(REFRESH);
  expect(await violations(it.workbench)).toEqual([]);

  await press(panel, 'Destroy Queue');
  await it.workbench.dialog.press('Destroy Queue');
  await view.row(name).waitUntilGone(REFRESH.timeout);
});

test('a semaphore: raised and lowered in its panel, and waited for until it is cancelled', async () => {
  const name = newName();
  const panel = await create('Create POSIX Semaphore...', name, ['value', '1']);
  const acting = form(panel, 'Operate');
  const value = (of: number) =>
    panel.getByRole('list', { name: 'Key figures' }).getByText(`value ${of}`).waitFor(REFRESH);
  await press(acting, 'Post');
  await acting.getByText('Posted; it was 2 right then.').waitFor(REFRESH);
  await value(2);
  for (const left of [1, 0]) {
    await press(acting, 'Lower');
    await acting.getByText(`Lowered; it was ${left} right then.`).waitFor(REFRESH);
  }
  await value(0);
  await press(acting, 'Lower');
  await acting.getByText(/it is zero, so it cannot be lowered now/).waitFor(REFRESH);
  await press(acting, 'Wait and Lower');
  const you = panel.getByRole('region', { name: 'You' });
  await you.getByText('You wait to lower it by one').waitFor(REFRESH);
  expect(await violations(it.workbench)).toEqual([]);
  await press(you, 'Cancel');
  await you.waitFor({ state: 'hidden', ...REFRESH });
  // What was cancelled has taken nothing.
  await press(acting, 'Post');
  await value(1);
});

test('shared memory: written after a question, put back, made larger by its menu, and destroyed', async () => {
  const name = newName();
  const panel = await create('Create POSIX Shared Memory...', name, ['Size', '256']);
  const file = `/dev/shm${name}`;
  writeFileSync(file, Buffer.alloc(256, 'x'));
  const writing = form(panel, 'Write');
  await type(writing, 'Offset', '0x10');
  await type(writing, 'Content', 'hello');
  await press(writing, 'Write');
  expect((await it.workbench.dialog.read()).message).toMatch(
    /^Write 5 B at offset 16 of shared memory object/,
  );
  await it.workbench.dialog.press('Write');
  const written = panel.getByRole('region', { name: 'Written Here' });
  await written.getByText('wrote 5 bytes at 0x10').waitFor();
  expect(readFileSync(file, 'latin1').slice(14, 23)).toBe('xxhelloxx');
  await press(written, 'Put Back');
  await it.workbench.dialog.press('Write');
  await written.getByText('put back 5 bytes at 0x10').waitFor();
  expect(readFileSync(file, 'latin1')).toBe('x'.repeat(256));
  expect(await violations(it.workbench)).toEqual([]);

  await press(panel, 'More Actions');
  await panel.getByRole('menuitem', { name: 'Resize...' }).click();
  await it.workbench.quick.wait('Its new size');
  await it.workbench.quick.enter('512');
  await expect.poll(() => readFileSync(file).length, REFRESH).toBe(512);
  await press(panel, 'Destroy Shared Memory');
  await it.workbench.dialog.press('Destroy Shared Memory');
  await expect.poll(() => existsSync(file), REFRESH).toBe(false);
});

test('a name with a link and an icon in it shows as it is, in every place', async () => {
  const name = `${newName()} [x](command:workbench.action.toggleZenMode)$(trash)`;
  const file = `/dev/shm${name}`;
  it.made.later(() => rmSync(file, { force: true }));
  writeFileSync(file, 'x');
  const seen = (text: string) => text.replaceAll(/[\u200b\u2060]/g, '').replaceAll('\u00a0', ' ');
  const view = await it.show();
  const shown = (label: string) => seen(label) === name;
  const rows = await view.waitForRows((all) => all.some(({ label }) => shown(label)));
  const row = view.row(rows.find(({ label }) => shown(label))?.label ?? '');
  const tooltip = await row.tooltip();
  expect(seen(tooltip.text)).toContain(name);
  expect(tooltip.html).not.toMatch(/<a |codicon/);
  await row.click();
  const panel = it.workbench.panel();
  await panel.getByText('1 process').or(panel.getByText('0 processes')).first().waitFor(REFRESH);
  // The panel that was open before may still stand there.
  await expect
    .poll(async () => seen(await panel.getByRole('heading', { level: 1 }).innerText()), REFRESH)
    .toBe(name);
  expect(await panel.locator('a, img').count()).toBe(0);
  await press(panel, 'Destroy Shared Memory');
  const asked = await it.workbench.dialog.read();
  expect(seen(asked.message)).toBe(`Destroy shared memory object ${name}?`);
  expect(asked.html).not.toMatch(/<a /);
  await it.workbench.dialog.press('Cancel');
  expect(await it.workbench.page.locator('.zen-mode, .zenmode').count()).toBe(0);
});

test('a mapped file stands in its group with who maps it, and its panel shows its bytes', async (context) => {
  needs(context, 'python3');
  const path = join(tmpdir(), `ipc-e2e-${process.pid}.map`);
  it.made.later(() => rmSync(path, { force: true }));
  writeFileSync(path, Buffer.alloc(64, 'm'));
  const map = (rights: string) => `
import mmap, os, sys
fd = os.open(${JSON.stringify(path)}, os.O_RDWR)
memory = mmap.mmap(fd, 64, mmap.MAP_SHARED, ${rights})`;
  const writer = await python(it.made, map('mmap.PROT_READ | mmap.PROT_WRITE'));
  const reader = await python(it.made, map('mmap.PROT_READ'));
  const view = await it.show();
  await view.row('Shared mappings').expand();
  const row = view.row(`ipc-e2e-${process.pid}.map`);
  await row.click();
  const panel = it.workbench.panel();
  await panel.getByRole('heading', { name: path }).waitFor(REFRESH);
  const processes = panel.getByRole('region', { name: 'Processes' });
  for (const { pid } of [writer, reader]) await processes.getByText(`(${pid})`).waitFor(REFRESH);
  await panel.getByText('64 bytes read without a trace, by a descriptor').waitFor(REFRESH);
  expect(await violations(it.workbench)).toEqual([]);
});
