/** What package.json contributes: commands, menus and keys, made of the abilities that kinds declare and the table of verbs. `npm run manifest` writes it. Needs no VS Code. */
import { contracts } from '../../protocol/kinds';
import { type Kind, KINDS } from '../../protocol/ref';
import { kindViews } from '../../presentation/kinds';
import { COMMANDS, CONTEXT, OWN_WORDS, VIEWS, WAITED_WORD } from '../ids';
import { type CommandName, CREATE, PROCESS_VERBS, VERBS } from './table';

interface MenuItem {
  command?: string;
  submenu?: string;
  when: string;
  group?: string;
}

/** Codicons of the commands that have one. */
const ICONS: Partial<Record<CommandName, string>> = {
  ...{ refresh: 'refresh', find: 'search', filterObjects: 'filter', filterProcesses: 'filter' },
  ...{
    open: 'go-to-file',
    openProcess: 'server-process',
    openTable: 'table',
    send: 'send',
    peek: 'eye',
    receive: 'mail',
  },
  ...{ write: 'edit', read: 'mail', talk: 'comment-discussion', listen: 'radio-tower' },
  ...{
    operate: 'symbol-operator',
    post: 'arrow-up',
    tryWait: 'arrow-down',
    destroy: 'trash',
    sendSignal: 'zap',
    why: 'question',
    limits: 'dashboard',
    silence: 'mute',
  },
  ...Object.fromEntries(Object.values(CREATE).map((command) => [command, 'add'])),
};

/** Everything that makes something new. */
const MAKING: readonly CommandName[] = [...Object.values(CREATE), 'talk', 'listen'];
const CREATE_MENU = 'ipcInspector.create';
const TRUSTED = 'isWorkspaceTrusted';
const SAMPLE_RUNS = `${CONTEXT.sample} == 'runs'`;
const READY = `${CONTEXT.state} == 'ready'`;

/** Everything that is generated. */
export function contributions() {
  return {
    commands: (Object.keys(COMMANDS) as CommandName[]).map((name) => ({
      command: COMMANDS[name],
      title: `%command.${name}%`,
      category: 'IPC Inspector',
      ...(ICONS[name] !== undefined && { icon: `$(${ICONS[name]})` }),
    })),
    menus: {
      commandPalette: [
        { command: COMMANDS.restartHelper, when: `${CONTEXT.state} == 'helperFailed'` },
        { command: COMMANDS.whyDebuggee, when: 'inDebugMode' },
        { command: COMMANDS.stopSample, when: SAMPLE_RUNS },
        // It is about the row that it is called on.
        { command: COMMANDS.copyFinding, when: 'false' },
        { command: COMMANDS.silence, when: 'false' },
      ],
      [CREATE_MENU]: inOrder(
        MAKING.map((command) => (place) => item(command, [TRUSTED], `1_create@${place}`)),
      ),
      'view/title': [...titleOf('findings'), ...titleOf('objects'), ...titleOf('processes')],
      'view/item/context': [
        ...inline(),
        ...rowMenu(),
        ...groupMenu(),
        ...verbMenu(),
        ...processMenu(),
        ...copyMenu(),
      ],
      'debug/callstack/context': ['session', 'thread', 'stackFrame'].map((item) => ({
        command: COMMANDS.whyDebuggee,
        when: `callStackItemType == '${item}'`,
        group: '9_ipc@1',
      })),
      'terminal/context': [{ command: COMMANDS.whyTerminal, group: '9_ipc@1' }],
      'terminal/title/context': [{ command: COMMANDS.whyTerminal, group: '9_ipc@1' }],
    },
    submenus: [{ id: CREATE_MENU, label: '%submenu.create%', icon: '$(add)' }],
    keybindings: [
      ...keysOf('objects', 'selection'),
      ...keysOf('processes', 'processesSelection'),
      ...Object.values(VIEWS).map((view) => ({
        ...{ key: 'ctrl+alt+f', mac: 'cmd+alt+f', command: COMMANDS.find },
        when: `focusedView == ${view}`,
      })),
    ],
  };
}

function item(command: CommandName, whens: readonly string[], group: string): MenuItem {
  return { command: COMMANDS[command], when: whens.join(' && '), group };
}

function viewIs(view: keyof typeof VIEWS): string {
  return `view == ${VIEWS[view]}`;
}

/** A row carries a word: what it is or has, never what it is not. */
function has(word: string): string {
  return `viewItem =~ /\\b${word}\\b/`;
}

/** Each in a place of its own. */
function inOrder(items: readonly ((place: number) => MenuItem)[]): MenuItem[] {
  return items.map((make, at) => make(at + 1));
}

function titleOf(view: keyof typeof VIEWS): MenuItem[] {
  const ready = (command: CommandName, group: string, ...more: string[]) =>
    item(command, [viewIs(view), READY, ...more], group);
  if (view === 'findings')
    return [
      ready('refresh', 'navigation@1'),
      item('silenced', [viewIs(view)], '2_look@1'),
      ready('startSample', '3_sample@1', TRUSTED),
      item('stopSample', [viewIs(view), SAMPLE_RUNS], '3_sample@2'),
      item('showLog', [viewIs(view)], '9_log@1'),
    ];
  if (view === 'processes')
    return [
      ready('filterProcesses', 'navigation@1'),
      ready('refresh', 'navigation@2'),
      ready('find', '2_look@1'),
      ready('limits', '2_look@2'),
      item('showLog', [viewIs(view)], '9_log@1'),
    ];
  return [
    { submenu: CREATE_MENU, when: [viewIs(view), READY, TRUSTED].join(' && '), group: 'navigation@1' },
    ready('refresh', 'navigation@2'),
    ready('filterObjects', 'navigation@3'),
    item('receivedMessages', [viewIs(view)], '2_look@1'),
    ready('find', '2_look@2'),
    ready('limits', '2_look@3'),
    item('showLog', [viewIs(view)], '9_log@1'),
  ];
}

/** What stands in a row itself: of its kind, where it can be done. */
function inline(): MenuItem[] {
  return KINDS.flatMap((kind) =>
    inOrder(
      kindViews[kind].inline.map((ability: keyof typeof VERBS | 'open') => (place) => {
        // To open it is to look at it.
        const [command, may] =
          ability === 'open' ? (['open', 'inspect'] as const) : [VERBS[ability].command, ability];
        const words = [kindViews[kind].word, may];
        return item(command, [viewIs('objects'), ...words.map(has)], `inline@${place}`);
      }),
    ),
  );
}

/** Opening and revealing. */
function rowMenu(): MenuItem[] {
  const rows: [keyof typeof VIEWS, string, CommandName[]][] = [
    ['objects', 'inspect', ['open', 'keepOpen', 'revealProcess']],
    ['objects', WAITED_WORD, ['why']],
    ['objects', 'holder', ['openProcess', 'why', 'revealProcess']],
    ['objects', 'group', ['openTable']],
    ['processes', 'held', ['open', 'keepOpen', 'revealObject']],
    ['processes', 'process', ['openProcess', 'why']],
    ['processes', 'peer', ['openProcess', 'why', 'revealProcess']],
    ['findings', 'subject', ['why']],
    ['findings', 'party', ['openProcess', 'why', 'revealProcess']],
  ];
  return rows.flatMap(([view, word, commands]) =>
    inOrder(
      commands.map((command) => (place) => item(command, [viewIs(view), has(word)], `1_open@${place}`)),
    ),
  );
}

/** Making one more, in the row of a group. */
function groupMenu(): MenuItem[] {
  return KINDS.flatMap((kind) => {
    const command = makerOf(kind);
    const where = [viewIs('objects'), has(`${kindViews[kind].word}Group`), TRUSTED];
    return command ? [item(command, where, '2_act@1')] : [];
  });
}

function makerOf(kind: Kind): CommandName | undefined {
  if (kind in CREATE) return CREATE[kind as keyof typeof CREATE];
  return 'listen' in contracts[kind].abilities ? 'listen' : undefined;
}

/** Every verb, where its ability is a word of the row. */
function verbMenu(): MenuItem[] {
  const segment = has(kindViews['sysv.shm'].word);
  const waits = `(${Object.values(OWN_WORDS).map(has).join(' || ')})`;
  const verbs = Object.entries(VERBS).flatMap(([ability, { command, group, kinds }]) =>
    (kinds?.map((kind) => [has(kindViews[kind].word)]) ?? [[]]).map(
      (words) => [command, [...words, has(ability)], group] as const,
    ),
  );
  const offered = [
    // The page of a segment has the button, and says beside it what it leaves behind.
    ['attachAndLook', [segment, has('read')], '2_act'] as const,
    ...verbs,
    ['endWaits', [waits], '2_act'] as const,
  ];
  return [
    ...offered.map(([command, words, group], at) => {
      const before = offered.slice(0, at).filter(([, , other]) => other === group).length;
      return item(command, [viewIs('objects'), ...words], `${group}@${before + 1}`);
    }),
    item('destroy', [viewIs('processes'), has('held'), has('destroy')], '9_destroy@1'),
  ];
}

/** What can be done with a process, wherever it has a row. */
function processMenu(): MenuItem[] {
  const rows: [keyof typeof VIEWS, string][] = [
    ['processes', 'process'],
    ['processes', 'peer'],
    ['objects', 'holder'],
  ];
  return [
    item('sendSignal', [viewIs('processes'), has('process'), TRUSTED], 'inline@1'),
    ...rows.flatMap(([view, word]) =>
      inOrder(
        PROCESS_VERBS.map(
          (command) => (place) => item(command, [viewIs(view), has(word), TRUSTED], `2_act@${place}`),
        ),
      ),
    ),
  ];
}

/** Copying what names it: there is one text that names it best. */
function copyMenu(): MenuItem[] {
  const names: CommandName[] = ['copyId', 'copyPath', 'copyName'];
  const best = (...where: string[]) =>
    names.map((command) => item(command, [...where, has(command)], '5_copy@1'));
  return [
    ...best(viewIs('objects'), has('inspect')),
    item('copyKey', [viewIs('objects'), has('copyKey')], '5_copy@2'),
    item('copyIpcrm', [viewIs('objects'), has('copyCommand')], '5_copy@3'),
    item('copyPid', [viewIs('objects'), has('holder')], '5_copy@1'),
    item('copyPid', [viewIs('processes'), has('process')], '5_copy@1'),
    item('copyPid', [viewIs('processes'), has('peer')], '5_copy@1'),
    ...best(viewIs('processes'), has('held')),
    item('copyFinding', [viewIs('findings'), has('finding')], '5_copy@1'),
    item('silence', [viewIs('findings'), has('finding')], 'inline@2'),
    item('silence', [viewIs('findings'), has('finding')], '6_silence@1'),
  ];
}

/** Keys on what is selected. With one row focused and none selected the row is selected first. */
function keysOf(view: keyof typeof VIEWS, args: string) {
  const focused = `focusedView == ${VIEWS[view]} && listFocus && !inputFocus`;
  const keys = (key: object, command: CommandName, several: boolean) => [
    {
      ...key,
      command: 'runCommands',
      args: { commands: ['list.selectAndPreserveFocus', { command: COMMANDS[command], args }] },
      when: several ? `${focused} && !listMultiSelection` : focused,
    },
    ...(several
      ? [{ ...key, command: COMMANDS[command], args, when: `${focused} && listMultiSelection` }]
      : []),
  ];
  return [
    ...keys({ key: 'enter' }, 'keepOpen', false),
    ...keys({ key: 'delete' }, 'destroy', true),
    ...keys({ key: 'ctrl+c', mac: 'cmd+c' }, 'copyId', true),
  ];
}
