/** The panel of a System V message queue. */
import { html } from 'lit';
import { allFacts } from '../../parts/factTable';
import { pastAct } from '../../parts/past';
import { number, t } from '../../strings';
import { alterCommand, commonFacts, sizeFact, sysvPanel } from '../common';
import type { KindPanel } from '../plug';
import { queueFigures } from './figures';
import { typedWay } from './sendWay';
import './messages';
import './send';
import './receive';
import './history';

export const queuePanel: KindPanel<'sysv.msg'> = {
  ...sysvPanel,
  icon: 'inbox',
  kindName: () => t('System V queue'),
  title: (object) => t('System V queue #{0}', object.id),
  destroy: () => t('Destroy Queue'),
  commands: () => [alterCommand()],
  otherBoot: () => t('This queue belonged to an earlier start of the machine; it is gone.'),
  figures: queueFigures,
  facts: (object, panel) => {
    const processes = panel.state?.processes ?? [];
    const { maxBytes } = object;
    return [
      { name: t('Messages'), value: number(object.messages), field: 'msg_qnum' },
      { name: t('Bytes queued'), value: sizeFact(object.bytes), field: 'msg_cbytes' },
      {
        name: t('Limit'),
        value: maxBytes === undefined ? t('not known') : sizeFact(maxBytes),
        field: 'msg_qbytes',
      },
      { name: t('Last sent'), value: pastAct(object.lastSend, processes), field: 'msg_stime, msg_lspid' },
      {
        name: t('Last received'),
        value: pastAct(object.lastReceive, processes),
        field: 'msg_rtime, msg_lrpid',
      },
      ...commonFacts(object, 'msg'),
    ];
  },
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
    ${allFacts(queuePanel.facts(object, panel))}
  `,
};
