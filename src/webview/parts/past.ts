/** Processes as elements. */
import { type TemplateResult, html } from 'lit';
import type { Endpoint, Past } from '../../protocol/facts';
import { holderName, pastName, type ProcessName } from '../../presentation/processes';
import type { Find } from '../../presentation/values';
import './ago';

function processName({ text, detail }: ProcessName): TemplateResult {
  return html`<span class="foreign" title=${detail}>${text}</span>`;
}

/** A process that the kernel remembers. */
export function pastProcess(past: Past, find: Find): TemplateResult {
  return processName(pastName(past, find));
}

/** A process that holds an object now. */
export function holderProcess(holder: Pick<Endpoint, 'pid' | 'startTime'>, find: Find): TemplateResult {
  return processName(holderName(holder, find));
}

/** An age that ticks. */
export function age(at: number): TemplateResult {
  return html`<ipc-ago .at=${at}></ipc-ago>`;
}
