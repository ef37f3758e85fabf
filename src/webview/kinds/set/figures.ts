/** The key figures of a semaphore set. */
import { type TemplateResult, html } from 'lit';
import type { SetObject } from '../../../protocol/kinds/sysvSem';
import type { PanelModel } from '../../panel/model';
import { age } from '../../parts/past';
import { sparkline } from '../../parts/sparkline';
import { fill, number, t } from '../../strings';
import { countsOf, readingOf } from './reading';

export function setFigures(object: SetObject, panel: PanelModel): TemplateResult[] {
  const { atZero, forIncrease, forZero } = countsOf(object);
  const { lastOperationAt } = object;
  const last =
    lastOperationAt === null ? t('no operation yet') : fill('last operation {0}', age(lastOperationAt));
  return [
    html`<span class="value">${semaphores(object.semaphores)}</span>`,
    ...(readingOf(object) === 'hidden' ? [html`<span>${t('values hidden')}</span>`] : []),
    ...(atZero === undefined ? [] : [html`<span class="value">${t('{0} at zero', number(atZero))}</span>`]),
    ...(forIncrease === undefined
      ? []
      : [
          html`<span class="value">${waiting(forIncrease, 'increase')}</span> ${chart(
              panel,
              'forIncrease',
              t('How many wait for an increase, since this panel was opened'),
            )}`,
        ]),
    ...(forZero === undefined
      ? []
      : [
          html`<span class="value">${waiting(forZero, 'zero')}</span> ${chart(
              panel,
              'forZero',
              t('How many wait for zero, since this panel was opened'),
            )}`,
        ]),
    html`<span>${last}</span>`,
  ];
}

/** `1 semaphore`, `3 semaphores` */
export function semaphores(count: number): string {
  return count === 1 ? t('1 semaphore') : t('{0} semaphores', number(count));
}

function waiting(count: number, what: 'increase' | 'zero'): string {
  if (what === 'increase')
    return count === 1 ? t('1 waits for an increase') : t('{0} wait for an increase', number(count));
  return count === 1 ? t('1 waits for zero') : t('{0} wait for zero', number(count));
}

function chart(panel: PanelModel, what: 'forIncrease' | 'forZero', label: string) {
  const counts = panel.samples
    .map((sample) => (sample.kind === 'sysv.sem' ? countsOf(sample)[what] : undefined))
    .filter((count) => count !== undefined);
  return sparkline(counts, label);
}
