/** What questions offer first, and what a typed text means: without the workbench. */
import * as assert from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Ask, InputQuestion, PickQuestion } from '../../src/extension/ui/ask';
import { BACK, workbenchAsk } from '../../src/extension/ui/ask';
import { missingText } from '../../src/extension/commands/command';
import { notFoundText } from '../../src/extension/commands/find';
import { indestructibleText } from '../../src/extension/acts/destroy';
import { receivedTitle } from '../../src/extension/ui/documents';
import { askParameters } from '../../src/extension/inputs';
import type { IpcObject } from '../../src/protocol/kinds';
import { posixRef, type Ref, sysvRef } from '../../src/protocol/ref';
import { until } from './running';

type Asked = { active: unknown; labels: string[] } | { value: string | undefined };

/** Somebody who chooses by label and types, and notes what was offered first; undefined is Enter alone. */
function user(answers: (string | typeof BACK | undefined)[]): { ask: Ask; asked: Asked[] } {
  const asked: Asked[] = [];
  const pick = (question: PickQuestion<unknown>) => {
    const { items, active } = question;
    asked.push({ active, labels: items.map(({ label }) => label) });
    const answer = answers.shift();
    if (answer === BACK) return Promise.resolve(BACK);
    const found =
      answer === undefined ? (active ?? items[0]?.value) : items.find(({ label }) => label === answer)?.value;
    return Promise.resolve(found);
  };
  const input = ({ value }: InputQuestion) => {
    asked.push({ value });
    return Promise.resolve(answers.shift() ?? value);
  };
  return { ask: { pick, input } as unknown as Ask, asked };
}

suite('what questions offer first', () => {
  const cut = 'At Most so Many Bytes of It...';
  const receive = async (answers: (string | typeof BACK | undefined)[]) => {
    const { ask, asked } = user(answers);
    const given = await askParameters(ask, 'sysv.msg', 'take', { title: 'Receive' });
    return { rule: given?.rule, asked };
  };

  test('a receive that cuts is not what Enter alone does to the next queue', async () => {
    await receive(['The Oldest', 'At Once']);
    const first = await receive([cut, '4', 'The Oldest', 'At Once']);
    assert.deepStrictEqual(first.rule, { rule: 'oldest', truncate: 4 });
    const next = await receive([undefined, undefined]);
    assert.deepStrictEqual(next.rule, { rule: 'oldest' });
    assert.deepStrictEqual(next.asked[0] && 'active' in next.asked[0] && next.asked[0].active, 'oldest');
  });

  test('nor is the number of bytes that it took of another queue', async () => {
    await receive([cut, '4', 'The Oldest', 'At Once']);
    const { asked } = await receive([cut, '5', 'The Oldest', 'At Once']);
    assert.deepStrictEqual(asked[1], { value: '' });
  });

  test('a step back offers what was given in this series', async () => {
    const { asked, rule } = await receive([cut, '7', BACK, undefined, undefined, 'At Once']);
    assert.deepStrictEqual(asked[3], { value: '7' });
    assert.deepStrictEqual(rule, { rule: 'oldest', truncate: 7 });
  });
});

suite('a text that is typed over choices', () => {
  /** What Enter takes once this was typed, in the quick pick of VS Code itself. */
  async function entered(text: string): Promise<unknown> {
    const { window } = vscode;
    const create = window.createQuickPick.bind(window);
    let shown: vscode.QuickPick<vscode.QuickPickItem> | undefined;
    window.createQuickPick = (() => (shown = create())) as typeof window.createQuickPick;
    try {
      const answer = workbenchAsk.pick<string>({
        ...{ title: 'Send', placeholder: 'How do you write the content?' },
        items: ['Text', 'Hex', 'File...'].map((label) => ({ label, value: label })),
        typed: (typed) => (typed === '' ? undefined : { label: `Text: ${typed}`, value: typed }),
      });
      const pick = await until('the question', () => shown);
      pick.value = text;
      await until('its choices', () => pick.items.length === 4 && pick.activeItems.length > 0);
      const first = pick.activeItems[0]?.label;
      // The window filters after we set the text, and no event tells that it has; whoever types has it filtered before the next key.
      await sleep(1000);
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return [first, await answer];
    } finally {
      window.createQuickPick = create;
    }
  }

  test('takes the choice that it begins, else is taken itself', async () => {
    assert.deepStrictEqual(await entered('hex'), ['Hex', 'Hex']);
    assert.deepStrictEqual(await entered('hexa'), ['Text: hexa', 'hexa']);
  });
});

suite('what is said of what is not there', () => {
  test('Find names all that was not searched, of every kind', () => {
    assert.strictEqual(notFoundText([]), 'No object, and no process that has one, has that.');
    const said = notFoundText([
      { kind: 'posix.mq', code: 'notMounted' },
      { kind: 'posix.shm', code: 'denied' },
      { kind: 'fifo', field: 'folders', code: 'denied', count: 2 },
      { kind: 'unix', field: 'network', code: 'otherNetwork', count: 1 },
    ]);
    for (const part of [/only queues that/, /\/dev\/shm cannot/, /2 folders/, /1 network namespace/])
      assert.match(said, part);
  });

  test('a row whose object is not there says whether it is gone', () => {
    const looked = { hasRows: () => true, blind: [] };
    assert.strictEqual(missingText(['sysv.msg'], looked), 'This object is gone.');
    assert.strictEqual(missingText(['sysv.msg', 'pipe'], looked), '2 of these objects are gone.');
    const hidden = [{ kind: 'pipe', field: 'endpoints', code: 'denied', count: 1 }] as const;
    assert.strictEqual(
      missingText(['pipe'], { ...looked, blind: hidden }),
      'This object is not seen any more.',
    );
    assert.match(missingText(['pipe'], { ...looked, hasRows: () => false }), /not read yet/);
  });

  test('who waits for a FIFO that nobody finds is no object without a name', () => {
    const opener = {
      ...{ kind: 'fifo', ref: 'fifo:opener:1', path: '/tmp/f', flags: ['deletedOrReplaced'], endpoints: [] },
    } as unknown as IpcObject;
    const said = indestructibleText(opener, () => undefined);
    assert.match(said, /^Nobody finds this FIFO any more/);
  });

  test('a message is titled by its queue, and no FIFO', () => {
    const at = 0;
    const mq = posixRef('posix.mq', { device: '1', inode: '2', birth: '0' });
    assert.match(receivedTitle({ ref: mq, priority: 3, at }), /^message of priority 3, /);
    assert.match(receivedTitle({ ref: mq, at }), /^message, /);
    assert.match(receivedTitle({ ref: sysvRef('sysv.msg', '1', 1), type: 7, at }), /^message of type 7, /);
    assert.match(receivedTitle({ ref: 'fifo:1:2:3' as Ref, at }), /^read from FIFO, /);
  });
});
