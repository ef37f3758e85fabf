/** The buttons and the field by which one goes through a segment. */
import { parseOffset } from '../../../../presentation/parse';
import { grouped, offsetText, size as sizeText } from '../../../../presentation/values';
import { type TemplateResult, html } from 'lit';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import { named, valueOf } from '../../../toolkit';
import { PAGE_SIZES, placeOf } from './pages';
import '../../../toolkit/button';
import '../../../toolkit/dropdown';
import '../../../toolkit/fields';

export interface Navigation {
  /** Where the page begins, how large pages are, and how large the segment. */
  offset: number;
  page: number;
  size: number;
  /** What stands in the field. */
  typed: string;
  enabled: boolean;
  go(at: number): void;
  type(text: string): void;
  submit: () => void;
  resize(page: number): void;
}

export function navigation(nav: Navigation): TemplateResult {
  const { offset, page, size } = nav;
  const place = placeOf(offset, page, size);
  const problem = offsetProblem(nav.typed, size);
  const button = (name: string, label: string, at: number, possible: boolean) =>
    html`<vscode-button
      appearance="icon"
      aria-label=${label}
      title=${label}
      ?disabled=${!nav.enabled || !possible}
      @click=${() => nav.go(at)}
      >${icon(name)}</vscode-button
    >`;
  const last = (place.of - 1) * page;
  return html`<div class="navigation">
    <span class="pages">
      ${button('arrow-circle-left', t('First Page'), 0, offset > 0)}
      ${button('chevron-left', t('Previous Page'), offset - page, offset > 0)}
      <span>${t('page {0} of {1}', grouped(place.page), grouped(place.of))}</span>
      ${button('chevron-right', t('Next Page'), offset + page, offset < last)}
      ${button('arrow-circle-right', t('Last Page'), last, offset < last)}
    </span>
    <span class="go">
      <vscode-text-field
        id="memory-go"
        .value=${nav.typed}
        placeholder=${t('offset, 0x for hex')}
        title=${problem ?? ''}
        ${named(t('Go to offset'))}
        aria-invalid=${problem !== undefined}
        @input=${(event: Event) => nav.type(valueOf(event))}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter') nav.submit();
        }}
      ></vscode-text-field>
      <vscode-button appearance="secondary" ?disabled=${!nav.enabled} @click=${nav.submit}
        >${t('Go')}</vscode-button
      >
    </span>
    <vscode-dropdown
      class="page-size"
      aria-label=${t('Bytes in a page')}
      .value=${String(page)}
      @change=${(event: Event) => nav.resize(Number(valueOf(event)))}
    >
      ${PAGE_SIZES.map((choice) => html`<vscode-option value=${String(choice)}>${sizeText(choice)}</vscode-option>`)}
    </vscode-dropdown>
  </div>`;
}

/** What is wrong with an offset that is typed; an empty field is not wrong. */
export function offsetProblem(text: string, size: number): string | undefined {
  if (text.trim() === '') return undefined;
  const at = parseOffset(text);
  if (at === undefined) return t('An offset is a whole number, or hex digits after 0x.');
  if (at >= size) return t('The last byte is at {0} ({1}).', grouped(size - 1), offsetText(size - 1));
  return undefined;
}
