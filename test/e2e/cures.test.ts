/** Cures that are clicked where a trouble is told, in a real VS Code: each is checked by what the kernel says, not by us. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test, type TestContext } from 'vitest';
import { Stage } from '../support/diagnosis';
import { missing, needs } from '../support/oracles';
import { Made, operate, send, waitersOf } from '../support/sysv';
import { violations } from './axe';
import { session } from './session';

/** Every trouble of this file is staged before the window opens: how long each must last, and how seldom a step of the diagnosis is made on a busy machine, is waited for once. */
const stage = new Stage();
const made = new Made();
let staged: Awaited<ReturnType<typeof stageAll>> | undefined;
beforeAll(async () => {
  if (!missing('python3')) staged = await stageAll();
});
afterAll(async () => {
  await stage.clean();
  made.clean();
});
const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});

/** Milliseconds within which a trouble that lasts is told, on a machine that is busy. */
const TOLD = 120_000;
const TIME = { timeout: 400_000 };

/** The finding with this title that names a process or an object, unfolded. */
async function unfolded(title: RegExp, about: RegExp) {
  const view = it.workbench.view('Findings');
  if (!(await view.list.isVisible())) await it.workbench.runCommand('IPC Inspector: Focus on Findings View');
  // Others may come and go above it, and take a click for themselves: so it is waited for until nothing moves.
  let before = '';
  const stands = async () => {
    const rows = await view.rows();
    const now = JSON.stringify(rows.map(({ label }) => label));
    const still = now === before;
    before = now;
    if (rows.some(({ label }) => about.test(label))) return still;
    const folded = rows.find(({ label, expanded }) => title.test(label) && expanded !== true);
    if (folded) await view.row(folded.label).expand();
    return false;
  };
  await expect.poll(stands, { timeout: TOLD, interval: 500 }).toBe(true);
  return view;
}

/** The page of an object that a finding is about. */
async function pageOf(title: RegExp, about: RegExp): Promise<FrameLocator> {
  const view = await unfolded(title, about);
  const tabTitle = async () => (await it.workbench.tabs()).find(({ active }) => active)?.title;
  const before = await tabTitle();
  await view.row(about).click();
  const panel = it.workbench.panel();
  // A preview is another's, has its title at once, and shows the page before until its own is loaded.
  const heading = async () => {
    const now = await tabTitle();
    if (now === undefined || now === before) return false;
    // Of a file the page has the whole path.
    return (await panel.getByRole('heading', { level: 1 }).innerText()).endsWith(now);
  };
  await expect.poll(heading, { timeout: TOLD }).toBe(true);
  await panel.locator('.verdict').first().waitFor({ timeout: TOLD });
  return panel;
}

/** What a Python program with libc prints as a number. */
function asked(code: string): number {
  const program = `import ctypes, fcntl, os\nlibc = ctypes.CDLL(None)\nprint(${code})`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

/** F_GETPIPE_SZ of fcntl(2). */
const capacityOf = (pid: number, fd: number) =>
  asked(`fcntl.fcntl(os.open('/proc/${pid}/fd/${fd}', os.O_WRONLY), 1032)`);
/** The ids of all segments. */
const segments = () =>
  readFileSync('/proc/sysvipc/shm', 'utf8')
    .split('\n')
    .map((line) => Number(line.trim().split(/\s+/)[1]));

/** The letter of proc(5). */
const stateOf = (pid: number) => /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];

/** A writer into a full pipe whose reader, a child of a program that ends, is stopped: its pid first, and the inode of the pipe last. */
const STOPPED = `
r, w = os.pipe()
def read():
    os.close(w); os.kill(os.getpid(), signal.SIGSTOP)
    while os.read(r, 65536): pass
def write(): os.close(r); fill(w); os.write(w, b'x')
reader = child(read); writer = child(write); pipe = os.fstat(r).st_ino; os.close(r); os.close(w)
say(reader, writer, pipe); rest()`;

/** Who lowered a set last has ended, and two wait. */
const TAKEN = (lower: string) => `
pid = child(lambda: (${lower}, os._exit(0))); os.waitpid(pid, 0)
waiters = [child(lambda: (${lower}, os._exit(0))) for _ in range(2)]
say(*waiters); rest()`;

const FULL = `
r, w = os.pipe()
def idle(): os.close(w); signal.pause()
reader = child(idle); os.close(r); fill(w); say(os.getpid(), w, os.fstat(w).st_ino); os.write(w, b'x'); say(1); rest()`;

const HEIR = `
f = open(sys.argv[1], 'w'); taker = os.fork()
if taker == 0:
    fcntl.flock(f, fcntl.LOCK_EX); heir = child(rest); say(heir); os._exit(0)
os.waitpid(taker, 0); f.close(); g = open(sys.argv[1], 'w'); fcntl.flock(g, fcntl.LOCK_EX); say(1); rest()`;

/** The troubles, each with what its test needs of it. */
async function stageAll() {
  const path = (name: string, type: string) => join(inject('scratch'), `${name}-${process.pid}.${type}`);
  const paths = { fifo: path('cured', 'fifo'), stale: path('stale', 'sock'), heir: path('heir', 'lock') };
  const [set, queue] = [made.set(1), made.queue()];
  operate(set, 0, 1);
  send(queue, 3, 'unwanted');
  const lower = `libc.semop(${set}, struct.pack('Hhh', 0, -1, 0), 1)`;
  const plays = {
    stopped: stage.python(STOPPED),
    lowered: stage.python(TAKEN(lower)),
    noSuch: stage.python(
      `say(0); libc.msgrcv(${queue}, ctypes.create_string_buffer(64), 8, ctypes.c_long(7), 0); say(1); rest()`,
    ),
    alone: stage.python(
      `os.mkfifo(sys.argv[1]); say(0); fd = os.open(sys.argv[1], os.O_WRONLY); os.write(fd, b'come'); say(1); rest()`,
      paths.fifo,
    ),
    full: stage.python(FULL),
    stale: stage.python(
      `s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.close(); say(0)`,
      paths.stale,
    ),
    heir: stage.python(HEIR, paths.heir),
  };
  const said = async (name: keyof typeof plays) => plays[name].said();
  const first = {
    stopped: await said('stopped'),
    lowered: await said('lowered'),
    noSuch: await said('noSuch'),
    alone: await said('alone'),
    full: await said('full'),
    stale: await said('stale'),
    heir: await said('heir'),
  };
  return { set, queue, paths, plays, first };
}

/** What is staged; skips where it could not be. */
function theStage(context: TestContext) {
  needs(context, 'python3');
  if (!staged) throw new Error('nothing is staged');
  return staged;
}

test(
  'a stopped peer is continued from the page of the pipe, which says who is stopped, and stopped again by Undo',
  TIME,
  async (context) => {
    const [reader = 0, writer = 0, pipe] = theStage(context).first.stopped;
    const panel = await pageOf(/^Peer is stopped/, new RegExp(`^pipe ${pipe}$`));
    const verdict = panel.locator('.verdict');
    await expect.poll(() => verdict.innerText()).toContain(`Only python3 (${reader}) could end that`);
    await panel.locator('.sides').getByText('stopped (T)').waitFor();
    const evidence = verdict.getByText('How this is known');
    expect(await verdict.getByText('signal(7)').isVisible()).toBe(false);
    await evidence.click();
    await verdict.getByText('signal(7)').waitFor();
    await verdict.getByText(`thread ${writer} of python3 (${writer})`).waitFor();
    expect(await violations(it.workbench)).toEqual([]);

    expect(stateOf(reader)).toBe('T');
    await verdict.getByRole('button', { name: 'Continue', exact: true }).click();
    await expect.poll(() => stateOf(reader), { timeout: 20_000 }).not.toBe('T');
    await verdict.waitFor({ state: 'hidden', timeout: TOLD });
    await panel.locator('.sides').getByText('stopped (T)').waitFor({ state: 'hidden' });
    await it.workbench.notifications.press('It can be stopped again', 'Undo');
    await it.workbench.dialog.press('Stop Process');
    await expect.poll(() => stateOf(reader), { timeout: 20_000 }).toBe('T');
  },
);

test('a semaphore is raised from the page Why, by as much as is missing', TIME, async (context) => {
  const { set } = theStage(context);
  const about = new RegExp(`^semaphore set .*#${set}\\b`);
  const view = await unfolded(/^Last user ended/, about);
  await (await view.row(about).contextMenu()).pick('Why Does It Wait?');
  const page = it.workbench.panel();
  const add = page.getByRole('button', { name: 'Add 1 to [0]', exact: true });
  await add.waitFor({ timeout: TOLD });
  expect(waitersOf(set, 0).increase).toBe(2);
  await add.click();
  await expect.poll(() => waitersOf(set, 0).increase, { timeout: 20_000 }).toBe(1);
});

test('a message of a type that is waited for is sent from the page of the queue', TIME, async (context) => {
  const { queue, plays } = theStage(context);
  const panel = await pageOf(/^No such message/, new RegExp(`^queue .*#${queue}`));
  await panel.locator('.verdict').getByRole('button', { name: 'Send...', exact: true }).click();
  const { quick } = it.workbench;
  await quick.enter('7');
  await quick.pick('Text');
  await quick.enter('wanted');
  await quick.pick('At Once');
  expect(await plays.noSuch.said()).toEqual([1]);
});

test('a FIFO that a writer waits at is opened to read from its page', TIME, async (context) => {
  const { plays } = theStage(context);
  const panel = await pageOf(/^Alone at a FIFO/, new RegExp(`^FIFO .*cured-${process.pid}\\.fifo`));
  await panel.locator('.verdict').getByRole('button', { name: 'Open to Read...', exact: true }).click();
  const { quick } = it.workbench;
  await quick.enter('4 KiB');
  await quick.pick(/^Wait/);
  expect(await plays.alone.said()).toEqual([1]);
  await panel.getByText('come', { exact: true }).first().waitFor();
});

test(
  'a full pipe that nobody reads is enlarged from its page, and its writer goes on',
  TIME,
  async (context) => {
    const { plays, first } = theStage(context);
    const [pid = 0, fd = 0, pipe] = first.full;
    const panel = await pageOf(/^Full, not read/, new RegExp(`^pipe ${pipe}$`));
    expect(capacityOf(pid, fd)).toBe(65_536);
    await panel.locator('.verdict').getByRole('button', { name: 'Enlarge...', exact: true }).click();
    await it.workbench.quick.enter('128 KiB');
    expect(await plays.full.said()).toEqual([1]);
    expect(capacityOf(pid, fd)).toBe(131_072);
  },
);

test('a stale socket file is removed by the row of its cure', TIME, async (context) => {
  const path = theStage(context).paths.stale;
  const remove = new RegExp(`^Remove .*stale-${process.pid}`);
  const cure = (await unfolded(/^Stale socket file/, remove)).row(remove);
  await cure.click();
  expect((await it.workbench.dialog.read()).message).toContain(`stale-${process.pid}.sock`);
  await it.workbench.dialog.press('Cancel');
  expect(existsSync(path)).toBe(true);
  await cure.click();
  await it.workbench.dialog.press('Destroy Socket File');
  await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(false);
});

test('an heir that holds a lock is ended by the row of its cure, after a question', TIME, async (context) => {
  const { plays, first } = theStage(context);
  const [heir = 0] = first.heir;
  const act = new RegExp(`^End python3 \\(${heir}\\)`);
  const view = await unfolded(/^Lock held by an heir/, act);
  await view.row(act).click();
  await it.workbench.dialog.press('End Process');
  expect(await plays.heir.said()).toEqual([1]);
  expect(existsSync(`/proc/${heir}`) && stateOf(heir) !== 'Z').toBe(false);
});

test('an orphaned segment is removed from its page, after a question', TIME, async (context) => {
  needs(context, 'python3');
  const orphan = inject('orphan');
  const panel = await pageOf(/^Orphaned memory/, new RegExp(`^segment .*#${orphan}`));
  await panel.locator('.verdict').getByRole('button', { name: 'Remove...', exact: true }).click();
  await it.workbench.dialog.press('Destroy Segment');
  await expect.poll(() => segments().includes(orphan), { timeout: 20_000 }).toBe(false);
});
