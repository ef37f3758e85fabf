/** package.json and the code speak of the same things. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  CONTEXT,
  OWN_WORDS,
  WAITED_WORD,
  PANEL,
  SETTINGS,
  VIEWS,
  WALKTHROUGH,
} from '../../src/extension/ids';
import { contributions } from '../../src/extension/commands/manifest';
import { kindViews } from '../../src/presentation/kinds';
import { contracts, type IpcObject } from '../../src/protocol/kinds';
import { stateRefusal } from '../../src/protocol/mayAct';
import type { CopyWhat } from '../../src/presentation/copies';
import { copyWord, copyWords } from '../../src/presentation/copying';
import { type Kind, KINDS } from '../../src/protocol/ref';
import { WAIT_LABELS } from '../../src/presentation/waitLabels';

interface Menu {
  command?: string;
  submenu?: string;
  when?: string;
  group?: string;
}
interface Manifest {
  capabilities: { untrustedWorkspaces: { supported: unknown; description?: string } };
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, Menu[]>;
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    keybindings: { command: string; when: string; args?: { commands: string[] } }[];
    submenus: { id: string }[];
    configuration: {
      title: string;
      properties: Record<string, { default: unknown; order?: number; markdownDescription?: string }>;
    }[];
    walkthroughs: {
      steps: { id: string; description: string; media: { image: object }; completionEvents: string[] }[];
    }[];
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
  for (const { command, submenu } of menus)
    if (submenu === undefined) expect(Object.values(COMMANDS)).toContain(command);
    else expect(contributes.submenus.map(({ id }) => id)).toContain(submenu);
});

test('commands, menus and keys are as they are generated: npm run manifest', () => {
  const { commands, menus: all, submenus, keybindings } = contributes;
  expect({ commands, menus: all, submenus, keybindings }).toEqual(contributions());
});

test('settings and views', () => {
  const sections = contributes.configuration.map(({ properties }) => properties);
  expect(sections.flatMap((properties) => Object.keys(properties))).toEqual(Object.values(SETTINGS));
  for (const properties of sections)
    Object.values(properties).forEach(({ order, markdownDescription }, at) => {
      expect([order, markdownDescription]).toEqual([at + 1, expect.stringMatching(/^%/)]);
    });
  expect(Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id))).toEqual(
    Object.values(VIEWS),
  );
});

test('the panel comes back after a reload, and whom a session debugs is heard from its start', () => {
  expect(manifest.activationEvents).toEqual([`onWebviewPanel:${PANEL}`, 'onDebug']);
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
    expect([...new Set(states)].filter(Boolean).sort()).toEqual(['helperFailed', 'starting', 'unsupported']);
  });
});

describe('menus', () => {
  /** Words of a kind's rows: the kind's own, its abilities. */
  const own = {
    'sysv.msg': 'queue',
    'sysv.sem': 'semaphoreSet',
    'sysv.shm': 'segment',
    'posix.mq': 'mqueue',
    'posix.sem': 'semaphore',
    'posix.shm': 'memory',
    pipe: 'pipe',
    fifo: 'fifo',
    unix: 'socket',
    inet: 'loopback',
    mapping: 'mapping',
    lock: 'fileLock',
    eventfd: 'eventfd',
    pty: 'pty',
  } as const satisfies Record<Kind, string>;
  /** What an object of each kind has to be copied, as `copyWords` has it. */
  const copies = {
    ...{ 'sysv.msg': ['id', 'key', 'command'], 'sysv.sem': ['id', 'key', 'command'] },
    ...{ 'sysv.shm': ['id', 'key', 'command'], 'posix.mq': ['name', 'inode', 'command'] },
    ...{ 'posix.sem': ['name', 'inode', 'command'], 'posix.shm': ['name', 'inode', 'command'] },
    ...{ pipe: ['id', 'inode'], fifo: ['path', 'inode', 'command'], unix: ['path', 'inode', 'command'] },
    ...{ inet: ['id', 'address', 'port'], mapping: ['path', 'inode'] },
    ...{ lock: ['path', 'inode'], eventfd: ['id'], pty: ['path'] },
  } as const satisfies Record<Kind, readonly CopyWhat[]>;
  const rows = KINDS.map(
    (kind) =>
      [
        own[kind],
        ...Object.keys(contracts[kind].abilities),
        ...copies[kind].map((what) => copyWord(what)),
      ] as string[],
  );
  /** Words that some row may carry. */
  const words = new Set([
    ...rows.flat(),
    'group',
    ...Object.values(own).map((word) => `${word}Group`),
    ...['holder', 'held', 'peer', 'process', 'finding'],
    ...Object.values(contracts).flatMap(({ flags }): readonly string[] => flags),
    ...Object.values(OWN_WORDS),
    ...['subject', 'party', WAITED_WORD],
  ]);
  const context = contributes.menus['view/item/context'] ?? [];
  /** Whether an item stands in the menu of a row with these words. */
  const stands = ({ when = '' }: Menu, row: readonly string[]) => {
    const on = [...when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g)].map(([, word = '']) => row.includes(word));
    return when.includes('||') ? on.some(Boolean) : on.every(Boolean);
  };

  test('match on words that rows can carry', () => {
    for (const { when = '' } of menus)
      for (const [, word = ''] of when.matchAll(/viewItem =~ \/\\b(\w+)\\b\//g))
        expect(words).toContain(word);
  });
  test('no row is told by what it is not', () => {
    for (const { when = '' } of menus) expect(when).not.toMatch(/!\s*\(?\s*viewItem|viewItem !=/);
  });
  test('the word of a kind is no ability, and no flag', () => {
    for (const kind of KINDS) {
      expect(kindViews[kind].word).toBe(own[kind]);
      for (const { abilities, flags } of Object.values(contracts))
        expect([...Object.keys(abilities), ...flags]).not.toContain(own[kind]);
    }
  });
  test('words are letters only', () => {
    for (const word of words) expect(word).toMatch(/^[a-zA-Z]+$/);
  });
  test('each row has one or two inline actions, each in its context menu too', () => {
    for (const row of rows) {
      const here = context.filter((item) => stands(item, row));
      const inline = here.filter(({ group }) => group?.startsWith('inline'));
      expect(inline.length).toBeGreaterThan(0);
      expect(inline.length).toBeLessThanOrEqual(2);
      for (const { command } of inline)
        expect(here).toContainEqual(
          expect.objectContaining({ command, group: expect.stringMatching(/^\d/) as unknown }),
        );
    }
  });
  test('the groups are open, act, alter, copy, destroy, and no two items stand in one place', () => {
    for (const [at, row] of rows.entries()) {
      const places = context.filter((item) => stands(item, row)).map(({ group = '' }) => group);
      expect([...new Set(places)]).toEqual(places);
      const groups = places
        .filter((group) => !group.startsWith('inline'))
        .map((group) => group.split('@')[0]);
      const { abilities } = contracts[KINDS[at] as Kind];
      // Nobody destroys a pipe, a mapping or a connection: they go with their last holder. Some have nothing to be altered.
      const last = 'destroy' in abilities ? ['9_destroy'] : [];
      const alters = ['alter', 'alterCapacity', 'lock', 'resize'];
      const alter = Object.keys(abilities).some((ability) => alters.includes(ability)) ? ['3_alter'] : [];
      // To a terminal nothing is done.
      const act = Object.keys(abilities).length > 1 ? ['2_act'] : [];
      expect([...new Set(groups)].sort()).toEqual(['1_open', ...act, ...alter, '5_copy', ...last]);
    }
  });
  test('write, read and peek are of the kind that the row is of', () => {
    const offered = (kind: (typeof KINDS)[number]) =>
      context.filter((item) => stands(item, rows[KINDS.indexOf(kind)] ?? [])).map(({ command }) => command);
    for (const kind of KINDS) {
      const here = offered(kind);
      expect(here.includes(COMMANDS.write)).toBe(['sysv.shm', 'posix.shm', 'mapping', 'fifo'].includes(kind));
      expect(here.includes(COMMANDS.receive)).toBe(['sysv.msg', 'posix.mq'].includes(kind));
      expect(here.includes(COMMANDS.copyName)).toBe(kind.startsWith('posix.'));
      expect(here.includes(COMMANDS.copyPath)).toBe(
        ['fifo', 'unix', 'mapping', 'lock', 'pty'].includes(kind),
      );
      const nameless = ['pipe', 'inet', 'mapping', 'lock', 'eventfd', 'pty'];
      expect(here.includes(COMMANDS.copyIpcrm)).toBe(!nameless.includes(kind));
      expect(here.includes(COMMANDS.read)).toBe(kind === 'fifo');
      expect(here.includes(COMMANDS.peek)).toBe(['sysv.msg', 'pipe', 'fifo', 'unix', 'inet'].includes(kind));
      expect(here.includes(COMMANDS.attachAndLook)).toBe(kind === 'sysv.shm');
      expect(here.includes(COMMANDS.talk)).toBe(kind === 'unix' || kind === 'inet');
      expect(here.includes(COMMANDS.copyKey)).toBe(kind.startsWith('sysv.'));
    }
  });
  test('what is copied is offered where there is such a text, whatever else may be done', () => {
    const offered = (row: string[], view: string) =>
      context
        .filter((item) => item.when?.startsWith(`view == ${view}`) && stands(item, row))
        .map(({ command }) => command)
        .filter((command = '') => command.includes('.copy'))
        .sort();
    const { copyId, copyIpcrm, copyKey, copyName, copyPath } = COMMANDS;
    // One of root in Restricted Mode, with a key and without.
    const others = ['queue', 'inspect', 'peek', 'copyId', 'copyCommand'];
    expect(offered(others, VIEWS.objects)).toEqual([copyId, copyIpcrm].sort());
    expect(offered([...others, 'copyKey'], VIEWS.objects)).toEqual([copyId, copyIpcrm, copyKey].sort());
    expect(offered(['socket', 'inspect', 'copyName'], VIEWS.objects)).toEqual([copyName]);
    const unlinked = { kind: 'posix.mq', inode: '7', flags: ['unlinked'] } as unknown as IpcObject;
    expect(copyWords(unlinked)).toEqual(['copyId', 'copyInode']);
    expect(offered(['mqueue', 'inspect', ...copyWords(unlinked)], VIEWS.objects)).toEqual([copyId]);
    expect(offered(['held', 'fifo', 'copyPath'], VIEWS.processes)).toEqual([copyPath]);
    expect(offered(['held', 'memory', 'copyName'], VIEWS.processes)).toEqual([copyName]);
    expect(offered(['held', 'queue', 'copyId'], VIEWS.processes)).toEqual([copyId]);
  });
  test('a segment is locked or unlocked, never both', () => {
    const row = rows[KINDS.indexOf('sysv.shm')] ?? [];
    // A row has the words of what can be done with it now.
    const offered = (flags: string[]) => {
      const object = { kind: 'sysv.shm', flags } as unknown as IpcObject;
      const now = row.filter((word) => stateRefusal(object, word) === undefined);
      return context.filter((item) => stands(item, [...now, ...flags])).map(({ command }) => command);
    };
    expect(offered([])).toContain(COMMANDS.lock);
    expect(offered([])).not.toContain(COMMANDS.unlock);
    expect(offered(['locked'])).toContain(COMMANDS.unlock);
    expect(offered(['locked'])).not.toContain(COMMANDS.lock);
  });
  test('a wait is ended where one of ours is, and only there', () => {
    for (const row of rows) {
      const offered = (more: string[]) =>
        context.some((item) => item.command === COMMANDS.endWaits && stands(item, [...row, ...more]));
      expect([offered([]), offered(['waiting']), offered(['holding'])]).toEqual([false, true, true]);
    }
  });
  test('what a kind can do is in its menu', () => {
    /** Nobody calls these by the menu of an object: they are parts of another ability, questions before it, or make a new one. */
    const silent = ['inspect', 'create', 'listen', 'copy', 'acknowledge', 'release', 'unlock'];
    for (const kind of KINDS)
      for (const ability of Object.keys(contracts[kind].abilities)) {
        if (silent.includes(ability)) continue;
        expect(context.some(({ when = '' }) => when.includes(`\\b${ability}\\b`))).toBe(true);
      }
  });
});

describe('what VS Code shows of ours', () => {
  const texts = [
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
  ].map((key) => nls[key.replaceAll('%', '')] ?? key);
  test('links lead to commands that there are', () => {
    const known = [...Object.values(COMMANDS), ...Object.values(VIEWS).map((view) => `${view}.focus`)];
    const linked = texts.flatMap((one) => [...one.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id));
    expect(linked.length).toBeGreaterThan(10);
    for (const id of linked) expect(known).toContain(id);
  });
  test('every empty state names a next step', () => {
    const welcome = texts.slice(0, contributes.viewsWelcome.length);
    for (const one of welcome) expect(one).toMatch(/\]\(command:|Open a folder on a Linux machine/);
  });
  test('each step of the walkthrough has its pictures, and ends by an act of ours', () => {
    const [walkthrough] = contributes.walkthroughs;
    const steps = walkthrough?.steps ?? [];
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(steps.length).toBeLessThanOrEqual(5);
    expect(WALKTHROUGH).toMatch(/^ipc-inspector\.ipc-inspector#ipcInspector\.firstContact$/);
    const known = [
      ...Object.values(COMMANDS).map((id) => `onCommand:${id}`),
      ...Object.values(VIEWS).map((id) => `onView:${id}`),
    ];
    for (const { media, completionEvents } of steps) {
      for (const picture of Object.values(media.image) as string[]) expect(existsSync(picture)).toBe(true);
      for (const event of completionEvents) expect(known).toContain(event);
    }
  });
});

test('every text is in package.nls.json, and no other is', () => {
  const used = [...text.matchAll(/%([\w.]+)%/g)].map(([, key]) => key);
  expect([...new Set(used)].sort()).toEqual(Object.keys(nls).sort());
});

test('types are of the lowest VS Code that is supported', () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
});

test('the command that waits for a semaphore is called as its button is', () => {
  expect(nls['command.waitFor']).toMatch(new RegExp(`^${WAIT_LABELS['posix.sem wait']}\\b`));
});

test('what looking leaves behind is owned up to', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, table = ''] = readme.split('| you look at | what changes in the kernel |');
  const [rows = ''] = table.split('\n\n');
  for (const place of ['/dev/shm', '/dev/mqueue', 'ipcInspector.folders'])
    expect(rows).toMatch(new RegExp(`access times? of [^|]*${place}`));
});

test('a window that is not trusted has less, and says so', () => {
  const { supported, description } = manifest.capabilities.untrustedWorkspaces;
  expect(supported).toBe('limited');
  expect(nls[description?.replaceAll('%', '') ?? '']).toMatch(/nothing is sent/);
});
