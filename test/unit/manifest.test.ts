/** package.json and the code speak of the same things. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS, CONTEXT, PANEL, SETTINGS, VIEWS } from '../../src/extension/ids';
import { contracts } from '../../src/protocol/kinds';

interface Menu {
  command: string;
  when?: string;
  group?: string;
}
interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, Menu[]>;
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    keybindings: { command: string; when: string; args?: { commands: string[] } }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
  engines: { vscode: string };
  devDependencies: Record<string, string>;
}
const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const nls = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const menus = Object.values(contributes.menus).flat();

test('commands', () => {
  expect(contributes.commands.map(({ command }) => command).sort()).toEqual(Object.values(COMMANDS).sort());
  for (const { command } of menus) expect(Object.values(COMMANDS)).toContain(command);
});

test('settings and views', () => {
  expect(Object.keys(contributes.configuration.properties)).toEqual(Object.values(SETTINGS));
  expect(Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id))).toEqual(
    Object.values(VIEWS),
  );
});

test('the panel comes back after a reload', () => {
  expect(manifest.activationEvents).toEqual([`onWebviewPanel:${PANEL}`]);
});

describe('context keys', () => {
  const whens = [
    ...menus.map(({ when }) => when ?? ''),
    ...contributes.viewsWelcome.map(({ when }) => when),
    ...contributes.keybindings.map(({ when }) => when),
  ];
  test('only known ones of ours', () => {
    const known: string[] = [...Object.values(CONTEXT), ...Object.values(VIEWS)];
    for (const key of whens.join(' ').match(/ipcInspector\.\w+/g) ?? []) expect(known).toContain(key);
  });
  test('each state but ready has its welcome text', () => {
    const states = contributes.viewsWelcome.map(({ when }) => /state == '(\w+)'/.exec(when)?.[1]);
    expect([...new Set(states)].sort()).toEqual(['helperFailed', 'starting', 'unsupported']);
  });
});

describe('menus', () => {
  /** Words that a row may carry: the kind's own, its abilities, its flags. */
  const words = new Set([
    ...['queue', 'set', 'segment', 'group', 'queueGroup', 'setGroup', 'segmentGroup'],
    ...Object.values(contracts).flatMap(({ abilities, flags }) => [...Object.keys(abilities), ...flags]),
  ]);
  test('match on words that rows can carry', () => {
    for (const { when = '' } of menus)
      for (const [, word = ''] of when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g))
        expect(words).toContain(word);
  });
  test('words are letters only', () => {
    for (const word of words) expect(word).toMatch(/^[a-zA-Z]+$/);
  });
  test('at most two inline actions a row, each in the context menu too', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    const inline = items.filter(({ group }) => group?.startsWith('inline'));
    expect(inline.length).toBeLessThanOrEqual(2);
    for (const { command, when } of inline)
      expect(items).toContainEqual(
        expect.objectContaining({ command, when, group: expect.stringMatching(/^\d/) as unknown }),
      );
  });
  test('what a kind can do is in its menu', () => {
    const offered = (contributes.menus['view/item/context'] ?? []).map(({ when }) => when ?? '');
    for (const ability of ['send', 'peek', 'take', 'destroy'])
      expect(offered.some((when) => when.includes(`\\b${ability}\\b`))).toBe(true);
  });
});

test('every text is in package.nls.json, and no other is', () => {
  const used = [...text.matchAll(/%([\w.]+)%/g)].map(([, key]) => key);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('types are of the lowest VS Code that is supported', () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
});
