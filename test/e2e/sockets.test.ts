/** Sockets in a real VS Code, with the packaged extension. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ready, session } from './session';

const it = session({
  viewport: { width: 1280, height: 900 },
  settings: { 'ipcInspector.refreshInterval': 250 },
});
/** A refresh, and what a loaded machine adds. */
const REFRESH = 6000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipc-e2e-sockets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Node program that serves a Unix socket as an echo. Its name is a command link with a line end in it. */
const NAME = '[x](command:workbench.action.toggleZenMode)\n.sock';
/** Something invisible stands between the two characters that would make a link. */
const SHOWN = /\[x\]\u200b\(command:workbench\.action\.toggleZenMode\)\u240a\.sock$/;

function node(program: string) {
  return ready(it.made, process.execPath, [
    '-e',
    `process.title = 'e2e-sock'; ${program}; process.stdin.resume()`,
  ]);
}

async function open() {
  const view = await it.show();
  await view.row('Unix sockets').expand();
  return view;
}

test('a connection is one row under its listener, and its name runs nothing', async () => {
  const path = JSON.stringify(join(folder, NAME));
  const server = await node(
    `const c = []; require('net').createServer({ pauseOnConnect: true }, (s) => c.push(s)).listen(${path}, () => console.log('ready'))`,
  );
  const client = await node(
    `const s = require('net').connect(${path}, () => s.write('hello', () => console.log('ready')))`,
  );
  const view = await open();
  const listener = await view.row(SHOWN).waitUntil((text) => text.includes('1 connection'), REFRESH);
  expect(listener.description).toMatch(/^stream · listening, 0 of \d+ · 1 connection$/);
  await view.row(SHOWN).expand();
  const connection = `e2e-sock (${server.pid}) - e2e-sock (${client.pid})`;
  const row = await view
    .row(connection)
    .waitUntil((text) => text.includes(`5 B unread by e2e-sock (${server.pid})`), REFRESH);
  expect(row.description).toMatch(/^stream · /);
  await view.row(connection).click();
  const panel = it.workbench.panel();
  await panel.getByText('hello').first().waitFor();
  expect(await panel.locator('a').count()).toBe(0);
  expect(await it.workbench.page.locator('.monaco-workbench.zenmode').count()).toBe(0);
});

test('talk to an echo: what was sent and what came, half close, end', async () => {
  const path = join(folder, 'echo.sock');
  await node(
    `require('net').createServer((s) => s.pipe(s)).listen(${JSON.stringify(path)}, () => console.log('ready'))`,
  );
  const view = await open();
  await view.row(path).get(REFRESH);
  await view.row(path).click();
  const panel = it.workbench.panel();
  await panel.getByRole('button', { name: 'Talk', exact: true }).click();
  await panel.getByRole('textbox', { name: 'Content' }).fill('ping \\x00!');
  await panel.getByRole('button', { name: 'Send' }).click();
  const lines = panel.getByRole('grid');
  await expect
    .poll(async () => (await lines.innerText()).replaceAll('\u2060', ''), { timeout: REFRESH })
    .toMatch(/connected[\s\S]*sent[\s\S]*ping ␀![\s\S]*received[\s\S]*ping ␀!/);
  // Downwards to the input: the newest stands last, and what is typed below it.
  const [said, typed] = [
    await lines.boundingBox(),
    await panel.getByRole('textbox', { name: 'Content' }).boundingBox(),
  ];
  expect(typed?.y).toBeGreaterThan((said?.y ?? Infinity) + (said?.height ?? 0) - 1);
  await panel.getByRole('button', { name: 'Half Close' }).click();
  await panel.getByText('end of file').first().waitFor();
  await panel.getByRole('button', { name: 'End', exact: true }).click();
  await panel.getByText('ended', { exact: true }).waitFor();
});

test('a stale socket file is destroyed, a live one only with a word on who serves it', async () => {
  const path = join(folder, 'stale.sock');
  const live = join(folder, 'live.sock');
  spawnSync('perl', [
    '-e',
    `use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un('${path}'))`,
  ]);
  const server = await node(
    `require('net').createServer().listen(${JSON.stringify(live)}, () => console.log('ready'))`,
  );
  const view = await open();
  const row = await view.row(path).get(REFRESH);
  expect(row.description).toMatch(/stale, nobody is bound to it|nobody seen bound to it/);
  await view.row(live).click();
  await it.workbench.page.keyboard.press('Delete');
  const asked = await it.workbench.dialog.read();
  expect(JSON.stringify(asked)).toContain(`It is in use! Served by: e2e-sock (${server.pid})`);
  await it.workbench.dialog.press('Cancel');
  await view.row(path).click();
  await it.workbench.page.keyboard.press('Delete');
  await it.workbench.dialog.press('Destroy Socket File');
  await view.row(path).waitUntilGone(REFRESH);
  expect([existsSync(path), existsSync(live)]).toEqual([false, true]);
});
