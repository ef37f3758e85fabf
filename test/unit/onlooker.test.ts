/** Which look is said to be drawn, where some of a view is always on its way. */
import { afterAll, afterEach, expect, test } from 'vitest';
import type * as vscode from 'vscode';
import type { Inventory, InventoryChange } from '../../src/extension/model/inventory';
import { Onlooker } from '../../src/extension/model/onlooker';

const traced: string[] = [];
let owed: number | undefined;
let hear: (change: InventoryChange) => void = () => undefined;
const inventory = {
  onDidChange: (heard: typeof hear) => {
    hear = heard;
    return { dispose: () => undefined };
  },
  look: () => undefined,
  covers: () => true,
  isWhole: () => true,
  pace: 1000,
  readAt: undefined as Inventory['readAt'],
};
const onlooker = new Onlooker(
  inventory as unknown as Inventory,
  { trace: (line: string) => traced.push(line) } as unknown as vscode.LogOutputChannel,
  {
    ...{ traceName: 'a view', visible: true, wants: () => ({}) },
    ...{ drawAll: () => undefined, draw: () => undefined, drawPart: () => undefined },
    ...{ owedSince: () => owed, showAge: () => undefined },
  },
);

/** A look that began at this moment is told. */
async function look(startedAt: number): Promise<string[]> {
  inventory.readAt = { startedAt, endedAt: startedAt + 1 };
  hear({ whole: false } as InventoryChange);
  return settled();
}

async function settled(): Promise<string[]> {
  traced.length = 0;
  onlooker.settle();
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return [...traced];
}

afterAll(() => onlooker.dispose());
afterEach(() => {
  owed = undefined;
});

test('a look is drawn once nothing of it is owed any more, whatever newer ones owe', async () => {
  expect(await look(1)).toEqual(['drawn: a view: look of 1']);
  owed = 2;
  expect(await look(2)).toEqual([]);
  expect(await look(3)).toEqual([]);
  // What look 2 brought has been asked for; what look 4 brings is owed.
  owed = 4;
  expect(await look(4)).toEqual(['drawn: a view: look of 3']);
  owed = undefined;
  expect(await settled()).toEqual(['drawn: a view: look of 4']);
  expect(await settled()).toEqual([]);
});
