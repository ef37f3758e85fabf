/** The acts on POSIX shared memory. */
import { nameOf } from '../../../presentation/kinds';
import { typeText } from '../../../presentation/kinds/posixShm';
import { t } from '../../../presentation/translate';
import { size } from '../../../presentation/values';
import { finder, hiddenText, keepersText, mappersText } from '../consequences';
import { creating, looking, whichPosix, writingFile } from './common';
import { type KindActs, says } from './kindActs';

export const posixShm: KindActs<'posix.shm'> = {
  acts: {
    create: creating('posix.shm'),
    read: looking,
    write: writingFile,
    resize: {
      /** Only where something is cut off. */
      async confirm(context, memory, { bytes }) {
        if (memory.bytes !== undefined && BigInt(bytes) >= BigInt(memory.bytes)) return undefined;
        const { find, blind } = await finder(context, [memory]);
        return {
          question: t('Cut {0} to {1}?', nameOf(memory, context.inventory.process), size(bytes)),
          detail: [
            ...(memory.bytes === undefined
              ? []
              : [t('It has {0} now. What is cut off is lost.', size(memory.bytes))]),
            t('A process that touches what is cut off gets SIGBUS, which ends most programs.'),
            mappersText(memory, find),
            ...hiddenText(blind, [memory]),
          ],
          verb: t('Resize'),
        };
      },
      report: says((name) => t('Resized {0}.', name)),
    },
    destroy: {
      which: whichPosix,
      consequences: (memory, { find }) => [
        memory.bytes === undefined
          ? t('How many bytes it has is hidden; they are lost when the last process that has it closes it.')
          : t('Its {0} are lost when the last process that has it closes it.', size(memory.bytes)),
        ...(memory.type === 'file' ? [] : [t('It is {0}.', typeText(memory.type))]),
        ...keepersText(memory, find),
      ],
    },
  },
};
