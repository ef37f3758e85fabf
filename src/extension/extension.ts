/**
 * The entry of the extension: registers what VS Code must know of, and loads the rest with the first of it that is used. A window in which somebody only debugs loads no more than
 * who hears whom.
 */
import * as vscode from 'vscode';
import { launchHelper, launchPlan } from './helper/launch';
import { COMMANDS, PANEL, SETTINGS, VIEWS } from './ids';
import type * as Loaded from './running';
import { Debuggees } from './model/debuggees';
import { LateTree } from './views/lateTree';

/** Whatever needs the rest, for tests inside the extension host. */
export type Running = Loaded.Running;

export function activate(context: vscode.ExtensionContext): Running | undefined {
  const debuggees = new Debuggees();
  const helperPath = context.asAbsolutePath('dist/helper.js');
  let running: Running | undefined;
  /** `early`: a helper that is being started. */
  const start = (early?: ReturnType<typeof launchHelper>): Running => {
    if (running) return running;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { run } = require('./running.js') as typeof Loaded;
    return (running = run(context, { debuggees, trees, early }));
  };
  // A view needs a helper, which comes up while we load.
  const show = () => {
    if (!running)
      start(
        process.platform === 'linux'
          ? launchHelper(launchPlan(process.execPath, process.env, helperPath))
          : undefined,
      );
  };
  const trees: Loaded.Registered['trees'] = {
    findings: new LateTree(VIEWS.findings, show),
    objects: new LateTree(VIEWS.objects, show),
    processes: new LateTree(VIEWS.processes, show),
  };
  const showStatusBar = () => {
    if (vscode.workspace.getConfiguration().get(SETTINGS.statusBar) === true) start();
  };
  context.subscriptions.push(
    debuggees,
    ...Object.values(trees),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SETTINGS.statusBar)) showStatusBar();
    }),
    vscode.window.registerWebviewPanelSerializer(PANEL, {
      deserializeWebviewPanel: (panel, state) => start().panels.deserializeWebviewPanel(panel, state),
    }),
    ...Object.values(COMMANDS).map((id) =>
      vscode.commands.registerCommand(id, (node?: unknown, nodes?: unknown) =>
        start().command(id, node, nodes),
      ),
    ),
  );
  showStatusBar();
  return context.extensionMode === vscode.ExtensionMode.Test ? start() : undefined;
}
