/** The command Destroy, on one object or several. */
import { KINDS } from '../../protocol/ref';
import { isDestroyable } from '../acts/objects';
import { destroyObjects } from '../destroying';
import { COMMANDS } from '../ids';
import { mayAsk } from '../may';
import { type Command, targets } from './command';
import { t } from '../../presentation/translate';

export const destroyCommand: Command = {
  id: COMMANDS.destroy,
  async run(parts, node, nodes) {
    if (!mayAsk(parts, 'destroy', node)) return;
    const kinds = KINDS.filter(isDestroyable);
    const objects = await targets(parts, t('Destroy'), kinds, node, nodes, 'destroy');
    if (objects.length > 0) await destroyObjects(parts, objects);
  },
};
