/** A few choices side by side, as radio buttons. */
import { type TemplateResult, html } from 'lit';
import { valueOf } from '../toolkit';
import '../toolkit/radio';

export interface Choice<T extends string> {
  value: T;
  label: string;
}

/** Calls `choose` only where another is chosen: the controls also tell what they were set to. */
export function choiceOf<T extends string>(
  choices: readonly Choice<T>[],
  chosen: T,
  label: string,
  choose: (value: T) => void,
  orientation: 'horizontal' | 'vertical' = 'horizontal',
): TemplateResult {
  return html`<vscode-radio-group
    class="choice"
    orientation=${orientation}
    aria-label=${label}
    .value=${chosen}
    @change=${(event: Event) => {
      const found = choices.find((choice) => choice.value === valueOf(event));
      if (found && found.value !== chosen) choose(found.value);
    }}
  >
    ${choices.map((choice) => html`<vscode-radio value=${choice.value}>${choice.label}</vscode-radio>`)}
  </vscode-radio-group>`;
}
