/** Runs first, before anything else has activated the extension. */
import * as assert from 'node:assert';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Running } from '../../src/extension/extension';
import { until } from './running';

suite('a debug session', () => {
  const program = join(tmpdir(), `ipc-inspector-debuggee-${process.pid}.js`);
  const told = `${program}.pid`;
  teardown(async () => {
    await vscode.debug.stopDebugging();
    for (const file of [program, told]) rmSync(file, { force: true });
  });

  test('activates the extension, which hears whom it debugs and reads nothing', async function () {
    this.timeout(60_000);
    const extension = vscode.extensions.getExtension<Running>('ipc-inspector.ipc-inspector');
    assert.ok(extension);
    assert.strictEqual(extension.isActive, false);
    writeFileSync(
      program,
      `require('fs').writeFileSync(${JSON.stringify(told)}, String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const configuration = {
      type: 'node',
      request: 'launch',
      name: 'a program',
      program,
      internalConsoleOptions: 'neverOpen',
    };
    assert.ok(await vscode.debug.startDebugging(undefined, configuration));
    assert.strictEqual(extension.isActive, true);
    const { debuggees, helper } = extension.exports;
    const pid = await until('the program', () => read(told), 30_000);
    await until('its pid', () => debuggees.pids.has(pid) && debuggees.unknown.length === 0, 30_000);
    assert.strictEqual(helper.state, 'idle');
    await vscode.debug.stopDebugging();
    await until('the end', () => debuggees.running === 0, 30_000);
    assert.deepStrictEqual([...debuggees.pids], []);
  });
});

function read(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'latin1')) || undefined;
  } catch {
    return undefined;
  }
}
