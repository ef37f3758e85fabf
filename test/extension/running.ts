/** The running extension, the set-up that every suite shares, and answers in place of the user. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { destroy } from '../../src/extension/acts/destroy';
import { BACK, type Ask } from '../../src/extension/ask';
import { DOCUMENT_SCHEME } from '../../src/extension/ids';
import type { Running } from '../../src/extension/extension';
import type { ObjectOf } from '../../src/protocol/kinds';
import type { Kind, Ref, SysvKind } from '../../src/protocol/ref';

/** What a fake user answers: for `pick` the label of an item, for `input` the text, for `confirm` a boolean; BACK goes back. */
type Given = string | boolean | typeof BACK | undefined;

/** What the fake user answers, in order, and everything that was said to it. */
export class Answers implements Ask {
  readonly said: string[] = [];
  readonly confirmed: { question: string; detail: string; verb: string }[] = [];
  readonly offered: string[][] = [];
  /** What each search found, with its description. */
  readonly lines: string[][] = [];
  /** Title, step and number of steps of each question. */
  readonly asked: { title: string; step: number | undefined; of: number | undefined }[] = [];
  /** What each input offered, and what it said of texts that were tried before the answer. */
  readonly inputs: { value: string; problem: (text: string) => string | undefined }[] = [];
  constructor(private readonly answers: Given[]) {}

  private next({ title, step, of }: { title: string; step?: number; of?: number }) {
    assert.ok(this.answers.length > 0, `a question that the test does not answer: ${title}`);
    this.asked.push({ title, step, of });
    return this.answers.shift();
  }

  pick: Ask['pick'] = async (question) => {
    const more = question.more ? await question.more : [];
    if (more === undefined) return undefined;
    const items = [...question.items, ...more];
    this.offered.push(items.map(({ label }) => label));
    const answer = this.next(question);
    if (answer === BACK || answer === undefined) return answer;
    const item = items.find(({ label }) => label === answer) ?? question.typed?.(String(answer));
    assert.ok(item, `${String(answer)} is not among ${items.map(({ label }) => label).join(', ')}`);
    return item.value;
  };

  /** A search is answered by what is typed; the first line that is found is chosen. */
  search: Ask['search'] = async (question) => {
    const answer = this.next(question);
    if (answer === BACK || answer === undefined) return answer;
    const { items, rest } = (await question.find)?.(String(answer)) ?? { items: [] };
    this.offered.push([...items.map(({ label }) => label), ...(rest === undefined ? [] : [rest])]);
    this.lines.push(items.map(({ label, description = '' }) => `${label}: ${description}`));
    assert.ok(items[0], `nothing is found for ${String(answer)}`);
    return items[0].value;
  };

  input: Ask['input'] = (question) => {
    const answer = this.next(question);
    const problem = (text: string) => question.problem?.(text);
    this.inputs.push({ value: question.value ?? '', problem });
    if (answer === BACK || answer === undefined) return Promise.resolve(answer);
    assert.strictEqual(problem(String(answer)), undefined, `the input refuses ${String(answer)}`);
    return Promise.resolve(String(answer));
  };

  confirm: Ask['confirm'] = (question, detail, verb) => {
    this.confirmed.push({ question, detail, verb });
    return Promise.resolve(this.next({ title: question }) === true);
  };

  /** A file is answered by its path. */
  file: Ask['file'] = (title) => {
    const answer = this.next({ title });
    return Promise.resolve(typeof answer === 'string' ? vscode.Uri.file(answer) : undefined);
  };
  tell: Ask['tell'] = (_level, text) => {
    this.said.push(text);
    return Promise.resolve(undefined);
  };
  progress: Ask['progress'] = (_title, work) => work(new vscode.CancellationTokenSource().token);
  tellBriefly: Ask['tellBriefly'] = (text) => void this.said.push(text);
}

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
