/** The pictures of the README, made again: `npm run pictures`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject, test } from 'vitest';
import { type Play, Stage } from '../support/diagnosis';
import { operate, send } from '../support/sysv';
import { makeTroubles } from '../support/troubles';
import { perl, python, session } from './session';

const FOLDER = 'media/pictures';
const it = session({ viewport: { width: 1180, height: 760 } });

test('pictures', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const { made, workbench } = it;
  const id = made.queue(0x1234, 0o640);
  for (let job = 17; job < 27; job++)
    send(id, (job % 3) + 1, JSON.stringify({ job, path: `/upload/${job}.png` }));
  send(id, 7, Buffer.from([255, 254, 128, 65, 66, 200]));
  await perl(
    made,
    `$0 = "upload-api"; sleep 2; msgsnd(${id}, pack("l! a*", 2, q({"job":27,"retry":true})), 0) or die $!`,
  );
  made.queue(0x5eed, 0o666);
  const set = made.set(3);
  operate(set, 0, 1);
  made.set(32);
  made.segment(1 << 20);
  made.segment(3 * 2 ** 30);
  const view = await it.show();
  await workbench.resizeSideBar(330);
  await view.row('0x00001234').click();
  const panel = workbench.panel();
  await panel.getByText('upload-api').first().waitFor();
  await panel.getByText('"retry":true').first().waitFor();
  await panel.getByRole('textbox', { name: 'Content' }).fill('{"job":28}');
  await panel.getByRole('heading', { name: '0x00001234' }).scrollIntoViewIfNeeded();
  await sleep(4000);
  for (const theme of ['dark', 'light', 'hc-dark'] as const) {
    await workbench.setTheme(theme);
    await workbench.page.mouse.move(700, 740);
    await sleep(800);
    await workbench.screenshot(`${FOLDER}/queue-${theme}.webp`);
  }
  await workbench.setTheme('dark');
  await view.row('0x00001234').tooltip();
  await sleep(500);
  await workbench.screenshot(`${FOLDER}/tooltip.webp`);
  await workbench.page.mouse.move(700, 740);
  await view.row('0x00001234').click();
  await workbench.page.keyboard.press('Delete');
  await workbench.dialog.read();
  await sleep(500);
  await workbench.screenshot(`${FOLDER}/destroy.webp`);
  await workbench.dialog.press('Cancel');
  // The panel itself 300 pixels wide, and the side bar too.
  await workbench.resizeSideBar(300);
  await workbench.page.setViewportSize({ width: 658, height: 1500 });
  await sleep(1200);
  await workbench.setTheme('light');
  await sleep(800);
  await workbench.screenshot(`${FOLDER}/narrow-light.webp`);
});

/** The sample workload, as `npm start` shows it, with the workspace as its working directory. */
async function sample(): Promise<void> {
  const main = resolve('test/sample/main.mjs');
  const cwd = join(inject('scratch'), 'workspace');
  const child = spawn(process.execPath, [main], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  it.made.later(() => child.kill('SIGTERM'));
  await once(child.stdout, 'data');
}

test('pictures of the sample: a pool of workers, and memory that they share', async () => {
  const { workbench } = it;
  await sample();
  await workbench.page.setViewportSize({ width: 1180, height: 900 });
  await workbench.setTheme('dark');
  const view = await it.show();
  await workbench.resizeSideBar(360);
  const pool = await view.waitForRows((rows) => rows.some(({ label }) => label.startsWith('0x4a4f42')));
  const [, set = ''] = pool.map(({ label }) => label).filter((label) => label.startsWith('0x4a4f42'));
  // Its workers come at this moment, and VS Code may lose a click on a row that gets its first children.
  await sleep(3000);
  await view.row(set).click();
  const panel = workbench.panel();
  await panel.getByRole('heading', { name: set }).waitFor();
  await panel.getByText('ipc-worker').first().waitFor();
  await sleep(8000);
  await workbench.page.mouse.move(700, 890);
  await workbench.screenshot(`${FOLDER}/set-dark.webp`);
  await workbench.setTheme('light');
  const segment = (await view.rows()).find(({ description }) => description.includes('64 KiB · '))?.label;
  await view.row(segment ?? '').click();
  await panel.getByRole('heading', { name: segment ?? '' }).waitFor();
  await sleep(4000);
  await workbench.screenshot(`${FOLDER}/segment-light.webp`);
  await workbench.setTheme('hc-dark');
  await sleep(800);
  await workbench.screenshot(`${FOLDER}/segment-hc-dark.webp`);
});

/** Shows what runs in the folder of the workspace alone: the sample, and nothing of this machine. */
async function onlySample(view: 'Objects' | 'Processes'): Promise<void> {
  await it.workbench.runCommand(`IPC Inspector: Filter ${view}...`);
  await it.workbench.quick.pick("The Workspace's");
}

test('pictures of the sample: pipes, a FIFO, and a family of processes', async () => {
  const { workbench } = it;
  await sample();
  await workbench.page.setViewportSize({ width: 1180, height: 900 });
  await workbench.setTheme('dark');
  const view = await it.show();
  await onlySample('Objects');
  await workbench.resizeSideBar(380);
  for (const name of ['System V queues', 'System V semaphore sets', 'System V shared memory'])
    await view.row(name).collapse();
  for (const name of ['FIFOs', 'Pipes']) await view.row(name).expand();
  const full = /^tr \(\d+\) -> sleep \(\d+\)$/;
  await view.row(full).click();
  const panel = workbench.panel();
  await panel.getByText('full: the writer waits').first().waitFor();
  await sleep(4000);
  await workbench.page.mouse.move(700, 890);
  await workbench.screenshot(`${FOLDER}/pipe-dark.webp`);
  await workbench.setTheme('hc-light');
  await sleep(800);
  await workbench.screenshot(`${FOLDER}/pipe-hc-light.webp`);
  await view.row('orders').click();
  await panel.getByRole('heading', { name: 'orders' }).waitFor();
  await panel.getByRole('form', { name: 'Write' }).getByRole('textbox').first().fill('one tea, please\\n');
  await sleep(3000);
  await workbench.setTheme('light');
  await sleep(800);
  await workbench.screenshot(`${FOLDER}/fifo-light.webp`);
  await workbench.runCommand('IPC Inspector: Focus on Processes View');
  await workbench.setTheme('dark');
  const processes = workbench.view('Processes');
  await onlySample('Processes');
  await workbench.page.locator('.pane-header[aria-label^="Objects"]').click();
  const grep = processes.row(/^grep \(/);
  await grep.expand();
  await processes.row('Talks To').expand();
  await sleep(4000);
  await workbench.page.mouse.move(700, 890);
  await workbench.screenshot(`${FOLDER}/processes-dark.webp`);
  await processes.row(/^yes \(/).tooltip();
  await sleep(500);
  await workbench.screenshot(`${FOLDER}/process-tooltip-dark.webp`);
  await workbench.page.mouse.move(700, 890);
  await workbench.setTheme('hc-dark');
  await sleep(800);
  await workbench.screenshot(`${FOLDER}/processes-hc-dark.webp`);
  await workbench.setTheme('light');
  await workbench.resizeSideBar(240);
  await workbench.page.mouse.move(700, 890);
  await sleep(1200);
  await workbench.screenshot('out/processes-narrow.webp');
});

test('pictures of the sample: sockets, and POSIX objects', async () => {
  const { workbench } = it;
  await sample();
  await workbench.page.setViewportSize({ width: 1180, height: 900 });
  await workbench.setTheme('dark');
  await workbench.runCommand('IPC Inspector: Focus on Objects View');
  const view = await it.show();
  await onlySample('Objects');
  await workbench.resizeSideBar(380);
  for (const name of ['System V queues', 'System V semaphore sets', 'System V shared memory', 'Pipes'])
    await view.row(name).collapse();
  await view.row('Unix sockets').expand();
  const listener = /exchange\.sock$/;
  await view.row(listener).expand();
  await view.row(listener).click();
  const panel = workbench.panel();
  await panel.getByRole('button', { name: 'Talk', exact: true }).click();
  await panel.getByRole('textbox', { name: 'Content' }).fill('subscribe\\n');
  await panel.getByRole('button', { name: 'Send' }).click();
  await sleep(5000);
  await workbench.page.mouse.move(700, 890);
  await workbench.screenshot(`${FOLDER}/socket-dark.webp`);
  await panel.getByRole('button', { name: 'End', exact: true }).click();
  await workbench.setTheme('light');
  for (const [row, picture] of [
    ['/sample-mail', `${FOLDER}/posix-queue-light.webp`],
    [/^unlinked, ipc-reader/, 'out/semaphore-light.webp'],
    ['/sample-board', 'out/memory-light.webp'],
  ] as const) {
    await view.row(row).click();
    await sleep(4000);
    await workbench.page.mouse.move(700, 890);
    await workbench.screenshot(picture);
  }
});

test('pictures of sixteen troubles at once', async () => {
  const { workbench } = it;
  const stage = new Stage();
  const folder = mkdtempSync(join(inject('scratch'), 'troubles-'));
  try {
    const { troubles } = await makeTroubles(stage, folder, []);
    await workbench.page.setViewportSize({ width: 1180, height: 900 });
    await workbench.setTheme('dark');
    await workbench.runCommand('View: Close All Editors');
    await it.show();
    await workbench.resizeSideBar(280);
    const findings = workbench.view('Findings');
    await findings.waitForRows((rows) => rows.length >= troubles.length - 3, 60_000);
    await sleep(8000);
    await workbench.page.mouse.move(700, 890);
    for (const theme of ['dark', 'light', 'hc-dark'] as const) {
      await workbench.setTheme(theme);
      await sleep(800);
      await workbench.screenshot(`${FOLDER}/findings-${theme}.webp`);
    }
    await workbench.setTheme('dark');
    await workbench.resizeSideBar(400);
    const ring = troubles.find(({ what }) => what.includes('ring of socketpairs'))?.pids[0] ?? 0;
    const row = findings.row((await findings.rows())[0]?.label ?? '');
    await row.expand();
    await sleep(2000);
    await workbench.page.mouse.move(700, 890);
    await workbench.screenshot(`${FOLDER}/finding-dark.webp`);
    await row.collapse();
    await workbench.runCommand('IPC Inspector: Why Does It Wait?');
    await workbench.quick.pick(new RegExp(`\\(${ring}\\)$`));
    await sleep(6000);
    await workbench.page.mouse.move(700, 890);
    for (const theme of ['dark', 'light'] as const) {
      await workbench.setTheme(theme);
      await sleep(800);
      await workbench.screenshot(`${FOLDER}/why-${theme}.webp`);
    }
  } finally {
    await stage.clean();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('pictures of pages of what is wrong: a full queue, an orphan, a stopped reader', async () => {
  const { workbench } = it;
  const stage = new Stage();
  let troubles: Play | undefined;
  const folder = mkdtempSync(join(inject('scratch'), 'troubles-'));
  try {
    const { play } = await makeTroubles(stage, folder, []);
    troubles = play;
    await workbench.page.setViewportSize({ width: 1180, height: 1000 });
    await workbench.runCommand('IPC Inspector: Focus on Findings View');
    const findings = workbench.view('Findings');
    await workbench.resizeSideBar(280);
    const panel = workbench.panel();
    for (const [name, title, object] of [
      ['queue', /^Queue full/, /^queue /],
      ['pipe', /^Peer is stopped/, /^pipe /],
      ['orphan', /^Orphaned memory/, /^segment /],
    ] as const) {
      const row = findings.row(title);
      await row.get(90_000);
      await row.expand();
      await findings.row(object).click();
      await panel.locator('.verdict').first().waitFor({ timeout: 60_000 });
      for (const theme of ['dark', 'light', 'hc-dark'] as const) {
        await workbench.setTheme(theme);
        for (const [width, height] of [
          [1180, 1000],
          [640, 1300],
        ] as const) {
          await workbench.page.setViewportSize({ width, height });
          await workbench.resizeSideBar(280);
          await sleep(1200);
          await workbench.screenshot(`out/verdict-${name}-${width}-${theme}.webp`);
        }
      }
      await row.collapse();
    }
  } finally {
    await troubles?.close();
    await stage.clean();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Threads at a pipe and at a port, two children of which one was not waited for, signals of every sort. */
const PROCESS = `
import os, signal, socket, subprocess, sys, threading, time
signal.signal(signal.SIGUSR1, lambda *a: None)
signal.signal(signal.SIGTERM, lambda *a: None)
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
os.kill(os.getpid(), signal.SIGHUP)
r, w = os.pipe()
for _ in range(4): threading.Thread(target=os.read, args=(r, 1), daemon=True).start()
server = socket.create_server(('127.0.0.1', 0))
threading.Thread(target=server.accept, daemon=True).start()
a, b = os.pipe(); os.set_inheritable(b, True)
child = subprocess.Popen(['cat'], stdin=a, stdout=subprocess.PIPE, close_fds=False)
if os.fork() == 0: os._exit(1)
`;

test('pictures of a process', async () => {
  const { workbench } = it;
  const child = await python(it.made, PROCESS);
  await workbench.page.setViewportSize({ width: 1180, height: 1600 });
  await workbench.runCommand('View: Close All Editors');
  await workbench.runCommand('IPC Inspector: Open Process...');
  await workbench.quick.type(String(child.pid));
  await workbench.quick.pick(new RegExp(`\\(${child.pid}\\)$`));
  await workbench.resizeSideBar(280);
  await workbench.panel().getByRole('region', { name: 'Threads' }).waitFor();
  await sleep(15_000);
  for (const theme of ['dark', 'light', 'hc-dark'] as const) {
    await workbench.setTheme(theme);
    await workbench.page.mouse.move(700, 1590);
    await sleep(800);
    await workbench.screenshot(`out/process-${theme}.webp`);
  }
  // The page itself 280 pixels wide.
  await workbench.page.setViewportSize({ width: 608, height: 3000 });
  await sleep(1200);
  for (const theme of ['dark', 'light'] as const) {
    await workbench.setTheme(theme);
    await sleep(800);
    await workbench.screenshot(`out/process-narrow-${theme}.webp`);
  }
});

test('the icon of the package', async () => {
  const page = await it.browser.newPage({ viewport: { width: 128, height: 128 } });
  const drawing = readFileSync('media/icon.svg', 'utf8');
  await page.setContent(`<style>
    html, body { margin: 0; background: transparent }
    body { width: 128px; height: 128px; border-radius: 24px; background: #1f4e79; color: #fff; display: grid; place-items: center }
    svg { width: 88px; height: 88px }</style>${drawing}`);
  await page.screenshot({ path: 'media/icon.png', omitBackground: true });
  await page.close();
});

test('pictures of the walkthrough', async () => {
  const { workbench } = it;
  const folder = 'media/walkthrough';
  mkdirSync(folder, { recursive: true });
  await workbench.page.setViewportSize({ width: 1060, height: 620 });
  await workbench.runCommand('View: Close All Editors');
  const objects = await it.show();
  const sideBar = workbench.page.locator('.part.sidebar');
  const editor = workbench.page.locator('.part.editor');
  await workbench.resizeSideBar(400);
  const pictures = async (name: string, of: typeof sideBar, height: number) => {
    for (const theme of ['dark', 'light'] as const) {
      await workbench.setTheme(theme);
      await workbench.page.mouse.move(1050, 610);
      await sleep(1500);
      await workbench.screenshot(`${folder}/${name}-${theme}.webp`, of, { width: 640, height });
    }
  };
  // What is made for other tests.
  it.made.removeSegment(inject('orphan'));
  await workbench.runCommand('IPC Inspector: Start Sample');
  try {
    const findings = workbench.view('Findings');
    await findings.waitForRows((rows) => rows.some(({ label }) => label.startsWith('Queue full')), 60_000);
    await workbench.runCommand('IPC Inspector: Why Does It Wait?');
    await workbench.quick.pick(/^sample-ping \(/);
    await workbench.panel().getByText('sample-pong').first().waitFor();
    await sleep(4000);
    await pictures('sample', sideBar, 400);
    await pictures('why', editor, 480);
    const lost = findings.row(/^Last user ended/);
    const fold = workbench.page.locator('.pane-header[aria-label^="Objects"]');
    await fold.click();
    await lost.expand();
    await findings.row(/^Add /).get();
    await sleep(1500);
    await pictures('cure', sideBar, 400);
    await lost.collapse();
    await fold.click();
    await workbench.runCommand('IPC Inspector: Open Process...');
    await workbench.quick.pick(/^sample-consumer \(/);
    await workbench.panel().getByText('sample-consumer').first().waitFor();
    await sleep(3000);
    await pictures('own', editor, 480);
    await workbench.page.locator('.pane-header[aria-label^="Findings"]').click();
    await objects.row('System V queues').get();
    await pictures('objects', sideBar, 480);
    await workbench.page.locator('.pane-header[aria-label^="Findings"]').click();
  } finally {
    await workbench.runCommand('IPC Inspector: Stop Sample');
  }
});
