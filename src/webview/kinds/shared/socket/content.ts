/** `<ipc-socket-content>`: what waits to be read in one socket, looked at without taking any. */
import { type TemplateResult, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { ResultOf } from '../../../../protocol/kinds';
import { bytesText, grouped } from '../../../../presentation/values';
import { act } from '../../../panel/act';
import { define } from '../../../parts/base';
import { icon } from '../../../parts/icon';
import { lookSwitch } from '../../../parts/lookSwitch';
import { PeekPart } from '../../../parts/peekPart';
import type { Loaded } from '../../../parts/peeker';
import { t } from '../../../strings';
import { type SocketObject, canPeek, holdersOf, keepsPackets } from './object';
import '../../../parts/bytesView';

type PeekResult = ResultOf<'unix', 'peek'>;

export class SocketContent extends PeekPart<SocketObject, PeekResult> {
  /** It is the other end of the panel's object. */
  @property({ type: Boolean }) peer = false;
  /** What stands above it. */
  @property() heading = '';

  protected get memoryPart(): string {
    return this.peer ? 'peerContent' : 'content';
  }

  protected override peek(length: number, signal: AbortSignal): Promise<PeekResult> {
    return act(this.panel, this.object.kind, 'peek', { length }, { signal, peer: this.peer });
  }

  protected override get isOpen(): boolean {
    return canPeek(this.object);
  }

  protected override get readers(): string {
    const ends = holdersOf(this.object).map(({ pid, startTime, fd }) => `${pid} ${startTime} ${fd ?? ''}`);
    return [...ends, this.object.flags.includes('pendingError')].join();
  }

  protected override isOld(): boolean {
    const { receiveQueue } = this.object;
    const { loaded } = this.peeker;
    return loaded !== undefined && receiveQueue?.unit === 'bytes' && receiveQueue.amount !== loaded.unread;
  }

  protected override render() {
    return html`<section aria-label=${this.heading}>
      <div class="section-head">
        <h2>${this.heading}</h2>
        ${this.isOpen ? lookSwitch(this.look, t('Look'), (look) => this.remember({ look })) : nothing}
        <span class="dim">${t('What waits to be read; nothing is taken.')}</span>
      </div>
      ${this.content()}
    </section>`;
  }

  protected override closed(): TemplateResult {
    return html`<p class="empty">
      ${t('Nothing can be looked at here: no process has it yet, or any more.')}
    </p>`;
  }

  protected override shownContent({ content, unread, answer }: Loaded<PeekResult>): TemplateResult {
    const { packet, boundary, descriptors } = answer;
    const nothingWaits = keepsPackets(this.object) ? packet === undefined : unread === 0;
    if (nothingWaits && !boundary && !descriptors)
      return html`<p class="empty">${t('Nothing waits to be read. What is sent shows here.')}</p>`;
    const whole = packet ?? unread;
    return html`<ipc-bytes
        .content=${content}
        .look=${this.look}
        .portion=${this.peeker.length}
        .about=${packet === undefined ? t('unread') : t('first packet')}
      ></ipc-bytes>
      ${content.length < whole ? this.rest(content.length, whole, !boundary) : nothing} ${this.notes(answer)}`;
  }

  private notes({ packet, boundary, descriptors, unread }: PeekResult): TemplateResult {
    const said = [
      ...(packet === undefined
        ? []
        : [
            t(
              'This is the first packet ({0}). Those behind it cannot be looked at without taking it.',
              bytesText(packet),
            ),
          ]),
      ...(boundary
        ? [
            t(
              'The look stops where descriptors or credentials come along, or at urgent data: {0} wait in all. What stands behind that cannot be looked at.',
              bytesText(unread),
            ),
          ]
        : []),
      ...(descriptors
        ? [
            descriptors === 1
              ? t('1 descriptor is on its way (SCM_RIGHTS). What it is nobody can see without taking it.')
              : t(
                  '{0} descriptors are on their way (SCM_RIGHTS). What they are nobody can see without taking them.',
                  grouped(descriptors),
                ),
          ]
        : []),
    ];
    return html`${said.map((text) => html`<p class="note dim">${icon('info')} ${text}</p>`)}`;
  }
}

define('ipc-socket-content', SocketContent);
