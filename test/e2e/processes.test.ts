/** The Processes view in a real VS Code: what a process holds, filters, ways between objects and processes, keys, Find, hostile names. */
import { inject, afterEach, describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { hexKey } from '../../src/presentation/text';
import { needs } from '../support/oracles';
import { ended } from '../support/processes';
import { Scene } from '../support/streams';
import { freeKey } from '../support/sysv';
import { violations } from './axe';
import { family, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
const scene = new Scene();
afterEach(async () => {
  await scene.clean();
  await filter('All');
});

/** The view, with nothing else in the side bar that could take its room. */
async function show() {
  const view = it.workbench.view('Processes');
  if (!(await view.list.isVisible())) await it.workbench.runCommand('IPC Inspector: Focus on Processes View');
  await view.waitForRows((rows) => rows.length > 0);
  return view;
}

/** Chooses what the view shows. */
async function filter(choice: string) {
  const view = await show();
  await it.workbench.runCommand('IPC Inspector: Filter Processes...');
  await it.workbench.quick.pick(choice);
  return view;
}

/** Shows what fits words. */
async function narrow(text: string) {
  const view = await show();
  await it.workbench.runCommand('IPC Inspector: Filter Processes...');
  await it.workbench.quick.enter(text);
  return view;
}

/** A pipeline in which the second program waits for the first. */
const pipeline = () => family(it.made, 'sleep 300 | cat', 'sleep', 'cat');

test('a process, what it holds, whom it talks to; to the object, and back', async () => {
  const { sleep, cat } = await pipeline();
  const view = await narrow(`cat pid:${cat}`);
  const row = view.row(`cat (${cat})`);
  const { description } = await row.waitUntil((text) => text.includes('waits in read'));
  expect(description).toMatch(/^waits in read · pipe/);
  await row.expand();
  await view.row('Talks To').expand();
  const name = `sleep (${sleep}) -> cat (${cat})`;
  await view.row(name).waitUntil((text) => text === 'reader · fd 0 · blocked in read');
  await view.row(`sleep (${sleep})`).waitUntil((text) => text.startsWith('writes to it · pipe'));
  await view.row('Command').waitUntil((text) => text === 'cat');
  await (await view.row(name).contextMenu()).pick('Reveal in Objects');
  const objects = it.workbench.view('Objects');
  const object = objects.row(name);
  await objects.waitForRows((rows) => rows.some((one) => one.label === name && one.selected));
  await object.expand();
  await (await objects.row(`cat (${cat})`).contextMenu()).pick('Reveal in Processes');
  await view.waitForRows((rows) => rows.some((one) => one.label === `cat (${cat})` && one.selected));
});

test('whoever has an object leads to the page of the process, from its row and from the page of the object', async () => {
  const { sleep, cat } = await pipeline();
  const view = await narrow(`cat pid:${cat}`);
  await view.row(`cat (${cat})`).expand();
  await view.row('Talks To').expand();
  const page = it.workbench.panel();
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
  await view.row(`sleep (${sleep})`).click();
  await heading(`sleep (${sleep})`).waitFor();

  const name = `sleep (${sleep}) -> cat (${cat})`;
  await view.row(name).click();
  await heading(name).waitFor();
  const ends = page.getByRole('button', { name: `cat (${cat})`, exact: true }).first();
  await ends.waitFor();
  expect(await violations(it.workbench)).toEqual([]);
  await ends.focus();
  await it.workbench.page.keyboard.press('Enter');
  await heading(`cat (${cat})`).waitFor();

  await (await view.row(name).contextMenu()).pick('Reveal in Objects');
  const objects = it.workbench.view('Objects');
  await objects.row(name).expand();
  await objects.row(`sleep (${sleep})`).click();
  await heading(`sleep (${sleep})`).waitFor();
  await (await objects.row(`cat (${cat})`).contextMenu()).pick('Open Process...');
  await heading(`cat (${cat})`).waitFor();
});

test('a tooltip names signals as people do', async (context) => {
  needs(context, 'python3');
  const holder = scene.holder();
  await holder.run('signal.pthread_sigmask(signal.SIG_BLOCK, {15, 36}); pipe = os.pipe()');
  const view = await narrow(String(holder.pid));
  const { text } = await view.row(/\(\d+\)$/).tooltip();
  expect(text).toContain('SIGTERM (15); SIGRTMIN+2 (36)');
});

test('ending a process asks, names who loses by it, and ends it; a signal that it catches is sent at once', async (context) => {
  needs(context, 'python3');
  const holder = scene.holder();
  await holder.run(
    'caught = []; signal.signal(signal.SIGUSR1, lambda *a: caught.append(a[0])); pipe = os.pipe()',
  );
  const view = await narrow(String(holder.pid));
  const row = () => view.row(new RegExp(`\\(${holder.pid}\\)$`));
  await (await row().contextMenu()).pick('Send Signal...');
  await it.workbench.quick.pick('SIGUSR1 (10)');
  await it.workbench.quick.enter('');
  await expect.poll(() => holder.run('caught')).toEqual([10]);
  const { sleep, cat } = await pipeline();
  await narrow(String(sleep));
  const ending = view.row(`sleep (${sleep})`);
  await (await ending.contextMenu()).pick('End Process...');
  const asked = await it.workbench.dialog.read();
  expect(asked.message).toContain(`(${sleep})`);
  expect(asked.detail).toContain(`(${cat})`);
  await it.workbench.dialog.press('Cancel');
  expect(ended(sleep)).toBe(false);
  await (await ending.contextMenu()).pick('End Process...');
  await it.workbench.dialog.press('End Process');
  await expect.poll(() => ended(sleep)).toBe(true);
});

describe('filters', () => {
  test('the workspace has who runs in it, mine has all of mine, debugged nobody now', async (context) => {
    needs(context, 'python3');
    const inside = scene.holder();
    const outside = scene.holder();
    for (const holder of [inside, outside]) await holder.run('pipe = os.pipe()');
    await inside.run(`os.chdir(${JSON.stringify(join(inject('scratch'), 'workspace'))})`);
    const labels = [inside, outside].map(({ pid }) => new RegExp(`\\(${pid}\\)$`));
    const shown = (rows: { label: string }[]) =>
      labels.map((label) => rows.some((row) => label.test(row.label)));
    const expectShown = async (choice: string, inView: boolean, outView: boolean) => {
      const view = await filter(choice);
      await view.waitForRows((rows) => {
        const [a, b] = shown(rows);
        return a === inView && b === outView;
      });
      return view;
    };
    await expectShown('All', true, true);
    await expectShown("The Workspace's", true, false);
    const view = await expectShown('Debugged', false, false);
    await view.row(/processes not shown \(filter: debugged\)/).get();
    await expectShown('Mine', true, true);
  });

  test('Escape leaves the box as if nothing had been typed', async (context) => {
    needs(context, 'python3');
    const [one, other] = [scene.holder(), scene.holder()];
    for (const holder of [one, other]) await holder.run('pipe = os.pipe()');
    const view = await narrow(`pid:${one.pid}`);
    const shows = (pid: number) =>
      view.waitForRows((rows) => {
        const of = (who: number) => rows.some(({ label }) => label.endsWith(`(${who})`));
        return of(pid) && !of(pid === one.pid ? other.pid : one.pid);
      });
    await shows(one.pid);
    await it.workbench.runCommand('IPC Inspector: Filter Processes...');
    await it.workbench.quick.wait();
    await it.workbench.quick.type(`pid:${other.pid}`);
    // It narrows while one types, and that alone takes nothing away.
    await shows(other.pid);
    await it.workbench.quick.cancel();
    await shows(one.pid);
    await view.row(new RegExp(`^Filter: that fit: pid:${one.pid} `)).get();
  });
});

describe('keys', () => {
  test('Enter opens, Ctrl+C copies, Delete asks, and the menu key opens the menu', async (context) => {
    needs(context, 'python3');
    const { page, dialog } = it.workbench;
    const holder = scene.holder();
    const path = join(scene.folder(), 'held');
    await holder.run(`os.mkfifo(${JSON.stringify(path)}); fd = os.open(${JSON.stringify(path)}, os.O_RDWR)`);
    const view = await narrow(String(holder.pid));
    const row = view.row(new RegExp(`\\(${holder.pid}\\)$`));
    await row.get();
    await row.click();
    await page.keyboard.press('Control+c');
    await expect.poll(() => it.workbench.clipboard()).toBe(String(holder.pid));
    await row.expand();
    // A click opens it in the preview, and leaves the focus here.
    await view.row('held').click();
    await page.keyboard.press('Control+c');
    await expect.poll(() => it.workbench.clipboard()).toBe(path);
    await page.keyboard.press('Delete');
    expect((await dialog.read()).message).toBe('Destroy FIFO held?');
    await dialog.press('Cancel');
    await view.row('held').click();
    await page.keyboard.press('Shift+F10');
    await page.locator('.monaco-menu').getByRole('menuitem', { name: 'Reveal in Objects' }).waitFor();
    await page.keyboard.press('Escape');
    await view.row('held').click();
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => (await it.workbench.tabs()).find(({ title }) => title === 'held')?.preview)
      .toBe(false);
  });
});

test('Find reaches what lies beyond the first thousand rows', async () => {
  for (let count = 0; count < 1010; count++) it.made.queue();
  const key = freeKey();
  it.made.queue(key);
  const view = await it.show();
  await view.row('System V queues').get();
  await it.workbench.runCommand('IPC Inspector: Find...');
  const { quick } = it.workbench;
  await quick.wait('A key, an id, a path');
  await quick.type(hexKey(key));
  await quick.pick(hexKey(key));
  await it.workbench
    .panel()
    .getByRole('heading', { name: hexKey(key) })
    .waitFor();
});

describe.each([
  ['a command link', '[x](command:a)', '[x](command:a)'],
  ['an icon', '$(trash)', '$(trash)'],
  ['HTML', '<b>x</b><img>', '<b>x</b><img>'],
  ['a line of its own', 'x\nNobody', 'x\u240aNobody'],
])('a process whose name is %s', (_attack, name, shown) => {
  const seen = (text: string) => text.replaceAll(/[\u200b\u2060]/g, '').replaceAll('\u00a0', ' ');
  test('is shown as it is in row, tooltip and Find', async (context) => {
    needs(context, 'python3');
    const holder = scene.holder();
    await holder.run(`open('/proc/self/comm', 'w').write(${JSON.stringify(name)}); pipe = os.pipe()`);
    const view = await narrow(String(holder.pid));
    const row = view.row(new RegExp(`\\(${holder.pid}\\)$`));
    const { label, icons } = await row.get();
    expect(seen(label)).toBe(`${shown} (${holder.pid})`);
    expect(icons).not.toContain('codicon-trash');
    const { text, html } = await row.tooltip();
    expect(seen(text)).toContain(`${shown} (${holder.pid})`);
    expect(html).not.toMatch(/<a |<img|<b>|codicon/);
    await it.workbench.runCommand('IPC Inspector: Find...');
    await it.workbench.quick.type(String(holder.pid));
    await expect
      .poll(async () => (await it.workbench.quick.rows()).map((one) => seen(one.label)))
      .toContain(`${shown} (${holder.pid})`);
    await it.workbench.quick.cancel();
  });
});
