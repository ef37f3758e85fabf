/** One semaphore as a row of the table. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Past } from '../../../protocol/facts';
import { type Find, grouped } from '../../../presentation/values';
import type { ListRow } from '../../parts/list';
import { pastProcess } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { t } from '../../strings';
import type { Reading } from '../../../presentation/kinds/setValues';

/** What all rows of a table share. */
export interface RowContext {
  reading: Reading;
  /** Each remembered process by its pid; undefined where nobody looked. */
  past: ReadonlyMap<number, Past>;
  find: Find;
  /** The values at each refresh; undefined where the set is too large for charts. */
  charts: readonly (readonly number[])[] | undefined;
}

/** Its number, value, who waits, and who changed it last. */
export function semaphoreRow(at: number, context: RowContext): ListRow {
  const { reading, charts } = context;
  return {
    key: String(at),
    cells: () => [
      String(at),
      html`<strong>${grouped(reading.values[at] ?? 0)}</strong>`,
      ...(charts ? [chart(charts, at)] : []),
      waits(reading.waitForIncrease?.[at]),
      waits(reading.waitForZero?.[at]),
      lastProcess(reading.lastPids?.[at], context),
    ],
  };
}

function chart(charts: readonly (readonly number[])[], at: number): TemplateResult {
  const values = charts.map((values) => values[at] ?? 0);
  return html`${sparkline(values, t('Value of semaphore {0}, since this panel was opened', at))}`;
}

function waits(count: number | undefined): TemplateResult {
  if (count === undefined) return html`<span class="dim" title=${t('not looked at yet')}>?</span>`;
  return count === 0
    ? html`<span class="dim">0</span>`
    : html`<strong class="waits">${grouped(count)}</strong>`;
}

function lastProcess(pid: number | undefined, { past, find }: RowContext): TemplateResult {
  if (pid === undefined) return html`<span class="dim">${t('not looked at yet')}</span>`;
  if (pid === 0)
    return html`<span
      class="dim"
      title=${t('The kernel says 0, as it also does for a process outside this pid namespace.')}
      >${t('nobody yet')}</span
    >`;
  const found = past.get(pid);
  return found ? pastProcess(found, find) : html`${nothing}${pid}`;
}
