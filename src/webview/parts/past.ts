/** Processes as elements. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Endpoint, Past } from '../../protocol/facts';
import { processKey } from '../../presentation/holders';
import { holderName, pastName, type ProcessName } from '../../presentation/processes';
import { visible } from '../../presentation/text';
import type { Find } from '../../presentation/values';
import { processRef } from '../../protocol/ref';
import type { PanelState } from '../../protocol/pages/object';
import { opening } from './opening';
import './ago';

function processName({ text, detail }: ProcessName): TemplateResult {
  return html`<span class="foreign" title=${detail}>${text}</span>`;
}

/** A process that the kernel remembers; it leads to its page where it lives. */
export function pastProcess(past: Past, find: Find): TemplateResult {
  const found = past.now === 'same' ? find(past.pid) : undefined;
  const name = pastName(past, find);
  return found ? opening(name, processRef(found.pid, found.startTime)) : processName(name);
}

/** A process that holds an object now; it leads to its page. */
export function holderProcess(holder: Pick<Endpoint, 'pid' | 'startTime'>, find: Find): TemplateResult {
  return opening(holderName(holder, find), processRef(holder.pid, holder.startTime));
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
