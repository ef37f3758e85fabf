/** The tree in a real VS Code, with the packaged extension. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { needs, output } from '../support/oracles';
import { freeKey, operate, receive, send } from '../support/sysv';
import { helpers, session } from './session';

const it = session();
const hex = (key: number) => `0x${key.toString(16).padStart(8, '0')}`;
/** A refresh, and what a loaded machine adds. */
const REFRESH = 4000;

describe('objects of other programs appear within a refresh', () => {
  test('a queue by ipcmk', async (context) => {
    needs(context, 'ipcmk');
    const view = await it.show();
    const id = /: (\d+)/.exec(output('ipcmk', '-Q'))?.[1] ?? '';
    it.made.later(() => output('ipcrm', '-q', id));
    const rows = await view.waitForRows(
      (all) => all.some(({ description }) => description.endsWith(` #${id}`)),
      REFRESH,
    );
    expect(rows.find(({ description }) => description.endsWith(` #${id}`))?.description).toBe(
      `0 messages · 0 of 16 KiB · #${id}`,
    );
  });

  test('a message by Perl', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    const view = await it.show();
    const key = freeKey();
    const id = it.made.queue(key);
    await view.row(hex(key)).get(REFRESH);
    output('perl', '-e', `msgsnd(${id}, pack("l! a*", 42, "from perl"), 0) or die $!`);
    // Counters are held for three seconds.
    await view.waitForRows(
      (all) => all.some(({ description }) => description === `1 message · 9 B of 16 KiB · #${id}`),
      3000 + REFRESH,
    );
  });

  test('a set and a segment by Python', async (context) => {
    needs(context, 'python3');
    const view = await it.show();
    const [setKey, segmentKey] = [freeKey(), freeKey()];
    const program = `
import ctypes
libc = ctypes.CDLL(None)
print(libc.semget(${setKey}, 3, 0o1600), libc.shmget(${segmentKey}, 65536, 0o1600))`;
    const [set = '', segment = ''] = output('python3', '-c', program).trim().split(' ');
    it.made.later(() => output('ipcrm', '-s', set, '-m', segment));
    expect((await view.row(hex(setKey)).get(REFRESH)).description).toBe(`[0, 0, 0] · #${set}`);
    expect((await view.row(hex(segmentKey)).get(REFRESH)).description).toBe(
      `64 KiB · 0 attachments · #${segment}`,
    );
  });

  test('and go within a refresh', async () => {
    const view = await it.show();
    const key = freeKey();
    it.made.queue(key);
    await view.row(hex(key)).get(REFRESH);
    it.made.clean();
    await view.row(hex(key)).waitUntilGone(REFRESH);
  });
});

test('the groups say how much of the limit is used, and which machine this is', async () => {
  const view = await it.show();
  it.made.queue();
  const rows = await view.waitForRows((all) => /^[\d,]+ · limit 32,000$/.test(all[0]?.description ?? ''));
  // In a pid namespace a row of its own says what that hides.
  const groups = rows.filter(({ level, icons }) => level === 1 && !icons.includes('codicon-eye-closed'));
  expect(groups.map(({ label }) => label)).toEqual([
    'System V queues',
    'System V semaphore sets',
    'System V shared memory',
    'POSIX queues',
    'POSIX semaphores',
    'POSIX shared memory',
    'Pipes',
    'FIFOs',
    'Unix sockets',
    'Loopback sockets',
    'Shared mappings',
    'File locks',
    'Event counters',
    'Pseudo-terminals',
  ]);
  const side = await it.workbench.page.locator('.part.sidebar').innerText();
  expect(side).toMatch(/IPC namespace/);
});

test('every group has the icon of its kind, and Collapse All folds them', async () => {
  const view = await it.show();
  const key = freeKey();
  it.made.queue(key);
  await view.row(hex(key)).get(REFRESH);
  const groups = (await view.rows()).filter(({ level }) => level === 1);
  for (const { label, icons } of groups)
    expect([label, icons.filter((icon) => icon !== 'codicon-colored').length]).toEqual([label, 1]);
  expect(groups[0]?.icons).toContain('codicon-inbox');
  await view.titleAction('Collapse All');
  await view.waitForRows((rows) => rows.every(({ level, expanded }) => level === 1 && expanded !== true));
  await view.row('System V queues').expand();
  await view.row(hex(key)).get(REFRESH);
});

test('a tooltip has every fact with its kernel name', async () => {
  const view = await it.show();
  const key = freeKey();
  const id = it.made.queue(key, 0o640);
  send(id, 3, 'hello');
  const { text, html } = await view.row(hex(key)).tooltip();
  for (const fact of [`${id}`, 'rw-r----- (0640)', '16 KiB (16,384 B)', 'qbytes', 'lspid', 'Last sender'])
    expect(text).toContain(fact);
  expect(html).toContain('<table');
});

describe('rows hold still', () => {
  test('a tooltip on a quiet row stays for five seconds beside a row that changes all the time', async () => {
    const view = await it.show();
    const [quiet, busy] = [freeKey(), freeKey()];
    it.made.queue(quiet);
    const id = it.made.queue(busy);
    await view.row(hex(quiet)).get(REFRESH);
    await view.row(hex(busy)).get(REFRESH);
    const stop = new AbortController();
    const work = churn(id, stop.signal);
    try {
      await view.row(hex(quiet)).tooltip();
      const { hover } = it.workbench;
      for (const end = Date.now() + 5000; Date.now() < end;) {
        expect(await hover.innerText()).toContain(hex(quiet));
        await sleep(100);
      }
      // The busy row did move meanwhile, so this says something.
      const before = (await view.row(hex(busy)).get()).description;
      await view.waitForRows(
        (all) => all.some(({ label, description }) => label === hex(busy) && description !== before),
        8000,
      );
    } finally {
      stop.abort();
      await work;
    }
  });

  test('25 of 25 inline clicks land beside a row that changes all the time', async () => {
    const view = await it.show();
    const [quiet, busy] = [freeKey(), freeKey()];
    const target = it.made.queue(quiet);
    const id = it.made.queue(busy);
    await view.row(hex(quiet)).get(REFRESH);
    await view.row(hex(busy)).get(REFRESH);
    const stop = new AbortController();
    const work = churn(id, stop.signal);
    let landed = 0;
    try {
      const { page } = it.workbench;
      const row = view.row(hex(quiet)).locator;
      const title = page.getByText(`Send to queue ${hex(quiet)}`);
      for (let round = 0; round < 25; round++) {
        // As a user does it: to the row, to its icon, one press; nothing that tries again.
        await row.locator('.label-name').hover();
        const icon = await row.getByRole('button', { name: 'Send to Queue...' }).boundingBox();
        if (!icon) throw new Error('the row has no icon');
        await page.mouse.move(icon.x + icon.width / 2, icon.y + icon.height / 2);
        await sleep(50 + Math.random() * 100);
        await page.mouse.down();
        await sleep(30);
        await page.mouse.up();
        await title.waitFor({ timeout: 3000 });
        landed++;
        await page.keyboard.press('Escape');
        await title.waitFor({ state: 'hidden' });
      }
    } finally {
      stop.abort();
      await work;
    }
    expect(landed).toBe(25);
    expect(receive(target)).toBeUndefined();
  });
});

/** Changes a queue every 100 ms. */
async function churn(id: number, signal: AbortSignal): Promise<void> {
  for (let round = 0; !signal.aborted; round++) {
    if (round % 10 < 5) send(id, 1, 'x'.repeat(round % 50));
    else receive(id);
    await sleep(100);
  }
}

test('a helper that is killed under the view is back within two seconds, and costs an error message at most', async () => {
  const view = await it.show();
  const [before = 0] = helpers();
  process.kill(before, 'SIGKILL');
  const key = freeKey();
  it.made.queue(key);
  await view.row(hex(key)).get(2000 + REFRESH);
  expect(helpers()).not.toContain(before);
  expect((await it.workbench.notifications.all()).length).toBeLessThanOrEqual(1);
});

test('several objects are destroyed with one question', async () => {
  const view = await it.show();
  const keys = [freeKey(), freeKey()] as const;
  const ids = keys.map((key) => it.made.queue(key));
  send(ids[0] as number, 1, 'lost');
  for (const key of keys) await view.row(hex(key)).get(REFRESH);
  await view.select(hex(keys[0]), hex(keys[1]));
  await it.workbench.page.keyboard.press('Delete');
  const asked = await it.workbench.dialog.read();
  expect(asked.message).toBe('Destroy 2 objects?');
  for (const key of keys) expect(asked.detail).toContain(hex(key));
  expect(asked.detail).toContain('Its message (4 B) is lost.');
  await it.workbench.dialog.press('Destroy 2 Objects');
  for (const key of keys) await view.row(hex(key)).waitUntilGone(REFRESH);
});

test('a click previews and leaves the focus in the tree; Enter keeps; the same row clicked twice keeps', async () => {
  const view = await it.show();
  const keys = [freeKey(), freeKey(), freeKey()] as const;
  for (const key of keys) it.made.queue(key);
  for (const key of keys) await view.row(hex(key)).get(REFRESH);
  const titles = async () => (await it.workbench.tabs()).map(({ title }) => title);
  await view.row(hex(keys[0])).click();
  await it.workbench.panel().getByText(hex(keys[0])).first().waitFor();
  await view.row(hex(keys[1])).click();
  await it.workbench.panel().getByText(hex(keys[1])).first().waitFor();
  await expect.poll(titles).toEqual([hex(keys[1])]);
  const focused = await it.workbench.page.evaluate(
    () => document.activeElement?.closest('.part')?.className ?? '',
  );
  expect(focused).toContain('sidebar');
  await it.workbench.page.keyboard.press('Enter');
  await sleep(500);
  await view.row(hex(keys[2])).click();
  await it.workbench.panel().getByText(hex(keys[2])).first().waitFor();
  await expect.poll(titles).toEqual([hex(keys[1]), hex(keys[2])]);
  await sleep(600);
  await view.row(hex(keys[2])).click({ clickCount: 2 });
  await sleep(500);
  await view.row(hex(keys[0])).click();
  await it.workbench.panel().getByText(hex(keys[0])).first().waitFor();
  await expect.poll(titles).toHaveLength(3);
  await it.workbench.runCommand('View: Close All Editors');
});

test('a group that was closed shows what came and went meanwhile', async () => {
  const view = await it.show();
  const [before, after] = [freeKey(), freeKey()];
  it.made.queue(before);
  await view.row(hex(before)).get(REFRESH);
  await view.row('System V queues').collapse();
  it.made.clean();
  it.made.queue(after);
  await sleep(1500);
  await view.row('System V queues').expand();
  await view.row(hex(after)).get(REFRESH);
  await view.row(hex(before)).waitUntilGone(REFRESH);
});

test('Delete acts on the focused row, not on the one that was clicked', async () => {
  const view = await it.show();
  const keys = [freeKey(), freeKey()] as const;
  for (const key of keys) it.made.queue(key);
  for (const key of keys) await view.row(hex(key)).get(REFRESH);
  const rows = (await view.rows()).map(({ label }) => label).filter((label) => label.startsWith('0x'));
  const [first = ''] = rows.filter((label) => keys.map(hex).includes(label));
  const next = rows[rows.indexOf(first) + 1] ?? '';
  await view.row(first).click();
  await it.workbench.page.keyboard.press('ArrowDown');
  await it.workbench.page.keyboard.press('Delete');
  expect((await it.workbench.dialog.read()).message).toBe(`Destroy queue ${next}?`);
  await it.workbench.dialog.press('Cancel');
});

test('at 300 pixels label and first part of the description are whole', async () => {
  const view = await it.show();
  await it.workbench.resizeSideBar(300);
  const key = freeKey();
  const [queue, set, segment] = [it.made.queue(key), it.made.set(3), it.made.segment(100_000)];
  operate(set, 0, 1);
  // A test before this one folds them all, and what others have keeps them folded.
  for (const group of ['System V queues', 'System V semaphore sets', 'System V shared memory'])
    await view.row(group).expand();
  await view.row(hex(key)).get(REFRESH);
  await view.row(`private #${segment}`).get(REFRESH);
  expect(queue).toBeGreaterThanOrEqual(0);
  const own = [hex(key), `private #${set}`, `private #${segment}`];
  // What others have may be wrong at this moment, and say so before anything else.
  const cut = await view.list.locator('.monaco-list-row').evaluateAll(
    (rows, labels) =>
      rows.flatMap((row) => {
        const name = row.querySelector('.label-name')?.textContent ?? '';
        if (row.getAttribute('aria-level') !== '1' && !labels.includes(name)) return [];
        // What is hidden is a sentence, whole in its tooltip.
        if (row.querySelector('.codicon-eye-closed')) return [];
        const edge = row.querySelector('.monaco-icon-label-container')?.getBoundingClientRect().right ?? 0;
        return ['.label-name', '.label-description'].flatMap((selector) => {
          const text = row.querySelector(selector)?.firstChild;
          if (!text?.textContent) return [];
          const range = document.createRange();
          range.setStart(text, 0);
          const first =
            selector === '.label-name'
              ? text.textContent.length
              : (text.textContent.split(' · ')[0]?.length ?? 0);
          range.setEnd(text, Math.min(first, (text as Text).length));
          return range.getBoundingClientRect().right > edge + 1 ? [`${row.textContent}: ${selector}`] : [];
        });
      }),
    own,
  );
  expect(cut).toEqual([]);
});
