/** The fields in which a person gives content, as text, hex, base64 or a file: the same in every form that has some. */
import { type TemplateResult, html } from 'lit';
import { fromBytes } from '../../protocol/bytes';
import { visible } from '../../presentation/text';
import { grouped } from '../../presentation/values';
import { type ContentDraft, type PickedFile, SOURCES, type Source } from '../bytes/draft';
import type { PanelModel } from '../panel/model';
import { sentenceOf } from '../sentenceOf';
import { t } from '../strings';
import { valueOf } from '../toolkit';
import { choiceOf } from './choice';
import '../toolkit/area';
import '../toolkit/button';

/** A draft longer than this is not remembered over a reload: the state of all panels travels with every change. */
const REMEMBER_MOST = 20_000;

/** What the form around the fields is told and asked. */
export interface ContentHost {
  readonly panel: PanelModel;
  requestUpdate(): void;
  /** What was typed has changed. */
  contentChanged(): void;
  contentFailed(sentence: string): void;
}

export class ContentFields {
  draft: ContentDraft = { source: 'text', text: '' };
  file: PickedFile | undefined;

  /** `id`: of the field, for whoever wants to go there. */
  constructor(
    private readonly host: ContentHost,
    readonly id: string,
    /** What the bytes become. */
    private readonly purpose: 'message' | 'memory' | 'stream' | 'socket',
  ) {}

  /** Takes up a draft of before. */
  recall(draft: ContentDraft | undefined): void {
    this.draft = { source: draft?.source ?? this.draft.source, text: draft?.text ?? '' };
    this.file = undefined;
  }

  /** What is worth keeping over a reload. */
  get remembered(): ContentDraft {
    return { ...this.draft, text: this.draft.text.length > REMEMBER_MOST ? '' : this.draft.text };
  }

  /** How the content is given. */
  sources(): TemplateResult {
    const choices = SOURCES.map((value) => ({ value, label: sourceName(value) }));
    return choiceOf(choices, this.draft.source, t('Content is given as'), (source) =>
      this.change({ source }),
    );
  }

  /** Where it is typed, or the file chosen. */
  input(): TemplateResult {
    return this.draft.source === 'file' ? this.picker() : this.area();
  }

  /** What is wrong with it, or how long it is. */
  hint(bytes: number, problem: string | undefined, limit: number | undefined): TemplateResult {
    const waits = this.draft.source === 'file' && !this.file;
    if (problem !== undefined && !waits) return html`<p class="hint problem">${problem}</p>`;
    return html`<p class="hint dim">${waits ? '' : countText(bytes, limit)}</p>`;
  }

  private area(): TemplateResult {
    return html`<vscode-text-area
      id=${this.id}
      class="wide"
      rows="3"
      resize="vertical"
      .value=${this.draft.text}
      aria-label=${t('Content')}
      placeholder=${placeholder(this.draft.source)}
      @input=${(event: Event) => this.change({ text: valueOf(event) })}
      >${t('Content')}</vscode-text-area
    >`;
  }

  private picker(): TemplateResult {
    return html`<div class="fields">
      <vscode-button id=${this.id} appearance="secondary" @click=${this.pick}
        >${t('Choose File...')}</vscode-button
      >
      <span class="foreign picked">${this.file ? visible(this.file.name, 255) : t('no file chosen')}</span>
    </div>`;
  }

  private change(change: Partial<ContentDraft>): void {
    this.draft = { ...this.draft, ...change };
    this.host.contentChanged();
    this.host.requestUpdate();
  }

  private readonly pick = async () => {
    this.host.contentFailed('');
    try {
      const picked = await this.host.panel.bus.request('pickFile', { purpose: this.purpose });
      if (picked) this.file = { name: picked.name, data: fromBytes(picked.content) };
    } catch (error) {
      this.host.contentFailed(sentenceOf(error));
    }
    this.host.requestUpdate();
  };
}

function countText(bytes: number, limit: number | undefined): string {
  if (limit !== undefined) return t('{0} of at most {1} bytes', grouped(bytes), grouped(limit));
  return bytes === 1 ? t('1 byte') : t('{0} bytes', grouped(bytes));
}

function sourceName(source: Source): string {
  return { text: t('text'), hex: t('hex'), base64: t('base64'), file: t('file') }[source];
}

function placeholder(source: Source): string {
  if (source === 'hex') return t('68 65 6c 6c 6f');
  if (source === 'base64') return t('aGVsbG8=');
  return t('text; \\n \\r \\t \\0 \\\\ and \\xNN stand for bytes');
}
