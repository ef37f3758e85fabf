/** `<ipc-semaphores>`: every semaphore of a set, of which a click picks one for the forms below. */
import { type PropertyValues, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { type SetObject, SMALL_SET } from '../../../protocol/kinds/sysvSem';
import { grouped } from '../../../presentation/values';
import type { PanelModel } from '../../panel/model';
import { problemLine } from '../../panel/formPart';
import { Part, define } from '../../parts/base';
import { choiceOf } from '../../parts/choice';
import { t } from '../../strings';
import { named, valueOf } from '../../toolkit';
import { ONLY, type Only, filterProblem, matching } from './filter';
import { type Reading, readingOf, valuesOf } from '../../../presentation/kinds/setValues';
import { type RowContext, semaphoreRow } from './row';
import '../../parts/list';
import '../../toolkit/fields';

const memorySchema = v.object({
  filter: v.fallback(v.string(), ''),
  only: v.fallback(v.picklist(ONLY), 'all'),
  scrolled: v.fallback(v.number(), 0),
});
type View = v.InferOutput<typeof memorySchema>;
const VIEW: View = { filter: '', only: 'all', scrolled: 0 };

/** Fires `pick` (detail: its number) when a semaphore is picked. */
export class Semaphores extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: SetObject;
  @property({ attribute: false }) samples: PanelModel['samples'] = [];
  @state() private view: View = VIEW;
  private seen = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('object') || this.seen === this.object.ref) return;
    this.seen = this.object.ref;
    this.view = this.panel.memory.get('semaphores', memorySchema) ?? VIEW;
  }

  protected override render() {
    const reading = readingOf(this.object);
    const small = this.object.semaphores <= SMALL_SET;
    return html`<section aria-label=${t('Semaphores')}>
      <div class="section-head">
        <h2>${t('Semaphores')}</h2>
        ${small || typeof reading === 'string' ? nothing : this.filters()}
      </div>
      ${typeof reading === 'string' ? none(reading, this.panel.acts) : this.table(reading, small ? VIEW : this.view)}
    </section>`;
  }

  private filters() {
    const { filter, only } = this.view;
    return html`${choiceOf(onlyChoices(), only, t('Which semaphores'), (chosen) => this.remember({ only: chosen }))}
      <vscode-text-field
        class="filter"
        placeholder=${t('Number or range, as 100-120')}
        ${named(t('Filter by number or range'))}
        aria-invalid=${filterProblem(filter) !== undefined}
        .value=${filter}
        @input=${(event: Event) => this.remember({ filter: valueOf(event) })}
      ></vscode-text-field>`;
  }

  private table(reading: Reading, { filter, only, scrolled }: View) {
    const found = matching(reading, filter, only);
    const context = this.context(reading);
    const all = reading.values.length;
    const problem = filterProblem(filter);
    const filtered = (filter.trim() !== '' && problem === undefined) || only !== 'all';
    return html`${problemLine(problem)}
      ${filtered ? html`<p class="note dim">${t('{0} of {1} match', grouped(found.length), grouped(all))}</p>` : nothing}
      <ipc-list
        plain
        ?hidden=${found.length === 0}
        label=${t('Semaphores')}
        .columns=${[
          '#',
          t('value'),
          ...(context.charts ? [t('since opened')] : []),
          t('wait for increase'),
          t('wait for zero'),
          t('last process'),
        ]}
        .widths=${[6, 7, ...(context.charts ? [10] : []), 9, 9]}
        .rows=${found.map((at) => semaphoreRow(at, context))}
        .total=${found.length}
        .scrolled=${scrolled}
        @choose=${(event: CustomEvent<string>) => this.pick(event)}
        @settle=${(event: CustomEvent<number>) => this.remember({ scrolled: event.detail })}
      ></ipc-list>`;
  }

  private context(reading: Reading): RowContext {
    const { object, panel } = this;
    const small = object.semaphores <= SMALL_SET;
    return {
      reading,
      past: new Map(object.details?.past.map((past) => [past.pid, past])),
      find: panel.context.process,
      charts: small
        ? this.samples
            .map((sample) => (sample.kind === 'sysv.sem' ? valuesOf(sample) : undefined))
            .filter((values) => values !== undefined)
        : undefined,
    };
  }

  private pick(event: CustomEvent<string>): void {
    event.stopPropagation();
    this.dispatchEvent(new CustomEvent('pick', { detail: Number(event.detail), bubbles: true }));
  }

  private remember(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    this.panel.memory.set('semaphores', this.view);
  }
}

function none(why: 'hidden' | 'pending', present: boolean) {
  return why === 'pending'
    ? html`<p class="note dim">${present ? t('Looking...') : t('The values were not looked at.')}</p>`
    : html`<p class="empty">${t("Hidden: the set's mode does not let you read it.")}</p>`;
}

function onlyChoices(): { value: Only; label: string }[] {
  return [
    { value: 'all', label: t('all') },
    { value: 'waited', label: t('only waited on') },
    { value: 'zero', label: t('only zero') },
  ];
}

define('ipc-semaphores', Semaphores);
