/** The running extension: builds the parts, nothing else. A bundle of its own, loaded once something of it is needed. */
import './ui/translator';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { adoptRescued } from './model/adopting';
import { workbenchAsk } from './ui/ask';
import type { Command, CommandParts } from './commands/command';
import { setContext } from './ui/contextKeys';
import type * as Deferred from './deferred';
import type { Debuggees } from './model/debuggees';
import { Documents } from './ui/documents';
import { Folders } from './model/folders';
import { Helper } from './helper/helper';
import { History } from './model/history';
import { type CommandId, CONTEXT } from './ids';
import { Inventory } from './model/inventory';
import type { Panels } from './panels/panels';
import type { PanelParts } from './panels/parts';
import type { Sample } from './model/sample';
import { Silences } from './model/silences';
import type { Sessions } from './model/sessions';
import { refreshInterval, thresholds } from './model/settings';
import { dimming } from './views/decorations';
import { Filter } from './views/filter';
import { Measures } from './views/measures';
import { FindingsView } from './views/findings';
import { StatusBar } from './views/statusBar';
import type { LateTree } from './views/lateTree';
import type { FindingsNode, ObjectsNode, ProcessesNode } from './views/nodes';
import { ObjectsView } from './views/objects';
import { ProcessesView } from './views/processes';

/** What VS Code knows of already. */
export interface Registered {
  debuggees: Debuggees;
  trees: {
    findings: LateTree<FindingsNode>;
    objects: LateTree<ObjectsNode>;
    processes: LateTree<ProcessesNode>;
  };
  /** A helper that is being started. */
  early: ChildProcess | undefined;
}

/** The running parts; most are for tests inside the extension host. */
export type Running = CommandParts &
  PanelParts & {
    debuggees: Debuggees;
    folders: Folders;
    panels: Panels;
    command: (id: CommandId, node: unknown, nodes: unknown) => unknown;
  };

/** What nothing needs before a page is opened or a command is run: a bundle of its own, loaded then. */
function deferred(): typeof Deferred {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./deferred.js') as typeof Deferred;
}

export function run(context: vscode.ExtensionContext, { debuggees, trees, early }: Registered): Running {
  const log = vscode.window.createOutputChannel('IPC Inspector', { log: true });
  const helper = new Helper(context.asAbsolutePath('dist/helper.js'), log, { early });
  const folders = new Folders();
  const inventory = new Inventory(helper, log, refreshInterval, folders.lookedAt, thresholds);
  const history = new History(join(context.globalStorageUri.fsPath, 'received'), log);
  const silences = new Silences(context.globalState, () => helper.bootId);
  const tell = () => inventory.tellOnly(silences.lets);
  tell();
  const documents = new Documents();
  const measures = new Measures(inventory, debuggees, folders);
  let commands: ReadonlyMap<CommandId, Command> | undefined;
  const commandOf = (id: CommandId) => {
    commands ??= new Map(
      deferred()
        .allCommands(documents)
        .map((command) => [command.id, command]),
    );
    return commands.get(id);
  };
  const isReady = () => helper.state === 'ready';
  const filters = {
    objects: new Filter(context.workspaceState, 'filter.objects'),
    processes: new Filter(context.workspaceState, 'filter.processes'),
  };
  const viewParts = { inventory, log, isReady, measure: measures.now };
  const findings = new FindingsView(viewParts, trees.findings);
  const objects = new ObjectsView(viewParts, trees.objects, filters.objects);
  const processes = new ProcessesView(viewParts, trees.processes, filters.processes);
  const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
  // One object for all, so that a test that replaces `ask` answers for panels and commands alike.
  const parts: Running = {
    ...{ helper, inventory, history, silences, ask: workbenchAsk, log, documents },
    ...{ findings, objects, processes, debuggees, folders, dist },
    interval: refreshInterval,
    get sessions() {
      return (sessions ??= new (deferred().Sessions)(helper, log));
    },
    get sample() {
      sample ??= makeSample();
      return sample;
    },
    get panels() {
      return (panels ??= new (deferred().Panels)(parts));
    },
    command: (id, node, nodes) => commandOf(id)?.run(parts, node, nodes),
  };
  let panels: Panels | undefined;
  let sessions: Sessions | undefined;
  let sample: Sample | undefined;
  const makeSample = () => {
    const one = new (deferred().Sample)(context.asAbsolutePath('dist/helper.js'), log);
    one.onDidChange(() => setContext(CONTEXT.sample, one.runs ? 'runs' : ''));
    return one;
  };

  const showState = () => {
    const { state } = helper;
    setContext(CONTEXT.reason, state === 'unsupported' ? helper.reason : '');
    setContext(CONTEXT.state, { idle: 'starting', failed: 'helperFailed' }[state as string] ?? state);
    for (const view of [findings, objects, processes]) view.restart();
  };
  showState();

  context.subscriptions.push(
    { dispose: () => panels?.dispose() },
    { dispose: () => sessions?.dispose() },
    { dispose: () => sample?.dispose() },
    findings,
    objects,
    processes,
    filters.objects,
    filters.processes,
    measures,
    folders,
    documents,
    silences,
    silences.onDidChange(tell),
    new StatusBar(inventory),
    inventory,
    helper,
    log,
    helper.onDidChangeState(showState),
    folders.onDidChange(() => inventory.refresh()),
    // What a row offers may be more now.
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      for (const view of [findings, objects, processes]) view.restart();
    }),
    adoptRescued(helper, history, log),
    measures.onDidChange(() => {
      for (const view of [objects, processes]) if (view.filter.active) view.refilter();
    }),
    vscode.window.registerFileDecorationProvider(dimming),
  );
  return parts;
}
