/** From an object to a process that has it, and back. */
import { KINDS, parseProcessRef } from '../../protocol/ref';
import { BACK } from '../ui/ask';
import { pidText } from '../../presentation/values';
import { COMMANDS } from '../ids';
import { nameOf } from '../../presentation/kinds';
import { roleParts } from '../../presentation/roles';
import { type Command, type CommandParts, targets } from './command';
import { actTitles } from '../../presentation/shared';
import { t } from '../../presentation/translate';

/** Shows the row of a process, or says why there is none. */
export async function revealPid(parts: CommandParts, pid: number): Promise<void> {
  const name = pidText(pid, parts.inventory.process);
  switch (await parts.processes.reveal(pid)) {
    case 'shown':
      return;
    case 'beyond':
      void parts.ask.tell(
        'info',
        t('{0} is beyond the rows that are shown: filter the view Processes.', name),
      );
      return;
    case 'notLooked':
      void parts.ask.tell(
        'info',
        t('{0} was not looked for: the view Processes shows nothing at present. Try again.', name),
      );
      return;
    case 'none':
      void parts.ask.tell('info', t('{0} has ended, or has nothing any more that is shown here.', name));
  }
}

export const revealProcess: Command = {
  id: COMMANDS.revealProcess,
  async run(parts, node) {
    const pid = pidOf(node) ?? (await choosePid(parts, node));
    if (pid !== undefined) await revealPid(parts, pid);
  },
};

export const revealObject: Command = {
  id: COMMANDS.revealObject,
  async run(parts, node) {
    const [object] = await targets(parts, t('Reveal in Objects'), KINDS, node, undefined);
    if (!object) return;
    if (await parts.objects.reveal(object.ref)) return;
    // Beyond the rows of its group; its panel shows it all the same.
    parts.panels.show(object, { keep: false, preserveFocus: false });
  },
};

/** The process that a row stands for. */
export function pidOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('is' in node)) return undefined;
  if (node.is === 'subject' && 'ref' in node) return parseProcessRef(String(node.ref))?.pid;
  if (!('pid' in node)) return undefined;
  const stands = node.is === 'holder' || node.is === 'peer' || node.is === 'process';
  return stands && typeof node.pid === 'number' ? node.pid : undefined;
}

/** The one process of an object, or the user's choice among several. */
export async function choosePid(
  parts: CommandParts,
  node: unknown,
  title = actTitles.revealProcess(),
): Promise<number | undefined> {
  const [object] = await targets(parts, title, KINDS, node, undefined);
  if (!object) return undefined;
  const { endpoints = [] } = object;
  const find = parts.inventory.process;
  const pids = [...new Set(endpoints.map(({ pid }) => pid))].sort((a, b) => a - b);
  const [only] = pids;
  if (pids.length === 1) return only;
  const answer = await parts.ask.pick<number>({
    ...{ title, placeholder: t('Which process of {0}?', nameOf(object, find)) },
    items: pids.map((pid) => ({
      icon: 'server-process',
      label: pidText(pid, find),
      description: roleParts(endpoints.filter((end) => end.pid === pid)).join(' · '),
      value: pid,
    })),
    none: t('Nobody has it, or nobody that may be looked at.'),
  });
  return answer === BACK ? undefined : answer;
}
