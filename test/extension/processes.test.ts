/** The view Processes, the filters of both views, and the ways between objects and processes. */
import * as assert from 'node:assert';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { matching } from '../../src/extension/commands/find';
import { keepOpen } from '../../src/extension/commands/look';
import { COMMANDS } from '../../src/extension/ids';
import type { ObjectsNode, ProcessesNode } from '../../src/extension/views/nodes';
import { signalsText } from '../../src/presentation/signals';
import { type Running } from '../../src/extension/extension';
import type { IpcObject } from '../../src/protocol/kinds';
import { Answers, session, until } from './running';

/** A pipeline of two programs that do nothing, and the shell that waits for them. */
function pipeline(): ChildProcess {
  return spawn('sh', ['-c', 'sleep 300 | cat; :'], { stdio: 'ignore', detached: true });
}

/** Closes what whoever started the tests left open, so that the shell has no IPC. */
const CLOSED = 'import os, sys; os.closerange(3, 1024); os.execvp("sh", ["sh", "-c", sys.argv[1]])';
function alone(line: string): ChildProcess {
  return spawn('python3', ['-c', CLOSED, line], { stdio: 'ignore', detached: true });
}

/** Field 4 of /proc/PID/stat; undefined where it is gone. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** The words of a row's label. */
function textOf(label: string | vscode.TreeItemLabel | undefined): string {
  return typeof label === 'object' ? label.label : (label ?? '');
}

suite('the view Processes', () => {
  const it = session('processes');
  const started: ChildProcess[] = [];
  const start = () => {
    const child = pipeline();
    started.push(child);
    return child;
  };
  teardown(() => {
    // The whole group that was started here.
    for (const { pid } of started.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    it.parts.processes.filter.off();
    it.parts.objects.filter.off();
  });

  const view = () => it.parts.processes;
  const label = (node: ProcessesNode) => textOf(view().getTreeItem(node).label);
  const description = (node: ProcessesNode) => String(view().getTreeItem(node).description);
  /** The row of a child of a process, by its name. */
  const rowOf = async (parent: number | undefined, name: string) =>
    until(`${name} of ${parent}`, async () => {
      const rows = await view().getChildren();
      return rows.find(
        (row): row is ProcessesNode & { is: 'process' } =>
          row.is === 'process' && label(row).startsWith(`${name} (`) && parentOf(row.pid) === parent,
      );
    });
  const children = async (node: ProcessesNode, is: ProcessesNode['is']) =>
    (await view().getChildren(node)).filter((child) => child.is === is);

  /** What a process has at one descriptor; others may be inherited from whoever started the tests. */
  const heldAt = async (mechanism: ProcessesNode, fd: string) => {
    const all = await view().getChildren(mechanism);
    const held = all.find(
      (node): node is ProcessesNode & { is: 'held' } => node.is === 'held' && description(node).includes(fd),
    );
    assert.ok(held, all.map(description).join());
    return held;
  };

  test('shows what a process holds, whom it talks to, and what it does', async () => {
    const shell = start();
    const sleep = await rowOf(shell.pid, 'sleep');
    const cat = await rowOf(shell.pid, 'cat');
    // What it does comes before what it holds.
    assert.match(description(sleep), /^waits in \w*nanosleep · pipe/);
    await until('what it waits in', () => description(cat).includes('waits in read'));
    const item = view().getTreeItem(cat);
    assert.strictEqual(item.id, cat.key);
    assert.strictEqual(item.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    const [mechanism] = await children(cat, 'mechanism');
    assert.ok(mechanism);
    assert.strictEqual(label(mechanism), 'Pipes');
    const held = await heldAt(mechanism, 'fd 0');
    assert.strictEqual(label(held), `sleep (${sleep.pid}) -> cat (${cat.pid})`);
    assert.match(description(held), /^reader · fd 0 · blocked in read$/);
    const [peers] = await children(cat, 'peers');
    assert.ok(peers);
    const peer = (await view().getChildren(peers)).find((one) => 'pid' in one && one.pid === sleep.pid);
    assert.ok(peer);
    assert.strictEqual(label(peer), `sleep (${sleep.pid})`);
    assert.match(description(peer), /^writes to it · pipe/);
    const facts = await children(cat, 'fact');
    assert.deepStrictEqual(facts.map(label), ['Command', 'Waits', 'State', 'Threads']);
    const tooltip = view().resolveTreeItem(view().getTreeItem(cat), cat).tooltip;
    assert.match((tooltip as vscode.MarkdownString).value, /read/);
  });

  test('a row is gone when its process is', async () => {
    const shell = start();
    const { key } = await rowOf(shell.pid, 'cat');
    const { pid = 0 } = started.pop() ?? {};
    process.kill(-pid, 'SIGKILL');
    await until('it is gone', async () =>
      (await view().getChildren()).every((row) => row.is !== 'process' || row.key !== key),
    );
  });

  test('the filter by text, what it keeps away, and what switches it off', async () => {
    const shell = start();
    const cat = await rowOf(shell.pid, 'cat');
    const user = await it.run([`cat pid:${cat.pid}`], COMMANDS.filterProcesses);
    assert.ok(user.offered[0]?.includes('Debugged'));
    const rows = await view().getChildren();
    // What the kernel hides may stand behind them.
    assert.deepStrictEqual(
      rows.map(({ is }) => is).filter((is) => is !== 'blind'),
      ['filter', 'process', 'unmatched'],
    );
    assert.match(
      label(rows[2] as ProcessesNode),
      /^[\d,]+ process(es)? not shown \(filter: that fit: cat pid:\d+\)$/,
    );
    assert.match(label(rows[0] as ProcessesNode), /^Filter: that fit: cat pid:\d+ · 1 of [\d,]+ shown$/);
    assert.match(String(view().tree.description), /^that fit: cat/);
    // What the filter keeps away is shown when somebody asks for it by name.
    const sleep = await until('the other', () =>
      [...it.parts.inventory.everyProcess()].find(
        ({ name, pid }) => name === 'sleep' && parentOf(pid) === shell.pid,
      ),
    );
    assert.strictEqual(await view().reveal(sleep.pid), 'shown');
    assert.strictEqual(view().filter.active, false);
    await until('it is selected', () =>
      view().tree.selection.some((row) => 'pid' in row && row.pid === sleep.pid),
    );
  });

  test('mine, the workspace, and what is debugged with its children', async () => {
    const shell = start();
    const { pid } = await rowOf(shell.pid, 'cat');
    const shows = async () =>
      (await view().getChildren()).some((row) => row.is === 'process' && row.pid === pid);
    await it.run(['Mine'], COMMANDS.filterProcesses);
    assert.strictEqual(await shows(), true);
    await it.run(['Debugged'], COMMANDS.filterProcesses);
    assert.strictEqual(await shows(), false);
    const debugged = { id: '1', name: 'a session' };
    it.parts.debuggees.hear(debugged, {
      ...{ type: 'event', event: 'process' },
      body: { name: 'sh', systemProcessId: shell.pid },
    });
    assert.strictEqual(await shows(), true, 'a child of the debuggee');
    it.parts.debuggees.hear(debugged, { type: 'event', event: 'process', body: { systemProcessId: 'x' } });
    it.parts.debuggees.end(debugged);
    assert.strictEqual(await shows(), false);
    await it.run(["The Workspace's"], COMMANDS.filterProcesses);
    const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
    assert.strictEqual(
      await shows(),
      folders.some((folder) => process.cwd().startsWith(folder)),
    );
    await it.run(['All'], COMMANDS.filterProcesses);
    assert.strictEqual(await shows(), true);
  });

  test('a grandchild of the debuggee, with a shell in between that has no IPC', async () => {
    const shell = alone('sh -c "sleep 300 | cat; :"; :');
    started.push(shell);
    const { pid } = await until('cat', async () => {
      const rows = await view().getChildren();
      return rows.find(
        (row): row is ProcessesNode & { is: 'process' } =>
          row.is === 'process' &&
          label(row).startsWith('cat (') &&
          parentOf(parentOf(row.pid) ?? 0) === shell.pid,
      );
    });
    const debugged = { id: '1', name: 'a session' };
    await it.run(['Debugged'], COMMANDS.filterProcesses);
    it.parts.debuggees.hear(debugged, {
      type: 'event',
      event: 'process',
      body: { systemProcessId: shell.pid },
    });
    const rows = await view().getChildren();
    it.parts.debuggees.end(debugged);
    assert.ok(rows.some((row) => row.is === 'process' && row.pid === pid));
  });

  test('what is debugged is said not to be known, or to be nothing', async () => {
    const { debuggees, objects } = it.parts;
    const [session, child] = [
      { id: '1', name: 'Launch [x](y)' },
      { id: '2', name: 'main.py' },
    ];
    await it.run(['Debugged'], COMMANDS.filterProcesses);
    await it.run(['Debugged'], COMMANDS.filterObjects);
    for (const { tree } of [view(), objects])
      await until('nothing', () => tree.message === 'Nothing is being debugged.');
    debuggees.begin(session);
    for (const { tree } of [view(), objects])
      await until('unknown', () => tree.message?.startsWith('Which process "Launch [x]') === true);
    assert.ok(!view().tree.message?.includes(']('), 'no link');
    // What a session started says for both.
    const started = { ...child, parentSession: session as vscode.DebugSession };
    debuggees.hear(started, { type: 'event', event: 'process', body: { systemProcessId: process.pid } });
    await until('known', () => view().tree.message === undefined);
    await until('known', () => objects.tree.message?.includes('IPC namespace'));
    // The adapter of the run before a restart exits late.
    const before = debuggees.begin(session);
    const again = debuggees.begin(session, true);
    again.pids.add(1);
    debuggees.end(session, before);
    assert.deepStrictEqual([...debuggees.pids].sort(), [1, process.pid].sort());
    // A name of a user's own is no pid.
    const configuration = { type: 'pwa-node', request: 'launch', name: 'api [8080]' };
    const named = { id: '3', name: 'api [8080]', configuration };
    assert.deepStrictEqual([...debuggees.begin(named).pids], []);
    assert.deepStrictEqual(debuggees.unknown, ['api [8080]']);
    for (const one of [session, started, named]) debuggees.end(one);
    assert.strictEqual(debuggees.running, 0);
  });

  test('from an object to a process that has it, and back', async () => {
    const shell = start();
    const cat = await rowOf(shell.pid, 'cat');
    const [mechanism] = await children(cat, 'mechanism');
    assert.ok(mechanism);
    const held = await heldAt(mechanism, 'fd 0');
    const { objects } = it.parts;
    await it.run([], COMMANDS.revealObject, held);
    await until('the object', () => objects.tree.selection.some((row) => row.id === held.ref));
    const node = objects.nodeOf(held.ref);
    assert.ok(node);
    const holders = await objects.getChildren(node);
    const items = holders.map((holder) => objects.getTreeItem(holder));
    assert.ok(
      items.some(
        (item) => item.label === `cat (${cat.pid})` && String(item.description).startsWith('reader · fd 0'),
      ),
      JSON.stringify(items.map((item) => [item.label, item.description])),
    );
    const holder = holders.find(
      (one): one is ObjectsNode & { is: 'holder' } => one.is === 'holder' && one.pid === cat.pid,
    );
    await it.run([], COMMANDS.revealProcess, holder);
    await until('the process', () =>
      view().tree.selection.some((row) => row.is === 'process' && row.pid === cat.pid),
    );
  });

  test('a process beyond the rows that are shown is found by its pid, not said to have ended', async () => {
    const shell = start();
    const cat = await rowOf(shell.pid, 'cat');
    const { model } = view() as unknown as { model: { most: number } };
    const most = model.most;
    try {
      model.most = 1;
      const rows = await view().getChildren();
      assert.ok(!rows.some((row) => row.is === 'process' && row.pid === cat.pid));
      const user = await it.run([], COMMANDS.revealProcess, cat);
      await until('its row', () => view().tree.selection.some(({ id }) => id === cat.id));
      assert.deepStrictEqual(user.said, []);
      assert.strictEqual(view().filter.state.text, `pid:${cat.pid}`);
    } finally {
      model.most = most;
    }
  });

  test('Enter does what a click does: more holders open the panel, the rest of a process does nothing', async () => {
    const queue = await it.create('sysv.msg');
    const ran: string[] = [];
    const press = async (row: unknown) => {
      const objects = { selection: [row] };
      const parts = { ...it.parts, objects, panels: { show: () => ran.push('panel') } };
      await keepOpen.run(parts as unknown as Running, 'selection');
    };
    await until('the queue', () => it.parts.inventory.get(queue.ref));
    const { kind, ref } = queue;
    await press({ is: 'moreHolders', id: 'x', kind, ref, role: 'reader' });
    assert.deepStrictEqual(ran, ['panel']);
    // A question would be one that the test does not answer.
    it.parts.ask = new Answers([]);
    await press({ is: 'rest', id: 'x/rest', key: '1:1', under: 'x' });
    assert.deepStrictEqual(ran, ['panel']);
  });

  test('keys act on the selected rows: open, copy', async () => {
    const shell = start();
    const cat = await rowOf(shell.pid, 'cat');
    const [mechanism] = await children(cat, 'mechanism');
    assert.ok(mechanism);
    const held = await heldAt(mechanism, 'fd 0');
    const key = async (command: string, row: ProcessesNode) => {
      await view().tree.reveal(row, { select: true, focus: true });
      await until('the selection', () => view().tree.selection.some(({ id }) => id === row.id));
      await it.run([], command, 'processesSelection');
    };
    await key(COMMANDS.copyId, cat);
    assert.strictEqual(await vscode.env.clipboard.readText(), String(cat.pid));
    await key(COMMANDS.copyId, held);
    assert.strictEqual(await vscode.env.clipboard.readText(), `pipe:[${held.ref.split(':')[1]}]`);
    await key(COMMANDS.keepOpen, held);
    await until('the panel', () => it.parts.panels.shows(held.ref));
    const other = await it.run([], COMMANDS.copyPid, cat);
    assert.deepStrictEqual(other.said, ['Copied.']);
    assert.strictEqual(await vscode.env.clipboard.readText(), String(cat.pid));
  });

  test('Find knows pids, commands, names and ids, and opens or reveals', async () => {
    const shell = start();
    const cat = await rowOf(shell.pid, 'cat');
    const user = await it.run([`CAT ${cat.pid}`], COMMANDS.find);
    const [process, ...objects] = user.offered[0] ?? [];
    assert.strictEqual(process, `cat (${cat.pid})`);
    assert.ok(objects.some((line) => line.endsWith(`-> cat (${cat.pid})`)));
    await until('its row', () => view().tree.selection.some((row) => 'pid' in row && row.pid === cat.pid));
    const queue = await it.create('sysv.msg');
    await it.run([`#${queue.id} queue`], COMMANDS.find);
    await until('its panel', () => it.parts.panels.all.some(({ ref }) => ref === queue.ref));
  });
});

suite('what Find shows', () => {
  const entry = (is: 'process' | 'object', at: number) => {
    const value = is === 'process' ? { is, pid: at, startTime: '1' } : { is, object: {} as IpcObject };
    return { item: { label: `${is} ${at}`, value }, text: `node ${at}` };
  };
  const many = (is: 'process' | 'object', count: number) =>
    Array.from({ length: count }, (_, at) => entry(is, at + 1));

  test('many processes of a name leave room for objects, and what is left out is counted', () => {
    const { items, rest } = matching([...many('process', 300), ...many('object', 3)], 'NODE');
    assert.deepStrictEqual(
      [items.length, items.filter(({ value }) => value.is === 'object').length],
      [53, 3],
    );
    assert.strictEqual(rest, '250 more: type more');
  });

  test('where all is shown nothing is said', () => {
    const { items, rest } = matching([...many('process', 2), ...many('object', 200)], 'node 2');
    assert.strictEqual(rest, undefined);
    assert.strictEqual(items[0]?.label, 'process 2');
  });
});

suite('the filter of Objects', () => {
  const it = session('objects');
  teardown(() => it.parts.objects.filter.off());

  const members = async (parts: Running, kind: string) => {
    const groups = await parts.objects.getChildren();
    const group = groups.find((node) => node.kind === kind);
    assert.ok(group);
    return group.is === 'group' ? parts.objects.getChildren(group) : [];
  };

  test('keeps away what nobody of the workspace has, says how many, and is remembered', async () => {
    const queue = await it.create('sysv.msg');
    await until('the queue', async () =>
      (await members(it.parts, 'sysv.msg')).some(({ id }) => id === queue.ref),
    );
    await it.run(["The Workspace's"], COMMANDS.filterObjects);
    assert.strictEqual(it.parts.objects.tree.description, "the workspace's");
    const shown = await until('the note', async () => {
      const rows = await members(it.parts, 'sysv.msg');
      return rows.some(({ is }) => is === 'filtered') && rows;
    });
    assert.ok(!shown.some(({ id }) => id === queue.ref));
    await it.run(['Mine'], COMMANDS.filterObjects);
    assert.ok((await members(it.parts, 'sysv.msg')).some(({ id }) => id === queue.ref));
    assert.deepStrictEqual(it.parts.objects.filter.state, { scope: 'mine', text: '' });
  });
});

suite('a workspace that is opened through a link', () => {
  const it = session('objects');
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const fifo = join(folder, 'through a link');
  let holder: ChildProcess | undefined;
  teardown(() => {
    it.parts.objects.filter.off();
    if (holder?.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
    rmSync(fifo, { force: true });
  });

  test('has what lies in it, and whoever runs in it', async () => {
    assert.notStrictEqual(realpathSync(folder), folder);
    execFileSync('mkfifo', [fifo]);
    holder = spawn('sh', ['-c', 'sleep 300 | cat; :'], { cwd: folder, stdio: 'ignore', detached: true });
    const { objects, inventory } = it.parts;
    await it.run(["The Workspace's"], COMMANDS.filterObjects);
    const shown = async (kind: string) => {
      const group = (await objects.getChildren()).find((node) => node.kind === kind);
      const rows = group?.is === 'group' ? await objects.getChildren(group) : [];
      return rows.flatMap((row) => (row.is === 'object' ? (inventory.get(row.ref) ?? []) : []));
    };
    const path = join(realpathSync(folder), 'through a link');
    await until('the FIFO', async () => {
      inventory.refresh();
      return (await shown('fifo')).some((one) => one.kind === 'fifo' && one.path === path);
    });
    await until('the pipe', async () =>
      (await shown('pipe')).some(({ endpoints = [] }) =>
        endpoints.some(({ pid }) => parentOf(pid) === holder?.pid),
      ),
    );
    // The helper too is told where it really lies: its files are told apart by path.
    const { folders } = it.parts;
    await until('the real path', () => folders.lookedAt().includes(realpathSync(folder)));
    assert.ok(!folders.lookedAt().includes(folder));
    assert.deepStrictEqual(folders.ofWorkspace(), [folder, realpathSync(folder)]);
  });
});

suite('signals', () => {
  test('have their name and number, real-time ones their place', () => {
    assert.strictEqual(signalsText('0000000000000000'), 'none');
    assert.strictEqual(signalsText('0000000000004003'), 'SIGHUP (1); SIGINT (2); SIGTERM (15)');
    assert.strictEqual(signalsText('0000000800000000'), 'SIGRTMIN+2 (36)');
    assert.strictEqual(signalsText('0000000180000000'), '32 (of the C library); 33 (of the C library)');
    assert.strictEqual(signalsText('fffffffc00000000'), 'SIGRTMIN+1 (35) to SIGRTMIN+30 (64)');
    assert.match(signalsText('ffffffffffffffff'), /^SIGHUP \(1\); .* and 2\d more$/);
  });
  test('what is no mask is shown as it is', () => assert.strictEqual(signalsText('?'), '?'));
});
