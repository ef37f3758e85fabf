/** Answers in place of the user, for tests inside the extension host and for those that do without VS Code. */
import * as assert from 'node:assert';
import * as vscode from 'vscode';
import { BACK, type Ask } from '../../src/extension/ui/ask';

/** What a fake user answers: for `pick` the label of an item, for `input` the text, for `confirm` a boolean; BACK goes back. */
export type Given = string | boolean | typeof BACK | undefined;

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

  /** A choice by its label, else a text, which must be right. */
  narrow: Ask['narrow'] = (question) => {
    const answer = this.next(question);
    if (answer === BACK || answer === undefined) return Promise.resolve(answer);
    const text = String(answer);
    this.offered.push(question.items.map(({ label }) => label));
    const item = question.items.find(({ label }) => label === text);
    if (item) return Promise.resolve({ text: question.value, choice: item.value });
    const { says, wrong } = question.typed(text);
    assert.ok(!wrong, says);
    return Promise.resolve({ text });
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
