/** Find: one question over everything, beyond the rows of the views too. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { IpcObject } from '../../protocol/kinds';
import { KINDS, processRef } from '../../protocol/ref';
import { hiddenRow, unseenTexts } from '../../presentation/hidden';
import { type Blind, type Process, type Snapshot, waitsOf } from '../../protocol/snapshot';
import { holdersText, idsOf } from '../../presentation/searched';
import { BACK, type Finding } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import { type Find, findIn, grouped, processText } from '../../presentation/values';
import { COMMANDS } from '../ids';
import { partsOf } from '../views/layout';
import { stateText } from '../../presentation/processes';
import { waitsInText } from '../../presentation/roles';
import { type Command, type CommandParts, listed, pickObjects } from './command';
import { showProcess } from './processes';
import { t } from '../../presentation/translate';

/** Lines that are shown of what matches: of many processes with a name, so that the objects still show, and of objects. */
const MOST_SHOWN = { process: 50, object: 200 };
/** Objects that are looked through between two breaths. */
const BREATH = 500;

/** What was found. */
type Match = { is: 'object'; object: IpcObject } | { is: 'process'; pid: number; startTime: string };

/** A line, and the text in which it is sought. */
interface Entry {
  item: PickItem<Match>;
  text: string;
}

export const find: Command = {
  id: COMMANDS.find,
  async run(parts) {
    const found = await parts.ask.search<Match>({
      title: t('Find'),
      placeholder: t('A key, an id, a path, a name, a pid, a command'),
      find: finding(parts),
    });
    if (found === undefined || found === BACK) return;
    if (found.is === 'process') {
      const { pid, startTime } = found;
      // One without any object has no row.
      await parts.processes.reveal(pid);
      showProcess(parts, processRef(pid, startTime), { keep: false, preserveFocus: false });
      return;
    }
    // The focus goes to the panel, which is there also where the row is beyond those that are shown.
    await parts.objects.reveal(found.object.ref);
    parts.panels.show(found.object, { keep: false, preserveFocus: false });
  },
};

/** Nobody can say more than that nothing was found among what was looked at. */
export function notFoundText(blind: readonly Blind[]): string {
  const machine = hiddenRow(blind, undefined)?.label;
  const hidden = [...new Set([...(machine === undefined ? [] : [machine]), ...unseenTexts(blind, KINDS)])];
  return hidden.length === 0
    ? t('No object, and no process that has one, has that.')
    : t('Nothing that was found has that. Not searched: {0}.', hidden.join('; '));
}

/** Looks at the whole machine, while the question is open already. */
async function finding(parts: CommandParts): Promise<Finding<Match> | undefined> {
  const snapshot = await listed(parts);
  if (!snapshot) return undefined;
  const entries = await entriesOf(snapshot);
  const none = notFoundText(snapshot.blind);
  return (text) => ({ ...matching(entries, text), none });
}

/** The lines of what matches each word that was typed. */
export function matching(
  entries: readonly Entry[],
  text: string,
): { items: PickItem<Match>[]; rest?: string } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const items: PickItem<Match>[] = [];
  const room = { ...MOST_SHOWN };
  let more = 0;
  for (const { item, text: where } of entries) {
    if (!words.every((word) => where.includes(word))) continue;
    if (room[item.value.is]-- > 0) items.push(item);
    else more++;
  }
  return { items, ...(more > 0 && { rest: t('{0} more: type more', grouped(more)) }) };
}

async function entriesOf(snapshot: Snapshot): Promise<Entry[]> {
  const known = findIn(snapshot);
  const entries: Entry[] = [];
  for (let from = 0; from < snapshot.objects.length; from += BREATH) {
    const objects = snapshot.objects.slice(from, from + BREATH);
    for (const item of pickObjects(snapshot, KINDS, known, objects)) entries.push(objectEntry(item, known));
    await breathe();
  }
  // Who types a pid or a command means the process first, then what it has.
  return [...snapshot.processes.map((process) => processEntry(process)), ...entries];
}

function objectEntry(item: PickItem<IpcObject>, byPid: Find): Entry {
  const { value: object } = item;
  const parts = partsOf(object, byPid.object);
  const holders = parts.flatMap((part) => holdersText(part, byPid));
  const names = parts.flatMap(idsOf);
  const text = [item.label, item.description, item.detail, ...names, ...holders].join('\n').toLowerCase();
  return { item: { ...item, value: { is: 'object', object } }, text };
}

function processEntry(process: Process): Entry {
  const { pid, startTime, command = '', name, state } = process;
  const waits = waitsOf(process) ?? [];
  const now = waits.length > 0 ? waitsInText(waits) : stateText(state);
  return {
    item: {
      icon: 'server-process',
      label: processText(process),
      description: [now, ...(command === '' ? [] : [command])].join(' · '),
      detail: t('process'),
      value: { is: 'process', pid, startTime },
    },
    text: [name, pid, command, process.workingDirectory].join('\n').toLowerCase(),
  };
}
