/** `<ipc-panel>` of the page Table: what is shown, the filter, the grid, and what can be done with what is selected. */
import { type TemplateResult, html, nothing } from 'lit';
import { actTitles } from '../../presentation/shared';
import { visible } from '../../presentation/text';
import { clockText, grouped } from '../../presentation/values';
import type { TableState } from '../../protocol/pages/table';
import { now } from '../clock';
import type { Announcer } from '../parts/announcer';
import { Part, define } from '../parts/base';
import { icon } from '../parts/icon';
import { iconButton, liveButton } from '../parts/toolbar';
import { t } from '../strings';
import type { Grid } from './grid';
import type { TableModel } from './model';
import '../parts/announcer';
import '../parts/menu';
import '../toolkit/button';
import './filter';
import './grid';

export class TableFrame extends Part {
  private model: TableModel | undefined;

  /** Shows what a model knows, from now on. */
  show(model: TableModel): void {
    this.model = model;
    model.announce = (text) => this.querySelector<Announcer>('ipc-announcer')?.say(text);
    model.subscribe(() => {
      this.requestUpdate();
      this.querySelector<Grid>('ipc-grid')?.requestUpdate();
    });
    this.requestUpdate();
  }

  protected override render() {
    const { model } = this;
    return html`${model ? page(model) : nothing}<ipc-announcer></ipc-announcer>`;
  }
}

function page(model: TableModel): TemplateResult {
  const { state, problem } = model;
  const failed = problem && html`<p class="notice error">${icon('error')}<span>${problem}</span></p>`;
  const alert = html`<div role="alert">${failed ?? nothing}</div>`;
  if (!state) return html`<main class="table">${alert}</main>`;
  return html`<main class="table status-${state.status} ${state.stale ? 'stale' : ''}">
    ${header(model, state)} ${alert} ${notice(state)} ${tools(model, state)}
    <ipc-grid .model=${model}></ipc-grid>
    ${foot(model, state)}
  </main>`;
}

function header(model: TableModel, { icon: name, title, about, notes, live, status, memory }: TableState) {
  return html`<header>
    <div class="heading">
      ${icon(name)}
      <h1>${title}</h1>
      <div class="about">
        ${about.map((text) => html`<span>${text}</span>`)} ${notes.map((text) => html`<span>${text}</span>`)}
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(live, status === 'present', (on) => void model.setLive(on))}
      ${iconButton('refresh', t('Refresh'), () => void model.refresh())}
      ${memory.kept ? nothing : iconButton('pinned', actTitles.keepOpen(), () => void model.keepOpen())}
    </div>
  </header>`;
}

function notice({ status, live, stale, readAt = 0 }: TableState): TemplateResult | typeof nothing {
  const line = (name: string, text: string) => html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
  const as = clockText(readAt, now());
  if (status === 'loading') return line('loading', t('Reading the objects...'));
  if (status === 'noHelper') return line('warning', t('Nothing can be read at present.'));
  if (!live) return line('debug-pause', t('Paused. What is shown was read at {0}.', as));
  return stale ? line('warning', t('As of {0}: nothing newer could be read.', as)) : nothing;
}

function tools(model: TableModel, state: TableState): TemplateResult {
  const { columns, view, shown, all, misread } = state;
  const keys = columns.filter((column) => column.shown).map(({ key }) => key);
  const toggle = (key: string, on: boolean) =>
    void model.setColumns(on ? [...keys, key] : keys.filter((one) => one !== key));
  const exports = [
    { label: t('Export as CSV'), icon: 'table', run: () => void model.export('csv') },
    { label: t('Export as JSON'), icon: 'json', run: () => void model.export('json') },
  ];
  return html`<div class="table-tools">
    <ipc-table-filter
      .words=${view.words}
      .shown=${shown}
      .all=${all}
      .misread=${misread ?? ''}
      @words=${({ detail }: CustomEvent<string>) => void model.setWords(detail)}
    ></ipc-table-filter>
    <details class="column-choice">
      <summary>${icon('list-selection')}${t('Columns')}</summary>
      <div class="column-list" role="group" aria-label=${t('Columns')}>
        ${columns.map(
          ({ key, label, shown: on }) =>
            // One of the toolkit also tells what it was set to, which would choose for the user.
            html`<label
              ><input
                type="checkbox"
                .checked=${on}
                @change=${({ target }: Event) => toggle(key, (target as HTMLInputElement).checked)}
              />
              ${label}</label
            >`,
        )}
      </div>
    </details>
    <ipc-menu symbol="export" .items=${exports} .label=${t('Export')}></ipc-menu>
  </div>`;
}

function foot(model: TableModel, { selected, sums, copies, destroys }: TableState): TemplateResult {
  const items = copies.map(({ what, label }) => ({
    ...{ label, icon: 'copy', run: () => void model.copySelected(what) },
  }));
  return html`<footer class="table-foot">
    <div role="status">
      ${selected === 0 ? nothing : html`<b>${t('{0} selected', grouped(selected))}</b>`}
      ${sums.map((text) => html`<span>${visible(text)}</span>`)}
    </div>
    ${
      selected === 0
        ? nothing
        : html`<div class="acts">
            <ipc-menu symbol="copy" .items=${items} .label=${t('Copy')}></ipc-menu>
            ${
              destroys === undefined
                ? nothing
                : html`<vscode-button appearance="secondary" @click=${() => void model.destroy()}
                    >${icon('trash')}<span class="label">${destroys}</span></vscode-button
                  >`
            }
          </div>`
    }
  </footer>`;
}

define('ipc-panel', TableFrame);
