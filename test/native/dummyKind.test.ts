/** A kind that is added to the tables and to nothing else is read, listed, found, filtered and offered everywhere: there is no silent list of kinds. */
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Census } from '../../src/native/census/census';
import type { Mechanism } from '../../src/native/census/mechanism';
import type { Scope } from '../../src/presentation/filter/scope';
import type { KindPresentation } from '../../src/presentation/kinds/kindView';
import type { IpcObject } from '../../src/protocol/kinds';
import type { Kind, Ref } from '../../src/protocol/ref';
import type { Snapshot } from '../../src/protocol/snapshot';

vi.mock('vscode', () => import('../support/vscode'));

const DUMMY = 'dummy' as Kind;
const REF = 'dummy:1' as Ref;
const OBJECT = {
  ...{ kind: DUMMY, ref: REF, flags: [], value: 7, endpoints: [] },
  ...{ owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }, mode: 0o600 },
} as unknown as IpcObject;

const presentation = {
  ...{ kind: DUMMY, icon: 'beaker', word: 'dummy', closed: false, about: 'Stands for a kind to come.' },
  labels: { one: 'dummy', many: 'dummies', group: 'Dummies', whole: 'dummy', verb: 'Destroy Dummy' },
  label: () => 'the only one',
  title: () => 'the only one',
  sort: () => 'dummy',
  order: () => 0,
  row: () => ({ steady: ['7 of them'], counters: [] }),
  states: () => [],
  facts: [{ key: 'value', label: () => 'Value', kernelName: 'd_val', value: () => '7' }],
  figures: () => [{ key: 'value', says: ['7'] }],
  inline: [],
  copies: { menu: ['id'], id: () => ({ text: REF, how: 'exact' }) },
  usage: () => '1 of 9',
  groupFacts: () => [],
} as unknown as KindPresentation<Kind>;

let snapshot: Snapshot;
let census: Census;
let destroyed = 0;

/** The tables, each of which does not compile without the kinds that there are. */
beforeAll(async () => {
  const ref = await import('../../src/protocol/ref');
  (ref.KINDS as unknown as string[]).push(DUMMY);
  (ref.SUBJECT_KINDS as unknown as string[]).push(DUMMY);
  const { contracts, objectSchema, subjectContracts } = await import('../../src/protocol/kinds');
  const { endpointSchema, ownerSchema, permissions } = await import('../../src/protocol/facts');
  const object = v.object({
    ...{ kind: v.literal('dummy'), ref: ref.refSchema, flags: v.array(v.string()), value: v.number() },
    ...{ owner: ownerSchema, mode: permissions, endpoints: v.array(endpointSchema) },
  });
  const about = v.object({ ref: ref.refSchema });
  const abilities = {
    inspect: { parameters: about, result: object },
    destroy: { parameters: about, result: v.object({}) },
  };
  const dummy = { kind: DUMMY, foundBy: 'kernel', object, flags: [], abilities };
  for (const table of [contracts, subjectContracts]) Object.assign(table, { dummy });
  (objectSchema.options as unknown as unknown[]).push(object);
  const { kindViews } = await import('../../src/presentation/kinds');
  Object.assign(kindViews, { dummy: presentation });
  const { kindActs } = await import('../../src/extension/acts/kinds');
  Object.assign(kindActs, { dummy: { acts: { destroy: {} } } });

  await (await import('../../src/native/libc/load')).prepare();
  const { Census, EVERYTHING } = await import('../../src/native/census/census');
  const { makeMechanisms } = await import('../../src/native/mechanisms');
  const mechanism = {
    kind: DUMMY,
    *read() {
      yield undefined;
      return { count: 1, objects: [OBJECT], blind: [] };
    },
    abilities: { inspect: () => OBJECT, destroy: () => ({ done: ++destroyed }) },
  } as unknown as Mechanism<Kind>;
  census = new Census({ ...makeMechanisms(), dummy: mechanism } as never);
  const { takeSnapshot } = await import('../../src/native/snapshot');
  snapshot = await takeSnapshot(census, {});
  expect(EVERYTHING.levels).toHaveProperty('dummy', 'rows');
});

afterAll(() => {
  census.end();
});

test('the census reads it, and it crosses the border', async () => {
  const { snapshotSchema } = await import('../../src/protocol/snapshot');
  const crossed = v.parse(snapshotSchema, JSON.parse(JSON.stringify(snapshot)));
  expect(crossed.objects.filter(({ ref }) => ref === REF)).toEqual([OBJECT]);
});

test('the command line lists and describes it', async () => {
  const { describe, listRow } = await import('../../src/native/cli/describe');
  const { findIn } = await import('../../src/presentation/values');
  const find = findIn(snapshot);
  expect(listRow(OBJECT, snapshot.host, find)).toEqual(
    expect.arrayContaining([REF, 'the only one', '7 of them']),
  );
  expect(describe(OBJECT, { process: find, host: snapshot.host }, [])).toMatch(/Value +d_val +7/);
});

test('the tree has its group and its row, and a filter finds it', async () => {
  const { ObjectTree } = await import('../../src/extension/views/objectTree');
  const { ROOT } = await import('../../src/extension/views/given');
  const { filterOf, inventoryOf, measureOf } = await import('../e2e/living/model');
  const rowsFor = (scope: Scope) => {
    const filter = filterOf({ scope, text: '' });
    const tree = new ObjectTree(inventoryOf(snapshot), filter, () => measureOf(snapshot.host.uid));
    const groups = tree.childrenNow(ROOT);
    const group = groups.find((node) => tree.now(node)?.row.label === 'Dummies');
    return {
      group: group && tree.now(group)?.row,
      rows: group ? tree.childrenNow(group).map((node) => tree.now(node)?.row) : [],
    };
  };
  const { group, rows } = rowsFor('all');
  expect(group?.description).toContain('1');
  expect(rows).toMatchObject([{ label: 'the only one', description: '7 of them' }]);
  expect(rows[0]?.contextValue.split(' ')).toEqual(expect.arrayContaining(['dummy', 'inspect', 'destroy']));
  expect(rowsFor('mine').rows).toMatchObject([{ label: 'the only one' }]);
  expect(rowsFor('debugged').rows).toMatchObject([
    { label: '', description: expect.stringContaining('1') as string },
  ]);
});

test('a page has its facts, its figures and its heading', async () => {
  const { factsOf, figuresOf, headingOf, nameOf } = await import('../../src/presentation/kinds');
  const { findIn } = await import('../../src/presentation/values');
  const find = findIn(snapshot);
  expect(factsOf(OBJECT, { process: find })).toMatchObject([
    { key: 'value', label: 'Value', kernelName: 'd_val', text: '7' },
  ]);
  expect(figuresOf(OBJECT, { process: find })).toMatchObject([{ says: ['7'] }]);
  expect([headingOf(OBJECT, find), nameOf(OBJECT, find)]).toEqual([['the only one'], 'dummy the only one']);
});

test('Find has a line for it', async () => {
  const { pickObjects } = await import('../../src/extension/commands/command');
  const { KINDS } = await import('../../src/protocol/ref');
  const [line] = pickObjects(snapshot, KINDS).filter(({ value }) => value.ref === REF);
  expect(line).toMatchObject({
    label: 'the only one',
    description: '7 of them',
    detail: expect.stringContaining('dummy') as string,
  });
});

test('menus and keys offer to destroy it, and not what it cannot do', async () => {
  const { contributions } = await import('../../src/extension/commands/manifest');
  const items = (contributions().menus['view/item/context'] ?? []).filter(({ when }) => matches(when));
  const offered = items.map(({ command }) => command);
  expect(offered).toEqual(expect.arrayContaining(['ipcInspector.open', 'ipcInspector.destroy']));
  expect(offered).not.toContain('ipcInspector.send');
});

/** Whether a condition holds for its row, as far as it is about the words of the row and the view. */
function matches(when: string): boolean {
  const words = ['dummy', 'inspect', 'destroy'];
  return when.split(' && ').every((part) => {
    const word = /viewItem =~ \/(.*)\//.exec(part)?.[1];
    if (word !== undefined) return words.some((one) => new RegExp(word).test(one));
    return !part.startsWith('view ==') || part.endsWith('ipcInspector.objects');
  });
}

test('an act on it reaches its mechanism, and one that it has not is refused', async () => {
  const { act } = await import('../../src/native/act');
  const caller = { cancelled: () => false, wait: () => Promise.reject(new Error('it waits for nothing')) };
  await act(census, DUMMY, 'destroy', { ref: REF }, caller);
  expect(destroyed).toBe(1);
  await expect(act(census, DUMMY, 'send', { ref: REF }, caller)).rejects.toMatchObject({
    failure: { code: 'invalid' },
  });
});
