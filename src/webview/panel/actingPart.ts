/** What all parts share that act: they are busy while they ask, and say in place what failed. */
import { type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Part } from '../parts/base';
import type { PanelModel } from './model';
import { sentenceOf } from '../sentenceOf';

export abstract class ActingPart extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @state() protected failure = '';
  @state() protected busy = false;

  /** Does an act; what failed is said in the part until the next. */
  protected async attempt(act: () => Promise<unknown>): Promise<void> {
    this.failure = '';
    this.busy = true;
    try {
      await act();
    } catch (error) {
      this.failure = sentenceOf(error);
    }
    this.busy = false;
  }

  protected failed(): TemplateResult {
    return html`<div role="alert">
      ${this.failure ? html`<p class="note error">${this.failure}</p>` : nothing}
    </div>`;
  }
}
