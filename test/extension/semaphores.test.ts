/** The commands on semaphore sets and segments, as the palette and the rows run them. */
import * as assert from 'node:assert';
import { COMMANDS } from '../../src/extension/ids';
import { skip } from '../host/mochaRun.mjs';
import { session, until } from './running';

suite('semaphore sets', () => {
  const it = session('explorer');
  const values = async (set: Parameters<typeof it.inspect<'sysv.sem'>>[0]) =>
    (await it.inspect(set)).details?.values;

  test('create one with its values', async () => {
    const user = await it.run(['Private', 'rw------- (0600)', '3', '1, 0, 5'], COMMANDS.createSet);
    assert.strictEqual(user.asked[0]?.title, 'Create System V Semaphore Set');
    const panel = await until('its panel', () => it.parts.panels.all.at(-1));
    const set = await it.inspect({ kind: 'sysv.sem', ref: panel.ref });
    it.adopt(set);
    assert.deepStrictEqual(set.details?.values, [1, 0, 5]);
    const [count, all] = user.inputs;
    assert.match(String(count?.problem('0')), /whole number from 1 to 65,536/);
    assert.match(String(all?.problem('1, 2')), /has 3 semaphores, and these are 2 values/);
    assert.match(String(all?.problem('1, 2, 32768')), /from 0 to 32,767/);
    assert.strictEqual(all?.problem(''), undefined);
  });

  test('operate on several at once, or fail at once and change nothing', async () => {
    const set = await it.create('sysv.sem', { semaphores: 3, values: [1, 0, 5] });
    const row = `private #${set.id}`;
    await it.run([row, '0 -1, 2 +1', 'At Once'], COMMANDS.operate);
    assert.deepStrictEqual(await values(set), [0, 0, 6]);
    const user = await it.run([row, '[2] -1 [1] -1', 'At Once'], COMMANDS.operate);
    assert.match(
      user.said.join(),
      /Could not operate on semaphore set .*: semaphore \[1\] is 0 and cannot be changed by -1, so nothing/,
    );
    assert.deepStrictEqual(await values(set), [0, 0, 6]);
    assert.match(String(user.inputs[0]?.problem('3 +1')), /last semaphore of this set is 2/);
    assert.match(String(user.inputs[0]?.problem('hello')), /a semaphore and its change each/);
  });

  test('set one value, after a question that says what is discarded', async () => {
    const set = await it.create('sysv.sem', { semaphores: 2 });
    const row = `private #${set.id}`;
    const no = await it.run([row, '1', '7', false], COMMANDS.setValue);
    assert.deepStrictEqual(await values(set), [0, 0]);
    assert.deepStrictEqual(no.said, []);
    assert.strictEqual(no.confirmed[0]?.question, `Set semaphore [1] of semaphore set ${row} to 7?`);
    assert.match(no.confirmed[0].detail, /It is 0 now.*discards .*SEM_UNDO/s);
    assert.strictEqual(no.confirmed[0].verb, 'Set Value');
    await it.run([row, '1', '7', true], COMMANDS.setValue);
    assert.deepStrictEqual(await values(set), [0, 7]);
    const all = await it.run([row, '2 x 3', true], COMMANDS.setAll);
    assert.strictEqual(all.inputs[0]?.value, '0, 7');
    assert.deepStrictEqual(await values(set), [3, 3]);
  });

  test('of a set of one nobody asks which', async () => {
    const set = await it.create('sysv.sem');
    await it.run([`private #${set.id}`, '4', true], COMMANDS.setValue);
    await it.run([`private #${set.id}`, '-1', 'At Once'], COMMANDS.operate);
    assert.deepStrictEqual(await values(set), [3]);
  });
});

suite('segments', () => {
  const it = session('explorer');

  test('create one, write to it after a question, and destroy it', async () => {
    await it.run(['Private', 'rw------- (0600)', '64 KiB'], COMMANDS.createSegment);
    const panel = await until('its panel', () => it.parts.panels.all.at(-1));
    const segment = await it.inspect({ kind: 'sysv.shm', ref: panel.ref });
    it.adopt(segment);
    assert.strictEqual(segment.bytes, 65_536);
    const row = `private #${segment.id}`;
    const user = await it.run([row, '0x10', 'Text', 'hello', true], COMMANDS.write);
    assert.strictEqual(user.confirmed[0]?.verb, 'Write');
    assert.match(user.confirmed[0].detail, /No process has it attached/);
    assert.match(String(user.inputs[0]?.problem('65536')), /The segment ends at 65,536/);
    const { ref } = segment;
    const read = await it.parts.helper.act('sysv.shm', 'read', { ref, offset: 16, length: 5, attach: true });
    assert.strictEqual(Buffer.from(read.content, 'base64').toString(), 'hello');
    const asked = await it.run([row, false], COMMANDS.destroy);
    assert.match(asked.confirmed[0]?.detail ?? '', /No process has it attached/);
  });

  test('lock and unlock, without a question', async function () {
    const segment = await it.create('sysv.shm');
    const row = `private #${segment.id}`;
    const { said } = await it.run([row], COMMANDS.lock);
    if (said.join().includes('ulimit')) skip(this, 'this user may not lock memory');
    assert.ok((await it.inspect(segment)).flags.includes('locked'));
    await it.run([row], COMMANDS.unlock);
    assert.ok(!(await it.inspect(segment)).flags.includes('locked'));
  });

  test('attach and look opens the panel', async () => {
    const segment = await it.create('sysv.shm');
    await it.run([`private #${segment.id}`], COMMANDS.attachAndLook);
    assert.strictEqual(it.parts.panels.all.at(-1)?.ref, segment.ref);
  });

  test('an alteration that takes the own access away asks first', async function () {
    if (process.geteuid?.() === 0) skip(this, 'root may read what the mode denies');
    const segment = await it.create('sysv.shm');
    const user = await it.run(
      [`private #${segment.id}`, 'Mode...', 'Another...', '0060', false],
      COMMANDS.alter,
    );
    assert.match(user.confirmed[0]?.detail ?? '', /You could read it, and then no more/);
    assert.strictEqual((await it.inspect(segment)).mode, 0o600);
  });
});
