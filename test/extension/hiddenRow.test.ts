/** What is hidden of the whole machine: one row, the last of Objects, and no group says "none" of what may be hidden. */
import * as assert from 'node:assert';
import { absenceOfObjects } from '../../src/presentation/absence';
import { hiddenFromObjects } from '../../src/presentation/hidden';
import { KINDS } from '../../src/protocol/ref';
import { session, until } from './running';

suite('what is hidden of the machine', () => {
  const it = session('objects');

  test('stands once, last in Objects, and in no group', async () => {
    const { inventory, objects } = it.parts;
    await until('the groups', async () => (await objects.getChildren()).length >= KINDS.length);
    await until('a look', () => inventory.readAt);
    const told = hiddenFromObjects(inventory.blind);
    const rows = await objects.getChildren();
    const machine = rows.filter(({ is }) => is === 'machine');
    assert.deepStrictEqual(
      rows.slice(0, KINDS.length).map(({ kind }) => kind),
      [...KINDS],
    );
    assert.strictEqual(machine.length, told ? 1 : 0);
    if (!told) return;
    const [row] = machine;
    assert.strictEqual(rows.at(-1), row);
    assert.strictEqual(row && objects.getTreeItem(row).label, told.label);
    for (const group of rows.filter(({ is }) => is === 'group'))
      for (const child of await objects.getChildren(group))
        if (child.is === 'hidden') {
          const { label } = objects.getTreeItem(child);
          assert.ok(typeof label === 'string');
          assert.doesNotMatch(label, /of other users|outside this pid namespace|do not show/);
        }
  });

  test('a group without members says "none" only where that is proved', async () => {
    const { inventory, objects } = it.parts;
    await until('a look', () => inventory.readAt);
    for (const row of await objects.getChildren()) {
      if (row.is !== 'empty') continue;
      const proved = absenceOfObjects(inventory.blind, row.kind) === 'proved';
      assert.strictEqual(objects.getTreeItem(row).description, proved ? 'none' : 'none seen', row.kind);
    }
  });
});
