/** *Collect Diagnostics* on this machine: what a report needs stands in an editor, and nothing that names anybody or anything. */
import * as assert from 'node:assert';
import { spawn } from 'node:child_process';
import { homedir, hostname, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/extension/ids';
import { hexKey } from '../../src/presentation/text';
import type { Blind } from '../../src/protocol/snapshot';
import { documentThat, session, until } from './running';

/** What a private program is called, and given as an argument. */
const SECRET = 'jane-doe-payroll';

suite('diagnostics', () => {
  const it = session('objects');

  test('say versions, timings and what could not be seen, and nothing private', async () => {
    const key = 0x6a616e65;
    await it.create('sysv.msg', { key });
    const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)', SECRET], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      const commands = async () =>
        (await it.parts.inventory.snapshot(true)).processes.some(({ command }) => command?.includes(SECRET));
      await until('the program', commands);
      const { blind: before } = await it.parts.inventory.snapshot(true);
      await it.run([], COMMANDS.collectDiagnostics);
      const text = await documentThat(/Collect Diagnostics/);
      const report = JSON.parse(text) as {
        versions: Record<string, string>;
        helper: { state: string };
        timings: { asked: number; looked: number }[];
        machine: { counts: Record<string, number>; processes: unknown[]; blind: Blind[] };
      };
      assert.strictEqual(report.versions.vscode, vscode.version);
      assert.match(report.versions.extension ?? '', /^\d+\.\d+\.\d+/);
      assert.strictEqual(report.helper.state, 'ready');
      assert.strictEqual(report.timings.length, 3);
      assert.ok(report.timings.every(({ asked, looked }) => asked >= looked && looked >= 0));
      assert.ok((report.machine.counts['sysv.msg'] ?? 0) > 0);
      assert.ok(report.machine.processes.length > 0);
      // Some come and go with who runs at the moment.
      const codeOf = ({ kind, field, code }: Blind) => [kind, field, code].join(' ');
      const told = report.machine.blind.map(codeOf);
      const after = (await it.parts.inventory.snapshot(true)).blind.map(codeOf);
      const stays = before.map(codeOf).filter((one) => after.includes(one));
      assert.deepStrictEqual(
        stays.filter((one) => !told.includes(one)),
        [],
      );
      const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      const known = [SECRET, hexKey(key), String(key), homedir(), ...folders, String(program.pid)];
      for (const name of known) assert.ok(!text.includes(name), name);
      // Short ones may be a part of a word of ours.
      for (const name of [hostname(), userInfo().username].filter((one) => one !== 'root'))
        assert.ok(!text.includes(`"${name}`), name);
    } finally {
      program.kill('SIGKILL');
    }
  });

  test('a row that is dragged into an editor is its name there', async () => {
    const key = 0x6a616e66;
    const { ref } = await it.create('sysv.msg', { key });
    const nodes = async () => {
      const [queues] = await it.parts.objects.getChildren();
      return it.parts.objects.getChildren(queues);
    };
    const row = await until('its row', async () =>
      (await nodes()).find((node) => node.is === 'object' && node.ref === ref),
    );
    assert.strictEqual(it.parts.objects.draggedText([row]), hexKey(key));
    assert.strictEqual(it.parts.objects.draggedText([row, row]), `${hexKey(key)}\n${hexKey(key)}`);
    const [group] = await it.parts.objects.getChildren();
    assert.ok(group);
    assert.strictEqual(it.parts.objects.draggedText([group]), undefined);
  });
});
