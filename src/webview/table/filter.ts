/** `<ipc-table-filter>`: the words of the filter as chips, and a box for more. What is typed filters at once; Enter makes a chip of it. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { visible } from '../../presentation/text';
import { grouped } from '../../presentation/values';
import { WORDS_MOST } from '../../protocol/pages/table';
import { Part, define } from '../parts/base';
import { icon } from '../parts/icon';
import { t } from '../strings';
import { wordsIn } from './chips';

/** Milliseconds after the last key. */
const PAUSE = 120;

/** Fires `words` (detail: all of them as one text). */
export class TableFilter extends Part {
  /** As the host has them. */
  @property() words = '';
  @property({ type: Number }) shown = 0;
  @property({ type: Number }) all = 0;
  @property() misread = '';
  @state() private chips: readonly string[] | undefined;
  private draft = '';
  private typing: ReturnType<typeof setTimeout> | undefined;

  private get said(): readonly string[] {
    return (this.chips ??= wordsIn(this.words));
  }

  protected override render() {
    const none = this.said.length === 0 && this.draft === '';
    return html`<div class="filter-box">
        ${icon('filter')}
        ${this.said.map(
          (word, at) =>
            html`<button
              type="button"
              class="chip foreign"
              aria-label=${t('Remove the word {0}', visible(word, 80))}
              @click=${() => this.drop(at)}
            >
              ${visible(word, 80)}${icon('close')}
            </button>`,
        )}
        <input
          type="text"
          spellcheck="false"
          maxlength=${WORDS_MOST}
          aria-label=${t('Filter')}
          aria-invalid=${this.misread !== ''}
          placeholder=${none ? t('a name, wrong, waits, mine, kind:pipe, pid:42, >1M') : ''}
          @input=${this.typed}
          @keydown=${this.key}
        />
        <span class="dim" role="status">${t('{0} of {1}', grouped(this.shown), grouped(this.all))}</span>
        ${
          none
            ? nothing
            : html`<button type="button" class="plain" aria-label=${t('Clear Filter')} @click=${this.clear}>
                ${icon('close')}
              </button>`
        }
      </div>
      <div role="alert">
        ${this.misread === '' ? nothing : html`<p class="note error">${this.misread}</p>`}
      </div>`;
  }

  private get input(): HTMLInputElement {
    return this.querySelector('input') as HTMLInputElement;
  }

  private tell(): void {
    clearTimeout(this.typing);
    const words = [...this.said, ...(this.draft === '' ? [] : [this.draft])].join(' ');
    this.dispatchEvent(new CustomEvent('words', { detail: words.slice(0, WORDS_MOST) }));
    this.requestUpdate();
  }

  private readonly typed = () => {
    this.draft = this.input.value.trim();
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.tell(), PAUSE);
    this.requestUpdate();
  };

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && this.draft !== '') {
      this.chips = [...this.said, ...wordsIn(this.draft)];
      this.draft = this.input.value = '';
      this.tell();
    } else if (event.key === 'Backspace' && this.input.value === '' && this.said.length > 0)
      this.drop(this.said.length - 1);
    else if (event.key === 'Escape' && this.input.value !== '') {
      this.draft = this.input.value = '';
      this.tell();
    } else return;
    event.preventDefault();
  };

  private drop(at: number): void {
    this.chips = this.said.filter((_, place) => place !== at);
    this.input.focus();
    this.tell();
  }

  private readonly clear = () => {
    this.chips = [];
    this.draft = this.input.value = '';
    this.input.focus();
    this.tell();
  };
}

define('ipc-table-filter', TableFilter);
