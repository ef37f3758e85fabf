/** Creating an object, of each kind that can be made. */
import type { ParametersOf } from '../../protocol/kinds';
import type { PosixKind, SysvKind } from '../../protocol/ref';
import { attemptOf, titleOf } from '../../presentation/abilities';
import { attempt } from '../attempt';
import { COMMANDS, type CommandId } from '../ids';
import { askParameters } from '../inputs';
import { kindViews, nameOf } from '../../presentation/kinds';
import { mayMake } from '../may';
import type { Command } from './command';
import { t } from '../../presentation/translate';

type Creatable = SysvKind | PosixKind | 'fifo';

function creating(id: CommandId, kind: Creatable): Command {
  return {
    id,
    async run(parts) {
      const { labels } = kindViews[kind];
      if (!mayMake(parts, attemptOf('create', labels.one))) return;
      const title = titleOf('create', labels.create ?? labels.one);
      const given = await askParameters(parts.ask, kind, 'create', {
        title,
        host: parts.inventory.actingHost,
      });
      if (!given) return;
      const made = await attempt(parts, attemptOf('create', labels.one), () =>
        parts.helper.act(kind, 'create', given as ParametersOf<Creatable, 'create'>),
      );
      if (!made) return;
      parts.inventory.refresh();
      const object = await parts.helper.act(kind, 'inspect', { ref: made.ref }).catch(() => undefined);
      if (!object) return;
      parts.panels.show(object, { keep: false, preserveFocus: false });
      if ('existed' in made && made.existed)
        void parts.ask.tell(
          'info',
          t('{0} was there already. Nothing of it was changed.', nameOf(object, parts.inventory.process)),
        );
    },
  };
}

export const createQueue = creating(COMMANDS.createQueue, 'sysv.msg');
export const createSet = creating(COMMANDS.createSet, 'sysv.sem');
export const createSegment = creating(COMMANDS.createSegment, 'sysv.shm');
export const createMq = creating(COMMANDS.createMq, 'posix.mq');
export const createSemaphore = creating(COMMANDS.createSemaphore, 'posix.sem');
export const createMemory = creating(COMMANDS.createMemory, 'posix.shm');
export const createFifo = creating(COMMANDS.createFifo, 'fifo');
