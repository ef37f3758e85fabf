/** *Why Does It Wait?*: opens the page Why of a process or an object. */
import * as v from 'valibot';
import { subjectName } from '../../presentation/findings/names';
import { nameOf } from '../../presentation/kinds';
import { actTitles } from '../../presentation/shared';
import { t } from '../../presentation/translate';
import { findIn } from '../../presentation/values';
import { KINDS, processRef, type Ref, refSchema } from '../../protocol/ref';
import type { Snapshot } from '../../protocol/snapshot';
import { COMMANDS } from '../ids';
import { BACK } from '../ui/ask';
import { byStanding } from '../model/ranks';
import type { PickItem } from '../ui/foreign';
import {
  type Command,
  type CommandParts,
  listed,
  pickObjects,
  PROCESSES_SELECTION,
  SELECTION,
} from './command';
import { linesOf, shellsNow } from './everybody';
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
    showWhy(parts, chosen.ref, chosen.name);
  },
};

/** Opens the page Why. `name`: what the subject is called. */
export function showWhy({ panels }: Pick<CommandParts, 'panels'>, ref: Ref, name: string): void {
  panels.showPage({ page: 'why', ref, title: t('Why: {0}', name) }, { keep: false, preserveFocus: false });
}

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

/** The user's choice among all processes and all objects that somebody waits for; those that something is wrong with come first. */
async function choose(parts: CommandParts): Promise<Chosen | undefined> {
  const answer = await parts.ask.pick<Chosen>({
    title: actTitles.why(),
    placeholder: t('Which process, or which object?'),
    items: [],
    more: Promise.all([shellsNow(), listed(parts, { everybody: true })]).then(
      ([shells, snapshot]) => snapshot && lines(parts, snapshot, shells),
    ),
    none: t('No process can be seen.'),
  });
  return answer === BACK ? undefined : answer;
}

/** What is wrong, then who waits and what is waited for, then everybody else. */
function lines(parts: CommandParts, snapshot: Snapshot, shells: readonly number[]): PickItem<Chosen>[] {
  const processes = linesOf(parts, snapshot, shells).map(({ item, standing }) => ({
    standing,
    item: { ...item, value: { ref: item.value, name: item.label } },
  }));
  const objects = waitedFor(snapshot).map((item) => {
    const attention = parts.inventory.wrong.of(item.value.ref).length > 0;
    return { standing: attention ? ('wrong' as const) : ('waits' as const), item: { ...item, attention } };
  });
  return byStanding([...processes, ...objects]).map(({ item }) => item);
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
