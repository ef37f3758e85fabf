/** The key figures of a pipe or FIFO. */
import { type TemplateResult, html } from 'lit';
import { exactSize, sizeOf } from '../../format/size';
import type { PanelModel } from '../../panel/model';
import { holderProcess } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { fill, t } from '../../strings';
import type { StreamObject } from './object';

/** What waits to be read, and who most likely made it. */
export function streamFigures(object: StreamObject, panel: PanelModel): TemplateResult[] {
  const made = madeBy(object, panel);
  return [unreadFigure(object, panel), ...(made ? [html`<span>${made}</span>`] : [])];
}

function unreadFigure(object: StreamObject, panel: PanelModel): TemplateResult {
  const { unread, capacity, flags } = object;
  if (flags.includes('deletedOrReplaced')) return html`<span class="value">${t('nobody finds it')}</span>`;
  if (flags.includes('fileOnly') && !flags.includes('noReaderSeen'))
    return html`<span class="value">${t('nothing in it')}</span>`;
  if (unread === undefined && !object.endpoints?.some(({ fd }) => fd !== undefined))
    return html`<span
      class="dim"
      title=${t('Without a process that has it open there is nobody through whom to look.')}
      >${t('nobody seen with it open')}</span
    >`;
  if (unread === undefined || capacity === undefined)
    return html`<span
      class="dim"
      title=${t('Linux lets only the same user copy a descriptor of it, and without a copy nobody can count. Or nobody has looked yet.')}
      >${t('unread bytes: hidden, or not looked at')}</span
    >`;
  const samples = panel.samples.flatMap((sample) =>
    'unread' in sample && sample.unread !== undefined ? [sample.unread] : [],
  );
  return html`<span
      class="value"
      title=${t('{0} unread, capacity {1}', exactSize(unread), exactSize(capacity))}
      >${t('{0} unread', sizeOf(unread, capacity))}</span
    >
    ${sparkline(samples, t('Unread bytes, since this panel was opened'), capacity)}`;
}

/** `started by bash (40)`; undefined where it is not known. */
export function madeBy({ ancestor }: StreamObject, panel: PanelModel): unknown {
  if (!ancestor) return undefined;
  const process = holderProcess(ancestor, panel.state?.processes ?? []);
  // All processes descend from the first: that it is the nearest says only that there is none.
  return ancestor.pid === 1
    ? fill('no nearer common ancestor than {0}', process)
    : html`<span
        title=${t('The nearest process from which all holders descend, itself included: most likely it made the connection.')}
        >${fill('started by {0}', process)}</span
      >`;
}
