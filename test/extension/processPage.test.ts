/** The page of a process inside the host: found among all processes, kept up to date, a signal from it, its end; and Why from a terminal. */
import * as assert from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import type { ProcessPage } from '../../src/extension/panels/processPage';
import type { WhyPage } from '../../src/extension/panels/whyPage';
import type { IpcFailure } from '../../src/protocol/errors';
import { processRef, type Ref } from '../../src/protocol/ref';
import { type Answers, session, until } from './running';

/** Has nothing but its output, on which it says when SIGUSR1 came. */
const BARE = `
import os, signal, time
os.closerange(3, 4096)
signal.signal(signal.SIGUSR1, lambda *a: os.write(1, b'caught\\n'))
os.write(1, b'ready\\n')
os.close(0)
while True: time.sleep(300)
`;

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

suite('the page of a process', () => {
  const it = session('explorer');
  const { token } = new vscode.CancellationTokenSource();
  const started: ChildProcess[] = [];
  teardown(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    for (const terminal of vscode.window.terminals) terminal.dispose();
  });

  async function bare(): Promise<{ pid: number; ref: Ref; said: () => string }> {
    const child = spawn('python3', ['-c', BARE], { stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await until('the program', () => text.includes('ready'));
    const pid = child.pid ?? 0;
    return { pid, ref: processRef(pid, startTimeOf(pid)), said: () => text };
  }

  /** By what they can: the tests have classes of their own. */
  const open = (page: 'process' | 'why', ref: Ref) =>
    it.parts.panels.open.find((one) => one.page === page && one.ref === ref);
  const pageOf = (ref: Ref) => open('process', ref) as ProcessPage | undefined;
  /** Where the line of a process stands among those that were offered. */
  const place = ({ offered: [lines = []] }: Answers, pid: number) =>
    lines.findIndex((line) => line.endsWith(`(${pid})`));
  /** As it is called: the kernel's name of it may have a version in it. */
  const name = (pid: number) => `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (${pid})`;

  test('chosen among all, it shows what the process does, and says when it has ended', async function () {
    this.timeout(60_000);
    const { pid, ref, said } = await bare();
    const user = await it.run([name(pid)], COMMANDS.openProcess, undefined);
    // The extension host and the kernel's first process are among them too.
    for (const other of [process.pid, 1]) assert.ok(place(user, other) >= 0, user.offered[0]?.join(', '));
    const page = await until('the page', () => pageOf(ref));
    const shown = await until('what it does', () => page.shown, 20_000);
    assert.strictEqual(shown.name, name(pid));
    assert.strictEqual(shown.threads.count, 1);
    const first = await page.handlers.ready({}, token);
    assert.strictEqual(first.state.status, 'present');
    // Of its signals those have a row with which it does something.
    assert.strictEqual(shown.signals.find(({ number }) => number === 10)?.row, true);
    assert.deepStrictEqual(await page.handlers.signal({ signal: 10 }, token), { merged: false });
    await until('the handler', () => said().includes('caught'));
    // Nothing of it is sent to another process once it has ended.
    started[0]?.kill('SIGKILL');
    await until(
      'its end',
      async () => (await page.handlers.ready({}, token)).state.status === 'gone',
      20_000,
    );
    assert.ok(page.shown, 'what was known stays');
    await assert.rejects(
      async () => page.handlers.signal({ signal: 10 }, token),
      (error: unknown) => (error as IpcFailure).failure.code === 'gone',
    );
  });

  test('paused it asks for nothing, and a link leads to another page', async function () {
    this.timeout(60_000);
    const { pid, ref } = await bare();
    await vscode.commands.executeCommand(COMMANDS.openProcess, { ref });
    const page = await until('the page', () => pageOf(ref));
    await until('what it does', () => page.shown, 20_000);
    assert.ok('details' in page.wants());
    await page.handlers.setLive({ live: false }, token);
    assert.deepStrictEqual(page.wants(), {});
    await page.handlers.command({ command: 'why' }, token);
    const why = await until('the page Why', () => open('why', ref) as WhyPage | undefined);
    const answer = await until('an answer', () => why.shown?.answers[0], 20_000);
    assert.deepStrictEqual([answer.pid, answer.state], [pid, 'ends']);
    const parent = processRef(process.pid, startTimeOf(process.pid));
    await why.handlers.open({ ref: parent }, token);
    await until('the page of its parent', () => pageOf(parent));
  });

  test('whoever is in front of a terminal is offered first, and asked why it hangs, also without an object', async function () {
    this.timeout(60_000);
    const terminal = vscode.window.createTerminal({
      ...{ name: 'bare', shellPath: 'python3' },
      shellArgs: ['-c', 'import os, time\nos.closerange(3, 4096)\ntime.sleep(300)'],
    });
    terminal.show();
    const pid = (await terminal.processId) ?? 0;
    await until('the program', () => readFileSync(`/proc/${pid}/wchan`, 'latin1').includes('nanosleep'));
    const ref = processRef(pid, startTimeOf(pid));
    const user = await it.run([name(pid)], COMMANDS.openProcess, undefined);
    assert.ok(place(user, pid) < place(user, process.pid), user.offered[0]?.join(', '));
    await it.run([], COMMANDS.whyTerminal);
    const why = await until('the page Why', () => open('why', ref) as WhyPage | undefined);
    const answer = await until('an answer', () => why.shown?.answers[0], 20_000);
    assert.strictEqual(answer.pid, pid);
  });
});
