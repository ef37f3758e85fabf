/** *Start Sample* and *Stop Sample*: troubles that Findings tells, on the machine, until they are gone with all that was made. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../src/extension/ids';
import type { RuleName } from '../../src/protocol/findings';
import { session, until } from './running';

const TROUBLES: readonly RuleName[] = ['deadlock', 'queueFull', 'semaphoreNotReturned'];
const FIRST_KEY = 0x5a000001;

suite('the sample', () => {
  const it = session('objects');
  teardown(() => it.parts.sample.stop());

  /** The processes of the sample, by name and number. */
  const programs = async () =>
    (await it.parts.inventory.snapshot(true)).processes.filter(
      ({ name, state }) => name.startsWith('sample-') && state !== 'Z',
    );
  const objects = async () =>
    (await it.parts.inventory.snapshot()).objects.filter(
      (one) =>
        ('key' in one && one.key >= FIRST_KEY && one.key < FIRST_KEY + 100) ||
        ('name' in one && JSON.stringify(one.name).includes('ipc-inspector-sample')),
    );

  test('starts, is found in trouble, and stops without a trace', async function () {
    this.timeout(60_000);
    assert.deepStrictEqual([await programs(), await objects()], [[], []]);
    await it.run([], COMMANDS.startSample);
    assert.ok(it.parts.sample.runs);
    assert.strictEqual((await programs()).length, 10);
    const kinds = new Set((await objects()).map(({ kind }) => kind));
    for (const kind of ['sysv.msg', 'sysv.sem', 'sysv.shm', 'posix.mq', 'posix.shm'] as const)
      assert.ok(kinds.has(kind), kind);
    await until('the view', () => it.parts.findings.tree.visible);
    const pids = new Set((await programs()).map(({ pid }) => pid));
    await until(
      'its troubles',
      () => {
        const told = (it.parts.inventory.wrong.diagnosis?.findings ?? []).filter(({ subjects }) =>
          subjects.some((ref) => pids.has(Number(/^process:(\d+):/.exec(ref)?.[1]))),
        );
        return TROUBLES.every((rule) => told.some((one) => one.rule === rule));
      },
      40_000,
    );
    // Once more while it runs: there is still one.
    const user = await it.run([], COMMANDS.startSample);
    assert.match(user.said.join(), /runs already/);
    assert.strictEqual((await programs()).length, 10);
    await vscode.commands.executeCommand(`${VIEWS.objects}.focus`);
    await it.run([], COMMANDS.stopSample);
    assert.strictEqual(it.parts.sample.runs, false);
    assert.deepStrictEqual([await programs(), await objects()], [[], []]);
    const again = await it.run([], COMMANDS.stopSample);
    assert.match(again.said.join(), /No sample runs/);
  });
});
