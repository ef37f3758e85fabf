/** What the kernel does not let us see, in one row, and what would help. */
import * as vscode from 'vscode';
import type { Kind } from '../../protocol/ref';
import type { Blind } from '../../protocol/snapshot';
import { grouped } from '../format';
import { kindViews } from '../kinds';

const { t } = vscode.l10n;

type Code = Blind['code'];

export interface HiddenRow {
  label: string;
  /** Each a line of its own. */
  help: string[];
}

/** How many of each code; undefined where nobody can know. */
type Hidden = Map<Code, number | undefined>;

/** What is hidden of the objects of a kind, or of all processes; undefined where nothing is. */
export function hiddenRow(blind: readonly Blind[], kind: Kind | undefined): HiddenRow | undefined {
  const found: Hidden = new Map();
  for (const one of blind) {
    if (one.ref !== undefined || (kind !== undefined && one.kind !== undefined && one.kind !== kind))
      continue;
    // Any other field is about the objects themselves, whose rows say it.
    if (one.field !== undefined && one.field !== 'endpoints' && one.field !== 'waits') continue;
    // The kernel lists these whoever holds them, so what nobody can count hides nothing of theirs.
    if (kind !== undefined && !kindViews[kind].throughProcesses && one.count === undefined) continue;
    if (one.count === 0 || !TOLD.includes(one.code)) continue;
    // Several kinds tell of the same processes.
    const known = found.get(one.code);
    found.set(one.code, known === undefined ? one.count : Math.max(known, one.count ?? 0));
  }
  if (found.size === 0) return undefined;
  const codes = TOLD.filter((code) => found.has(code));
  return {
    label: codes.map((code) => hiddenText(code, found.get(code))).join('; '),
    help: [
      ...(kind !== undefined && kindViews[kind].throughProcesses
        ? [t('There may be more {0} than are shown, and more who have them.', kindViews[kind].words.many)]
        : kind === undefined
          ? []
          : [t('They might hold these objects or wait on them too.')]),
      ...codes.map(helpText),
    ],
  };
}

/** Those that are told in a row, in this order. */
const TOLD: readonly Code[] = ['notMounted', 'denied', 'yama', 'hidepid', 'pidNamespace', 'failed'];

function hiddenText(code: Code, count: number | undefined): string {
  switch (code) {
    case 'denied':
      return count === 1
        ? t('1 process of another user cannot be looked at')
        : count === undefined
          ? t('processes of other users cannot be looked at')
          : t('{0} processes of other users cannot be looked at', grouped(count));
    case 'yama':
      return count === 1
        ? t('1 process does not show what it waits for')
        : count === undefined
          ? t('processes do not show what they wait for')
          : t('{0} processes do not show what they wait for', grouped(count));
    case 'hidepid':
      return count === undefined
        ? t('processes of other users do not show')
        : t('{0} processes of other users do not show', grouped(count));
    case 'notMounted':
      return t('only queues that a process has open can be seen');
    case 'pidNamespace':
      return t('processes outside this pid namespace cannot be seen');
    default:
      return t('a part could not be read');
  }
}

function helpText(code: Code): string {
  switch (code) {
    case 'denied':
      return t(
        'Linux lets only the same user or root look into a process. To see more, run VS Code (or its server) as that user or as root.',
      );
    case 'yama':
      return t(
        'kernel.yama.ptrace_scope lets a process look only into its children. To see more, set it to 0 (sysctl kernel.yama.ptrace_scope=0), or run as root.',
      );
    case 'hidepid':
      return t(
        '/proc is mounted with hidepid, which hides the processes of others. To see more, run as root, or as a member of the group that its option gid names.',
      );
    case 'notMounted':
      return t(
        '/dev/mqueue, which lists the queues, is not mounted, or shows those of another IPC namespace. To see all, mount it (mount -t mqueue none /dev/mqueue, as root), or run as root.',
      );
    case 'pidNamespace':
      return t(
        'This is a container or another pid namespace: what runs outside of it is beyond its view. To see that, open the machine itself.',
      );
    default:
      return t('The log says more ("IPC Inspector: Show Log").');
  }
}
