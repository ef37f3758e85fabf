/** A remembered process, and when it was: `3 s ago by api (41)`. */
import { type TemplateResult, html } from 'lit';
import type { Past } from '../../protocol/facts';
import type { Process } from '../../protocol/snapshot';
import { pastText } from '../format/process';
import { fill, t } from '../strings';
import './ago';

/** The process alone. */
export function pastProcess(past: Past, processes: readonly Process[]): TemplateResult {
  const { label, title } = pastText(past, processes);
  return html`<span class="foreign" title=${title}>${label}</span>`;
}

/** An age that ticks. */
export function age(at: number): TemplateResult {
  return html`<ipc-ago .at=${at}></ipc-ago>`;
}

/** The age and the process, or `never`. */
export function pastAct(past: Past | null, processes: readonly Process[]): unknown {
  return past === null ? t('never') : fill('{0} by {1}', age(past.at), pastProcess(past, processes));
}
