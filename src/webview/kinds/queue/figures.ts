/** The key figures of a queue. */
import { type TemplateResult, html } from 'lit';
import type { QueueObject } from '../../../protocol/kinds/sysvMsg';
import { exactSize, size, sizeOf } from '../../format/size';
import type { PanelModel } from '../../panel/model';
import { pastAct } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { fill, number, t } from '../../strings';

/** Messages, bytes, and who sent and received last. */
export function queueFigures(object: QueueObject, panel: PanelModel): TemplateResult[] {
  const { maxBytes } = object;
  const samples = panel.samples.filter((sample) => sample.kind === 'sysv.msg');
  const processes = panel.state?.processes ?? [];
  const limit = maxBytes === undefined ? t('its limit is not known') : t('limit {0}', exactSize(maxBytes));
  return [
    html`<span class="value">${messages(object.messages)}</span> ${sparkline(
        samples.map((sample) => sample.messages),
        t('Messages, since this panel was opened'),
      )}`,
    html`<span class="value" title=${`${exactSize(object.bytes)}, ${limit}`}
        >${maxBytes === undefined ? size(object.bytes) : sizeOf(object.bytes, maxBytes)}</span
      >
      ${sparkline(
        samples.map((sample) => sample.bytes),
        t('Bytes, since this panel was opened'),
        maxBytes,
      )}`,
    html`<span>${fill('last sent {0}', pastAct(object.lastSend, processes))}</span>`,
    html`<span>${fill('last received {0}', pastAct(object.lastReceive, processes))}</span>`,
  ];
}

/** `1 message`, `12 messages` */
export function messages(count: number): string {
  return count === 1 ? t('1 message') : t('{0} messages', number(count));
}
