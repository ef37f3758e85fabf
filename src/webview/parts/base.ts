/** What all our components are. */
import { LitElement } from 'lit';

/**
 * A component without a shadow tree: the style sheet of the page and the codicon font reach into it, and labels may
 * refer to elements across components.
 */
export abstract class Part extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

/** The name of a tag that is not yet taken (a test may load a bundle twice). */
export function define(tag: string, part: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, part);
}
