/** The panel of a POSIX message queue. */
import { html } from 'lit';
import { isRemovable } from '../../../protocol/removable';
import { allFacts } from '../../parts/factTable';
import { number, t } from '../../strings';
import { alterCommand, sizeFact } from '../common';
import type { KindPanel } from '../plug';
import { posixFacts, posixName } from '../posix';
import { priorityWay } from '../queue/sendWay';
import { mqFigures, notifyText } from './figures';
import '../queue/history';
import '../queue/send';
import '../segment/holdersTable';
import './drained';
import './receive';

export const mqPanel: KindPanel<'posix.mq'> = {
  icon: 'inbox',
  name: posixName,
  kindName: () => t('POSIX queue'),
  title: () => t('POSIX queue'),
  destroy: (object) => (object && !isRemovable(object) ? undefined : t('Destroy Queue')),
  commands: () => [alterCommand()],
  otherBoot: () => t('This queue belonged to an earlier start of the machine; it is gone.'),
  figures: mqFigures,
  facts: (object, panel) => {
    const { messages, maxMessages, messageSize, bytes } = object;
    const hidden = t('hidden');
    return [
      { name: t('Messages'), value: messages === undefined ? hidden : number(messages), field: 'mq_curmsgs' },
      {
        name: t('Messages, at most'),
        value: maxMessages === undefined ? hidden : number(maxMessages),
        field: 'mq_maxmsg',
      },
      {
        name: t('Longest message'),
        value: messageSize === undefined ? hidden : sizeFact(messageSize),
        field: 'mq_msgsize',
      },
      { name: t('Bytes queued'), value: bytes === undefined ? hidden : sizeFact(bytes), field: 'QSIZE' },
      { name: t('Notifies'), value: notifyText(object, panel), field: 'NOTIFY, SIGNO, NOTIFY_PID' },
      ...posixFacts(object),
    ];
  },
  body: (object, panel) => html`
    <ipc-holders
      class="holders-pane"
      tabindex="0"
      role="group"
      aria-label=${t('Processes')}
      .object=${object}
      .processes=${panel.state?.processes ?? []}
    ></ipc-holders>
    <ipc-drained .panel=${panel} .state=${panel.state} .object=${object}></ipc-drained>
    <div class="acts">
      <ipc-send .panel=${panel} .state=${panel.state} .way=${priorityWay}></ipc-send>
      <ipc-mq-receive .panel=${panel} .state=${panel.state}></ipc-mq-receive>
    </div>
    <ipc-history .panel=${panel} .entries=${panel.history} .acts=${panel.may('send')}></ipc-history>
    ${allFacts(mqPanel.facts(object, panel))}
  `,
};
