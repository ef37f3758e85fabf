/** The panel of a System V shared memory segment. */
import { html } from 'lit';
import { t } from '../../strings';
import { alterCommand, type KindPanel } from '../plug';
import { locksPart } from '../memory/locks';
import './body';

export const segmentPanel: KindPanel<'sysv.shm'> = {
  changedAt: ({ changedAt }) => changedAt,
  commands: (object) => [
    object.flags.includes('locked')
      ? { label: t('Unlock'), icon: 'unlock', command: 'unlock' }
      : { label: t('Lock in Memory'), icon: 'lock', command: 'lock' },
    alterCommand(),
  ],
  otherBoot: () => t('This segment belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    ${locksPart(object.locks, panel.context.process)}
    <ipc-segment
      .panel=${panel}
      .object=${object}
      .state=${panel.state}
      .refreshes=${panel.refreshes}
    ></ipc-segment>
  `,
};
