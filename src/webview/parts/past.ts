/** Processes as elements: one that lives leads to its page. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Endpoint, Past } from '../../protocol/facts';
import { processKey } from '../../presentation/holders';
import { holderName, pastName, type ProcessName } from '../../presentation/processes';
import { visible } from '../../presentation/text';
import type { Find } from '../../presentation/values';
import type { PanelState } from '../../protocol/pages/object';
import { opening } from './opening';
import './ago';

function processName(name: ProcessName): TemplateResult {
  const { text, detail, ref } = name;
  return ref === undefined ? html`<span class="foreign" title=${detail}>${text}</span>` : opening(name, ref);
}

/** A process that the kernel remembers. */
export function pastProcess(past: Past, find: Find): TemplateResult {
  return processName(pastName(past, find));
}

/** A process that holds an object now. */
export function holderProcess(holder: Pick<Endpoint, 'pid' | 'startTime'>, find: Find): TemplateResult {
  return processName(holderName(holder, find));
}

/** What a process does by itself while it has the object: that it is stopped, what it waits for elsewhere. */
export function holderDoing(
  holder: Pick<Endpoint, 'pid' | 'startTime' | 'own'>,
  { doing }: Pick<PanelState, 'doing'>,
): TemplateResult | typeof nothing {
  const says = holder.own === true ? undefined : doing[processKey(holder)];
  if (!says) return nothing;
  return html`<span class="doing foreign">${visible(says.join(' · '), 400)}</span>`;
}

/** An age that ticks. */
export function age(at: number): TemplateResult {
  return html`<ipc-ago .at=${at}></ipc-ago>`;
}
