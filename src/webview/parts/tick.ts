/** A box to tick, with its words. */
import { type TemplateResult, html } from 'lit';
import '../toolkit/checkbox';

/** Calls `ticked` only where the user changed it: the control also tells what it was set to. */
export function tick(label: string, checked: boolean, ticked: (checked: boolean) => void): TemplateResult {
  return html`<vscode-checkbox
    .checked=${checked}
    @change=${(event: Event) => {
      const now = (event.currentTarget as HTMLInputElement).checked;
      if (now !== checked) ticked(now);
    }}
    >${label}</vscode-checkbox
  >`;
}
