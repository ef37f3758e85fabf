/** *Why Does It Wait?*: opens the page Why of a process or an object. */
import * as v from 'valibot';
import { subjectName } from '../../presentation/findings/names';
import { nameOf } from '../../presentation/kinds';
import { actTitles } from '../../presentation/shared';
import { t } from '../../presentation/translate';
import { findIn, pidText } from '../../presentation/values';
import { KINDS, processRef, type Ref, refSchema } from '../../protocol/ref';
import type { Snapshot } from '../../protocol/snapshot';
import { COMMANDS } from '../ids';
import { BACK } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import {
  type Command,
  type CommandParts,
  listed,
  pickObjects,
  PROCESSES_SELECTION,
  SELECTION,
} from './command';
import { pidOf } from './reveal';

/** What hands over its subject, beside rows: `ref` names an object or a process. */
const handed = v.union([
  refSchema,
  v.pipe(
    v.object({ ref: refSchema }),
    v.transform(({ ref }) => ref),
  ),
  v.pipe(
    v.object({ object: v.object({ ref: refSchema }) }),
    v.transform(({ object }) => object.ref),
  ),
]);

/** `node`: a row, `{ ref }`, or a ref itself; without one the selected row, else the user's choice. */
export const why: Command = {
  id: COMMANDS.why,
  async run(parts, node) {
    const subject = subjectOf(parts, node) ?? (await choose(parts));
    if (subject === undefined) return;
    const { inventory } = parts;
    const object = inventory.get(subject);
    const around = { find: inventory.process, now: Date.now() };
    const name = object ? nameOf(object, inventory.process) : subjectName(subject, around);
    parts.panels.showPage(
      { page: 'why', ref: subject, title: t('Why: {0}', name) },
      { keep: false, preserveFocus: false },
    );
  },
};

function subjectOf(parts: CommandParts, node: unknown): Ref | undefined {
  const row =
    node === SELECTION
      ? parts.objects.selection[0]
      : node === PROCESSES_SELECTION
        ? parts.processes.selection[0]
        : node;
  const pid = pidOf(row);
  if (pid !== undefined) {
    const process = parts.inventory.process(pid);
    return process && processRef(pid, process.startTime);
  }
  const known = v.safeParse(handed, row);
  return known.success ? known.output : undefined;
}

/** The user's choice among all that wait and all that is waited for. */
async function choose(parts: CommandParts): Promise<Ref | undefined> {
  const answer = await parts.ask.pick<Ref>({
    title: actTitles.why(),
    placeholder: t('Which process, or which object?'),
    items: [],
    more: listed(parts).then((snapshot) => snapshot && [...waiting(snapshot), ...waitedFor(snapshot)]),
    none: t('No process waits on any object, as far as can be seen.'),
  });
  return answer === BACK ? undefined : answer;
}

/** The processes that wait on an object. */
function waiting(snapshot: Snapshot): PickItem<Ref>[] {
  const find = findIn(snapshot);
  const found = new Map<number, PickItem<Ref>>();
  for (const object of snapshot.objects)
    for (const { pid, startTime, waits } of object.endpoints ?? [])
      if (waits && waits.length > 0 && !found.has(pid))
        found.set(pid, {
          icon: 'server-process',
          label: pidText(pid, find),
          description: t('waits on {0}', nameOf(object, find)),
          value: processRef(pid, startTime),
        });
  return [...found.values()];
}

/** The objects on which somebody waits. */
function waitedFor(snapshot: Snapshot): PickItem<Ref>[] {
  const objects = snapshot.objects.filter(({ endpoints = [] }) =>
    endpoints.some(({ waits }) => waits && waits.length > 0),
  );
  return pickObjects(snapshot, KINDS, findIn(snapshot), objects).map((item) => ({
    ...item,
    value: item.value.ref,
  }));
}
