/** The page of a POSIX message queue. */
import { html } from 'lit';
import { posixMq } from '../../../presentation/kinds/posixMq';
import { objectPage } from '../../panel/main';
import { t } from '../../strings';
import { alterCommand } from '../plug';
import { priorityWay } from '../shared/queue/sendWay';
import '../shared/queue/history';
import '../shared/queue/send';
import '../shared/holdersTable';
import './drained';
import './receive';
import { processesTitle } from '../../../presentation/shared';

objectPage({
  view: posixMq,
  commands: () => [alterCommand()],
  otherBoot: () => t('This queue belonged to an earlier start of the machine; it is gone.'),
  body: (object, panel) => html`
    <ipc-holders
      class="holders-pane"
      tabindex="0"
      role="group"
      aria-label=${processesTitle()}
      .object=${object}
      .state=${panel.state}
    ></ipc-holders>
    <ipc-drained .panel=${panel} .state=${panel.state} .object=${object}></ipc-drained>
    <div class="acts">
      <ipc-send .panel=${panel} .state=${panel.state} .way=${priorityWay}></ipc-send>
      <ipc-mq-receive .panel=${panel} .state=${panel.state}></ipc-mq-receive>
    </div>
    <ipc-history .panel=${panel} .entries=${panel.history} .acts=${panel.may('send')}></ipc-history>
  `,
});
