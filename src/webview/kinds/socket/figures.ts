/** The key figures of a socket. */
import { type TemplateResult, html } from 'lit';
import type { SocketQueue } from '../../../protocol/kinds/socket';
import type { PanelModel } from '../../panel/model';
import { sparkline } from '../../parts/sparkline';
import { number, t } from '../../strings';
import { type SocketObject, canPeek, has, isSocket, otherEnd } from './object';
import { sideName } from './name';
import { queueText, stateText } from './words';

export function socketFigures(object: SocketObject, panel: PanelModel): TemplateResult[] {
  const { backlog, connections } = object;
  const state = stateText(object);
  const senders = object.kind === 'unix' ? object.senders : undefined;
  return [
    ...(state === undefined ? [] : [html`<span class="value">${state}</span>`]),
    ...(backlog
      ? [
          html`<span
              class="value"
              title=${t('connections that nobody accepted yet, and how many may be (listen(2))')}
              >${t('backlog {0} of {1}', number(backlog.pending), number(backlog.limit))}</span
            >
            ${sparkline(
              panel.samples.flatMap((sample) =>
                isSocket(sample) && sample.backlog ? [sample.backlog.pending] : [],
              ),
              t('Connections not yet accepted, since this panel was opened'),
              backlog.limit,
            )}`,
        ]
      : []),
    ...(connections === undefined
      ? []
      : [
          html`<span
            >${connections === 1 ? t('1 connection') : t('{0} connections', number(connections))}</span
          >`,
        ]),
    ...(senders === undefined || senders === 0
      ? []
      : [html`<span>${senders === 1 ? t('1 sender') : t('{0} senders', number(senders))}</span>`]),
    ...unreadFigures(object, panel),
  ];
}

function unreadFigures(object: SocketObject, panel: PanelModel): TemplateResult[] {
  if (!canPeek(object) || has(object, 'listening')) return [];
  const { state } = panel;
  const other = state && otherEnd(object, state);
  const samples = panel.samples.flatMap((sample) =>
    isSocket(sample) && sample.receiveQueue ? [sample.receiveQueue.amount] : [],
  );
  return [
    object.receiveQueue
      ? html`${queueFigure(object.receiveQueue, other && state ? sideName(object, state) : undefined)}
        ${sparkline(samples, t('Unread, since this panel was opened'))}`
      : html`<span class="dim">${t('unread: not known')}</span>`,
    ...(other?.receiveQueue && state ? [queueFigure(other.receiveQueue, sideName(other, state))] : []),
  ];
}

/** `12 B unread by sshd (7)` */
function queueFigure(queue: SocketQueue, by: string | undefined): TemplateResult {
  const { text, title } = queueText(queue);
  return html`<span class="value" title=${title}
    >${by === undefined ? t('unread: {0}', text) : t('unread by {1}: {0}', text, by)}</span
  >`;
}
