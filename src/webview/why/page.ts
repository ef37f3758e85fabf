/** `<ipc-panel>` of the page Why: what is so, who waits for whom, and how this is known. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Remedy } from '../../presentation/findings/cures';
import { visible } from '../../presentation/text';
import { actTitles } from '../../presentation/shared';
import { clockText } from '../../presentation/values';
import type { WhyText } from '../../presentation/why';
import type { WhyState } from '../../protocol/pages/why';
import { now, onTick } from '../clock';
import type { Announcer } from '../parts/announcer';
import { Part, define } from '../parts/base';
import { icon } from '../parts/icon';
import { iconButton, liveButton } from '../parts/toolbar';
import { evidencePart, remedyList, toneClass, verdictPart } from '../parts/verdict';
import { t } from '../strings';
import type { WhyModel } from './model';
import { rail } from './rail';
import '../parts/announcer';

export class WhyFrame extends Part {
  private model: WhyModel | undefined;
  private stop: (() => void) | undefined;

  /** Shows what a model knows, from now on. */
  show(model: WhyModel): void {
    this.model = model;
    model.announce = (text) => this.querySelector<Announcer>('ipc-announcer')?.say(text);
    model.subscribe(() => this.requestUpdate());
    // How long something lasts goes by.
    this.stop ??= onTick(() => model.state?.live === true && this.requestUpdate());
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = undefined;
  }

  protected override render() {
    const { model } = this;
    return html`${model ? this.page(model) : nothing}<ipc-announcer></ipc-announcer>`;
  }

  private page(model: WhyModel): TemplateResult {
    const { state, text } = model;
    const problem = html`<div role="alert">
      ${model.problem ? html`<p class="notice error">${icon('error')}<span>${model.problem}</span></p>` : nothing}
    </div>`;
    if (!state) return html`<main class="why">${problem}</main>`;
    const doable = text?.remedies.filter(({ cure }) => state.doable.includes(cure.is)) ?? [];
    return html`<main class="why status-${state.status}">
      ${header(model, state, text)} ${problem} ${notice(state)}
      ${text ? this.answer(model, state, text, doable) : nothing}
    </main>`;
  }

  private answer(model: WhyModel, state: WhyState, text: WhyText, doable: readonly Remedy[]) {
    const acts = state.trusted && state.status === 'present' ? doable : [];
    const waits = text.chains.some(({ steps }) => steps.length > 1);
    const heading = waits ? t('Who waits for whom') : t('What it does');
    const cures = remedyList(acts, (cure) => void model.cure(cure), { best: text.best });
    return html`${verdictPart(text.verdict, t('Answer'), cures)}
    ${
      text.chains.length === 0
        ? nothing
        : html`<section aria-label=${heading}>
            <h2>${heading}</h2>
            ${text.chains.map((chain) => rail(chain, toneClass(text.verdict.tone), (ref) => void model.open(ref)))}
            ${text.more > 0 ? html`<p class="dim">${t('and {0} more', text.more)}</p>` : nothing}
          </section>`
    }
    ${evidencePart(text.evidence)}`;
  }
}

function header(model: WhyModel, { live, status, memory }: WhyState, text: WhyText | undefined) {
  return html`<header>
    <div class="heading">
      ${icon('question')}
      <h1 class="foreign">${visible(text?.title ?? memory.title, 255)}</h1>
      <div class="about">
        ${text?.about.map((part) => html`<span class="foreign">${visible(part, 120)}</span>`)}
      </div>
    </div>
    <div class="toolbar" role="toolbar" aria-label=${t('Panel')}>
      ${liveButton(live, status === 'present', (on) => void model.setLive(on))}
      ${iconButton('refresh', t('Refresh'), () => void model.refresh())}
      ${iconButton('copy', t('Copy Answer'), () => void model.copyAnswer())}
      ${memory.kept ? nothing : iconButton('pinned', actTitles.keepOpen(), () => void model.keepOpen())}
    </div>
  </header>`;
}

function notice({ status, live, why }: WhyState): TemplateResult | typeof nothing {
  const at = why ? clockText(why.seenAt, now()) : '';
  const line = (name: string, text: string) => html`<p class="notice">${icon(name)}<span>${text}</span></p>`;
  switch (status) {
    case 'loading':
      return line('loading', t('Looking at the machine twice, a moment apart...'));
    case 'gone':
      return line(
        'circle-slash',
        t('Not seen any more: it is gone, or cannot be looked at. What is shown is how it was at {0}.', at),
      );
    case 'otherBoot':
      return line('circle-slash', t('This was asked before the machine was started anew.'));
    case 'noHelper':
      return line('warning', t('Nothing can be read at present.'));
    case 'present':
      return live ? nothing : line('debug-pause', t('Paused. What is shown was read at {0}.', at));
  }
}

define('ipc-panel', WhyFrame);
