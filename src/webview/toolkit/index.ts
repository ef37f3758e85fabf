/**
 * The form controls: VS Code's webview UI toolkit. It is archived upstream, so only this folder knows where it comes from; the rest uses the `<vscode-...>` tags and the one type
 * below. A file a group of controls, so that a page has those alone that it shows: `button.ts` is in every page, whoever uses another imports its group.
 */
import { noChange } from 'lit';
import { Directive, type ElementPart, directive } from 'lit/directive.js';

/** What all controls with a value have in common: text field, text area, radio group, dropdown. */
export type Control = HTMLElement & { value: string };

/** The value of the control that an event came to. */
export function valueOf(event: Event): string {
  return (event.currentTarget as Control).value;
}

class Named extends Directive {
  override render(_label: string): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [label]: [string]): unknown {
    queueMicrotask(() => element.setAttribute('aria-label', label));
    return noChange;
  }
}

/**
 * The name of a text field that has no visible label. As an attribute it would be lost: when the field enters the
 * page, the toolkit puts "Text field" in its place.
 */
export const named = directive(Named);
