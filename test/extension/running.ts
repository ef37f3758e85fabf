/** The running extension, and answers in place of the user. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { BACK, type Ask } from '../../src/extension/ask';
import type { Running } from '../../src/extension/extension';
import type { Ref } from '../../src/protocol/ref';

/** The parts of the extension under test. */
export async function running(): Promise<Running> {
  const extension = vscode.extensions.getExtension<Running>('ipc-inspector.ipc-inspector');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

/** What the fake user answers, in order, and everything that was said to it. */
export class Answers implements Ask {
  readonly said: string[] = [];
  readonly confirmed: { question: string; detail: string; verb: string }[] = [];
  readonly offered: string[][] = [];
  constructor(
    /** For `pick` the label of an item, for `input` the text, for `confirm` a boolean; BACK goes back. */
    private readonly answers: (string | boolean | typeof BACK | undefined)[],
  ) {}

  private next() {
    assert.ok(this.answers.length > 0, 'a question that the test does not answer');
    return this.answers.shift();
  }

  pick: Ask['pick'] = (question) => {
    this.offered.push(question.items.map(({ label }) => label));
    const answer = this.next();
    if (answer === BACK || answer === undefined) return Promise.resolve(answer);
    const item = question.items.find(({ label }) => label === answer);
    assert.ok(item, `${String(answer)} is not among ${question.items.map(({ label }) => label).join(', ')}`);
    return Promise.resolve(item.value);
  };

  input: Ask['input'] = (question) => {
    const answer = this.next();
    if (answer === BACK || answer === undefined) return Promise.resolve(answer);
    const problem = question.problem?.(String(answer));
    assert.strictEqual(problem, undefined, `the input refuses ${String(answer)}`);
    return Promise.resolve(String(answer));
  };

  confirm: Ask['confirm'] = (question, detail, verb) => {
    this.confirmed.push({ question, detail, verb });
    return Promise.resolve(this.next() === true);
  };

  file: Ask['file'] = () => Promise.resolve(undefined);
  tell: Ask['tell'] = (_level, text) => {
    this.said.push(text);
    return Promise.resolve(undefined);
  };
  tellBriefly: Ask['tellBriefly'] = (text) => void this.said.push(text);
}

/** Lets a fake user answer while `act` runs. */
export async function answering(
  parts: Running,
  answers: ConstructorParameters<typeof Answers>[0],
  act: () => Thenable<unknown>,
): Promise<Answers> {
  const user = new Answers(answers);
  const before = parts.ask;
  parts.ask = user;
  try {
    await act();
  } finally {
    parts.ask = before;
  }
  return user;
}

/** Waits until something holds. */
export async function until<T>(what: string, look: () => T | undefined | false, patience = 8000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    assert.ok(Date.now() < end, `waited in vain: ${what}`);
    await sleep(20);
  }
}

/** A private queue that is gone at the end of the test. */
export async function newQueue(
  parts: Running,
  clean: (() => Promise<unknown>)[],
): Promise<{ ref: Ref; id: number }> {
  const made = await parts.helper.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: true });
  clean.push(async () => {
    const identity = { cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 };
    await parts.helper.act('sysv.msg', 'destroy', { ref: made.ref, identity }).catch(() => undefined);
  });
  return made;
}
