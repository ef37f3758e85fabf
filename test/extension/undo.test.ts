/** Cures that can be taken back: what was done is undone where the kernel lets it, and where it does not that is said. */
import * as assert from 'node:assert';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import { givenBy } from '../../src/extension/model/cures';
import type { Ask } from '../../src/extension/ui/ask';
import type { Cure } from '../../src/protocol/findings';
import type { IpcObject } from '../../src/protocol/kinds';
import { processRef } from '../../src/protocol/ref';
import { Answers, session, until } from './running';

/** Presses the only button of the first message that has one. */
class Undoing extends Answers {
  readonly told: string[] = [];
  private pressed = false;
  override tell: Ask['tell'] = (_level, text, ...buttons) => {
    this.told.push(text);
    const first = !this.pressed && buttons.length > 0;
    this.pressed ||= first;
    return Promise.resolve(first ? buttons[0] : undefined);
  };
}

suite('undo', () => {
  const it = session('explorer');
  const started: ChildProcess[] = [];
  teardown(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  /** A Python program that has said a number. */
  async function program(code: string): Promise<{ pid: number; said: number }> {
    const child = spawn('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await until('the program', () => text.includes('\n'));
    return { pid: child.pid ?? 0, said: Number(text) };
  }

  async function cure(what: Cure, command: string, answers: (string | boolean)[], object?: IpcObject) {
    const user = new Undoing(answers);
    it.parts.ask = user;
    const node = object ? { object, given: givenBy(what), cure: what } : { ref: what.ref, cure: what };
    await vscode.commands.executeCommand(command, node);
    return user;
  }

  const stateOf = (pid: number) => /^State:\t(.)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  /** GETVAL of semctl(2) */
  const valueOf = (id: number) =>
    Number(execFileSync('perl', ['-e', `print semctl(${id}, 0, 12, 0) + 0`], { encoding: 'utf8' }));
  /** F_GETPIPE_SZ */
  const capacityOf = (pid: number, fd: number) =>
    Number(
      execFileSync(
        'python3',
        ['-c', `import fcntl, os; print(fcntl.fcntl(os.open('/proc/${pid}/fd/${fd}', os.O_WRONLY), 1032))`],
        { encoding: 'utf8' },
      ),
    );

  test('what was added to a semaphore is taken again', async () => {
    const set = await it.create('sysv.sem', { semaphores: 1 });
    await cure({ is: 'add', ref: set.ref, number: 0, change: 2 }, COMMANDS.operate, [], set);
    await until('the value', () => valueOf(set.id) === 0);
  });

  test('where somebody has taken it meanwhile that is said, and nothing is changed', async () => {
    const set = await it.create('sysv.sem', { semaphores: 1 });
    const { pid } = await program(
      `import ctypes, os, struct, time
libc = ctypes.CDLL(None)
print(1, flush=True)
libc.semop(${set.id}, struct.pack('Hhh', 0, -1, 0), 1)
time.sleep(600)`,
    );
    await until('the waiter', () => readFileSync(`/proc/${pid}/wchan`, 'latin1').includes('sem'));
    const user = await cure({ is: 'add', ref: set.ref, number: 0, change: 1 }, COMMANDS.operate, [], set);
    await until('the failure', () => user.told.length === 2);
    assert.strictEqual(valueOf(set.id), 0);
  });

  test('a pipe gets its former capacity again', async () => {
    const { pid, said: fd } = await program(
      'import os, time\nr, w = os.pipe()\nprint(w, flush=True)\ntime.sleep(600)',
    );
    const { objects } = await it.parts.inventory.snapshot();
    const found = objects.find(
      ({ kind, endpoints = [] }) =>
        kind === 'pipe' && endpoints.some((end) => end.pid === pid && end.fd === fd && end.role === 'writer'),
    );
    assert.ok(found?.kind === 'pipe');
    const pipe = await it.inspect(found);
    assert.strictEqual(capacityOf(pid, fd), 65_536);
    const user = await cure({ is: 'enlarge', ref: pipe.ref }, COMMANDS.alterCapacity, ['128 KiB'], pipe);
    await until('the message', () => user.told.length === 1);
    await until('the capacity', () => capacityOf(pid, fd) === 65_536);
    assert.strictEqual(user.asked.length, 1);
  });

  test('a process that was continued is stopped again, after a question', async () => {
    const { pid } = await program(
      'import os, signal, time\nprint(1, flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)\ntime.sleep(600)',
    );
    await until('the stop', () => stateOf(pid) === 'T');
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const ref = processRef(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
    const user = await cure({ is: 'continue', ref }, COMMANDS.continueProcess, [true]);
    await until('the question', () => user.confirmed.length === 1);
    await until('the stop', () => stateOf(pid) === 'T');
  });
});
