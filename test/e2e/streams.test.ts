/** Pipes and FIFOs in a real VS Code: their rows, both sides of them, what is in them, and the acts on FIFOs. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { prepare } from '../../src/native/libc/load';
import { createFifo } from '../../src/native/mechanisms/stream/fifoFile';
import { needs } from '../support/oracles';
import { type Holder, Scene } from '../support/streams';
import { until } from '../support/until';
import type { TreeRow } from './driver/tree';
import { family, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
/** Counters in rows are held for three seconds. */
const COUNTERS = 8000;
const scene = new Scene();
afterEach(() => scene.clean());

/** A process of this name that does what it is told. */
async function named(name: string): Promise<Holder> {
  const holder = scene.holder();
  await holder.run(`open('/proc/self/comm', 'w').write(${JSON.stringify(name)})`);
  return holder;
}

/** The rows of a group, which is closed at first. */
async function group(name: 'Pipes' | 'FIFOs') {
  const view = await it.show();
  // Folders are searched every ten seconds, and when somebody asks; a group without members cannot be opened.
  if (name === 'FIFOs') await it.workbench.runCommand('IPC Inspector: Refresh');
  await view.waitForRows(
    (rows) => rows.some((row) => row.label === name && row.expanded !== undefined),
    30_000,
  );
  await view.row(name).expand();
  return view;
}

/** A click on a row, and the panel that it opens. */
async function open(row: TreeRow, heading: string | RegExp): Promise<FrameLocator> {
  await row.click();
  const panel = it.workbench.panel();
  await panel.getByRole('heading', { name: heading }).first().waitFor();
  return panel;
}

/** A FIFO in the folder of the workspace, gone after the test. */
async function fifoFile(name: string): Promise<string> {
  await prepare();
  const path = join(inject('scratch'), 'workspace', name);
  createFifo(path, 0o600);
  it.made.later(() => {
    if (existsSync(path)) spawn('rm', ['--', path]);
  });
  return path;
}

describe('the four cases of a pipe', () => {
  test('nobody reads', async (context) => {
    needs(context, 'python3');
    const holder = await named('lonely-writer');
    await holder.run('r, w = os.pipe(); os.write(w, b"lost"); os.close(r)');
    const row = (await group('Pipes')).row(`lonely-writer (${holder.pid}) -> nobody`);
    const { description, icons } = await row.get();
    expect(description).toMatch(/^no reader/);
    expect(icons).toContain('codicon-arrow-right');
    const panel = await open(row, `lonely-writer (${holder.pid}) -> nobody`);
    await panel.getByText('no reader: the next write gets SIGPIPE').first().waitFor();
    // Looking made no reader of us.
    await holder.run('signal.signal(signal.SIGPIPE, signal.SIG_IGN)');
    expect(await holder.run('os.write(w, b"x")')).toEqual({ error: 'EPIPE' });
  });

  test('nobody writes', async (context) => {
    needs(context, 'python3');
    const holder = await named('lonely-reader');
    await holder.run('r, w = os.pipe(); os.write(w, b"the rest"); os.close(w)');
    const row = (await group('Pipes')).row(`nobody -> lonely-reader (${holder.pid})`);
    await row.waitUntil((description) => description.startsWith('no writer'));
    const panel = await open(row, /lonely-reader/);
    await panel.getByText('no writer: the reader sees end of file after the rest').first().waitFor();
    await panel.getByText('the rest', { exact: true }).first().waitFor();
    expect(await holder.run('os.read(r, 99)')).toBe('the rest');
  });

  test('full: both sides, who waits, and what is in it, which stays', async () => {
    const { yes, sleep } = await family(it.made, 'yes | sleep 300', 'yes', 'sleep');
    const name = `yes (${yes}) -> sleep (${sleep})`;
    const row = (await group('Pipes')).row(name);
    await row.waitUntil((description) => description.startsWith('full, writer waits'));
    const panel = await open(row, name);
    await panel.getByText('full: the writer waits').first().waitFor();
    const sides = panel.getByRole('region', { name: 'Writers and readers' });
    expect(await sides.getByRole('heading').allInnerTexts()).toEqual(['Writers (1)', 'Readers (1)']);
    await sides.getByText(/write/).first().waitFor();
    await panel.getByText('64 KiB').first().waitFor();
    await panel.getByText('y', { exact: false }).first().waitFor();
    await row.waitUntil((description) => description.startsWith('full, writer waits'));
  });

  test('empty: the reader waits', async () => {
    const { sleep, cat } = await family(it.made, 'sleep 300 | cat', 'sleep', 'cat');
    const row = (await group('Pipes')).row(`sleep (${sleep}) -> cat (${cat})`);
    await row.waitUntil((description) => description.startsWith('reader waits'));
    await row.expand();
    const holder = await (await group('Pipes')).row(`cat (${cat})`).get();
    expect(holder.description).toBe('reader · fd 0 · blocked in read');
  });
});

describe('FIFOs', () => {
  test('one that is only a file is written to and read from as waiting acts', async () => {
    const path = await fifoFile('orders');
    const view = await group('FIFOs');
    const row = view.row('orders');
    await row.waitUntil((description) => description.includes('file only'), 30_000);
    const panel = await open(row, 'orders');
    const write = panel.getByRole('form', { name: 'Write', exact: true });
    await write.getByRole('textbox', { name: 'Content' }).fill('one tea');
    await write.getByRole('checkbox', { name: 'Wait until somebody reads' }).click();
    await write.getByRole('button', { name: 'Write', exact: true }).click();
    const you = panel.getByRole('region', { name: 'You' });
    await you.getByText(/write/i).first().waitFor();
    await row.waitUntil((description) => description.includes('you wait'));
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    it.made.later(() => closeSync(reader));
    const got = Buffer.alloc(20);
    const length = await until(() => {
      try {
        return readSync(reader, got) || undefined;
      } catch {
        return undefined;
      }
    });
    expect(got.toString('utf8', 0, length)).toBe('one tea');
    await you.waitFor({ state: 'detached' });

    const read = panel.getByRole('form', { name: 'Read', exact: true });
    await read.getByRole('checkbox', { name: 'Wait until there is some' }).click();
    await read.getByRole('button', { name: 'Read', exact: true }).click();
    await you.getByText(/read/i).first().waitFor();
    const writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    it.made.later(() => closeSync(writer));
    writeSync(writer, 'two cakes');
    const readHere = panel.getByRole('region', { name: 'Read Here' });
    await readHere.getByText('two cakes').first().waitFor();
    // What was taken can be put back, and is kept until it is dismissed.
    await readHere.getByRole('button', { name: 'Write Back' }).click();
    await readHere.getByText('written back at').waitFor();
    expect(readSync(reader, got)).toBe(9);
    await readHere.getByRole('button', { name: 'Dismiss' }).click();
    await readHere.waitFor({ state: 'detached' });
  });

  test('a writer that waits for a reader shows, and nobody releases it by looking', async () => {
    const path = await fifoFile('blocked');
    const { sh } = await family(it.made, `echo late > '${path}'; :`, 'sh');
    const row = (await group('FIFOs')).row('blocked');
    await row.waitUntil((description) => description.includes('writer waits for a reader'), COUNTERS);
    const panel = await open(row, 'blocked');
    const sides = panel.getByRole('region', { name: 'Writers and readers' });
    await sides.getByText(`sh (${sh})`).first().waitFor();
    await row.waitUntil((description) => description.includes('writer waits for a reader'));
    // Our read is what it waited for.
    const read = panel.getByRole('form', { name: 'Read', exact: true });
    await read.getByRole('button', { name: 'Read', exact: true }).click();
    await panel.getByRole('region', { name: 'Read Here' }).getByText('late').first().waitFor();
    await panel
      .getByRole('button', { name: /^Dismiss/ })
      .first()
      .click();
  });

  test('is destroyed by the key, after a question', async () => {
    const path = await fifoFile('doomed');
    const row = (await group('FIFOs')).row('doomed');
    await row.get(30_000);
    await row.click();
    await it.workbench.page.keyboard.press('Delete');
    expect((await it.workbench.dialog.read()).message).toBe('Destroy FIFO doomed?');
    await it.workbench.dialog.press('Destroy FIFO');
    await row.waitUntilGone();
    expect(existsSync(path)).toBe(false);
  });
});
