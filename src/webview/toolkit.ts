/**
 * The form controls: VS Code's webview UI toolkit. It is archived upstream, so this is the only file that knows where
 * it comes from; the rest uses the `<vscode-...>` tags and the one type below. The minified build registers every
 * control by itself and is half as large as what the package root would bundle.
 */
import { noChange } from 'lit';
import { Directive, type ElementPart, directive } from 'lit/directive.js';
// @ts-expect-error -- the minified build comes without types, and the package's own are for the large one
import { VSCodeDesignSystem } from '@vscode/webview-ui-toolkit/dist/toolkit.min.js';

/**
 * Makes sure that the controls are there. The build registers them by itself, but its package claims to be free of
 * side effects: only an import whose value is used stays in the bundle.
 */
export function registerControls(): void {
  if (!VSCodeDesignSystem) throw new Error('The form controls are missing from the bundle.');
}

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
