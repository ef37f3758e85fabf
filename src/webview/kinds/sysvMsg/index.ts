/** The page of a System V message queue. */
import { html } from 'lit';
import { sysvMsg } from '../../../presentation/kinds/sysvMsg';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { alterCommand } from '../plug';
import { typedWay } from '../shared/queue/sendWay';
import './messages';
import '../shared/queue/send';
import './receive';
import '../shared/queue/history';

objectPage({
  view: sysvMsg,
  changedAt: ({ changedAt }) => changedAt,
  commands: () => [alterCommand()],
  otherBoot: () => t('This queue belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    <ipc-messages
      .panel=${panel}
      .object=${object}
      .state=${panel.state}
      .refreshes=${panel.refreshes}
    ></ipc-messages>
    <div class="acts">
      <ipc-send .panel=${panel} .state=${panel.state} .way=${typedWay}></ipc-send>
      <ipc-receive .panel=${panel} .state=${panel.state}></ipc-receive>
    </div>
    <ipc-history .panel=${panel} .entries=${panel.history} .acts=${panel.may('send')}></ipc-history>
  `,
});
