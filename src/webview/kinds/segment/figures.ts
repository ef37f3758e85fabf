/** The key figures of a segment, and what is to be said of its state. */
import { type TemplateResult, html } from 'lit';
import type { SegmentObject } from '../../../protocol/kinds/sysvShm';
import { exactSize, size, sizeOf } from '../../format/size';
import type { PanelModel } from '../../panel/model';
import { icon } from '../../parts/icon';
import { pastAct } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { fill, number, t } from '../../strings';
import { holdersOf, processCount } from './holders';

export function segmentFigures(object: SegmentObject, panel: PanelModel): TemplateResult[] {
  const { bytes, attachments, resident, flags } = object;
  const samples = panel.samples.filter((sample) => sample.kind === 'sysv.shm');
  const holders = holdersOf(object);
  return [
    html`<span class="value" title=${exactSize(bytes)}>${size(bytes)}</span>`,
    html`<span class="value"
        >${attachments === 1 ? t('1 attachment') : t('{0} attachments', number(attachments))}</span
      >
      ${sparkline(
        samples.map((sample) => sample.attachments),
        t('Attachments, since this panel was opened'),
      )}`,
    html`<span>${holders ? processCount(holders, attachments) : t('processes not looked at')}</span>`,
    html`<span class="value" title=${exactSize(resident)}
        >${t('{0} in memory', sizeOf(resident, bytes))}</span
      >
      ${sparkline(
        samples.map((sample) => Number(sample.resident)),
        t('Bytes in memory, since this panel was opened'),
        Number(bytes),
      )}`,
    ...flags.map(
      (flag) =>
        html`<span class="flag"
          >${flag === 'marked' ? t('marked') : flag === 'locked' ? t('locked') : flag}</span
        >`,
    ),
    html`<span>${fill('last used {0}', pastAct(object.lastUse, panel.state?.processes ?? []))}</span>`,
  ];
}

/** What a flag means, in a line. */
export function flagText(flag: string): string {
  if (flag === 'marked') return t('Marked: destroyed; it goes when the last process detaches.');
  if (flag === 'locked') return t('Locked: its pages are kept out of swap.');
  return flag;
}

/** A line for each flag. */
export function stateLines(object: SegmentObject): TemplateResult[] {
  return object.flags.map(
    (flag) =>
      html`<p class="notice">
        ${icon(flag === 'marked' ? 'warning' : 'lock')}<span>${flagText(flag)}</span>
      </p>`,
  );
}
