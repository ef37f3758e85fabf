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
    const { inventory } = parts;
    const given = subjectOf(parts, node);
    // What was chosen may be out of every view by now: its line had its name.
    const chosen =
      given === undefined ? await choose(parts) : { ref: given, name: calledNow(inventory, given) };
    if (!chosen) return;
    const { ref: subject, name } = chosen;
    parts.panels.showPage(
      { page: 'why', ref: subject, title: t('Why: {0}', name) },
      { keep: false, preserveFocus: false },
    );
  },
};

/** What messages call a subject that a view has. */
function calledNow(inventory: CommandParts['inventory'], subject: Ref): string {
  const object = inventory.get(subject);
  const find = inventory.process;
  return object ? nameOf(object, find) : subjectName(subject, { find, now: Date.now() });
}

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

/** What a line stands for. */
interface Chosen {
  ref: Ref;
  name: string;
}

/** The user's choice among all that wait and all that is waited for; those that something is wrong with come first. */
async function choose(parts: CommandParts): Promise<Chosen | undefined> {
  const wrong = new Set(parts.inventory.wrong.diagnosis?.findings.flatMap(({ subjects }) => subjects));
  const lines = (snapshot: Snapshot) => {
    const all = [...waiting(snapshot), ...waitedFor(snapshot)].map((item) => ({
      ...item,
      ...(wrong.has(item.value.ref) && { attention: true }),
    }));
    const first = (one: PickItem<Chosen>) => (wrong.has(one.value.ref) ? 0 : 1);
    return all.sort((a, b) => first(a) - first(b));
  };
  const answer = await parts.ask.pick<Chosen>({
    title: actTitles.why(),
    placeholder: t('Which process, or which object?'),
    items: [],
    more: listed(parts).then((snapshot) => snapshot && lines(snapshot)),
    none: t('No process waits on any object, as far as can be seen.'),
  });
  return answer === BACK ? undefined : answer;
}

/** The processes that wait on an object. */
function waiting(snapshot: Snapshot): PickItem<Chosen>[] {
  const find = findIn(snapshot);
  const found = new Map<number, PickItem<Chosen>>();
  for (const object of snapshot.objects)
    for (const { pid, startTime, waits } of object.endpoints ?? [])
      if (waits && waits.length > 0 && !found.has(pid))
        found.set(pid, {
          icon: 'server-process',
          label: pidText(pid, find),
          description: t('waits on {0}', nameOf(object, find)),
          value: { ref: processRef(pid, startTime), name: pidText(pid, find) },
        });
  return [...found.values()];
}

/** The objects on which somebody waits. */
function waitedFor(snapshot: Snapshot): PickItem<Chosen>[] {
  const objects = snapshot.objects.filter(({ endpoints = [] }) =>
    endpoints.some(({ waits }) => waits && waits.length > 0),
  );
  const find = findIn(snapshot);
  return pickObjects(snapshot, KINDS, find, objects).map((item) => ({
    ...item,
    value: { ref: item.value.ref, name: nameOf(item.value, find) },
  }));
}
