/** *Open as Table*: the objects of a group, of all groups, or of those that the filter of the view lets through. */
import * as v from 'valibot';
import { kindViews } from '../../presentation/kinds';
import { t } from '../../presentation/translate';
import { type Kind, KINDS, kindSchema, tableRef } from '../../protocol/ref';
import { COMMANDS } from '../ids';
import { BACK } from '../ui/ask';
import type { PickItem } from '../ui/foreign';
import type { Command, CommandParts } from './command';

/** What a table is to show. */
interface Asked {
  kinds: readonly Kind[];
  /** What is typed into its filter. */
  words?: string;
}

/** `node`: the row of a group, or its kind; without one the user's choice. */
export const openTable: Command = {
  id: COMMANDS.openTable,
  async run(parts, node) {
    const kind = kindIn(node);
    const asked = kind ? { kinds: [kind], ...filterOf(parts) } : await choose(parts);
    if (!asked) return;
    const [only] = asked.kinds;
    const title = only && asked.kinds.length === 1 ? kindViews[only].labels.group : t('Objects as a Table');
    parts.panels.showPage(
      {
        ...{ page: 'table', ref: tableRef(asked.kinds), title },
        ...(asked.words !== undefined && { view: { table: { words: asked.words } } }),
      },
      // What is opened from it is to stand beside it, not in its place.
      { keep: true, preserveFocus: false },
    );
  },
};

const handed = v.union([
  kindSchema,
  v.pipe(
    v.object({ kind: kindSchema }),
    v.transform(({ kind }) => kind),
  ),
]);

function kindIn(node: unknown): Kind | undefined {
  const known = v.safeParse(handed, node);
  return known.success ? known.output : undefined;
}

/** What the filter of the view lets through, as far as words say it. */
function filterOf({ objects }: CommandParts): { words?: string } {
  const { scope, text } = objects.filter.state;
  const words = [...(scope === 'mine' ? ['mine'] : []), ...(text === '' ? [] : [text])].join(' ');
  return words === '' ? {} : { words };
}

async function choose(parts: CommandParts): Promise<Asked | undefined> {
  const filtered = filterOf(parts);
  const items: PickItem<Asked>[] = [
    ...(filtered.words === undefined
      ? []
      : [
          {
            ...{ icon: 'filter', label: t('What the filter lets through'), description: filtered.words },
            value: { kinds: KINDS, ...filtered },
          },
        ]),
    { icon: 'table', label: t('All objects'), value: { kinds: KINDS } },
    ...KINDS.map((kind) => ({
      ...{ icon: kindViews[kind].icon, label: kindViews[kind].labels.group },
      value: { kinds: [kind] },
    })),
  ];
  const answer = await parts.ask.pick<Asked>({
    ...{ title: t('Open as Table'), placeholder: t('Which group?'), items },
  });
  return answer === BACK ? undefined : answer;
}
