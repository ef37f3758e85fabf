/** Lists of the page of a process: its threads, and rows of what it has to do with. */
import { type TemplateResult, html, nothing } from 'lit';
import { visible } from '../../presentation/text';
import type { ProcessPage, ProcessRow, Said, ThreadRow } from '../../protocol/pages/process';
import type { Severity } from '../../protocol/findings';
import type { Ref } from '../../protocol/ref';
import { icon } from '../parts/icon';
import { t } from '../strings';
import '../parts/ago';

export type Open = (ref: Ref) => void;

const TONES: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'info' };

/** Notes under a list. */
export function notes(lines: readonly string[]): TemplateResult[] {
  return lines.map((line) => html`<p class="note dim">${line}</p>`);
}

/** Threads at full width; those that are alike are one row. */
export function threadTable(rows: readonly ThreadRow[], open: Open): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  return html`<table class="lines threads">
    <thead>
      <tr>
        <th scope="col">${t('thread')}</th>
        <th scope="col" class="number">${t('number')}</th>
        <th scope="col">${t('what it does')}</th>
        <th scope="col" class="number">${t('not run since')}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => threadLine(row, open))}
    </tbody>
  </table>`;
}

function threadLine(row: ThreadRow, open: Open) {
  const { name, tids, every, has, tone, does, call, since, atLeast } = row;
  return html`<tr tabindex="-1" data-tids=${has.join(' ')}>
    <th scope="row" class="foreign ${tone ? `tone-${tone}` : ''}">
      ${tone ? html`<span class="toned">${icon(TONES[tone])}</span> ` : nothing}${visible(name, 80)}
    </th>
    <td class="number dim" title=${every ?? nothing}>${tids}</td>
    <td class="foreign">
      ${saidPieces(does, open)}
      ${call === undefined ? nothing : html`<span class="dim mono call">${visible(call, 200)}</span>`}
    </td>
    <td class="number dim">
      ${
        since === undefined
          ? nothing
          : html`<ipc-ago .at=${since} .duration=${true}></ipc-ago
              >${atLeast === true ? html` ${t('at least')}` : nothing}`
      }
    </td>
  </tr>`;
}

function saidPieces(said: Said, open: Open): unknown {
  return said.map((piece) => {
    if (typeof piece === 'string') return visible(piece);
    return 'ref' in piece ? link(piece.text, piece.ref, open) : threadLink(piece.text, piece.thread);
  });
}

/** Leads to the row of another thread of the table. */
function threadLink(text: string, tid: number): TemplateResult {
  const go = ({ currentTarget }: Event) => {
    const table = currentTarget instanceof Element ? currentTarget.closest('table') : undefined;
    table?.querySelector<HTMLElement>(`tr[data-tids~="${tid}"]`)?.focus();
  };
  return html`<button type="button" class="link" @click=${go}>${text}</button>`;
}

function link(text: string, ref: Ref | undefined, open: Open): TemplateResult {
  const shown = visible(text, 255);
  if (ref === undefined) return html`<span class="foreign">${shown}</span>`;
  return html`<button type="button" class="link foreign" @click=${() => open(ref)}>${shown}</button>`;
}

/** Objects and processes, each with what there is to say of it. */
export function rowList(
  rows: readonly ProcessRow[],
  open: Open,
  label: string,
): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  return html`<ul class="process-rows" aria-label=${label}>
    ${rows.map(
      ({ icon: name, tone, name: text, ref, says }) =>
        html`<li>
          <span class=${tone ? `tone-${tone} toned` : ''}>${icon(name)}</span>
          <span class="what">${link(text, ref, open)}</span>
          <span class="says-of foreign">${visible(says, 1000)}</span>
        </li>`,
    )}
  </ul>`;
}

/** What it has to itself of one kind: one line until somebody wants to see it. */
export function folded(
  { icon: name, text, rows }: ProcessPage['holds']['own'][number],
  open: Open,
): TemplateResult {
  return html`<details class="own-rows">
    <summary>${icon(name)} ${text}</summary>
    ${rowList(rows, open, text)}
  </details>`;
}
