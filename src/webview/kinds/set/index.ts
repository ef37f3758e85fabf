/** The panel of a System V semaphore set. */
import { html } from 'lit';
import { t } from '../../strings';
import { alterCommand, type KindPanel } from '../plug';
import './body';

export const setPanel: KindPanel<'sysv.sem'> = {
  changedAt: ({ changedAt }) => changedAt,
  commands: () => [alterCommand()],
  otherBoot: () => t('This semaphore set belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    <ipc-set .panel=${panel} .object=${object} .state=${panel.state} .samples=${panel.samples}></ipc-set>
  `,
};
