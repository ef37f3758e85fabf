/** What all forms of a panel share: they forget with the object, and say what is wrong with a field. */
import { type PropertyValues, type TemplateResult, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { PanelState } from '../../protocol/pages/object';
import { refusalNote } from '../parts/refusal';
import type { Control } from '../toolkit';
import { ActingPart } from './actingPart';

export abstract class FormPart extends ActingPart {
  @property({ attribute: false }) state!: PanelState;

  /** Takes up what was typed for this object before, or begins anew. */
  protected abstract recall(): void;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state') || changed.get('state')?.memory.ref === this.state.memory.ref) return;
    this.failure = '';
    this.recall();
  }

  /** Whether an act can be asked for now. */
  protected ready(ability: string, given?: Readonly<Record<string, unknown>>): boolean {
    return this.panel.may(ability, given) && !this.busy;
  }

  /** Why the form's act must fail, where it must: said before anything is typed. */
  protected refusal(
    ability: string,
    given?: Readonly<Record<string, unknown>>,
  ): TemplateResult | typeof nothing {
    return refusalNote(this.panel, ability, given);
  }

  /** Says what is wrong with a field, which stands in the form already, and goes there. */
  protected refuse(problem: string, field: string): void {
    this.panel.announce(problem);
    this.querySelector<Control>(field)?.focus();
  }
}

/** A sentence about what was typed. */
export function problemLine(problem: string | undefined): TemplateResult | typeof nothing {
  return problem === undefined ? nothing : html`<p class="problem">${problem}</p>`;
}

/** Whether a key submits a form: Enter in a field of one line, and Ctrl+Enter anywhere. */
export function submits(event: KeyboardEvent): boolean {
  const typing = (event.target as HTMLElement).matches('vscode-text-field');
  return event.key === 'Enter' && (typing || event.ctrlKey || event.metaKey);
}
