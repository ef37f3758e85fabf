/** One operation in the editor: which semaphore, and by how much. */
import { parseSigned } from '../../../presentation/parse';
import { signed } from '../../../presentation/values';
import { type TemplateResult, html } from 'lit';
import { icon } from '../../parts/icon';
import { t } from '../../strings';
import { named, valueOf } from '../../toolkit';
import { type Row, type RowProblems, rowMeaning } from './operations';
import '../../toolkit/button';
import '../../toolkit/fields';

export interface RowActs {
  index: number;
  /** A picked semaphore goes here. */
  active: boolean;
  /** The only row cannot be removed. */
  alone: boolean;
  edit(change: Partial<Row>): void;
  remove: () => void;
  /** Somebody came to this row. */
  enter: () => void;
}

export function operationRow(row: Row, problems: RowProblems, acts: RowActs): TemplateResult {
  const { index } = acts;
  const place = index + 1;
  return html`<div
    class="operation ${acts.active ? 'active' : ''}"
    role="group"
    aria-label=${t('Operation {0}', place)}
    @focusin=${acts.enter}
  >
    <span class="dim">#</span>
    <vscode-text-field
      id=${`operation-${index}-number`}
      class="operation-number"
      .value=${row.number}
      title=${problems.number ?? t('Number of the semaphore; a click in the table puts it here')}
      ${named(t('Semaphore'))}
      aria-invalid=${problems.number !== undefined}
      @input=${(event: Event) => acts.edit({ number: valueOf(event) })}
    ></vscode-text-field>
    ${step(row, -1, t('Decrease'), 'remove', acts)}
    <vscode-text-field
      id=${`operation-${index}-change`}
      class="operation-change"
      .value=${row.change}
      title=${problems.change ?? t('Change')}
      ${named(t('Change'))}
      aria-invalid=${problems.change !== undefined}
      @input=${(event: Event) => acts.edit({ change: valueOf(event) })}
    ></vscode-text-field>
    ${step(row, 1, t('Increase'), 'add', acts)}
    <vscode-button
      appearance="icon"
      aria-label=${t('Remove Operation {0}', place)}
      title=${t('Remove')}
      ?disabled=${acts.alone}
      @click=${acts.remove}
      >${icon('close')}</vscode-button
    >
    <span class="dim meaning">${rowMeaning(row)}</span>
  </div>`;
}

function step(row: Row, by: number, label: string, name: string, acts: RowActs): TemplateResult {
  const step = () => acts.edit({ change: signed((parseSigned(row.change) ?? 0) + by) });
  return html`<vscode-button appearance="icon" aria-label=${label} title=${label} @click=${step}
    >${icon(name)}</vscode-button
  >`;
}
