/** Every ability of every kind goes down the one path: from palette, row, page and background, done, refused, cancelled, failed and waited for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { canWait } from '../../src/extension/acts/background';
import { actOf } from '../../src/extension/acts/kinds';
import type { ActOf } from '../../src/extension/acts/kinds/kindActs';
import { perform } from '../../src/extension/acts/perform';
import type { CommandParts } from '../../src/extension/commands/command';
import { CREATE, VERBS } from '../../src/extension/commands/table';
import { verbs } from '../../src/extension/commands/verbs';
import { History } from '../../src/extension/model/history';
import { COMMANDS } from '../../src/extension/ids';
import { panelHandlers, type PanelSide } from '../../src/extension/panels/handlers';
import type { PanelParts } from '../../src/extension/panels/parts';
import { labelOf } from '../../src/presentation/kinds';
import { findIn } from '../../src/presentation/values';
import { WAIT_LABELS } from '../../src/presentation/waitLabels';
import { toBytes } from '../../src/protocol/bytes';
import { type Failure, IpcFailure } from '../../src/protocol/errors';
import { contracts, type IpcObject, type ObjectOf } from '../../src/protocol/kinds';
import type { Ability } from '../../src/protocol/kinds/kind';
import { type Kind, KINDS, type Ref } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';
import { Answers, type Given } from '../support/answers';
import { sampleHost, sampleProcesses, samples } from '../support/samples';
import { until } from '../support/until';

const bytes = (text: string) => toBytes(Buffer.from(text));

/** One ability: what is asked and answered, and what the helper is asked for then. */
interface Case {
  /** Answers to the questions, once it is known which object is meant. */
  answers: Given[];
  /** What is given, without ref, identity and where what is taken goes. */
  given: Record<string, unknown>;
  /** The object, where not any of its kind can do it. */
  object?: IpcObject;
}
type Cases = { [K in Kind]: Record<ActOf<K>, Case> };

const MODE = 'rw------- (0600)';
const sysvMade = { key: 0, mode: 0o600, exclusive: true };
const alter: Case = { answers: ['Mode...', 'rw-rw---- (0660)'], given: { mode: 0o660 } };
const destroy: Case = { answers: [true], given: {} };
const writing: Case = {
  answers: ['0x10', 'Text', 'hello', true],
  given: { offset: 16, content: bytes('hello') },
};
const looking = (given: Record<string, unknown>): Case => ({ answers: [], given });
const capacity: Case = { answers: ['65536'], given: { capacity: 65_536 } };

const cases: Cases = {
  'sysv.msg': {
    create: { answers: ['Private', MODE], given: sysvMade },
    send: { answers: ['7', 'Text', 'hi', 'At Once'], given: { type: 7, content: bytes('hi') } },
    peek: looking({ from: 0, count: 1 }),
    take: { answers: ['The Oldest', 'At Once'], given: { rule: { rule: 'oldest' } } },
    alter,
    destroy,
  },
  'sysv.sem': {
    create: {
      answers: ['Private', MODE, '3', '1, 0, 5'],
      given: { ...sysvMade, semaphores: 3, values: [1, 0, 5] },
    },
    operate: { answers: ['0 -1', 'At Once'], given: { operations: [{ number: 0, change: -1 }] } },
    hold: { answers: ['0 -1', 'At Once'], given: { operations: [{ number: 0, change: -1 }] } },
    set: { answers: ['1', '7', true], given: { number: 1, value: 7 } },
    setAll: { answers: ['1, 0, 5', true], given: { values: [1, 0, 5] } },
    alter,
    destroy,
  },
  'sysv.shm': {
    create: { answers: ['Private', MODE, '64 KiB'], given: { ...sysvMade, bytes: 65_536 } },
    read: looking({ offset: 0, length: 16, attach: false }),
    write: writing,
    lock: { answers: [], given: {}, object: samples['sysv.shm'][2] },
    unlock: { answers: [], given: {} },
    alter,
    destroy,
  },
  'posix.mq': {
    create: {
      answers: ['/x', MODE, '4', '128'],
      given: { name: '/x', mode: 0o600, maxMessages: 4, messageSize: 128 },
    },
    send: { answers: ['1', 'Text', 'low', 'At Once'], given: { priority: 1, content: bytes('low') } },
    take: { answers: ['At Once'], given: {} },
    drainAndRestore: { answers: [true], given: {} },
    alter,
    destroy,
  },
  'posix.sem': {
    create: { answers: ['/x', MODE, '3'], given: { name: '/x', mode: 0o600, value: 3 } },
    post: { answers: [], given: {} },
    tryWait: { answers: [], given: {} },
    wait: { answers: [], given: {} },
    destroy,
  },
  'posix.shm': {
    create: { answers: ['/x', MODE, '8 KiB'], given: { name: '/x', mode: 0o600, bytes: 8192 } },
    read: looking({ offset: 0, length: 16 }),
    write: writing,
    resize: { answers: ['1024', true], given: { bytes: 1024 } },
    destroy,
  },
  mapping: { read: looking({ offset: 0, length: 16 }), write: writing },
  lock: {
    hold: {
      answers: ['flock, exclusive', 'At Once'],
      given: { how: { type: 'flock', mode: 'exclusive' } },
    },
  },
  pty: {},
  eventfd: { post: { answers: ['3'], given: { value: 3 } } },
  pipe: { peek: looking({ length: 100 }), alterCapacity: capacity },
  fifo: {
    create: { answers: ['/tmp/x', MODE], given: { path: '/tmp/x', mode: 0o600 } },
    peek: looking({ length: 100 }),
    alterCapacity: capacity,
    write: { answers: ['Text', 'hi', 'At Once'], given: { content: bytes('hi') } },
    read: { answers: ['4096', 'At Once'], given: { length: 4096 } },
    destroy,
  },
  unix: {
    peek: { ...looking({ length: 100 }), object: samples.unix[2] },
    talk: { answers: [], given: { target: { is: 'ref', ref: samples.unix[0]?.ref } } },
    listen: {
      answers: ['Unix Socket', 'An Abstract Name...', 'x', 'Stream', 'As an Echo'],
      given: { name: { is: 'abstract', name: bytes('x') }, type: 'stream', echo: true },
    },
    destroy,
  },
  inet: {
    peek: { ...looking({ length: 100 }), object: samples.inet[0] },
    talk: { answers: [], given: { protocol: 'tcp', address: '::1', port: 80 } },
    listen: {
      answers: ['Loopback Socket', 'TCP', '127.0.0.1', '0', 'By Hand'],
      given: { protocol: 'tcp', address: '127.0.0.1', port: 0, echo: false },
    },
  },
};

/** An object of each kind with which most can be done. */
const objects: Readonly<Record<Kind, IpcObject>> = {
  ...(Object.fromEntries(KINDS.map((kind) => [kind, samples[kind][0]])) as Record<Kind, IpcObject>),
  'posix.sem': { ...(samples['posix.sem'][0] as ObjectOf<'posix.sem'>), flags: [] },
  fifo: without({ ...(samples.fifo[0] as ObjectOf<'fifo'>), flags: [] }),
  unix: without(samples.unix[0] as ObjectOf<'unix'>),
  inet: samples.inet[2] as IpcObject,
};
/** Nothing keeps its name from being taken away. */
function without<O extends IpcObject>({ kept: _kept, ...object }: O & { kept?: unknown }): IpcObject {
  return object as unknown as IpcObject;
}

const rows = KINDS.flatMap((kind) =>
  Object.entries(cases[kind] as Record<string, Case>).map(([ability, one]) => ({
    ...{ kind, ability, ...one },
    object: one.object ?? objects[kind],
    act: actOf(kind, ability) ?? {},
    makes: ability === 'create' || ability === 'listen',
    wait: false,
  })),
);
type Row = (typeof rows)[number];
const where = (fits: (row: Row) => unknown) =>
  rows.filter(fits).map((row) => [`${row.kind} ${row.ability}`, row] as const);

/** What the helper answers of any act: the contract takes what it knows of it. */
const answer = {
  ...{ ref: 'sysv.msg:1:9', id: 9, existed: false, bytes: 2, before: bytes('old'), token: 7, type: 3 },
  ...{ priority: 2, content: bytes('taken'), takenAt: 5, copied: 4, index: 0, end: false, unread: 0 },
  ...{ act: 6, mode: 0o600, value: 1, capacity: 4096, messages: [], moved: false },
  ...{ readAt: 1, offset: 0, pieces: [], way: 'untouched', total: 0, more: false, boundary: false },
};

class FakeHelper {
  readonly bootId = 'boot';
  readonly calls: { ability: string; parameters: Record<string, unknown> }[] = [];
  /** By ability: how it fails, and what it waits for first. */
  failures = new Map<string, Failure>();
  gate: Promise<unknown> | undefined;
  before: (ability: string) => unknown = () => undefined;
  /** What a drain answers: everything was sent back. */
  drained: object = { messages: [], left: [], moved: false, readAt: 1 };

  constructor(private readonly object: IpcObject) {}

  async act(kind: Kind, ability: string, parameters: Record<string, unknown>): Promise<unknown> {
    const contract = (contracts[kind].abilities as Record<string, Ability>)[ability] as Ability;
    v.parse(contract.parameters, parameters);
    this.calls.push({ ability, parameters });
    if (ability === 'inspect') return this.object;
    await this.before(ability);
    if (parameters.wait === true || ability === 'wait' || ability === 'hold') await this.gate;
    const failure = this.failures.get(ability);
    if (failure) throw new IpcFailure(failure);
    const { changedAt } = this.object as ObjectOf<'sysv.msg'>;
    const own: Record<string, object> = { resize: { before: 4096 }, drainAndRestore: this.drained };
    return v.parse(contract.result, own[ability] ?? { ...answer, changedAt });
  }

  request(call: string): Promise<unknown> {
    return call === 'snapshot' ? Promise.resolve(snapshotOf(this.object)) : Promise.resolve({});
  }

  /** With what an ability was asked for, each time; without what the host adds. */
  asked(ability: string): Record<string, unknown>[] {
    return this.calls
      .filter((call) => call.ability === ability)
      .map(({ parameters }) => {
        const added = ['ref', 'identity', 'recovery', 'insist', 'copied', 'wait'];
        const given = Object.entries(parameters).filter(([field]) => !added.includes(field));
        return { ...Object.fromEntries(given), ...(parameters.wait === true && { wait: true }) };
      });
  }
}

function snapshotOf(object: IpcObject): Snapshot {
  return { host: root, objects: [object], processes: [...sampleProcesses], blind: [] } as unknown as Snapshot;
}
const root = { ...sampleHost, uid: 0, groups: [0], capabilities: '1ffffffffff' };

/** The extension's parts without VS Code and kernel: a helper that answers, and a user who does. */
class World {
  readonly helper: FakeHelper;
  readonly user: Answers;
  readonly shown: Ref[] = [];
  readonly documents: string[] = [];
  readonly sessions: unknown[] = [];
  refreshed = 0;
  visible = false;
  readonly history: History;
  readonly parts: CommandParts & PanelParts;

  constructor(
    readonly object: IpcObject,
    answers: Given[],
    readonly folder: string,
  ) {
    const log = { warn: () => undefined, info: () => undefined, error: () => undefined };
    this.helper = new FakeHelper(object);
    this.user = new Answers(answers);
    this.history = new History(join(folder, 'received'), log as never);
    const process = (pid: number) => sampleProcesses.find((one) => one.pid === pid);
    const inventory = {
      ...{
        host: root,
        actingHost: root,
        blind: [],
        process: Object.assign(process, { object: () => undefined }),
      },
      ...{ get: () => object, answers: () => true, hasRows: () => true, learn: () => undefined },
      snapshot: () => Promise.resolve(snapshotOf(object)),
      refresh: () => {
        this.refreshed++;
      },
    };
    this.parts = {
      ...{ helper: this.helper, history: this.history, inventory, ask: this.user, log },
      sessions: { begin: (begun: unknown) => this.sessions.push(begun) },
      documents: { show: (name: string) => Promise.resolve(this.documents.push(name)) },
      panels: { shows: () => this.visible, show: ({ ref }: IpcObject) => this.shown.push(ref) },
      objects: { visible: false, selection: [] },
      processes: { selection: [] },
    } as unknown as CommandParts & PanelParts;
  }

  /** As the palette and a row's button do. */
  async command(name: keyof typeof COMMANDS, node?: unknown): Promise<void> {
    await verbs.find(({ id }) => id === COMMANDS[name])?.run(this.parts, node);
  }

  /** As the page of the object does. */
  get page() {
    const side = {
      present: () => this.object,
      peer: () => this.object,
      name: () => 'it',
      memory: () => ({ ref: this.object.ref, bootId: 'boot', kept: false, title: 'it' }),
    };
    return panelHandlers(this.parts, side as unknown as PanelSide);
  }

  /** What the page asks for, by the request that is for it. */
  async ask({ kind, ability, given }: Row): Promise<unknown> {
    const token = new vscode.CancellationTokenSource().token;
    const { page } = this;
    if (ability === 'destroy') return page.destroy({}, token);
    if (ability === 'talk') return page.talk({}, token);
    if (kind === 'sysv.msg' && ability === 'send') return page.send(given as never, token);
    if (kind === 'sysv.msg' && ability === 'take') return page.receive(given as never, token);
    return page.act({ ability, parameters: given }, token);
  }

  /** Whether the kernel was asked for anything but a look. */
  get touched(): boolean {
    return this.helper.calls.some(({ ability }) => ability !== 'inspect');
  }
}

/** The command of an ability. */
function commandOf({ kind, ability }: Row): keyof typeof COMMANDS {
  if (ability === 'create') return CREATE[kind as keyof typeof CREATE];
  return ability === 'listen' ? 'listen' : VERBS[ability as keyof typeof VERBS].command;
}

let folder: string;
let world: World;
const worlds: World[] = [];
/** Begins anew with this object, and a user who answers so. */
function enter({ object }: Row, answers: Given[]): World {
  world = new World(object, answers, join(folder, String(worlds.length)));
  worlds.push(world);
  return world;
}

/** The answers from the palette: which object, and then what is asked about it. */
const fromPalette = ({ object, makes }: Row, answers: readonly Given[]): Given[] =>
  makes ? [...answers] : [labelOf(object, findIn(snapshotOf(object))), ...answers];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipc-inspector-perform-'));
});
afterEach(async () => {
  // A history begins by tidying its folder.
  for (const { history } of worlds.splice(0)) await history.allReceived();
  Object.assign(vscode.workspace, { isTrusted: true });
  rmSync(folder, { recursive: true, force: true });
});

const EIO: Failure = { code: 'errno', call: 'call', errno: 'EIO' };
const code = (expected: string): unknown =>
  expect.objectContaining({ failure: expect.objectContaining({ code: expected }) as unknown });
const offered = (row: Row) =>
  row.makes || (VERBS[row.ability as keyof typeof VERBS].kinds ?? [row.kind]).includes(row.kind);

/** Done as it was asked for: with these parameters, the user told or shown, and looked at again. */
function expectDone(row: Row): void {
  expect(world.user.said.join()).not.toMatch(/Could not/);
  if (row.act.opens) {
    expect([world.touched, world.shown]).toEqual([false, [row.object.ref]]);
    return;
  }
  expect(world.helper.asked(row.ability)).toEqual([
    { ...row.given, ...(row.ability !== 'wait' && row.wait && { wait: true }) },
  ]);
  expect(world.refreshed).toBeGreaterThan(0);
}

/** What is taken is on disk before the helper is told that it need not keep it. */
function watchAcknowledge(): string[][] {
  const kept: string[][] = [];
  world.helper.before = async (ability) => {
    if (ability === 'acknowledge') kept.push((await world.history.allReceived()).map(({ what }) => what));
  };
  return kept;
}

describe.each(['palette', 'row'])('from the %s', (face) => {
  const run = (row: Row) =>
    world.command(commandOf(row), face === 'row' ? { object: row.object } : undefined);
  const answersOf = (row: Row, answers: readonly Given[] = row.answers) =>
    face === 'row' ? [...answers] : fromPalette(row, answers);
  const here = (row: Row) => offered(row) && (face === 'palette' || !row.makes);

  test.each(where(here))('%s is done', async (_name, row) => {
    enter(row, answersOf(row));
    const kept = watchAcknowledge();
    await run(row);
    expectDone(row);
    expect(kept).toEqual(world.helper.asked('acknowledge').map(() => ['received']));
    expect((await world.history.of({ ref: row.object.ref, bootId: 'boot' })).map(({ what }) => what)).toEqual(
      row.act.sends ? ['sent'] : kept.length > 0 ? ['received'] : [],
    );
  });

  test.each(where((row) => here(row) && !row.act.opens))(
    '%s is refused unasked in Restricted Mode',
    async (_name, row) => {
      Object.assign(vscode.workspace, { isTrusted: false });
      enter(row, []);
      await run(row);
      expect(world.user.said.join()).toMatch(/^Could not .*: This window is in Restricted Mode/);
      expect([world.user.asked, world.touched]).toEqual([[], false]);
    },
  );

  test.each(where((row) => here(row) && (row.answers.length > 0 || face === 'palette')))(
    '%s is cancelled at each question, and nothing was done or said',
    async (_name, row) => {
      const all = answersOf(row);
      for (const [at, answer] of all.entries()) {
        enter(row, [...all.slice(0, at), answer === true ? false : undefined]);
        await run(row);
        expect([world.user.said, world.touched, world.shown]).toEqual([[], false, []]);
      }
    },
  );

  test.each(where((row) => here(row) && !row.act.opens))(
    '%s fails, says so, and nothing is kept or acknowledged',
    async (_name, row) => {
      enter(row, answersOf(row));
      world.helper.failures.set(row.ability, EIO);
      await run(row);
      expect(world.user.said.filter((said) => said.startsWith('Could not '))).toHaveLength(1);
      expect(world.helper.asked('acknowledge')).toEqual([]);
      expect(await world.history.of({ ref: row.object.ref, bootId: 'boot' })).toEqual([]);
    },
  );
});

describe('from a page', () => {
  const asksForIt = (row: Row) => row.act.page ?? row.ability === 'destroy';
  const confirms = ({ answers }: Row) => answers.filter((answer) => answer === true);

  test.each(where(asksForIt))('%s is done, and only what is confirmed is asked', async (_name, row) => {
    enter(row, confirms(row));
    const kept = watchAcknowledge();
    const result = await world.ask(row);
    expect(world.helper.asked(row.ability)).toEqual([row.given]);
    expect(world.user.asked.length).toBe(confirms(row).length);
    // The page shows what came of it.
    expect([world.user.said, world.shown, world.documents]).toEqual([[], [], []]);
    expect(result).toBeTypeOf('object');
    expect(kept).toEqual(world.helper.asked('acknowledge').map(() => ['received']));
  });

  test.each(where((row) => !asksForIt(row)))('%s may not be asked for by its name', async (_name, row) => {
    enter(row, []);
    const token = new vscode.CancellationTokenSource().token;
    const { page } = world;
    await expect(
      Promise.resolve().then(() => page.act({ ability: row.ability, parameters: row.given }, token)),
    ).rejects.toEqual(code('invalid'));
    expect(world.touched).toBe(false);
  });

  test.each(where((row) => row.act.page && !row.act.opens))(
    '%s is refused in Restricted Mode',
    async (_name, row) => {
      Object.assign(vscode.workspace, { isTrusted: false });
      enter(row, []);
      await expect(world.ask(row)).rejects.toEqual(code('refused'));
      expect([world.user.asked, world.touched]).toEqual([[], false]);
    },
  );

  test.each(where((row) => row.act.page && confirms(row).length > 0))(
    '%s is cancelled',
    async (_name, row) => {
      enter(row, [false]);
      await expect(world.ask(row)).rejects.toEqual(code('cancelled'));
      expect(world.touched).toBe(false);
    },
  );

  test.each(where((row) => row.act.page))('%s fails with what the helper gave', async (_name, row) => {
    enter(row, confirms(row));
    world.helper.failures.set(row.ability, EIO);
    await expect(world.ask(row)).rejects.toEqual(code('errno'));
    expect(world.helper.asked('acknowledge')).toEqual([]);
    expect(await world.history.of({ ref: row.object.ref, bootId: 'boot' })).toEqual([]);
  });

  test('a destruction that fails is told, and not done', async () => {
    const row = rows.find(({ ability }) => ability === 'destroy') as Row;
    enter(row, [true]);
    world.helper.failures.set('destroy', EIO);
    expect(await world.ask(row)).toEqual({ done: false });
    expect(world.user.said.join()).toMatch(/^Could not destroy/);
  });
});

describe('in the background', () => {
  const waits = (row: Row) => canWait(row.kind, row.ability);
  const token = new vscode.CancellationTokenSource().token;
  const startWaiting = ({ ability, given }: Row) => {
    const { page } = world;
    return Promise.resolve().then(() => page.startWaiting({ ability, parameters: given }, token));
  };
  /** A receive looks first whether there is something, with a copy. */
  const waiting = (row: Row) => {
    enter(row, []);
    if (row.kind === 'sysv.msg') world.helper.failures.set('copy', { code: 'nothing' });
    let open: () => void = () => undefined;
    world.helper.gate = new Promise<void>((resolve) => (open = resolve));
    return open;
  };

  test.each(where((row) => !waits(row)))('%s does not wait', async (_name, row) => {
    enter(row, []);
    await expect(startWaiting(row)).rejects.toEqual(code('invalid'));
    expect(world.touched).toBe(false);
  });

  test.each(where(waits))('%s begins, goes on, and says when it is done', async (_name, row) => {
    const open = waiting(row);
    await startWaiting(row);
    expect(world.user.said).toEqual([]);
    open();
    const [said] = await until(() => world.user.said.length > 0 && world.user.said);
    expect(said).toMatch(/after \d+ s\.$|^You hold /);
    expectDone({ ...row, wait: true });
  });

  test.each(where(waits))('%s is ended, or fails later, and says that', async (_name, row) => {
    for (const [failure, says] of [
      [{ code: 'cancelled' }, /^Ended\.$/],
      [EIO, /^Could not /],
    ] as const) {
      const open = waiting(row);
      await startWaiting(row);
      world.helper.failures.set(row.ability, failure);
      open();
      await until(() => world.user.said.length > 0);
      expect(world.user.said.join()).toMatch(says);
      expect(await world.history.of({ ref: row.object.ref, bootId: 'boot' })).toEqual([]);
    }
  });

  test.each(where(waits))('%s that fails at once fails for whom asked', async (_name, row) => {
    enter(row, []);
    world.helper.failures.set(row.ability, EIO);
    await expect(startWaiting(row)).rejects.toEqual(code('errno'));
    expect(world.user.said).toEqual([]);
  });

  test.each(where(waits))('%s is refused in Restricted Mode', async (_name, row) => {
    Object.assign(vscode.workspace, { isTrusted: false });
    enter(row, []);
    await expect(startWaiting(row)).rejects.toEqual(code('refused'));
    expect(world.touched).toBe(false);
  });

  test.each(where((row) => waits(row) && offered(row)))(
    '%s waits from a row too, where its page shows it',
    async (_name, row) => {
      const open = waiting(row);
      world.parts.ask = new Answers(row.answers.map((one) => (one === 'At Once' ? waitLabel(row) : one)));
      await world.command(commandOf(row), { object: row.object });
      expect(world.shown).toEqual([row.object.ref]);
      open();
      await until(() => (world.parts.ask as Answers).said.length > 0);
    },
  );
});

/** What the choice to wait is called. */
function waitLabel({ kind, ability }: Row): string {
  return WAIT_LABELS[`${kind} ${ability}` as keyof typeof WAIT_LABELS];
}

test('what is missing is asked for, and only that', async () => {
  const row = rows.find(({ kind, ability }) => kind === 'sysv.sem' && ability === 'set') as Row;
  enter(row, ['7', true]);
  await perform(world.parts, row.object, 'set', { number: 1 });
  expect(world.helper.asked('set')).toEqual([{ number: 1, value: 7 }]);
});

test('what a drain could not send back is stored, and then acknowledged', async () => {
  const row = rows.find(({ ability }) => ability === 'drainAndRestore') as Row;
  enter(row, [true]);
  const messages = [{ index: 0, priority: 2, content: bytes('left') }];
  world.helper.drained = { messages, left: [0], token: 7, moved: true, readAt: 1 };
  const kept = watchAcknowledge();
  await world.ask(row);
  expect(kept).toEqual([['received']]);
  expect(world.user.said.join()).toMatch(/^1 messages of .* could not be sent back/);
});

test('what cannot be stored is not acknowledged, and a helper that dies under a take leaves the copy as uncertain', async () => {
  const row = rows.find(({ kind, ability }) => kind === 'sysv.msg' && ability === 'take') as Row;
  enter(row, []);
  vi.spyOn(world.history, 'replace').mockRejectedValue(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  await expect(world.ask(row)).rejects.toEqual(code('unstored'));
  expect(world.helper.asked('acknowledge')).toEqual([]);
  enter(row, []);
  world.helper.failures.set('take', { code: 'helperEnded' });
  await expect(world.ask(row)).rejects.toEqual(code('helperEnded'));
  expect((await world.history.allReceived()).some(({ what }) => what === 'uncertain')).toBe(true);
});
