/** The key figures of a POSIX queue. */
import { type TemplateResult, html } from 'lit';
import type { MqObject } from '../../../protocol/kinds/posixMq';
import { processText } from '../../format/process';
import { exactSize, size } from '../../format/size';
import type { PanelModel } from '../../panel/model';
import { sparkline } from '../../parts/sparkline';
import { number, t } from '../../strings';
import { messages as messagesText } from '../queue/figures';

/** Messages of how many, bytes, and who is notified. */
export function mqFigures(object: MqObject, panel: PanelModel): TemplateResult[] {
  const { messages, maxMessages, bytes, notify } = object;
  const samples = panel.samples.flatMap((sample) => (sample.kind === 'posix.mq' ? [sample] : []));
  return [
    messages === undefined
      ? html`<span class="dim">${t('messages hidden')}</span>`
      : html`<span class="value">${countText(messages, maxMessages)}</span> ${sparkline(
            samples.map((sample) => sample.messages ?? 0),
            t('Messages, since this panel was opened'),
            maxMessages,
          )}`,
    ...(bytes === undefined
      ? []
      : [
          html`<span class="value" title=${exactSize(bytes)}>${size(bytes)}</span> ${sparkline(
              samples.map((sample) => sample.bytes ?? 0),
              t('Bytes, since this panel was opened'),
            )}`,
        ]),
    html`<span class=${notify ? '' : 'dim'}>${t('notifies {0}', notifyText(object, panel))}</span>`,
  ];
}

/** `3 of 10 messages` */
function countText(messages: number, most: number | undefined): string {
  return most === undefined
    ? messagesText(messages)
    : t('{0} of {1} messages', number(messages), number(most));
}

/** Who is told of a message that comes to the empty queue, and how. */
export function notifyText({ notify }: MqObject, panel: PanelModel): string {
  if (notify === undefined) return t('not known');
  if (notify === null) return t('nobody');
  const { how, signal, pid } = notify;
  const who =
    pid === 0
      ? t('a process outside this pid namespace')
      : processText(pid, panel.state?.processes ?? []).label;
  switch (how) {
    case 'signal':
      return signal === undefined ? t('{0}, by a signal', who) : t('{0}, by signal {1}', who, signal);
    case 'thread':
      return t('{0}, by a thread of its own', who);
    case 'none':
      return t('{0}, which registered without being told', who);
  }
}
