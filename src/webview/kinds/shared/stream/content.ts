/** `<ipc-stream>`: what waits in a pipe or FIFO, looked at without taking any. */
import { absenceOfHolders } from '../../../../presentation/absence';
import { type TemplateResult, html, nothing } from 'lit';
import { fromBytes } from '../../../../protocol/bytes';
import type { ResultOf } from '../../../../protocol/kinds';
import { bytesText, grouped, size } from '../../../../presentation/values';
import type { Content } from '../../../bytes/content';
import type { ByteFormat } from '../../../bytes/look';
import { act } from '../../../panel/act';
import { define } from '../../../parts/base';
import type { ListRow } from '../../../parts/list';
import { lookSwitch } from '../../../parts/lookSwitch';
import { PeekPart } from '../../../parts/peekPart';
import type { Loaded } from '../../../parts/peeker';
import { t } from '../../../strings';
import { sortedEnds, type StreamObject } from './object';
import { type Packet, packetsOf } from './packets';
import '../../../parts/bytesView';
import '../../../parts/list';

type PeekResult = ResultOf<'pipe', 'peek'>;

export class StreamContent extends PeekPart<StreamObject, PeekResult> {
  protected readonly memoryPart = 'stream';
  private packets: readonly Packet[] = [];
  private peeked: PeekResult | undefined;

  protected override peek(length: number, signal: AbortSignal): Promise<PeekResult> {
    return act(this.panel, this.object.kind, 'peek', { length }, { signal });
  }

  /** Of a file that nobody has open there is nothing to look at: a FIFO keeps nothing then. */
  protected override get isOpen(): boolean {
    return !this.object.flags.includes('fileOnly');
  }

  protected override get readers(): string {
    const ends = sortedEnds(this.object, 'reader');
    return ends.map(({ pid, startTime, fd }) => `${pid} ${startTime} ${fd ?? ''}`).join();
  }

  protected override render() {
    return html`<section aria-label=${t('Content')}>
      <div class="section-head">
        <h2>${t('Content')}</h2>
        ${this.isOpen ? lookSwitch(this.look, t('Look'), (look) => this.remember({ look })) : nothing}
        <span class="dim"
          >${this.object.kind === 'pipe' ? t('What waits in the pipe; nothing is taken.') : t('What waits in the FIFO; nothing is taken.')}</span
        >
      </div>
      ${this.content()}
    </section>`;
  }

  protected override closed(): TemplateResult {
    return html`<p class="empty">
      ${
        absenceOfHolders(this.object, []) === 'proved'
          ? t('Nothing. A FIFO keeps what was written only as long as somebody has it open.')
          : t(
              'Nobody was seen with it open through whom to look. A process that may not be looked at may have it.',
            )
      }
    </p>`;
  }

  protected override shownContent({ content, unread, answer }: Loaded<PeekResult>): TemplateResult {
    const packets = this.packetsIn(answer);
    if (unread === 0 && (packets?.length ?? 0) === 0)
      return html`<p class="empty">${t('Nothing waits to be read. What is written shows here.')}</p>`;
    return html`${
      packets
        ? this.list(packets)
        : html`<ipc-bytes
            .content=${content}
            .look=${this.look}
            .portion=${this.peeker.length}
            .about=${t('unread')}
          ></ipc-bytes>`
    }
    ${content.length < unread ? this.rest(content.length, unread) : nothing}`;
  }

  /** The packets of an answer; those that were there before keep what was unpacked of them. */
  private packetsIn(answer: PeekResult): readonly Packet[] | undefined {
    if (!answer.packets) return undefined;
    if (this.peeked !== answer)
      this.packets = packetsOf(fromBytes(answer.content), answer.packets, this.packets);
    this.peeked = answer;
    return this.packets;
  }

  private list(packets: readonly Packet[]): TemplateResult {
    return html`<ipc-list
      label=${t('Packets')}
      .columns=${['#', t('length'), t('content')]}
      .widths=${[Math.max(3, String(packets.length).length), 9]}
      .rows=${packets.map((packet, index) => this.row(packet, index))}
      .open=${this.open}
      .total=${packets.length}
      @toggle=${(event: CustomEvent<string>) => this.toggle(event.detail)}
    ></ipc-list>`;
  }

  private row({ key, content, length }: Packet, index: number): ListRow {
    const { look } = this;
    return {
      key,
      cells: () => [
        String(index),
        html`<span title=${bytesText(length)}>${size(length)}</span>`,
        content.length === 0 ? html`<span class="dim">${t('not looked at')}</span>` : content.line(look),
      ],
      detail: () => packetDetail(content, length, look, t('packet {0}', grouped(index))),
    };
  }
}

function packetDetail(content: Content, length: number, look: ByteFormat, about: string): TemplateResult {
  if (content.length === 0) return html`<span class="dim">${t('not looked at')}</span>`;
  const cut = content.length < length;
  return html`<ipc-bytes
    .content=${content}
    .look=${look}
    .about=${cut ? t('{0}, the beginning of {1}', about, bytesText(length)) : about}
  ></ipc-bytes>`;
}

define('ipc-stream', StreamContent);
