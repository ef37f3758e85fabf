/** The rows of the view Findings. */
import { describe, expect, test } from 'vitest';
import { FindingTree } from '../../src/extension/views/findingTree';
import { Wrong } from '../../src/extension/model/wrong';
import { ROOT } from '../../src/extension/views/given';
import { findIn } from '../../src/presentation/values';
import type { Diagnosis, Finding } from '../../src/protocol/findings';
import type { Blind, Process } from '../../src/protocol/snapshot';
import { processRef } from '../../src/protocol/ref';
import type { Wait } from '../../src/protocol/waits';

const PATH = '/a/folder/that/has/a/long/name/events.fifo';
const wait = { call: 'open', on: { is: 'path', direction: 'write' } } as unknown as Wait;

/** A writer alone at a FIFO. */
function alone(pid: number, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'waitsForOpener',
    severity: 'warning',
    proof: 'likely',
    doubts: ['open'],
    subjects: [processRef(pid, '7')],
    since: 1000,
    cures: [],
    cites: 'fifo(7)',
    parts: { openers: [{ pid, startTime: '7', tid: pid, wait }], direction: 'write' },
    ...more,
  } as Finding;
}

function treeOf(findings: Finding[], { name = 'tail', blind = [] as Blind[] } = {}) {
  const processes = [46, 47].map((pid): Process => ({ pid, startTime: '7', state: 'S', name }));
  const diagnosis: Diagnosis = { seenAt: 61_000, findings, objects: [], processes, blind };
  const wrong = new Wrong(findIn(diagnosis), () => 61_000);
  wrong.diagnosis = diagnosis;
  return { tree: new FindingTree(wrong), wrong };
}

const rows = (tree: FindingTree, of: Parameters<FindingTree['childrenNow']>[0] = ROOT) =>
  tree.childrenNow(of).map((node) => tree.now(node)?.row);

describe('findings as rows', () => {
  test('what it is and of whom; then since when, and that it is not proven', () => {
    const { tree } = treeOf([alone(46), alone(47, { severity: 'note', proof: undefined, doubts: [] })]);
    expect(rows(tree)).toMatchObject([
      { label: 'Alone at a FIFO', description: 'tail (46) · as far as can be seen' },
      { label: 'Alone at a FIFO', description: 'tail (47)' },
    ]);
    expect(rows(tree).map((row) => row?.icon)).toEqual(['warning', 'info']);
  });

  test('unfolded: its sentences, its subjects, its cures in their order', () => {
    const cures: Finding['cures'] = [
      { is: 'continue', ref: processRef(47, '7') },
      { is: 'end', ref: processRef(46, '7') },
    ];
    const { tree } = treeOf([alone(46, { cures })]);
    const [finding] = tree.childrenNow(ROOT);
    if (!finding) throw new Error('none');
    const under = tree.childrenNow(finding);
    expect(under.map((node) => ('which' in node ? node.which : node.is))).toEqual([
      ...['says', 'matters', 'doubt', 'subject', 'cure', 'cure'],
    ]);
    expect(rows(tree, finding).slice(3)).toMatchObject([
      { label: 'tail (46)' },
      { label: 'Continue tail (47)' },
      { label: 'End tail (46)' },
    ]);
    for (const node of under) expect(tree.parentOf(node)).toBe(finding);
  });

  test('what one rule says twice of the same stands twice; nodes stay the same', () => {
    const { tree } = treeOf([alone(46), alone(46)]);
    const nodes = tree.childrenNow(ROOT);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(2);
    expect(tree.childrenNow(ROOT)).toEqual(nodes);
    expect(tree.childrenNow(ROOT)[0]).toBe(nodes[0]);
  });

  test('what is over has no row any more', () => {
    const { tree, wrong } = treeOf([alone(46)]);
    const [node] = tree.childrenNow(ROOT);
    wrong.diagnosis = { ...(wrong.diagnosis as Diagnosis), findings: [] };
    expect(tree.childrenNow(ROOT)).toEqual([]);
    expect(node && tree.now(node)).toBeUndefined();
  });

  test('what is hidden is said where nothing was found', () => {
    const blind: Blind[] = [{ kind: 'pipe', field: 'endpoints', code: 'denied', count: 3 }];
    expect(rows(treeOf([], { blind }).tree)).toMatchObject([
      { description: expect.stringContaining('3') as string },
    ]);
    expect(rows(treeOf([alone(46)], { blind }).tree)).toHaveLength(1);
    expect(rows(treeOf([]).tree)).toEqual([]);
  });

  test('of a long path a row has the last part', () => {
    const { tree } = treeOf([alone(46)], { name: PATH });
    expect(rows(tree)[0]?.description).toMatch(/^…\/events\.fifo \(46\)/);
  });
});
