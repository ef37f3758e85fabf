/** POSIX queues, semaphores, shared memory and mappings: the commands on real ones, and how they stand in the tree. */
import * as assert from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Helper } from '../../src/extension/helper/helper';
import { COMMANDS } from '../../src/extension/ids';
import { ownActs } from '../../src/presentation/ownActs';
import { rowOf } from '../../src/extension/views/rows';
import type { ObjectOf, ParametersOf } from '../../src/protocol/kinds';
import type { Kind, PosixKind } from '../../src/protocol/ref';
import { documentThat, session, until } from './running';

let made = 0;
const newName = () => `/ipc-inspector-host-${process.pid}-${++made}`;

const least: { [K in PosixKind]: Omit<ParametersOf<K, 'create'>, 'name' | 'mode'> } = {
  'posix.mq': { maxMessages: 3, messageSize: 64 },
  'posix.sem': { value: 1 },
  'posix.shm': { bytes: 4096 },
};

/** What the suites have besides: objects with a name that goes after the test, and Python programs. */
function posixSession(view: 'explorer' | 'objects') {
  const it = session(view);
  const children: ChildProcess[] = [];
  teardown(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  });
  const create = async <K extends PosixKind>(kind: K, more: object = {}): Promise<ObjectOf<K>> => {
    const parameters = { name: newName(), mode: 0o600, ...least[kind], ...more };
    const { ref } = await it.parts.helper.act<PosixKind, 'create'>(kind, 'create', parameters as never);
    const object = await it.inspect({ kind, ref });
    it.adopt(object);
    return object;
  };
  /** A Python program that has said "ready"; its pid. */
  const python = async (program: string, ...args: string[]): Promise<number> => {
    const ending = '\nprint("ready", flush=True)\nsys.stdin.read()';
    const whole = `import ctypes, mmap, os, sys, time\n${program}${ending}`;
    const child = spawn('python3', ['-c', whole, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  };
  return { it, create, python };
}

suite('POSIX queues', () => {
  const { it, create, python } = posixSession('explorer');
  const waits = async (object: ObjectOf<Kind>) => ownActs(await it.inspect(object)).length;
  const received = async ({ ref }: ObjectOf<Kind>) =>
    (await it.parts.history.allReceived()).filter((one) => one.ref === ref);
  const forget = async (queue: ObjectOf<Kind>) => {
    for (const { ref, id } of await received(queue)) await it.parts.history.dismiss(ref, id);
  };
  const textOf = (content = '') => Buffer.from(content, 'base64').toString();

  test('create one, and say what is wrong with a name', async () => {
    const name = newName();
    const user = await it.run([name.slice(1), 'rw------- (0600)', '4', '128'], COMMANDS.createMq);
    assert.deepStrictEqual(user.said, []);
    const panel = await until('its panel', () => it.parts.panels.all.at(-1));
    const queue = await it.inspect({ kind: 'posix.mq', ref: panel.ref });
    it.adopt(queue);
    assert.deepStrictEqual([queue.name, queue.maxMessages, queue.messageSize], [name, 4, 128]);
    const [named] = user.inputs;
    assert.match(String(named?.problem('a/b')), /has no slash but the first/);
    assert.match(String(named?.problem('/')), /A name is needed/);
    assert.match(String(named?.problem('x'.repeat(256))), /at most 255 bytes/);
    const twice = await it.run([name, 'rw------- (0600)', '4', '128'], COMMANDS.createMq);
    assert.match(twice.said.join(), /^Could not create a POSIX queue: a queue of this name exists already/);
  });

  test('send with a priority, and receive what has the highest; the history keeps it and sends it back', async () => {
    const queue = await create('posix.mq');
    const row = { object: queue };
    await it.run(['1', 'Text', 'low', 'At Once'], COMMANDS.send, row);
    const user = await it.run(['9', 'Text', 'high', 'At Once'], COMMANDS.send, row);
    assert.deepStrictEqual(user.said, [`Sent 4 bytes to POSIX queue ${queue.name}.`]);
    assert.match(String(user.inputs[0]?.problem('32768')), /from 0 to 32,767/);
    assert.match(String(user.inputs[1]?.problem('x'.repeat(65))), /65 bytes; this queue takes 64 B/);
    await it.run(['At Once'], COMMANDS.receive, row);
    const [line] = await received(queue);
    assert.deepStrictEqual([line?.priority, textOf(line?.content)], [9, 'high']);
    const panel = await until('its panel', () =>
      it.parts.panels.all.find(({ ref, status }) => ref === queue.ref && status === 'present'),
    );
    await panel.handlers.sendAgain({ id: line?.id ?? '' }, new vscode.CancellationTokenSource().token);
    assert.strictEqual((await it.inspect(queue)).messages, 2);
    await forget(queue);
  });

  test('a full one says so, an empty one too', async () => {
    const queue = await create('posix.mq', { maxMessages: 1 });
    const row = { object: queue };
    const empty = await it.run(['At Once'], COMMANDS.receive, row);
    assert.match(empty.said.join(), /^Could not receive from POSIX queue .*: no such message is queued\.$/);
    await it.run(['0', 'Text', 'x', 'At Once'], COMMANDS.send, row);
    const full = await it.run(['0', 'Text', 'y', 'At Once'], COMMANDS.send, row);
    assert.match(full.said.join(), /: it is full \(1 of 1 messages\)\. Receive some first/);
  });

  test('a receive that waits shows among the endpoints, and keeps what comes', async () => {
    const queue = await create('posix.mq');
    const user = await it.run(['Wait until one comes'], COMMANDS.receive, { object: queue });
    await until('the wait', async () => (await waits(queue)) > 0);
    const row = rowOf(await it.inspect(queue), it.parts.inventory.host as never, () => undefined);
    assert.match(row.description, /^you wait · 0 of 3 messages/);
    assert.match(row.contextValue, /\bwaiting\b/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await it.run(['5', 'Text', 'late', 'At Once'], COMMANDS.send, { object: queue });
    const [line] = await until('the message', async () => {
      const all = await received(queue);
      return all.length > 0 && all;
    });
    assert.deepStrictEqual([line?.priority, textOf(line?.content)], [5, 'late']);
    assert.deepStrictEqual(user.said, []);
    await forget(queue);
  });

  test('drain and restore asks first, shows the messages, and leaves them in their order', async () => {
    const queue = await create('posix.mq');
    const row = { object: queue };
    await it.run(['1', 'Text', 'a', 'At Once'], COMMANDS.send, row);
    await it.run(['1', 'Text', 'b', 'At Once'], COMMANDS.send, row);
    await it.run(['7', 'Text', 'c', 'At Once'], COMMANDS.send, row);
    const no = await it.run([false], COMMANDS.drainAndRestore, row);
    assert.strictEqual(no.confirmed[0]?.verb, 'Drain and Restore');
    assert.match(no.confirmed[0].detail, /It holds 3 messages now\./);
    // The second answer where a process of the machine may not be looked at: it might wait there.
    await it.run([true, true], COMMANDS.drainAndRestore, row);
    await documentThat(/0\s+7\s+1\s+c\n1\s+1\s+1\s+a\n2\s+1\s+1\s+b/);
    assert.strictEqual((await it.inspect(queue)).messages, 3);
    for (const expected of ['c', 'a', 'b']) {
      await it.run(['At Once'], COMMANDS.receive, row);
      assert.strictEqual(textOf((await received(queue))[0]?.content), expected);
      await forget(queue);
    }
  });

  test('where somebody is registered it asks again, and names who', async () => {
    const queue = await create('posix.mq');
    const row = { object: queue };
    const notify = `
libc = ctypes.CDLL(None, use_errno=True)
mq = libc.mq_open(sys.argv[1].encode(), os.O_RDWR)
import struct, signal
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
assert libc.mq_notify(mq, struct.pack('Qii48x', 0, signal.SIGUSR1, 0)) == 0`;
    const pid = await python(notify, queue.name ?? '');
    const user = await it.run([true, false], COMMANDS.drainAndRestore, row);
    assert.strictEqual(user.confirmed[1]?.verb, 'Drain All the Same');
    assert.match(user.confirmed[1].detail, new RegExp(`registered.*\\(${pid}\\), by SIGUSR1 \\(10\\)`, 's'));
    assert.deepStrictEqual((await it.inspect(queue)).notify, { how: 'signal', signal: 10, pid });
    const asked = await it.run([false], COMMANDS.destroy, row);
    assert.match(asked.confirmed[0]?.detail ?? '', /It holds no messages\..*It notifies .*SIGUSR1/s);
  });

  test('alter its mode; destroying says who keeps it', async () => {
    const queue = await create('posix.mq');
    const row = { object: queue };
    await it.run(['Mode...', 'rw-rw---- (0660)'], COMMANDS.alter, row);
    assert.strictEqual((await it.inspect(queue)).mode, 0o660);
    const asked = await it.run([true], COMMANDS.destroy, row);
    assert.strictEqual(asked.confirmed[0]?.question, `Destroy POSIX queue ${queue.name}?`);
    await assert.rejects(it.inspect(queue));
  });
});

suite('POSIX semaphores', () => {
  const { it, create } = posixSession('explorer');
  const value = async (semaphore: ObjectOf<'posix.sem'>) => (await it.inspect(semaphore)).value;

  test('create one', async () => {
    const name = newName();
    const user = await it.run([name, 'rw------- (0600)', '3'], COMMANDS.createSemaphore);
    const panel = await until('its panel', () => it.parts.panels.all.at(-1));
    const semaphore = await it.inspect({ kind: 'posix.sem', ref: panel.ref });
    it.adopt(semaphore);
    assert.deepStrictEqual([semaphore.name, semaphore.value], [name, 3]);
    assert.match(String(user.inputs[0]?.problem('x'.repeat(252))), /at most 251 bytes/);
    assert.match(String(user.inputs[1]?.problem('2147483648')), /from 0 to 2,147,483,647/);
  });

  test('post, lower, and fail to lower zero', async () => {
    const semaphore = await create('posix.sem');
    const row = { object: semaphore };
    await it.run([], COMMANDS.post, row);
    assert.strictEqual(await value(semaphore), 2);
    await it.run([], COMMANDS.tryWait, row);
    await it.run([], COMMANDS.tryWait, row);
    assert.strictEqual(await value(semaphore), 0);
    const user = await it.run([], COMMANDS.tryWait, row);
    assert.match(
      user.said.join(),
      /^Could not lower POSIX semaphore .*: it is zero, so it cannot be lowered/,
    );
  });

  test('wait for it: the wait shows, and the next post ends it', async () => {
    const semaphore = await create('posix.sem', { value: 0 });
    const row = { object: semaphore };
    const user = await it.run([], COMMANDS.waitFor, row);
    await until('the wait', async () => ownActs(await it.inspect(semaphore)).length > 0);
    await until('its count', async () => (await it.inspect(semaphore)).waiters === 1);
    await it.run([], COMMANDS.post, row);
    await until('its end', async () => ownActs(await it.inspect(semaphore)).length === 0);
    assert.strictEqual(await value(semaphore), 0);
    assert.deepStrictEqual(user.said, []);
  });

  test('a wait may take for ever: its helper is not taken for stuck', async function () {
    this.timeout(15_000);
    const { ref } = await create('posix.sem', { value: 0 });
    const extension = vscode.extensions.getExtension('ipc-inspector.ipc-inspector');
    const path = join(extension?.extensionPath ?? '', 'dist/helper.js');
    const helper = new Helper(path, it.parts.log, { patience: 2000 });
    try {
      const lowered = helper.act('posix.sem', 'wait', { ref });
      const ended = lowered.then(
        () => 'lowered',
        (error: unknown) => String(error),
      );
      assert.strictEqual(await Promise.race([ended, sleep(4000, 'waits')]), 'waits');
      await it.parts.helper.act('posix.sem', 'post', { ref });
      assert.strictEqual(await ended, 'lowered');
    } finally {
      helper.dispose();
    }
  });
});

suite('memory that is a file', () => {
  const { it, create, python } = posixSession('explorer');
  const read = async (memory: ObjectOf<'posix.shm' | 'mapping'>, offset: number, length: number) => {
    const { kind, ref } = memory;
    const { content } = await it.parts.helper.act(kind, 'read', { ref, offset, length });
    return Buffer.from(content, 'base64').toString();
  };

  test('create, write after a question, and resize: cutting off asks', async () => {
    const name = newName();
    await it.run([name, 'rw------- (0600)', '8 KiB'], COMMANDS.createMemory);
    const panel = await until('its panel', () => it.parts.panels.all.at(-1));
    const memory = await it.inspect({ kind: 'posix.shm', ref: panel.ref });
    it.adopt(memory);
    assert.strictEqual(memory.bytes, 8192);
    const row = { object: memory };
    const user = await it.run(['0x10', 'Text', 'hello', true], COMMANDS.write, row);
    assert.match(user.confirmed[0]?.detail ?? '', /No process was seen to have it mapped/);
    assert.match(String(user.inputs[0]?.problem('8192')), /It ends at 8,192/);
    assert.strictEqual(await read(memory, 16, 5), 'hello');
    const grown = await it.run(['16 KiB'], COMMANDS.resize, row);
    assert.deepStrictEqual(grown.confirmed, []);
    assert.strictEqual(grown.inputs[0]?.value, '8192');
    const cut = await it.run(['4096', false], COMMANDS.resize, row);
    assert.match(cut.confirmed[0]?.detail ?? '', /It has 16 KiB now\..*SIGBUS/s);
    assert.strictEqual((await it.inspect(memory)).bytes, 16_384);
  });

  test('destroying says who has it mapped, and they keep it', async () => {
    const memory = await create('posix.shm');
    const map = `
fd = os.open('/dev/shm' + sys.argv[1], os.O_RDWR)
memory = mmap.mmap(fd, 4096)
os.close(fd)`;
    const pid = await python(map, memory.name ?? '');
    const row = { object: memory };
    const asked = await it.run([true], COMMANDS.destroy, row);
    assert.match(asked.confirmed[0]?.detail ?? '', new RegExp(`Had by: python3\\S* \\(${pid}\\)`));
    assert.ok(!existsSync(`/dev/shm${memory.name}`));
    const left = await it.inspect(memory);
    assert.ok(left.flags.includes('unlinked'));
    const row2 = rowOf(left, it.parts.inventory.host as never, it.parts.inventory.process);
    assert.match(row2.label, new RegExp(`^unlinked, .*${pid}`));
    // Neither the command line nor a key may meet what has its name by now.
    await vscode.env.clipboard.writeText('before');
    for (const command of [COMMANDS.copyIpcrm, COMMANDS.destroy]) {
      const user = await it.run([], command, { object: left });
      assert.match(
        user.said.join(),
        /^shared memory object unlinked, .* has no name in a file system to take away/,
      );
      assert.deepStrictEqual(user.confirmed, []);
    }
    assert.strictEqual(await vscode.env.clipboard.readText(), 'before');
  });

  test('a mapped file: who has it, and a write that the other sees', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-map-'));
    try {
      const path = join(folder, 'shared.dat');
      writeFileSync(path, Buffer.alloc(4096));
      const map = `
fd = os.open(sys.argv[1], os.O_RDWR)
memory = mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ | (mmap.PROT_WRITE if len(sys.argv) > 2 else 0))`;
      const writer = await python(map, path, 'write');
      const reader = await python(map, path);
      const { objects } = await it.parts.helper.request('snapshot', {});
      const mapping = objects.find(
        (one): one is ObjectOf<'mapping'> => one.kind === 'mapping' && one.name === path,
      );
      assert.ok(mapping);
      const row = { object: mapping };
      const user = await it.run(['0', 'Text', 'seen', true], COMMANDS.write, row);
      const detail = user.confirmed[0]?.detail ?? '';
      for (const pid of [writer, reader]) assert.ok(detail.includes(`(${pid})`), detail);
      assert.match(detail, /The file on disk changes too/);
      assert.strictEqual(readFileSync(path).toString('latin1', 0, 4), 'seen');
      assert.strictEqual(await read(mapping, 0, 4), 'seen');
      await it.run([], COMMANDS.copyPath, row);
      assert.strictEqual(await vscode.env.clipboard.readText(), path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

suite('POSIX objects in the tree', () => {
  const { it, create, python } = posixSession('objects');
  const group = (kind: Kind) =>
    until('the group', async () =>
      (await it.parts.objects.getChildren()).find((node) => node.is === 'group' && node.kind === kind),
    );

  test('a queue and a shared memory object have rows by their names', async () => {
    const [queue, memory] = [await create('posix.mq'), await create('posix.shm')];
    for (const object of [queue, memory]) {
      const node = await until('its row', async () => {
        const rows = await it.parts.objects.getChildren(await group(object.kind));
        return rows.find((row) => row.is === 'object' && row.ref === object.ref);
      });
      const item = it.parts.objects.getTreeItem(node);
      assert.strictEqual(item.label, object.name);
      assert.match(String(item.description), object.kind === 'posix.mq' ? /^0 of 3 messages/ : /^4 KiB/);
    }
  });

  test('many unlinked semaphores of one family stand under it, and are revealed there', async () => {
    const pid = await python(
      'import multiprocessing\nall = [multiprocessing.Semaphore(1) for _ in range(5)]',
    );
    const family = await until('the family', async () => {
      const rows = await it.parts.objects.getChildren(await group('posix.sem'));
      return rows.find((row) => row.is === 'family' && row.pid === pid);
    });
    const item = it.parts.objects.getTreeItem(family);
    assert.match(item.label as string, new RegExp(`\\(${pid}\\) and its descendants$`));
    assert.strictEqual(item.description, '5 unlinked');
    const members = await it.parts.objects.getChildren(family);
    assert.strictEqual(members.length, 5);
    const [first] = members;
    assert.ok(first?.is === 'object');
    assert.strictEqual(it.parts.objects.getParent(first), family);
    assert.ok(await it.parts.objects.reveal(first.ref));
    await until('the selection', () => it.parts.objects.tree.selection[0] === first);
  });
});
