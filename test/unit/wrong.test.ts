/** Marks: whatever is wrong is seen on the group and the row that it sits in, also while the group is closed. */
import { expect, test } from 'vitest';
import { ROOT } from '../../src/extension/views/given';
import { ObjectTree } from '../../src/extension/views/objectTree';
import type { Diagnosis, Finding, Severity } from '../../src/protocol/findings';
import type { IpcObject } from '../../src/protocol/kinds';
import { processRef, type Ref } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';
import { filterOf, inventoryOf, measureOf } from '../e2e/living/model';

const writer = { pid: 46, startTime: '7', role: 'writer', fd: 1 };
const pipe = (inode: string) =>
  ({
    ...{ kind: 'pipe', ref: `pipe:${inode}`, inode, flags: [] },
    endpoints: [writer, { ...writer, role: 'reader' }],
  }) as unknown as IpcObject;

function found(severity: Severity, ...subjects: Ref[]): Finding {
  const parts = { queue: subjects[0], messages: 1, senders: [] };
  return {
    ...{ rule: 'queueFull', severity, doubts: [], subjects, cures: [], cites: '', parts },
  } as unknown as Finding;
}

function treeOf(findings: Finding[]) {
  const objects = [pipe('1'), pipe('2'), pipe('3')];
  const snapshot = { objects, processes: [], blind: [], host: { uid: 0 } } as unknown as Snapshot;
  const diagnosis: Diagnosis = { seenAt: 0, findings, objects: [], processes: [], blind: [] };
  const inventory = inventoryOf(snapshot, diagnosis);
  const { wrong } = inventory;
  const tree = new ObjectTree(inventory, filterOf({ scope: 'all', text: '' }), () => measureOf(0));
  const group = tree.childrenNow(ROOT).find(({ kind }) => kind === 'pipe');
  if (!group) throw new Error('no group');
  return { tree, group, wrong };
}

const ref = (inode: string) => `pipe:${inode}` as Ref;

test('a group tells how grave the worst in it is, and how many are wrong', () => {
  const { tree, group } = treeOf([found('warning', ref('1')), found('error', ref('1'), ref('2'))]);
  const row = tree.now(group)?.row;
  expect(row?.severity).toBe('error');
  expect(row?.description).toMatch(/^2 /);
});

test('notes are counted apart, and colour less', () => {
  const { tree, group } = treeOf([found('note', ref('1'), ref('2')), found('warning', ref('3'))]);
  expect(tree.now(group)?.row.severity).toBe('warning');
  const quiet = treeOf([found('note', ref('1'), ref('2'))]);
  expect(quiet.tree.now(quiet.group)?.row).toMatchObject({ severity: 'note' });
  expect(quiet.tree.now(quiet.group)?.row.description).toMatch(/^1 /);
});

test('where nothing is wrong nothing is marked', () => {
  const { tree, group } = treeOf([]);
  expect(tree.now(group)?.row.severity).toBeUndefined();
  for (const node of tree.childrenNow(group)) expect(tree.now(node)?.row.severity).toBeUndefined();
});

test('the row of an object, and of a process under it', () => {
  const { tree, group } = treeOf([found('error', ref('1'), processRef(46, '7'))]);
  const [first, second] = tree.childrenNow(group);
  if (!first || !second) throw new Error('no rows');
  expect(tree.now(first)?.row.severity).toBe('error');
  expect(tree.now(second)?.row.severity).toBeUndefined();
  for (const holder of tree.childrenNow(second)) expect(tree.now(holder)?.row.severity).toBe('error');
});

test('what is silenced marks nothing; the findings stay the same array until others are told', () => {
  const { tree, group, wrong } = treeOf([found('error', ref('1'))]);
  const before = wrong.findings;
  expect(wrong.findings).toBe(before);
  wrong.letOnly(() => false);
  expect(tree.now(group)?.row.severity).toBeUndefined();
  wrong.letOnly(() => true);
  wrong.diagnosis = { ...(wrong.diagnosis as Diagnosis), findings: [] };
  expect(wrong.findings).toEqual([]);
  expect(wrong.ofKind('pipe')).toBeUndefined();
});
