/** What all forms of a panel share: they forget with the object, are busy while they ask, and say in place what failed. */
import { type PropertyValues, type TemplateResult, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { PanelState } from '../../protocol/panels';
import { Part } from '../parts/base';
import type { Control } from '../toolkit';
import { type PanelModel, sentenceOf } from './model';

export abstract class FormPart extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) state!: PanelState;
  @state() protected failure = '';
  @state() protected busy = false;

  /** Takes up what was typed for this object before, or begins anew. */
  protected abstract recall(): void;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state') || changed.get('state')?.memory.ref === this.state.memory.ref) return;
    this.failure = '';
    this.recall();
  }

  /** Whether an act can be asked for now. */
  protected get ready(): boolean {
    return this.panel.acts && !this.busy;
  }

  /** Does an act; what failed is said in the form until the next. */
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

  /** Says what is wrong with a field, which stands in the form already, and goes there. */
  protected refuse(problem: string, field: string): void {
    this.panel.announce(problem);
    this.querySelector<Control>(field)?.focus();
  }

  protected failed(): TemplateResult {
    return html`<div role="alert">
      ${this.failure ? html`<p class="note error">${this.failure}</p>` : nothing}
    </div>`;
  }
}

/** A sentence about what was typed. */
export function problemLine(problem: string | undefined): TemplateResult | typeof nothing {
  return problem === undefined ? nothing : html`<p class="problem">${problem}</p>`;
}
