/** Names of subjects that have a page of their own: a click or Enter opens it. */
import { type TemplateResult, html, nothing } from 'lit';
import type { Ref } from '../../protocol/ref';

/** Asks the frame to open the page of an object or a process. */
export class OpenEvent extends CustomEvent<Ref> {
  static readonly type = 'ipc-open';
  constructor(ref: Ref) {
    super(OpenEvent.type, { detail: ref, bubbles: true });
  }
}

/** A name that leads to its page. */
export function opening({ text, detail }: { text: string; detail?: string }, ref: Ref): TemplateResult {
  return html`<button
    type="button"
    class="link foreign"
    title=${detail ?? nothing}
    @click=${({ currentTarget }: Event) => currentTarget?.dispatchEvent(new OpenEvent(ref))}
  >
    ${text}
  </button>`;
}
