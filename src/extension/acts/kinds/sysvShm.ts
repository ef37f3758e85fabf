/** The acts on a System V shared memory segment. */
import { t } from '../../../presentation/translate';
import { momentText, pastText, size } from '../../../presentation/values';
import { attachersText, finder } from '../consequences';
import { altering, creating, creatorOf, looking, whichSysv, writeQuestion } from './common';
import { type KindActs, says } from './kindActs';

export const sysvShm: KindActs<'sysv.shm'> = {
  identity: (segment) => ({ ...creatorOf(segment), cpid: segment.createdBy.pid }),
  acts: {
    create: creating('sysv.shm'),
    // The page has the button, and says beside it what attaching leaves behind.
    read: looking,
    write: {
      page: true,
      async confirm(context, segment, written) {
        return writeQuestion(context, segment, written, [
          attachersText(segment, (await finder(context, [segment])).find),
          segment.attachments > 0
            ? t('They see the new bytes at once. What stood there is replaced.')
            : t('What stood there is replaced.'),
          t('You attach it for a moment and become its last user.'),
        ]);
      },
      report: says((name) => t('Wrote to {0}.', name)),
    },
    lock: { report: says((name) => t('Locked {0}.', name)) },
    unlock: { report: says((name) => t('Unlocked {0}.', name)) },
    alter: altering,
    destroy: {
      which: whichSysv,
      consequences: (segment, { find }) => [
        t('Its {0} are lost.', size(segment.bytes)),
        attachersText(segment, find),
        ...(segment.attachments > 0 ? [t('It is marked, and goes when the last process detaches.')] : []),
        t('Created by: {0}.', pastText(segment.createdBy, find)),
        ...(segment.lastUse
          ? [
              t(
                'Last attached or detached by {0}, at {1}.',
                pastText(segment.lastUse, find),
                momentText(segment.lastUse.at),
              ),
            ]
          : []),
      ],
    },
  },
};
