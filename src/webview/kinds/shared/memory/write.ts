/** `<ipc-write>`: writes into a segment or other memory, and keeps what stood there so that it can be put back. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import * as v from 'valibot';
import { type Bytes, toBytes } from '../../../../protocol/bytes';
import { bytesText, offsetText } from '../../../../presentation/values';
import { whoSees } from '../../../../presentation/holdings';
import { contentDraft } from '../../../bytes/draft';
import { now } from '../../../clock';
import { FormPart, problemLine } from '../../../panel/formPart';
import { define } from '../../../parts/base';
import { ContentFields, type ContentHost } from '../../../parts/contentFields';
import { icon } from '../../../parts/icon';
import { t } from '../../../strings';
import { valueOf } from '../../../toolkit';
import { type MemoryObject, writeRange } from './memoryObject';
import { sizeOfSegment } from './pages';
import { type Written, writtenList } from './written';
import { judgeWrite } from './writing';
import { actTitles, nothingToWrite } from '../../../../presentation/shared';
import '../../../toolkit/button';
import '../../../toolkit/fields';

const draftSchema = v.object({
  ...contentDraft.entries,
  /** Absent until somebody types: the field follows the byte that is picked, or the page. */
  offset: v.fallback(v.optional(v.string()), undefined),
});

/** Fires `written` (detail: when) after each write. */
export class Write extends FormPart implements ContentHost {
  @property({ attribute: false }) object!: MemoryObject;
  /** The picked byte, or where the page begins. */
  @property({ type: Number }) place = 0;
  @state() private typed: string | undefined;
  @state() private done: readonly Written[] = [];
  private readonly content = new ContentFields(this, 'write-content', 'memory');

  protected override recall(): void {
    const before = this.panel.memory.get('write', draftSchema);
    this.typed = before?.offset;
    this.content.recall(before);
    this.done = [];
  }

  /** Somebody picked a byte: what was typed gives way. */
  follow(): void {
    this.typed = undefined;
    this.remember();
  }

  private get offset(): string {
    return this.typed ?? offsetText(this.place);
  }

  private judged() {
    const { draft, file } = this.content;
    return judgeWrite(this.offset, draft, file, sizeOfSegment(this.object.bytes ?? 0));
  }

  protected override render() {
    const { data, most, problems } = this.judged();
    return html`<form aria-label=${actTitles.write()} @submit=${this.submit} @keydown=${this.key}>
        <h2>${actTitles.write()}</h2>
        ${this.refusal('write')}
        <div class="fields">
          <div class="field offset">
            <vscode-text-field
              id="write-offset"
              .value=${this.offset}
              aria-label=${t('Offset')}
              aria-invalid=${problems.offset !== undefined}
              title=${t('Decimal, or hex after 0x; a click on a byte puts its offset here')}
              @input=${(event: Event) => {
                this.typed = valueOf(event);
                this.remember();
              }}
              >${t('Offset')}</vscode-text-field
            >
          </div>
          ${this.content.sources()}
        </div>
        ${problemLine(problems.offset)} ${this.content.input()}
        ${this.panel.acts ? html`<p class="hint dim">${whoSees(this.object, this.panel.context.process)}</p>` : nothing}
        <div class="fields end">
          ${this.content.hint(data?.length ?? 0, problems.content, most)}
          <vscode-button
            class="submit"
            ?disabled=${!this.ready('write')}
            title=${t('Ctrl+Enter')}
            @click=${this.submit}
            >${icon('edit')}<span class="label">${actTitles.write()}</span></vscode-button
          >
        </div>
        ${this.failed()}
      </form>
      ${writtenList(this.done, !this.ready('write'), this.putBack)}`;
  }

  contentChanged(): void {
    this.remember();
  }

  contentFailed(sentence: string): void {
    this.failure = sentence;
  }

  private remember(): void {
    this.panel.memory.set('write', { ...this.content.remembered, offset: this.typed });
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.submit(event);
  };

  private readonly submit = (event: Event) => {
    event.preventDefault();
    if (!this.ready('write')) return;
    const { offset, data, problems } = this.judged();
    const [wrong] = (['offset', 'content'] as const).filter((field) => problems[field]);
    if (wrong) this.refuse(problems[wrong] ?? '', `#write-${wrong}`);
    else if (data?.length === 0) {
      this.failure = nothingToWrite();
      this.refuse('', '#write-content');
    } else if (offset !== undefined && data)
      void this.attempt(() => this.write(offset, toBytes(data), undefined));
  };

  private readonly putBack = (written: Written) => {
    if (this.ready('write')) void this.attempt(() => this.write(written.offset, written.before, written.id));
  };

  /** `back`: the write that is undone by this one. */
  private async write(offset: number, content: Bytes, back: number | undefined): Promise<void> {
    const { bytes, before } = await writeRange(this.panel, this.object, { offset, content });
    const at = now();
    const id = (this.done[0]?.id ?? 0) + 1;
    const line: Written = { id, at, offset, bytes, content, before, isBack: back !== undefined };
    this.done = [line, ...this.done.map((known) => (known.id === back ? { ...known, backAt: at } : known))];
    this.panel.announce(t('Wrote {0} at {1}', bytesText(bytes), offsetText(offset)));
    this.dispatchEvent(new CustomEvent('written', { detail: at }));
  }
}

define('ipc-write', Write);
