/** The commands on FIFOs, on real files. */
import * as assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { sendAgain } from '../../src/extension/acts/perform';
import { COMMANDS } from '../../src/extension/ids';
import { ownActs } from '../../src/presentation/ownActs';
import type { ObjectOf } from '../../src/protocol/kinds';
import { fifoRef } from '../../src/protocol/ref';
import { documentThat, session, until } from './running';

/** mkfifo(1) of coreutils. */
const MKFIFO = 'mkfifo';

suite('FIFOs on disk', () => {
  const it = session('explorer');
  let folder = '';
  const open: number[] = [];
  suiteSetup(() => (folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-fifo-'))));
  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));
  teardown(() => {
    for (const fd of open.splice(0)) closeSync(fd);
  });

  /** A FIFO that this process has open for both, so that nobody waits, as the helper tells of it. */
  async function held(name: string): Promise<{ path: string; fd: number; object: ObjectOf<'fifo'> }> {
    const path = join(folder, name);
    execFileSync(MKFIFO, ['-m', '600', path]);
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    open.push(fd);
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    const ref = fifoRef(String(dev), String(ino), String(birthtimeNs));
    return { path, fd, object: await it.inspect({ kind: 'fifo', ref }) };
  }

  test('create one, in a folder that is there and in one that is not', async () => {
    const path = join(folder, 'new one');
    const user = await it.run([path, 'rw-rw---- (0660)'], COMMANDS.createFifo);
    assert.deepStrictEqual(user.said, []);
    assert.ok(statSync(path).isFIFO());
    assert.strictEqual(statSync(path).mode & 0o777, 0o660);
    assert.match(String(user.inputs[0]?.problem('/tmp/')), /name of the file is missing/);
    assert.match(String(user.inputs[0]?.problem(' ')), /path is needed/);
    const twice = await it.run([path, 'rw------- (0600)'], COMMANDS.createFifo);
    assert.match(twice.said.join(), /^Could not create a FIFO: .*exists already/);
    const nowhere = await it.run([join(folder, 'no', 'x'), 'rw------- (0600)'], COMMANDS.createFifo);
    assert.match(nowhere.said.join(), /^Could not create a FIFO: there is no such/);
  });

  test('write to it, and read what was written into a document that is kept', async () => {
    const { object, fd } = await held('both');
    const row = { object };
    const wrote = await it.run(['Text', 'hello', 'At Once'], COMMANDS.write, row);
    assert.deepStrictEqual(wrote.said, ['Wrote to FIFO both.']);
    const got = Buffer.alloc(16);
    assert.strictEqual(got.toString('latin1', 0, readSync(fd, got)), 'hello');
    writeSync(fd, 'answer');
    await it.run(['64 KiB', 'At Once'], COMMANDS.read, row);
    await documentThat(/^answer$/);
    const [line] = (await it.parts.history.allReceived()).filter(({ ref }) => ref === object.ref);
    assert.strictEqual(Buffer.from(line?.content ?? '', 'base64').toString(), 'answer');
    await it.parts.history.dismiss(object.ref, line?.id ?? '');
    const empty = await it.run(['4096', 'At Once'], COMMANDS.read, row);
    assert.match(empty.said.join(), /^Could not read FIFO both: there is nothing to read now/);
  });

  test('a file is written whole, also one longer than any message', async () => {
    const { object, path, fd } = await held('whole');
    const file = `${path}.content`;
    writeFileSync(file, 'x'.repeat(20_000));
    const wrote = await it.run(['File...', file, 'At Once'], COMMANDS.write, { object });
    assert.deepStrictEqual(wrote.said, ['Wrote to FIFO whole.']);
    assert.strictEqual(readSync(fd, Buffer.alloc(30_000)), 20_000);
  });

  test('what was read can be written back, from its panel', async () => {
    const { object, fd } = await held('back');
    writeSync(fd, 'again');
    await it.run(['64 KiB', 'At Once'], COMMANDS.read, { object });
    const [line] = (await it.parts.history.allReceived()).filter(({ ref }) => ref === object.ref);
    assert.ok(line);
    assert.ok(!('type' in line));
    await sendAgain(it.parts, object, line.id);
    assert.strictEqual(readSync(fd, Buffer.alloc(30)), 5);
    await it.parts.history.dismiss(object.ref, line.id);
  });

  test('a read that waits, shows among the endpoints, and gets what comes', async () => {
    const { object, fd } = await held('slow');
    const user = await it.run(['4096', 'Wait until there is some'], COMMANDS.read, { object });
    await until('the wait', async () => ownActs(await it.inspect(object)).length > 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    writeSync(fd, 'late');
    await until('the message', () => user.said[0]);
    assert.match(user.said.join(), /^Read 4 B from FIFO slow after \d+ s\.$/);
    const [line] = (await it.parts.history.allReceived()).filter(({ ref }) => ref === object.ref);
    assert.ok(line);
    await it.parts.history.dismiss(object.ref, line.id);
  });

  test('destroying asks with the names of who has it open, and removes the name alone', async () => {
    const { object, path, fd } = await held('doomed');
    const no = await it.run([false], COMMANDS.destroy, { object });
    assert.ok(existsSync(path));
    const [asked] = no.confirmed;
    assert.strictEqual(asked?.question, 'Destroy FIFO doomed?');
    assert.strictEqual(asked.verb, 'Destroy FIFO');
    assert.match(asked.detail, new RegExp(`Open to write: .*\\(${process.pid}\\) fd ${fd}`));
    await it.run([true], COMMANDS.destroy, { object });
    assert.ok(!existsSync(path));
    writeSync(fd, 'still there');
  });

  test('copy its path', async () => {
    const { object, path } = await held('named');
    await it.run([], COMMANDS.copyPath, { object });
    assert.strictEqual(await vscode.env.clipboard.readText(), path);
    await it.run([], COMMANDS.copyIpcrm, { object });
    assert.strictEqual(await vscode.env.clipboard.readText(), `rm -- '${path}'`);
  });
});
