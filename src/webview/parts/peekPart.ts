/** What all parts share that look at what waits in an object: they look again while somebody watches, and say why they cannot. */
import { type TemplateResult, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import * as v from 'valibot';
import type { IpcObject } from '../../protocol/kinds';
import type { PanelState } from '../../protocol/pages/object';
import { size, sizeOf } from '../../presentation/values';
import { BYTE_FORMATS, type ByteFormat } from '../bytes/look';
import type { PanelModel } from '../panel/model';
import { t } from '../strings';
import { Part } from './base';
import { icon } from './icon';
import { type Answer, type Loaded, Peeker } from './peeker';
import { Watcher } from './watcher';
import '../toolkit/button';

const memorySchema = v.object({
  look: v.fallback(v.picklist(BYTE_FORMATS), 'text'),
  length: v.fallback(v.optional(v.number()), undefined),
  open: v.fallback(v.array(v.string()), []),
});
/** Open rows of packets long gone are forgotten beyond this. */
const OPEN_MOST = 50;

export abstract class PeekPart<O extends IpcObject, A extends Answer> extends Part {
  @property({ attribute: false }) panel!: PanelModel;
  @property({ attribute: false }) object!: O;
  @property({ attribute: false }) state!: PanelState;
  @property({ attribute: false }) refreshes = 0;
  protected look: ByteFormat = 'text';
  protected open: ReadonlySet<string> = new Set();
  private seen: O | undefined;
  /** Who read when the last look failed; the same readers leave no other way. */
  private failedWith: string | undefined;
  protected readonly peeker = new Peeker<A>(
    (length, signal) => this.peek(length, signal),
    () => {
      const { failure, disturbs } = this.peeker;
      this.failedWith = (failure ?? disturbs) === undefined ? undefined : this.readers;
      this.requestUpdate();
      return this.updateComplete;
    },
  );
  private readonly watcher = new Watcher(this, () => this.lookAgain());

  /** The name under which the panel remembers how it was looked at. */
  protected abstract readonly memoryPart: string;
  /** Asks for what waits. */
  protected abstract peek(length: number, signal: AbortSignal): Promise<A>;
  /** Whether there is anything to look at. */
  protected abstract get isOpen(): boolean;
  /** Through whom it can be looked at: after a failure the same ones leave no other way. */
  protected abstract get readers(): string;
  /** Whether the object itself tells that what was read is not what waits now. */
  protected isOld(): boolean {
    return false;
  }

  /** What stands where there is nothing to look at. */
  protected abstract closed(): TemplateResult;
  /** What was read. */
  protected abstract shownContent(loaded: Loaded<A>): TemplateResult;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.peeker.reset();
    this.seen = undefined;
  }

  protected override willUpdate(): void {
    const other = this.seen?.ref !== this.object.ref;
    if (other) this.recall();
    if (this.state.status !== 'present') return;
    const { asked, resumed, returned } = this.watcher;
    // What a panel shows first is read even where it is paused: nothing at all would say that it is empty.
    if (this.isOpen && (other || asked || resumed || returned)) this.peeker.look();
    else if (this.seen !== this.object) {
      // What is known to be old is not left standing, however much a look costs.
      if (this.state.live && this.isOpen && this.isOld() && this.failedWith === undefined) this.peeker.look();
      else this.watcher.look();
    }
    this.seen = this.object;
  }

  protected content(): TemplateResult {
    return html`<div class="pane">${this.inside()}</div>`;
  }

  private inside(): TemplateResult {
    const { loaded, failure, disturbs } = this.peeker;
    const present = this.state.status === 'present';
    if (!this.isOpen) return this.closed();
    if (present && failure) return html`<p class="notice error">${icon('error')}<span>${failure}</span></p>`;
    if (present && disturbs) return html`<p class="notice">${icon('eye-closed')}<span>${disturbs}</span></p>`;
    if (!loaded)
      return html`<p class="note dim">${present ? t('Looking...') : t('The content was not looked at.')}</p>`;
    return this.shownContent(loaded);
  }

  /** How much of it is shown, and the button for more; `whole`: false where asking for more brings no more. */
  protected rest(shown: number, unread: number, whole = true): TemplateResult {
    const next = !whole || shown < this.peeker.length ? undefined : this.peeker.next;
    const note = t('The first {0} are shown.', sizeOf(shown, unread));
    return html`<p class="note dim">${note}</p>
      ${
        next === undefined
          ? nothing
          : html`<vscode-button appearance="secondary" ?disabled=${!this.panel.acts} @click=${this.more}
              >${t('Look at up to {0}', size(Math.min(next, unread)))}</vscode-button
            >`
      }`;
  }

  protected toggle(key: string): void {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.remember({ open: [...open].slice(-OPEN_MOST) });
  }

  protected remember(change: Partial<v.InferOutput<typeof memorySchema>>): void {
    const view = { look: this.look, open: [...this.open], length: this.peeker.length, ...change };
    this.look = view.look;
    this.open = new Set(view.open);
    this.panel.memory.set(this.memoryPart, view);
    this.requestUpdate();
  }

  private readonly more = () => {
    this.peeker.more();
    this.remember({ length: this.peeker.length });
  };

  /** Equal facts prove nothing here: as much may have been written as was read. */
  private lookAgain(): void {
    if (!this.isOpen || !this.peeker.isRested) return;
    if (this.failedWith === undefined || this.failedWith !== this.readers) this.peeker.look();
  }

  private recall(): void {
    const view = this.panel.memory.get(this.memoryPart, memorySchema);
    this.look = view?.look ?? this.look;
    this.open = new Set(view?.open);
    this.failedWith = undefined;
    this.peeker.reset(view?.length);
  }
}
