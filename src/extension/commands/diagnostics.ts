/** *Collect Diagnostics*: what a bug report needs, in an editor, and nothing private. Nothing is sent anywhere. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Finding } from '../../protocol/findings';
import { redacted, type Redacted } from '../../presentation/redacted';
import { t } from '../../presentation/translate';
import { COMMANDS } from '../ids';
import { refreshInterval, statusBarWanted, thresholds } from '../model/settings';
import type { Documents } from '../ui/documents';
import type { Command, CommandParts } from './command';

/** Looks that are timed. */
const LOOKS = 3;

interface Timing {
  /** Milliseconds from the question to the answer, and of these within the helper. */
  asked: number;
  looked: number;
}

export function collectDiagnostics(documents: Documents): Command {
  return {
    id: COMMANDS.collectDiagnostics,
    async run(parts) {
      const report = await parts.ask.progress(t('Collecting diagnostics'), () => reportOf(parts));
      await documents.show(`${t('IPC Inspector diagnostics')}.json`, `${JSON.stringify(report, null, 2)}\n`);
    },
  };
}

async function reportOf(parts: CommandParts) {
  const { helper, inventory } = parts;
  const { machine, timings } = await looks(parts);
  return {
    about:
      'Made by "IPC Inspector: Collect Diagnostics". Names, paths, commands, keys, ids, addresses, users, contents and process ids are left out. Read it before you send it.',
    versions: versions(),
    helper: { state: helper.state, ...(helper.state === 'unsupported' && { reason: helper.reason }) },
    // What answers the looks; sock_diag is missing where `blind` has noSockDiag.
    source: ['proc', 'sock_diag'],
    trusted: vscode.workspace.isTrusted,
    settings: settings(),
    timings,
    findings: (inventory.wrong.diagnosis?.findings ?? []).map(codesOf),
    machine,
  };
}

/** Some looks, one after the other. Nothing of a machine where there is no helper. */
async function looks({
  helper,
}: Pick<CommandParts, 'helper'>): Promise<{ machine: Redacted | undefined; timings: Timing[] }> {
  const timings: Timing[] = [];
  let machine: Redacted | undefined;
  try {
    while (timings.length < LOOKS) {
      const before = performance.now();
      const snapshot = await helper.request('snapshot', { everybody: true });
      const asked = Math.round(performance.now() - before);
      timings.push({ asked, looked: snapshot.endedAt - snapshot.startedAt });
      machine = redacted(snapshot);
    }
  } catch {
    // The state of the helper stands above.
  }
  return { machine, timings };
}

function versions() {
  const extension = vscode.extensions.getExtension('ipc-inspector.ipc-inspector');
  const { version } = (extension?.packageJSON ?? {}) as { version?: unknown };
  const { node, electron, modules } = process.versions;
  return {
    extension: typeof version === 'string' ? version : 'unknown',
    vscode: vscode.version,
    host: vscode.env.appHost,
    ui: vscode.UIKind[vscode.env.uiKind],
    // `ssh-remote`, `wsl`, ...: the sort, without the name of the machine.
    remote: vscode.env.remoteName?.replace(/[^a-z-].*$/, '') ?? 'none',
    language: vscode.env.language,
    node,
    electron: electron ?? 'none',
    modules,
    platform: process.platform,
    architecture: process.arch,
    alpine: existsSync('/etc/alpine-release'),
  };
}

/** Folders are paths: how many there are is enough. */
function settings() {
  const folders = vscode.workspace.getConfiguration().get<unknown>('ipcInspector.folders');
  return {
    refreshInterval: refreshInterval(),
    folders: Array.isArray(folders) ? folders.length : 0,
    statusBar: statusBarWanted(),
    thresholds: thresholds() ?? 'default',
  };
}

/** Without its parts, which name things. */
function codesOf({ rule, severity, proof, doubts }: Finding) {
  return { rule, severity, ...(proof && { proof }), ...(doubts && { doubts }) };
}
