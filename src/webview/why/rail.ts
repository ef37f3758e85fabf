/** The chain as one vertical rail that is also a list, read from top to bottom: round is a process, square is an object, arrows point at who must act. */
import { type TemplateResult, html, nothing } from 'lit';
import { visible } from '../../presentation/text';
import { markText } from '../../presentation/why/markdown';
import type { Watched, WhyChain, WhyStep } from '../../presentation/why/steps';
import type { Ref } from '../../protocol/ref';
import { icon } from '../parts/icon';
import { t } from '../strings';

type Open = (ref: Ref) => void;

/** A chain. `tone`: the class of its colour. */
export function rail({ steps, ring, watched }: WhyChain, tone: string, open: Open): TemplateResult {
  return html`<div class="rail ${tone} ${ring ? 'ring' : ''}">
      <ol>
        ${steps.map((step, at) => stepItem(step, { last: at === steps.length - 1, next: steps[at + 1], back: ring?.to === at, open }))}
      </ol>
      ${
        ring
          ? html`<p class="again">
              ${icon('arrow-up')}<span class="foreign">${visible(t('{0} again', ring.name))}</span>
            </p>`
          : nothing
      }
    </div>
    ${watched.length === 0 ? nothing : wakers(watched, open)}`;
}

interface RailLine {
  last: boolean;
  next: WhyStep | undefined;
  /** The line of a ring comes back here. */
  back: boolean;
  open: Open;
}

function stepItem(step: WhyStep, { last, next, back, open }: RailLine): TemplateResult {
  const { is, icon: name, ended = false, root = false, ways } = step;
  const node = ['node', is, ended ? 'ended' : '', root ? 'root' : ''].join(' ');
  // What others may end too is no only way.
  const line = ways !== undefined && ways.mark !== 'only' ? 'dashed' : 'solid';
  return html`<li class="${back ? 'back' : ''} ${last ? 'last' : ''}">
    <span class=${node}>${icon(name)}</span>
    ${last ? nothing : html`<span class="line ${line} ${next?.is === 'process' ? 'arrow' : ''}" aria-hidden="true"></span>`}
    <div class="step">
      <p class="what">${nameOf(step, open)} <span class="foreign">${visible(step.says)}</span></p>
      ${factsLine(step)}
      ${
        ways
          ? html`<p class="live-facts">
              ${ways.mark ? html`<span class="mark ${ways.mark}">${markText(ways.mark)}</span>` : nothing}<span
                class="foreign"
                >${visible(ways.text)}</span
              >
            </p>`
          : nothing
      }
    </div>
  </li>`;
}

function factsLine({ facts, since }: WhyStep): TemplateResult | typeof nothing {
  if (facts.length === 0 && since === undefined) return nothing;
  const said = facts.map((one) => visible(one)).join(' · ');
  return html`<p class="live-facts">
    <span class="foreign">${said}</span
    >${since === undefined ? nothing : html`${said === '' ? '' : ' · '}<b>${since}</b>`}
  </p>`;
}

function nameOf({ name, ref }: Pick<WhyStep, 'name' | 'ref'>, open: Open): TemplateResult {
  const text = visible(name, 255);
  if (ref === undefined) return html`<b class="foreign">${text}</b>`;
  return html`<button type="button" class="link foreign" @click=${() => open(ref)}>${text}</button>`;
}

/** What an idle process watches. */
function wakers(watched: readonly Watched[], open: Open): TemplateResult {
  return html`<table class="watched">
    <caption>
      ${t('What wakes it')}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t('what it watches')}</th>
        <th scope="col">${t('now')}</th>
        <th scope="col">${t('wakes it when')}</th>
      </tr>
    </thead>
    <tbody>
      ${watched.map(
        (one) =>
          html`<tr>
            <td>${icon(one.icon)} ${nameOf(one, open)}</td>
            <td class="foreign">${visible(one.now)}</td>
            <td>${one.wakes}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
