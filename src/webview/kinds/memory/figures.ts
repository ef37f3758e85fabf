/** The key figures of memory that is a file. */
import { type TemplateResult, html } from 'lit';
import type { MappingObject } from '../../../protocol/kinds/mapping';
import type { ShmObject } from '../../../protocol/kinds/posixShm';
import { exactSize, size, sizeOf } from '../../format/size';
import type { PanelModel } from '../../panel/model';
import { sparkline } from '../../parts/sparkline';
import { number, t } from '../../strings';
import { makerText } from '../posix';
import { holdersOf, processCount } from '../segment/holders';

/** Size, what of it is in memory, and how many have it. */
export function memoryFigures(object: ShmObject | MappingObject, panel: PanelModel): TemplateResult[] {
  const { bytes, allocated, flags } = object;
  const holders = holdersOf(object);
  const samples = panel.samples.flatMap((sample) =>
    'allocated' in sample && sample.allocated !== undefined ? [Number(sample.allocated)] : [],
  );
  return [
    bytes === undefined
      ? html`<span class="dim">${t('size not known')}</span>`
      : html`<span class="value" title=${exactSize(bytes)}>${size(bytes)}</span>`,
    ...(allocated === undefined
      ? []
      : [
          html`<span class="value" title=${exactSize(allocated)}
              >${t('{0} in memory or swap', bytes === undefined ? size(allocated) : sizeOf(allocated, bytes))}</span
            >
            ${sparkline(samples, t('Bytes in memory or swap, since this panel was opened'), Number(bytes))}`,
        ]),
    html`<span>${holders ? processCount(holders, undefined) : t('processes not looked at')}</span>`,
    ...(object.kind === 'mapping' && object.recent
      ? [html`<span>${t('{0} a moment ago', number(object.recent.length))}</span>`]
      : []),
    ...(object.kind === 'posix.shm' && object.maker ? [html`<span>${makerText(object.maker)}</span>`] : []),
    ...(flags.includes('unlinked') && !(object.kind === 'mapping' && object.what !== 'file')
      ? [html`<span class="flag">${t('unlinked')}</span>`]
      : []),
  ];
}
