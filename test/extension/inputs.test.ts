/** What questions offer first, and what a typed text means: without the workbench. */
import * as assert from 'node:assert';
import type { Ask, InputQuestion, PickQuestion } from '../../src/extension/ask';
import { BACK } from '../../src/extension/ask';
import { askParameters } from '../../src/extension/inputs';

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
