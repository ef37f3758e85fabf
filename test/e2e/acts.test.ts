/** What is done with sets, segments and queues in a real VS Code, and what the kernel has of it afterwards. */
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hexKey } from '../../src/presentation/text';
import { needs, needsRoot } from '../support/oracles';
import {
  freeKey,
  operate,
  readSegment,
  receive,
  send,
  valuesOf,
  waitersOf,
  writeSegment,
} from '../support/sysv';
import { violations } from './axe';
import type { TreeRow } from './driver/tree';
import { attached, perl, perlBlocked, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1100 },
  // Most of what is waited for here is the next look.
  settings: { 'ipcInspector.refreshInterval': 250 },
});
/** A refresh, and what a loaded machine adds. */
const REFRESH = { timeout: 5000 };
/** Counters in rows are held for three seconds. */
const COUNTERS = 3000 + REFRESH.timeout;
const isRoot = process.geteuid?.() === 0;

/** How closely the Yama security module keeps processes apart; 0 where it does not. */
const yama = (): number => {
  const file = '/proc/sys/kernel/yama/ptrace_scope';
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
};

/** What stands where nobody is seen to wait: outside of another pid namespace than the first there may be somebody. */
const NOBODY =
  readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]'
    ? /nobody/
    : /nobody seen[^]*cannot be seen from here might wait here too/;

type Mechanism = 'msg' | 'sem' | 'shm';

/** The kernel's lines of a mechanism, each as its columns: the key first, then the id. */
const lines = (mechanism: Mechanism): string[][] =>
  readFileSync(`/proc/sysvipc/${mechanism}`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
const lineOf = (mechanism: Mechanism, id: number) => lines(mechanism).find((line) => line[1] === `${id}`);
/** The id of what has a key; undefined where nothing has. */
const idOf = (mechanism: Mechanism, key: number): number | undefined => {
  const line = lines(mechanism).find(([found]) => Number(found) >>> 0 === key);
  return line && Number(line[1]);
};

interface Opened {
  id: number;
  row: TreeRow;
  panel: FrameLocator;
  /** The part that shows our own acts. */
  you: Locator;
}

const kinds = {
  queue: { title: 'System V queue', icon: 'inbox' },
  set: { title: 'System V semaphore set', icon: 'lock' },
  segment: { title: 'System V segment', icon: 'circuit-board' },
} as const;

/** A click on the row of an object, and the panel that it opens. */
async function open(kind: keyof typeof kinds, id: number, label = `private #${id}`): Promise<Opened> {
  const { title, icon } = kinds[kind];
  const view = await it.show();
  // A set and a segment may have the same id.
  const row = view.row(label, icon);
  await row.click();
  const panel = it.workbench.panel();
  await panel.getByRole('heading', { name: label }).waitFor();
  await panel.getByText(`${title} #${id}`).first().waitFor();
  return { id, row, panel, you: panel.getByRole('region', { name: 'You' }) };
}

async function openSet(...values: number[]): Promise<Opened> {
  const id = it.made.set(values.length);
  values.forEach((value, at) => {
    if (value > 0) operate(id, at, value);
  });
  return open('set', id);
}

async function openQueue(): Promise<Opened & { key: number }> {
  const key = freeKey();
  const id = it.made.queue(key);
  return { ...(await open('queue', id, hexKey(key))), key };
}

/** `fill`: what is done with it before it is opened. */
async function openSegment(bytes: number, fill: (id: number) => unknown = () => undefined): Promise<Opened> {
  const id = it.made.segment(bytes);
  await fill(id);
  return open('segment', id);
}

const form = (panel: FrameLocator, name: string) => panel.getByRole('form', { name, exact: true });
const press = (where: Locator | FrameLocator, name: string) =>
  where.getByRole('button', { name, exact: true }).click();
/** Types into a field of a form. */
const type = (where: Locator, name: string, text: string) =>
  where.getByRole('textbox', { name, exact: true }).fill(text);
/** Ticks a box of a form. */
const tick = (where: Locator, name: string) => where.getByRole('checkbox', { name }).click();
/** The values as the table has them. */
const shown = async (panel: FrameLocator): Promise<number[]> => {
  const cells = await panel
    .getByRole('grid', { name: 'Semaphores' })
    .locator('.row strong:not(.waits)')
    .allInnerTexts();
  return cells.map(Number);
};
/** How many wait for a semaphore to rise, as the kernel counts. */
const waiting = (id: number, semaphore = 0) => waitersOf(id, semaphore).increase;

describe('from the palette, with nothing selected', () => {
  // First in this file: in a new window the side bar has not been opened.
  test('a set is created in five steps, one of them taken back, and its panel opens', async () => {
    const { quick, page } = it.workbench;
    const key = freeKey();
    it.made.later(() => {
      const id = idOf('sem', key);
      if (id !== undefined) it.made.removeSet(id);
    });
    await it.workbench.runCommand('IPC Inspector: Create System V Semaphore Set...');
    await quick.wait('How do other programs find it?');
    expect(await quick.title()).toBe('Create System V Semaphore Set (1/5)');
    await quick.pick('A Number...');
    await quick.wait('Key: a number');
    await quick.refuses('0x123456789', 'A key is a number from 1 to 0xffffffff.');
    await quick.enter(hexKey(key));
    await quick.wait('Who may use it?');
    await quick.pick('rw-rw-rw- (0666)');
    await quick.wait('And if the key exists already?');
    await quick.back();
    await quick.wait('Who may use it?');
    await quick.pick('rw------- (0600)');
    await quick.wait('And if the key exists already?');
    await quick.pick('Fail if the Key Exists Already');
    await quick.wait('How many semaphores?');
    await quick.refuses('three', 'This is a whole number.');
    await quick.refuses('0', 'This is a whole number from 1 to');
    // What is wrong is not taken either.
    await quick.accept();
    await quick.refuses('', 'This is a whole number.');
    await quick.enter('3');
    await quick.wait('Their values');
    await quick.refuses('1, 2', 'The set has 3 semaphores, and these are 2 values.');
    await quick.refuses('1, 2, 40000', 'A value is a whole number from 0 to 32,767.');
    await quick.enter('4, 2 x 1');
    const panel = it.workbench.panel();
    await panel.getByRole('heading', { name: hexKey(key) }).waitFor();
    const id = idOf('sem', key) ?? -1;
    expect(valuesOf(id, 3)).toEqual([4, 1, 1]);
    expect(lineOf('sem', id)?.slice(2, 4)).toEqual(['600', '3']);
    await expect.poll(() => shown(panel), REFRESH).toEqual([4, 1, 1]);
    const side = page.locator('.part.sidebar .composite.title', { hasText: 'IPC Inspector' });
    expect(await side.count()).toBe(0);
  });

  test("a queue's byte limit is altered", async () => {
    const { quick } = it.workbench;
    const key = freeKey();
    const id = it.made.queue(key);
    await it.workbench.runCommand('IPC Inspector: Alter Owner, Mode or Limit...');
    await quick.wait('Which one?');
    await quick.pick(hexKey(key));
    await quick.wait('What do you want to alter?');
    expect(await quick.title()).toContain(`Alter queue ${hexKey(key)}`);
    await quick.pick('Byte Limit...');
    await quick.wait('Byte limit');
    expect(await quick.value()).toBe('16384');
    await quick.refuses('8 KiBs', 'A size is a number of bytes');
    await quick.enter('8 KiB');
    // An empty queue with this limit takes a message of 8 KiB, and then no more.
    const { panel } = await open('queue', id, hexKey(key));
    await panel.getByText('8 KiB', { exact: false }).first().waitFor(REFRESH);
    send(id, 1, Buffer.alloc(8192));
    expect(() => send(id, 1, 'x')).toThrow('errno 11');
  });
});

describe('a set', () => {
  test('shows its values, follows what others do, and several operations are all or nothing', async () => {
    const { id, row, panel } = await openSet(1, 0, 5);
    await expect.poll(() => shown(panel), REFRESH).toEqual([1, 0, 5]);
    await row.waitUntil((description) => description === '[1, 0, 5]');
    operate(id, 2, -2);
    await expect.poll(() => shown(panel), REFRESH).toEqual([1, 0, 3]);

    const operating = form(panel, 'Operate');
    await press(operating, 'Add Operation');
    // A click in the table picks the semaphore.
    await panel.getByRole('grid', { name: 'Semaphores' }).locator('.row[data-key="1"]').click();
    const [first, second] = [1, 2].map((at) => operating.getByRole('group', { name: `Operation ${at}` })) as [
      Locator,
      Locator,
    ];
    // The toolkit's fields draw a new value with the next frame only.
    await expect.poll(() => second.getByRole('textbox', { name: 'Semaphore' }).inputValue()).toBe('1');
    await type(first, 'Change', '-1');
    await type(second, 'Change', '-1');
    await press(operating, 'Operate');
    const refused = operating.getByRole('alert');
    await refused
      .getByText('semaphore [1] is 0 and cannot be changed by -1, so nothing was changed.')
      .waitFor();
    expect(await refused.innerText()).toContain(`Could not operate on semaphore set private #${id}: `);
    expect(valuesOf(id, 3)).toEqual([1, 0, 3]);

    await type(second, 'Change', '+2');
    await press(operating, 'Operate');
    await expect.poll(() => valuesOf(id, 3)).toEqual([0, 2, 3]);
    await expect.poll(() => shown(panel), REFRESH).toEqual([0, 2, 3]);
    await expect.poll(() => refused.innerText()).toBe('');
    expect(await it.workbench.notifications.all()).toEqual([]);
  });

  test('an operation that waits shows as ours, ends at once when cancelled, and else is done when it can be', async () => {
    const { id, row, panel, you } = await openSet(0, 0);
    const operating = form(panel, 'Operate');
    await tick(operating, 'Wait until it can be done');
    await press(operating, 'Operate');
    await you.getByText(/^You wait for \[0\] -1, for \d+ s$/).waitFor(REFRESH);
    expect(waiting(id)).toBe(1);
    await row.waitUntil((description) => description.startsWith('you wait · [0, 0]'));
    // Our own acts stand in a part of their own.
    await expect.poll(() => panel.getByRole('region', { name: 'Who waits' }).innerText()).toMatch(NOBODY);
    await press(you, 'Cancel');
    await expect.poll(() => waiting(id)).toBe(0);
    await you.waitFor({ state: 'hidden', ...REFRESH });
    await row.waitUntil((description) => !description.includes('you'));
    operate(id, 0, 1);
    expect(valuesOf(id, 2)).toEqual([1, 0]);

    operate(id, 0, -1);
    await press(operating, 'Operate');
    await you.getByText('You wait for [0] -1').waitFor(REFRESH);
    operate(id, 0, 3);
    await you.waitFor({ state: 'hidden', ...REFRESH });
    expect(valuesOf(id, 2)).toEqual([2, 0]);
    await expect.poll(() => operating.getByRole('alert').innerText()).toBe('');
  });

  test('what is held is given back when released', async () => {
    const { id, row, panel, you } = await openSet(2);
    await press(form(panel, 'Operate'), 'Hold');
    await you.getByText(/^You hold \[0\] -1, for \d+ s$/).waitFor(REFRESH);
    expect(valuesOf(id, 1)).toEqual([1]);
    await row.waitUntil((description) => description.startsWith('you hold · '));
    await press(you, 'Release');
    await expect.poll(() => valuesOf(id, 1)).toEqual([2]);
    await you.waitFor({ state: 'hidden', ...REFRESH });
    await row.waitUntil((description) => description === '[2]', COUNTERS);
  });

  test('a value is set after a question that says what is lost by it', async () => {
    const { id, panel } = await openSet(1, 1);
    const setting = form(panel, 'Set');
    await type(setting, 'Semaphore', '1');
    await type(setting, 'Value', '7');
    await press(setting, 'Set');
    const asked = await it.workbench.dialog.read();
    expect(asked.message).toBe(`Set semaphore [1] of semaphore set private #${id} to 7?`);
    expect(asked.detail).toContain('SEM_UNDO');
    expect(asked.detail).toContain('It is 1 now.');
    await it.workbench.dialog.press('Cancel');
    // The form takes the next act only when it has done with this one.
    await press(setting, 'Set');
    await it.workbench.dialog.read();
    expect(valuesOf(id, 2)).toEqual([1, 1]);
    await it.workbench.dialog.press('Set Value');
    await expect.poll(() => valuesOf(id, 2)).toEqual([1, 7]);
    await expect.poll(() => shown(panel), REFRESH).toEqual([1, 7]);
    await expect.poll(() => setting.getByRole('alert').innerText()).toBe('');
  });

  test('another process that waits is named, with what for', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    if (yama() > 0) needsRoot(context, 'Yama (kernel.yama.ptrace_scope) hides what others wait for');
    const { id, row, panel } = await openSet(0, 0);
    const who = panel.getByRole('region', { name: 'Who waits' });
    await who.getByText(/^nobody/).waitFor(REFRESH);
    const child = await perlBlocked(it.made, `semop(${id}, pack("s!3", 0, -1, 0))`);
    await expect.poll(() => waiting(id)).toBe(1);
    await who.getByText(`perl (${child.pid})`).waitFor(REFRESH);
    expect(await who.getByRole('listitem').innerText()).toContain('[0] -1');
    await row.waitUntil((description) => description === '[0, 0] · 1 waits on [0]', COUNTERS);
    operate(id, 0, 1);
    await who.getByText(/^nobody/).waitFor(REFRESH);
  });
});

describe('a queue', () => {
  test('the lowest type up to a limit is what is received', async () => {
    const { id, panel } = await openQueue();
    for (const sent of [5, 3, 9, 3]) send(id, sent, `${sent}`);
    const receiving = form(panel, 'Receive');
    await receiving.getByRole('radio', { name: 'the lowest type up to a limit' }).click();
    await type(receiving, 'Type', '4');
    await receiving.getByText('The smallest type that is 4 or less, oldest first.').waitFor();
    await press(receiving, 'Receive');
    await history(panel, 'received type 3').waitFor();
    await dismissAll(panel);
    expect([receive(id), receive(id), receive(id), receive(id)].map((message) => message?.type)).toEqual([
      5n,
      9n,
      3n,
      undefined,
    ]);
  });

  test('a receive that waits takes what comes; one that was cancelled takes nothing', async (context) => {
    needs(context, 'perl', ['-e', '1']);
    const { id, row, panel, you } = await openQueue();
    const receiving = form(panel, 'Receive');
    await tick(receiving, 'Wait until one comes');
    await press(receiving, 'Receive');
    await you.getByText(/^You wait to receive the oldest message, for \d+ s$/).waitFor(REFRESH);
    await row.waitUntil((description) => description.startsWith('you wait · 0 messages'));
    await perl(it.made, `msgsnd(${id}, pack("l! a*", 4, "came"), 0) or die $!`);
    await history(panel, 'received type 4').waitFor(REFRESH);
    await you.waitFor({ state: 'hidden', ...REFRESH });
    expect(receive(id)).toBeUndefined();
    // Who saw it arrive in the panel needs no message.
    expect(await it.workbench.notifications.all()).toEqual([]);

    await receiving.getByRole('radio', { name: 'the oldest of one type' }).click();
    await type(receiving, 'Type', '77');
    await press(receiving, 'Receive');
    await you.getByText('You wait to receive the oldest message of type 77').waitFor(REFRESH);
    await press(you, 'Cancel');
    await you.waitFor({ state: 'hidden', ...REFRESH });
    send(id, 77, 'stays');
    await panel.getByText('stays', { exact: true }).first().waitFor(REFRESH);
    await dismissAll(panel);
    expect(receive(id, 77)?.content.toString()).toBe('stays');
  });

  test('a wait outlives its panel, and a message tells of what arrived', async () => {
    const { id, row, panel, you, key } = await openQueue();
    const receiving = form(panel, 'Receive');
    await tick(receiving, 'Wait until one comes');
    await press(receiving, 'Receive');
    await you.getByText('You wait to receive').waitFor(REFRESH);
    await it.workbench.closeTab(hexKey(key));
    expect(await it.workbench.tabs()).toEqual([]);
    await row.waitUntil((description) => description.includes('you wait'));
    send(id, 6, 'later');
    const said = await it.workbench.notifications.wait('Received a message of type 6');
    expect(said).toMatchObject({ severity: 'info', buttons: ['Show'] });
    expect(said.message).toContain(`(5 B) from queue ${hexKey(key)} after `);
    await row.waitUntil((description) => !description.includes('you wait'));
    await it.workbench.notifications.press('Received a message', 'Show');
    await panel.getByRole('heading', { name: hexKey(key) }).waitFor();
    await history(panel, 'received type 6').waitFor();
    await dismissAll(panel);
  });
});

/** A line of the history. */
const history = (panel: FrameLocator, text: string) =>
  panel.getByRole('region', { name: 'History' }).getByText(text);

/** So that nothing of a test is kept in the history of all queues. */
async function dismissAll(panel: FrameLocator): Promise<void> {
  const dismiss = panel.getByRole('region', { name: 'History' }).getByRole('button', { name: 'Dismiss' });
  for (let left = await dismiss.count(); left > 0; left--) {
    await dismiss.first().click();
    await expect.poll(() => dismiss.count()).toBe(left - 1);
  }
}

describe('a segment', () => {
  const hello = 'hello, others';
  const WITHOUT_TRACE = '4,096 bytes read without a trace, through a process that maps it';

  test('who maps it, and looking leaves no trace', async (context) => {
    needs(context, 'python3');
    const { id, panel, row } = await openSegment(65_536, async (made) => {
      writeSegment(made, 0, hello);
      return attached(it.made, made, { twice: true });
    });
    const holders = panel.getByRole('region', { name: 'Processes' });
    await holders.getByText('read-only').waitFor(REFRESH);
    expect(await holders.getByRole('rowheader').innerText()).toMatch(/^python3?[\d.]* \(\d+\)$/);
    const mappings = (await holders.locator('tbody tr').allInnerTexts()).map((text) =>
      text.split('\t').slice(-2),
    );
    const address: unknown = expect.stringMatching(/^[0-9a-f]{8,}-[0-9a-f]{8,}$/);
    expect(mappings.sort(([, a = ''], [, b = '']) => a.localeCompare(b))).toEqual([
      [address, 'r--s read-only'],
      [address, 'rw-s read and write'],
    ]);
    await row.waitUntil((description) => description === '64 KiB · 1 process', COUNTERS);

    const content = panel.getByRole('region', { name: 'Content' });
    // Others than root are told why there is nothing, and nothing is done behind their back.
    await content
      .getByText(isRoot ? WITHOUT_TRACE : 'only root may read a segment without attaching to it')
      .waitFor(REFRESH);
    const before = lineOf('shm', id);
    await row.tooltip();
    // As long as this panel, row and tooltip go on looking.
    await sleep(3000);
    expect(lineOf('shm', id)).toEqual(before);
    expect(before?.[6]).toBe('2');
  });

  test('its bytes are followed without a trace, and a page that was never touched is left so', async (context) => {
    needsRoot(context, 'only root may read through /proc/PID/map_files');
    needs(context, 'python3');
    const { id, panel } = await openSegment(8192, async (made) => {
      writeSegment(made, 0, hello);
      return attached(it.made, made);
    });
    const content = panel.getByRole('region', { name: 'Content' });
    await content.getByText(WITHOUT_TRACE).waitFor(REFRESH);
    await expect.poll(() => bytes(content)).toContain(hello);
    writeSegment(id, 0, 'HELLO');
    const before = lineOf('shm', id);
    await expect.poll(() => bytes(content), REFRESH).toContain('HELLO, others');
    await press(content, 'Next Page');
    await content.getByText('4,096 bytes never touched: zero, and left untouched').waitFor(REFRESH);
    await content.getByText('no process ever touched this page').waitFor();
    expect(lineOf('shm', id)).toEqual(before);
  });

  test('where nobody has it attached, only a press of a button attaches', async () => {
    const { id, panel, row } = await openSegment(8192, (made) => writeSegment(made, 0, hello));
    const content = panel.getByRole('region', { name: 'Content' });
    await content.getByText('This disturbs').waitFor(REFRESH);
    expect(await panel.getByRole('region', { name: 'Processes' }).innerText()).toContain(
      'No process maps this segment.',
    );
    // Who wrote the bytes may have been seen attached.
    await row.waitUntil((description) => description === '8 KiB · 0 attachments');
    expect(await content.locator('ipc-hex').count()).toBe(0);
    const before = lineOf('shm', id);
    await press(content, 'Attach and Look');
    await content.getByText(/^4,096 bytes read at .* by attaching; this does not follow changes$/).waitFor();
    await expect.poll(() => bytes(content)).toContain(hello);
    // Our helper became the last pid.
    const after = lineOf('shm', id);
    expect(after?.[5]).not.toBe(before?.[5]);
    // Resident size and attach count are as before.
    expect([after?.[6], after?.[14]]).toEqual([before?.[6], before?.[14]]);
    await press(content, 'Next Page');
    await press(content, 'Attach and Look');
    await content.getByText('4,096 bytes never touched: zero, and left untouched').waitFor();
    expect(lineOf('shm', id)?.[14]).toBe(before?.[14]);
  });

  test('is written after a question that names who maps it, and what stood there is put back', async (context) => {
    needs(context, 'python3');
    let pid: number | undefined;
    const { id, panel } = await openSegment(4096, async (made) => {
      writeSegment(made, 16, hello);
      ({ pid } = await attached(it.made, made));
    });
    const writing = form(panel, 'Write');
    await writing.getByText(`(${pid}) maps it and sees what is written at once.`).waitFor(REFRESH);
    await type(writing, 'Offset', '0x10');
    await type(writing, 'Content', 'HE\\x00');
    await press(writing, 'Write');
    const asked = await it.workbench.dialog.read();
    expect(asked.message).toBe(`Write 3 B at offset 16 of segment private #${id}?`);
    expect(asked.detail).toMatch(new RegExp(`Attached by: python3?[\\d.]* \\(${pid}\\)\\.`));
    await it.workbench.dialog.press('Cancel');
    await press(writing, 'Write');
    await it.workbench.dialog.read();
    expect(readSegment(id, 16, hello.length).toString()).toBe(hello);
    await it.workbench.dialog.press('Write');
    const written = panel.getByRole('region', { name: 'Written Here' });
    await written.getByText('wrote 3 bytes at 0x10').waitFor();
    expect(readSegment(id, 16, hello.length).toString()).toBe('HE\0lo, others');
    await press(written, 'Put Back');
    await it.workbench.dialog.press('Write');
    await written.getByText('put back 3 bytes at 0x10').waitFor();
    expect(readSegment(id, 16, hello.length).toString()).toBe(hello);
  });
});

/** The text column of the bytes in sight, without line breaks. */
async function bytes(content: Locator): Promise<string> {
  const text = await content.locator('.hex-text').allInnerTexts();
  return text.join('');
}

test('axe finds nothing in the panels of sets and segments', async () => {
  const { workbench } = it;
  const set = await openSet(0, 1);
  const operating = form(set.panel, 'Operate');
  await tick(operating, 'Wait until it can be done');
  await press(operating, 'Operate');
  await set.you.getByText('You wait for').waitFor(REFRESH);
  await press(operating, 'Add Operation');
  await type(operating.getByRole('group', { name: 'Operation 2' }), 'Change', 'x');
  expect(await violations(workbench)).toEqual([]);
  await workbench.setTheme('hc-light');
  expect(await violations(workbench)).toEqual([]);
  // A wait whose set goes would say so in a message.
  await press(set.you, 'Cancel');

  // So small because axe takes its time for each line of bytes.
  const segment = await openSegment(256, (made) => writeSegment(made, 0, 'hello'));
  const content = segment.panel.getByRole('region', { name: 'Content' });
  await press(content, 'Attach and Look');
  await content.locator('.hex-text').first().click();
  expect(await violations(workbench)).toEqual([]);
  await workbench.setTheme('dark');
  expect(await violations(workbench)).toEqual([]);
});
