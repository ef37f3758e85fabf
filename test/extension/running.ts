/** The running extension, the set-up that every suite shares, and answers in place of the user. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { destroy } from '../../src/extension/acts/destroy';
import type { Ask } from '../../src/extension/ui/ask';
import { DOCUMENT_SCHEME } from '../../src/extension/ids';
import type { Running } from '../../src/extension/extension';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { Kind, Ref, SysvKind } from '../../src/protocol/ref';
import { Answers, type Given } from '../support/answers';

export { Answers };

/** The kinds that `create` makes without a path. */
type Creatable = SysvKind;

/** What a suite works with. */
export interface Session {
  readonly parts: Running;
  /** Runs a command while a fake user answers; it goes on listening until the end of the test. */
  run(answers: Given[], command: string, ...args: unknown[]): Promise<Answers>;
  /** A private object that is gone at the end of the test. */
  create<K extends Creatable>(kind: K, more?: Readonly<Record<string, unknown>>): Promise<ObjectOf<K>>;
  /** An object as it is now. */
  inspect<K extends Kind>(object: { kind: K; ref: Ref }): Promise<ObjectOf<K>>;
  /** Notes an object that something else made, to be destroyed at the end of the test. */
  adopt(object: ObjectOf<Kind>): void;
}

/** The set-up of a suite: the running extension with this view shown, and everything that a test made gone after it. */
export function session(view: 'explorer' | 'objects' | 'processes'): Session {
  const clean: (() => Promise<unknown>)[] = [];
  let found: Running | undefined;
  let before: Ask | undefined;
  const running = () => {
    assert.ok(found, 'only within a test');
    return found;
  };
  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension<Running>('ipc-inspector.ipc-inspector');
    assert.ok(extension, 'the extension is not there');
    found = await extension.activate();
    before = found.ask;
    const command = {
      explorer: 'workbench.view.explorer',
      objects: 'ipcInspector.objects.focus',
      processes: 'ipcInspector.processes.focus',
    }[view];
    await vscode.commands.executeCommand(command);
    await until('the view', () =>
      view === 'processes'
        ? found?.processes.tree.visible
        : found?.objects.tree.visible === (view === 'objects'),
    );
  });
  teardown(async () => {
    for (const undo of clean.splice(0).reverse()) await undo();
    if (before) running().ask = before;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  const inspect: Session['inspect'] = async ({ kind, ref }) =>
    (await running().helper.act(kind, 'inspect', { ref })) as never;
  const adopt: Session['adopt'] = (object) => {
    clean.push(() => destroy(running(), object).catch(() => undefined));
  };
  const least: Record<Creatable, object> = {
    'sysv.msg': {},
    'sysv.sem': { semaphores: 1 },
    'sysv.shm': { bytes: 4096 },
  };
  return {
    get parts() {
      return running();
    },
    async run(answers, command, ...args) {
      const user = new Answers(answers);
      running().ask = user;
      await vscode.commands.executeCommand(command, ...args);
      return user;
    },
    async create(kind, more) {
      const parameters = { key: 0, mode: 0o600, exclusive: true, ...least[kind], ...more };
      const { ref } = await running().helper.act<Creatable, 'create'>(kind, 'create', parameters);
      const object = await inspect({ kind, ref });
      adopt(object);
      return object;
    },
    inspect,
    adopt,
  };
}

/** The text of the document of ours that says this, once it is open: a panel that an earlier step opened may still come in front of it. */
export function documentThat(says: RegExp): Promise<string> {
  return until(`a document that says ${String(says)}`, () =>
    vscode.workspace.textDocuments
      .filter(({ uri }) => uri.scheme === DOCUMENT_SCHEME)
      .map((document) => document.getText())
      .find((text) => says.test(text)),
  );
}

/** Waits until something holds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  patience = 8000,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await sleep(20);
  }
}
