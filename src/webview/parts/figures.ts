/** The key figures of an object, each with a chart of what it was since the panel was opened. */
import { type TemplateResult, html, nothing } from 'lit';
import type { IpcObject } from '../../protocol/kinds';
import type { Figure } from '../../presentation/kinds/kindView';
import { visible } from '../../presentation/text';
import { shown } from './pieces';
import { sparkline } from './sparkline';
import { t } from '../strings';

/** `samples`: the object as it was at each refresh. */
export function figureList(
  figures: readonly Figure<IpcObject>[],
  samples: readonly IpcObject[],
): TemplateResult {
  return html`<ul class="figures" aria-label=${t('Key figures')}>
    ${figures.map((figure) => html`<li>${figureOf(figure, samples)}</li>`)}
  </ul>`;
}

function figureOf(
  { says, detail, look, chart }: Figure<IpcObject>,
  samples: readonly IpcObject[],
): TemplateResult {
  const names = says.flatMap((piece) =>
    typeof piece !== 'string' && piece.is === 'name' ? [piece.text] : [],
  );
  // A line may be cut: whom it names can be read all the same.
  const title = detail ?? (names.length > 0 ? visible(names.join(', ')) : nothing);
  const text = html`<span class=${look ?? nothing} title=${title}>${shown(says)}</span>`;
  if (!chart) return text;
  const values = samples.map((sample) => chart.of(sample)).filter((value) => value !== undefined);
  return html`${text} ${sparkline(values, chart.label, chart.top)}`;
}
