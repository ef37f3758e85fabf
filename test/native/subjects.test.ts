/** A failure says what it was about, so that its sentence need not be guessed from the name of a call. */
import { afterEach, expect, test } from 'vitest';
import { why } from '../../src/presentation/failures';
import type { Failure } from '../../src/protocol/errors';
import { TestHelper } from '../support/helper';
import { Made } from '../support/sysv';

const made = new Made();
const helper = () => (running ??= new TestHelper());
let running: TestHelper | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
  made.clean();
});

test('an act that fails says of what kind it was, whoever refused it', async () => {
  const id = made.set(2);
  const one = helper();
  const { objects } = await one.request('snapshot', {});
  const ref = objects.find((object) => object.kind === 'sysv.sem' && object.id === id)?.ref;
  if (!ref) throw new Error('no set');
  const failures: Failure[] = [];
  for (const act of [
    one.act('sysv.sem', 'operate', { ref, operations: [{ number: 5, change: 1 }] }),
    one.act('sysv.sem', 'operate', { ref, operations: [{ number: 0, change: -1 }] }),
    one.request('act', { kind: 'sysv.sem', ability: 'operate', parameters: {} }),
    one.request('act', { kind: 'sysv.sem', ability: 'nonsense', parameters: {} }),
    one.act('sysv.sem', 'inspect', { ref: `${ref}1` as typeof ref }),
  ])
    failures.push(await one.wholeFailure(act));
  expect(failures.map(({ subject }) => subject)).toEqual(Array(5).fill('sysv.sem'));
  expect(failures.map(({ code }) => code)).toEqual(['errno', 'errno', 'invalid', 'invalid', 'gone']);
  for (const failure of failures) expect(why(failure)).toMatch(/\.$/);
});

test('the same of an act that waits in a process of its own', async () => {
  const one = helper();
  const { ref } = await one.act('sysv.msg', 'create', { key: 0, mode: 0o600, exclusive: true });
  const identity = { cuid: process.geteuid?.() ?? 0, cgid: process.getegid?.() ?? 0 };
  const waiting = one.wholeFailure(
    one.act('sysv.msg', 'take', { ref, rule: { rule: 'oldest' }, wait: true }),
  );
  await one.act('sysv.msg', 'destroy', { ref, identity });
  expect(await waiting).toMatchObject({ code: 'gone', subject: 'sysv.msg' });
});
