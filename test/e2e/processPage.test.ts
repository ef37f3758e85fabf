/** The page of a process in a real VS Code: its threads and what they wait on, a signal from the page, its end. */
import { expect, test } from 'vitest';
import { ended } from '../support/processes';
import { needs } from '../support/oracles';
import { violations } from './axe';
import { python, session } from './session';

const it = session({
  viewport: { width: 1280, height: 1300 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});

/** Three threads that wait at one pipe, one that waits for the end of another, a signal that it catches, and one that it ignores. */
const PROGRAM = `
import ctypes, os, signal, threading, time
r, w = os.pipe()
for _ in range(3): threading.Thread(target=os.read, args=(r, 1), daemon=True).start()
libc = ctypes.CDLL(None)
run = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: time.sleep(600))
sleeper = ctypes.c_ulong()
libc.pthread_create(ctypes.byref(sleeper), None, run, None)
threading.Thread(target=libc.pthread_join, args=(sleeper, None), daemon=True).start()
signal.signal(signal.SIGUSR1, lambda *a: print('caught', flush=True))
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
`;

test('a click shows threads and signals; a signal is sent from there, and its end is said', async (context) => {
  needs(context, 'python3');
  const { workbench } = it;
  const child = await python(it.made, PROGRAM);
  const pid = child.pid ?? 0;
  let said = '';
  child.stdout?.on('data', (data: Buffer) => (said += data.toString()));
  await workbench.runCommand('IPC Inspector: Focus on Processes View');
  const view = workbench.view('Processes');
  await workbench.runCommand('IPC Inspector: Filter Processes...');
  await workbench.quick.enter(String(pid));
  await view.row(new RegExp(`\\(${pid}\\)$`)).click();
  const page = workbench.panel();
  await page.getByRole('heading', { level: 1, name: new RegExp(`\\(${pid}\\)$`) }).waitFor();

  const threads = page.getByRole('region', { name: 'Threads' });
  const alike = threads.getByRole('row').filter({ hasText: '3 × ' });
  await alike.filter({ hasText: /waits to read pipe \d+/ }).waitFor();
  await threads
    .getByRole('row')
    .filter({ hasText: /^\s*main/ })
    .waitFor();
  const joins = threads.getByRole('button', { name: /^waits for its thread \d+ to end$/ });
  const [joined = ''] = /\d+/.exec(await joins.innerText()) ?? [];
  await joins.press('Enter');
  const focused = threads.locator('tr:focus');
  await focused.getByText('sleeps for a time').waitFor();
  expect(await focused.innerText()).toContain(joined);
  const signals = page.getByRole('region', { name: 'Signals' });
  await signals.getByRole('row', { name: /SIGUSR2 \(12\).*ignored: nothing will happen/s }).waitFor();
  expect(await violations(workbench)).toEqual([]);

  const form = signals.getByRole('form', { name: 'Send a signal' });
  const choose = async (name: string) => {
    await form.getByRole('combobox', { name: 'Signal' }).click();
    await form.getByRole('option', { name, exact: true }).click();
  };
  await choose('SIGUSR1 (10)');
  await form.getByText('caught: its handler runs').waitFor();
  await form.getByRole('button', { name: 'Send...' }).click();
  await form.getByText('SIGUSR1 (10) was sent.').waitFor();
  await expect.poll(() => said).toContain('caught');

  await choose('SIGKILL (9)');
  await form.getByRole('button', { name: 'Send...' }).click();
  await workbench.dialog.press('Cancel');
  expect(ended(pid)).toBe(false);
  await form.getByRole('button', { name: 'Send...' }).click();
  await workbench.dialog.press('End Process');
  await page.getByText(/^It has ended, noticed at/).waitFor();
  // What was known stays, and nothing can be done with it any more.
  await alike.waitFor();
  expect(await form.count()).toBe(0);
});

test('an object of its page opens, and so does a process of the page Why', async (context) => {
  needs(context, 'python3');
  const { workbench } = it;
  const child = await python(it.made, PROGRAM);
  const name = new RegExp(`\\(${child.pid}\\)$`);
  await workbench.runCommand('IPC Inspector: Open Process...');
  await workbench.quick.type(String(child.pid));
  await workbench.quick.pick(name);
  const page = workbench.panel();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('button', { name: 'Why Does It Wait?' }).click();
  await page.getByRole('heading', { level: 1, name: /^Why does/ }).waitFor();
  await page.getByRole('button', { name }).first().click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  const link = page.getByRole('region', { name: 'Threads' }).getByRole('button', { name: /^pipe \d+$/ });
  await link.first().click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: '-> itself' }).waitFor();
});
