/** `<ipc-panel>` of the page Limits: what fails next, then every limit with how much of it is used, and by whom most. */
import { type TemplateResult, html, nothing } from 'lit';
import { actTitles, limitsTitle } from '../../presentation/shared';
import { visible } from '../../presentation/text';
import { clockText } from '../../presentation/values';
import type { LimitLine, LimitsPage, LimitsState } from '../../protocol/pages/limits';
import { now } from '../clock';
import { Anchor } from '../panel/anchor';
import type { Announcer } from '../parts/announcer';
import { Part, define } from '../parts/base';
import { icon } from '../parts/icon';
import { iconButton, liveButton } from '../parts/toolbar';
import { verdictPart } from '../parts/verdict';
import { t } from '../strings';
import type { LimitsModel } from './model';
import '../parts/announcer';
import '../toolkit/button';

export class LimitsFrame extends Part {
  private model: LimitsModel | undefined;
  private anchor: Anchor | undefined;

  /** Shows what a model knows, from now on. */
  show(model: LimitsModel): void {
    this.model = model;
    model.announce = (text) => this.querySelector<Announcer>('ipc-announcer')?.say(text);
    model.subscribe(() => this.requestUpdate());
    this.anchor ??= new Anchor(this);
    this.requestUpdate();
  }

  protected override render() {
    const { model } = this;
    return html`${model ? page(model) : nothing}<ipc-announcer></ipc-announcer>`;
  }
}

function page(model: LimitsModel): TemplateResult {
  const { state, problem } = model;
  const failed = problem && html`<p class="notice error">${icon('error')}<span>${problem}</span></p>`;
  const alert = html`<div role="alert">${failed ?? nothing}</div>`;
  if (!state) return html`<main class="limits">${alert}</main>`;
  return html`<main class="limits status-${state.status}">
    ${header(model, state)} ${alert} ${notice(state)} ${state.page ? content(model, state.page) : nothing}
  </main>`;
}

function header(model: LimitsModel, { live, status, memory, page: said, readAt }: LimitsState) {
  return html`<header>
    <div class="heading">
      ${icon('dashboard')}
      <h1>${limitsTitle()}</h1>
      <div class="about">
        ${said ? html`<span class="foreign">${visible(said.host, 255)}</span>` : nothing}
        ${readAt === undefined ? nothing : html`<span>${t('looked at {0}', clockText(readAt, now()))}</span>`}
        <span>${t('what is allowed here, and how much of it is used')}</span>
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(live, status === 'present', (on) => void model.setLive(on))}
      ${iconButton('refresh', t('Refresh'), () => void model.refresh())}
      ${iconButton('json', t('Copy as JSON'), () => void model.copyJson())}
      ${memory.kept ? nothing : iconButton('pinned', actTitles.keepOpen(), () => void model.keepOpen())}
    </div>
  </header>`;
}

function notice({ status, live, readAt }: LimitsState): TemplateResult | typeof nothing {
  const line = (name: string, text: string) => html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
  switch (status) {
    case 'loading':
      return line('loading', t('Counting what is used...'));
    case 'noHelper':
      return line('warning', t('Nothing can be read at present.'));
    case 'present':
      return live
        ? nothing
        : line('debug-pause', t('Paused. What is shown was read at {0}.', clockText(readAt ?? 0, now())));
  }
}

function content(model: LimitsModel, { verdict, sections, notes }: LimitsPage): TemplateResult {
  const { tone, says, matters, raise } = verdict;
  const button =
    raise === undefined
      ? nothing
      : html`<p class="verdict-acts">
          <vscode-button title=${raise} @click=${() => void model.copy({ text: raise, how: 'exact' })}
            >${icon('copy')}<span class="label">${t('Copy Line That Raises It')}</span></vscode-button
          >
        </p>`;
  return html`${verdictPart({ tone, says, matters }, t('What fails next'), button)}
  ${sections.map(
    ({ title, note, rows }) =>
      html`<section aria-label=${title}>
        <h2>
          <span class="foreign">${visible(title, 255)}</span>
          ${note === '' ? nothing : html`<span class="dim">${note}</span>`}
        </h2>
        ${table(model, rows)}
      </section>`,
  )}
  ${notes.map((text) => html`<p class="note dim">${text}</p>`)}
  ${failures(sections.flatMap(({ rows }) => rows))}`;
}

function table(model: LimitsModel, rows: readonly LimitLine[]): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${t('limit')}</th>
        <th scope="col" class="number">${t('used of allowed')}</th>
        <th scope="col" class="share"><span class="visually-hidden">${t('share')}</span></th>
        <th scope="col">${t('uses most')}</th>
        <th scope="col">${t('setting')}</th>
        <th scope="col" class="act"><span class="visually-hidden">${t('raise it')}</span></th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => line(model, row))}
    </tbody>
  </table>`;
}

function line(model: LimitsModel, row: LimitLine): TemplateResult {
  const { label, kernelName, used, part, percent, near, setting, now: value, fails, raise } = row;
  return html`<tr class=${near ? 'near' : ''}>
    <th scope="row">
      <span class="foreign">${visible(label, 255)}</span>
      <span class="second">${kernelName}</span>
      ${near ? html`<span class="second">${fails}</span>` : nothing}
    </th>
    <td class="number">${used}</td>
    <td class="share">
      ${
        part === undefined
          ? nothing
          : html`<meter min="0" max="1" high="0.8" .value=${part} aria-label=${visible(label, 255)}></meter>
              <span class=${near ? 'near-text' : 'dim'}>${near ? icon('warning') : nothing}${percent}</span>`
      }
    </td>
    <td>${who(model, row)}</td>
    <td>
      <span class="mono">${setting}</span>
      <span class="second">${value}</span>
    </td>
    <td class="act">
      ${iconButton('copy', t('Copy "{0}"', raise), () => void model.copy({ text: raise, how: 'exact' }))}
    </td>
  </tr>`;
}

function who(model: LimitsModel, { who: most }: LimitLine): TemplateResult | typeof nothing {
  if (!most) return nothing;
  const { name, ref, used } = most;
  const text = visible(name, 255);
  return html`${
    ref === undefined
      ? html`<span class="foreign">${text}</span>`
      : html`<button type="button" class="link foreign" @click=${() => void model.open(ref)}>${text}</button>`
  }
  ${used}`;
}

/** What fails then, once for each limit. */
function failures(rows: readonly LimitLine[]): TemplateResult {
  const all = [...new Map(rows.map((row) => [row.what, row])).values()];
  return html`<details class="evidence">
    <summary>${t('What fails once a limit is reached')}</summary>
    <dl>
      ${all.map(
        ({ kernelName, fails }) =>
          html`<dt class="mono">${kernelName}</dt>
            <dd>${fails}</dd>`,
      )}
    </dl>
  </details>`;
}

define('ipc-panel', LimitsFrame);
