/** Codicons. They say nothing to a screen reader: the text beside them does. */
import { type TemplateResult, html } from 'lit';

/** An icon of VS Code's own font, by its name there. */
export function icon(name: string): TemplateResult {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}
