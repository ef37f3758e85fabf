/** Why a debugged program hangs: by its session, as the debugger names its process. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import type { WhyPage } from '../../src/extension/panels/whyPage';
import { parseProcessRef } from '../../src/protocol/ref';
import { session, until } from './running';

/** Waits at a pipe of which it has both ends. */
const STUCK = 'import os\nr, w = os.pipe()\nos.read(r, 1)';

suite('a debugged program', () => {
  const it = session('explorer');
  teardown(() => vscode.debug.stopDebugging());

  /** By what it can: the tests have a class of their own. */
  const whyOf = (pid: number) =>
    it.parts.panels.open.find((page) => page.page === 'why' && parseProcessRef(page.ref)?.pid === pid) as
      WhyPage | undefined;

  async function debug(name: string, program: string): Promise<{ id: string; pid: number }> {
    const began = new Promise<vscode.DebugSession>((resolve) => {
      const listener = vscode.debug.onDidStartDebugSession((one) => {
        listener.dispose();
        resolve(one);
      });
    });
    const launch = { program: 'python3', args: ['-c', program] };
    const configuration = { type: 'ipc-test', request: 'launch', name, ...launch };
    assert.ok(await vscode.debug.startDebugging(undefined, configuration));
    const { id } = await began;
    return { id, pid: await until('its process', () => it.parts.debuggees.pidsOf(id)[0]) };
  }

  test('where nothing is debugged that is said', async () => {
    // VS Code may still be ending a session of the test before, and go on calling it the active one when it has ended.
    await until('that nothing is debugged', () => it.parts.debuggees.running === 0);
    const user = await it.run([], COMMANDS.whyDebuggee);
    assert.deepStrictEqual(user.said, ['Nothing is being debugged.']);
  });

  test('of two the one of the row, and without a row the one in front', async function () {
    // It took 58 s on two cores with a load of 11.
    this.timeout(180_000);
    const first = await debug('first', STUCK);
    const second = await debug('second', 'import time\ntime.sleep(600)');
    assert.notStrictEqual(first.pid, second.pid);
    const front = () => vscode.debug.activeDebugSession?.id;
    await until('the one in front', front);
    const [inFront, behind] = front() === first.id ? [first, second] : [second, first];
    // As the menu of the call stack calls it, on a thread.
    await it.run([], COMMANDS.whyDebuggee, 1, { sessionId: behind.id, threadId: '1' });
    await until('the page Why', () => whyOf(behind.pid));
    await it.run([], COMMANDS.whyDebuggee);
    const page = await until('the page Why', () => whyOf(inFront.pid));
    const answer = await until('an answer', () => page.shown?.answers[0], 30_000);
    assert.strictEqual(answer.pid, inFront.pid);
  });
});
