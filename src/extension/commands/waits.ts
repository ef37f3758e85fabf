/** Ending an act that waits or holds. */
import type { IpcObject } from '../../protocol/kinds';
import { KINDS } from '../../protocol/ref';
import { inspect } from '../acts/context';
import { BACK } from '../ui/ask';
import { attempt } from '../acts/attempt';
import type { PickItem } from '../ui/foreign';
import { type Find, timeText } from '../../presentation/values';
import { COMMANDS } from '../ids';
import { nameOf } from '../../presentation/kinds';
import { actText, isSession, ownActs } from '../../presentation/ownActs';
import { endAct } from '../acts/background';
import { type Command, type CommandParts, targets } from './command';
import { t } from '../../presentation/translate';

export const endWaits: Command = {
  id: COMMANDS.endWaits,
  async run(parts, node) {
    const title = t('End Waiting or Release a Hold');
    const found = lookedAt(parts, title, node).then((objects) =>
      objects?.flatMap((object) => actItems(object, parts.inventory.process)),
    );
    // Of a row that was pointed at there is nothing to choose where it has one.
    const pointed = node === undefined ? [] : await found;
    const [only] = pointed ?? [];
    const act =
      only && pointed?.length === 1
        ? only.value
        : await parts.ask.pick<number>({
            ...{ title, placeholder: t('Which one is to end?'), items: [], more: found },
            none: t('You wait for nothing and hold nothing.'),
          });
    if (act === undefined || act === BACK) return;
    await attempt(parts, t('end that'), () => endAct(parts, act));
  },
};

/** The objects to look for acts at: what was pointed at or is selected, as it is now, else all of a fresh snapshot. */
async function lookedAt(
  parts: CommandParts,
  title: string,
  node: unknown,
): Promise<readonly IpcObject[] | undefined> {
  if (node === undefined) {
    const { visible, selection } = parts.objects;
    const selected = visible ? selection.map((row) => parts.objects.objectOf(row)) : [];
    const own = selected.filter((object) => object !== undefined && ownActs(object).length > 0);
    if (own.length > 0) return own as IpcObject[];
    const snapshot = await attempt(parts, t('list the objects'), () => parts.inventory.snapshot());
    return snapshot?.objects;
  }
  const objects = await targets(parts, title, KINDS, node, undefined);
  return Promise.all(objects.map((object) => inspect(parts, object).catch(() => object)));
}

/** As `Wait: receive the oldest message`, with the object and since when. */
function actItems(object: IpcObject, find: Find): PickItem<number>[] {
  return ownActs(object).map((act) => ({
    icon: isSession(act.ability) ? 'comment-discussion' : act.holds ? 'lock' : 'watch',
    label: isSession(act.ability)
      ? t('Session: {0}', actText(act))
      : act.holds
        ? t('Hold: {0}', actText(act))
        : t('Wait: {0}', actText(act)),
    description: t('{0}, since {1}', nameOf(object, find), timeText(act.since)),
    value: act.id,
  }));
}
