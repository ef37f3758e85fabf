/** `<ipc-capacity>`: alters how many bytes fit into a pipe or FIFO. */
import { parseSize } from '../../../../presentation/parse';
import { bytesText, size } from '../../../../presentation/values';
import { html } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { act } from '../../../panel/act';
import { FormPart, problemLine } from '../../../panel/formPart';
import { define } from '../../../parts/base';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import { valueOf } from '../../../toolkit';
import type { StreamObject } from './object';
import { actTitles } from '../../../../presentation/shared';
import '../../../toolkit/button';
import '../../../toolkit/fields';

export class Capacity extends FormPart {
  @property({ attribute: false }) object!: StreamObject;
  /** Absent until somebody types: the field shows what it is. */
  @state() private typed: string | undefined;
  @state() private outcome = '';

  protected override recall(): void {
    this.typed = this.panel.memory.get('capacity', v.string());
    this.outcome = '';
  }

  private get value(): string {
    const { capacity } = this.object;
    return this.typed ?? (capacity === undefined ? '' : size(capacity));
  }

  protected override render() {
    const { problem } = judge(this.value);
    const closed = this.object.flags.includes('fileOnly');
    const hint = closed
      ? t('It has a capacity only while somebody has it open.')
      : t('The kernel rounds it up to a power of two of pages. Less than what waits in it is refused.');
    return html`<form aria-label=${t('Capacity')} @submit=${this.submit} @keydown=${this.key}>
      <h2>${t('Capacity')}</h2>
      ${this.refusal('alterCapacity')}
      <div class="fields">
        <div class="field size">
          <vscode-text-field
            id="stream-capacity"
            .value=${this.value}
            placeholder=${t('64 KiB')}
            aria-label=${t('New capacity')}
            aria-invalid=${this.value !== '' && problem !== undefined}
            title=${t('A number of bytes, or with a unit: 64 KiB')}
            @input=${(event: Event) => this.type(valueOf(event))}
            >${t('New capacity')}</vscode-text-field
          >
        </div>
        <vscode-button
          class="submit"
          appearance="secondary"
          ?disabled=${!this.ready('alterCapacity') || closed}
          @click=${this.submit}
          >${icon('edit')}<span class="label">${actTitles.alterCapacity()}</span></vscode-button
        >
      </div>
      ${problemLine(this.value === '' ? undefined : problem)}
      <p class="hint dim">${this.outcome || hint}</p>
      ${this.failed()}
    </form>`;
  }

  private type(typed: string): void {
    this.typed = typed;
    this.outcome = '';
    this.panel.memory.set('capacity', typed);
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.target as HTMLElement).matches('vscode-text-field'))
      this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (!this.ready('alterCapacity') || this.object.flags.includes('fileOnly')) return;
    const { capacity, problem } = judge(this.value);
    this.outcome = '';
    if (capacity === undefined) this.refuse(problem ?? '', '#stream-capacity');
    else void this.attempt(() => this.alter(capacity));
  };

  private async alter(asked: number): Promise<void> {
    const { kind, ref } = this.object;
    const { capacity } = await act(this.panel, kind, 'alterCapacity', { capacity: asked });
    const said =
      capacity === asked
        ? t('The capacity is {0} now.', bytesText(capacity))
        : t('The kernel made it {0}.', bytesText(capacity));
    this.panel.announce(said);
    if (this.object.ref !== ref) return;
    this.outcome = said;
    this.typed = undefined;
    this.panel.memory.set('capacity', undefined);
  }
}

function judge(typed: string): { capacity?: number; problem?: string } {
  const capacity = parseSize(typed);
  if (capacity === undefined || capacity < 1)
    return { problem: t('A number of bytes, or with a unit, as 64 KiB or 1 MiB.') };
  return { capacity };
}

define('ipc-capacity', Capacity);
