/** Processes and times as elements: `3 s ago by api (41)`, `for 12 s`. */
import { type TemplateResult, html } from 'lit';
import type { Endpoint, Past } from '../../protocol/facts';
import type { Process } from '../../protocol/snapshot';
import { holderText, pastText } from '../format/process';
import { fill, t } from '../strings';
import './ago';

/** The process alone. */
export function pastProcess(past: Past, processes: readonly Process[]): TemplateResult {
  const { label, title } = pastText(past, processes);
  return html`<span class="foreign" title=${title}>${label}</span>`;
}

/** A process that holds an object now. */
export function holderProcess(
  holder: Pick<Endpoint, 'pid' | 'startTime'>,
  processes: readonly Process[],
): TemplateResult {
  const { label, title } = holderText(holder, processes);
  return html`<span class="foreign" title=${title}>${label}</span>`;
}

/** How long something lasts by now, which ticks. */
export function lastingSince(since: number): TemplateResult {
  return html`<ipc-ago .at=${since} .lasting=${true}></ipc-ago>`;
}

/** An age that ticks. */
export function age(at: number): TemplateResult {
  return html`<ipc-ago .at=${at}></ipc-ago>`;
}

/** The age and the process, or `never`. */
export function pastAct(past: Past | null, processes: readonly Process[]): unknown {
  return past === null ? t('never') : fill('{0} by {1}', age(past.at), pastProcess(past, processes));
}
