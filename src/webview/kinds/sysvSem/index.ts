/** The page of a System V semaphore set. */
import { html } from 'lit';
import { sysvSem } from '../../../presentation/kinds/sysvSem';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { alterCommand } from '../plug';
import './body';

objectPage({
  view: sysvSem,
  changedAt: ({ changedAt }) => changedAt,
  commands: () => [alterCommand()],
  otherBoot: () => t('This semaphore set belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    <ipc-set .panel=${panel} .object=${object} .state=${panel.state} .samples=${panel.samples}></ipc-set>
  `,
});
