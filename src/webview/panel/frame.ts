/** `<ipc-panel>`: the frame of every panel. What stands in it is the business of the object's kind. */
import { html, nothing } from 'lit';
import { type Kind, kindOf } from '../../protocol/ref';
import { walk } from '../../presentation/facts';
import { visible } from '../../presentation/text';
import type { KindPanel } from '../kinds/plug';
import { Part, define } from '../parts/base';
import type { Announcer } from '../parts/announcer';
import { CopyEvent } from '../parts/bytesView';
import { allFacts } from '../parts/factTable';
import { figureList } from '../parts/figures';
import { icon } from '../parts/icon';
import { OpenEvent } from '../parts/opening';
import { waiters } from '../parts/waiters';
import { t } from '../strings';
import { Anchor } from './anchor';
import { header } from './header';
import type { PanelModel } from './model';
import { notice } from './notice';
import { verdicts } from './verdicts';
import '../parts/announcer';
import '../parts/ownActs';
import '../toolkit/button';

export class Frame extends Part {
  private model: PanelModel | undefined;
  private plug: KindPanel<Kind> | undefined;
  private anchor: Anchor | undefined;

  /** Shows what a model knows, from now on. `plug`: of the kind of its object. */
  show(model: PanelModel, plug?: KindPanel<Kind>): void {
    this.model = model;
    this.plug = plug;
    model.announce = (text) => this.querySelector<Announcer>('ipc-announcer')?.say(text);
    model.subscribe(() => this.requestUpdate());
    this.addEventListener(CopyEvent.type, (event) => {
      if (event instanceof CopyEvent) void model.copy(event.detail);
    });
    this.addEventListener(OpenEvent.type, (event) => {
      if (event instanceof OpenEvent) void model.open(event.detail);
    });
    this.anchor ??= new Anchor(this);
    this.requestUpdate();
  }

  protected override render() {
    const { model } = this;
    return html`${model ? this.page(model) : nothing}<ipc-announcer></ipc-announcer>`;
  }

  private page(model: PanelModel) {
    const { state } = model;
    const { plug } = this;
    const text =
      model.problem && html`<p class="notice error">${icon('error')}<span>${model.problem}</span></p>`;
    const problem = html`<div role="alert">${text}</div>`;
    if (!state) return html`<main>${problem}${model.problem ? this.retry(model) : nothing}</main>`;
    // A ref of a later version names a kind that this one does not know.
    const kind = state.object?.kind ?? kindOf(state.memory.ref);
    if (!kind || !plug)
      return html`<main>
        ${problem}
        <p class="notice">${t('This version cannot show such an object.')}</p>
      </main>`;
    return html`<main class="status-${state.status} ${state.stale === true ? 'stale' : ''}">
      ${header(model, state, plug)} ${problem} ${notice(model, state, kind, plug)}
      ${this.content(model, kind, plug)}
    </main>`;
  }

  private content(model: PanelModel, kind: Kind, plug: KindPanel<Kind>) {
    const { object, status } = model.state ?? {};
    if (!object || status === 'otherBoot') return nothing;
    const { context, state } = model;
    return html`${state ? verdicts(model, state) : nothing}${figureList(
        plug.view.figures(object, context),
        model.samples.filter((one) => one.kind === kind),
      )}
      ${state ? (plug.sides?.(object, state) ?? waiters(object, state)) : nothing}
      ${hidden(state?.hidden ?? [])}
      <ipc-own-acts .panel=${model} .object=${object} .acts=${model.acts}></ipc-own-acts>
      ${plug.body(object, model)} ${allFacts(walk(plug.view.facts, object, context))}`;
  }

  private retry(model: PanelModel) {
    return html`<vscode-button @click=${() => model.start()}>${t('Try Again')}</vscode-button>`;
  }
}

/** What could not be looked at of the object, and what would show it. */
function hidden(reasons: readonly string[]) {
  if (reasons.length === 0) return nothing;
  return html`<ul class="states hidden" aria-label=${t('Hidden')}>
    ${reasons.map((sentence) => html`<li>${icon('eye-closed')}<span>${visible(sentence, 1000)}</span></li>`)}
  </ul>`;
}

define('ipc-panel', Frame);
