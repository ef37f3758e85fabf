/** The page Limits: what is allowed on this machine, and how much of it is used. Asked of the helper at the interval while it is visible. */
import type * as vscode from 'vscode';
import { sentence } from '../../presentation/failures';
import { limitsPageOf } from '../../presentation/limitsPage';
import { t } from '../../presentation/translate';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { LimitsAnswer } from '../../protocol/limits';
import type { PageMemory } from '../../protocol/pages/frame';
import {
  limitsChannel,
  type LimitsChannel,
  type LimitsPage as Page,
  type LimitsState,
} from '../../protocol/pages/limits';
import { userName } from '../model/userNames';
import type { Handlers } from './bus';
import { copy, frameAttempts, strings } from './frame';
import { openSubject } from './opening';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';

/** To look takes at most this part of the time. */
const SHARE = 10;

export class LimitsPage extends OpenPage<LimitsChannel> {
  private answer: LimitsAnswer | undefined;
  private said: Page | undefined;
  private failed = false;
  private asking = false;
  /** Somebody asked for a look while one was under way. */
  private owed = false;
  /** The next look. */
  private later: NodeJS.Timeout | undefined;
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<LimitsChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, limitsChannel);
    this.handlers = this.makeHandlers();
    this.disposables.push(
      parts.helper.onDidChangeState(() => {
        this.look(true);
        this.push();
      }),
    );
    this.show(memory);
  }

  /** A machine has limits after each boot. */
  override get isPast(): boolean {
    return false;
  }

  /** What it says, for tests. */
  get shown(): Page | undefined {
    return this.said;
  }

  override show(memory: PageMemory): void {
    this.memory = memory;
    this.answer = this.said = undefined;
    this.live = true;
    this.failed = this.hears = this.once = false;
    this.load('limits', this.handlers, (request, _data, error) =>
      sentence(this.attempted(request), asFailure(error)),
    );
    this.look(true);
  }

  protected override close(): void {
    clearTimeout(this.later);
    super.close();
  }

  private attempted(request: keyof LimitsChannel['requests']): string {
    const { title } = this.memory;
    if (request === 'open') return t('open it');
    return request === 'copyJson' ? t('copy {0}', title) : frameAttempts[request](title);
  }

  /** `anew`: at once; else when it is due. */
  protected override look(anew = false): void {
    const wanted = this.panel.visible && (this.live || this.once);
    if (!wanted || anew) this.stop();
    this.owed = wanted && anew && this.asking;
    if (wanted && !this.asking && this.later === undefined) void this.ask();
  }

  private stop(): void {
    clearTimeout(this.later);
    this.later = undefined;
  }

  private async ask(): Promise<void> {
    this.asking = true;
    const from = performance.now();
    try {
      this.take(await this.parts.helper.request('limits', {}));
    } catch (error) {
      this.parts.log.debug(`limits: ${asFailure(error).code}`);
      this.failed = true;
    }
    this.asking = false;
    this.push();
    if (this.owed) {
      this.look(true);
      return;
    }
    // A hidden page looks when it is shown again; this one is as of then for that long.
    const pause = Math.max(this.parts.interval(), (SHARE - 1) * (performance.now() - from));
    this.later = setTimeout(() => {
      this.later = undefined;
      this.look();
    }, pause);
  }

  private take(answer: LimitsAnswer): void {
    this.failed = this.once = false;
    this.answer = answer;
    this.said = limitsPageOf(answer, userName);
    this.memory = { ...this.memory, bootId: this.parts.helper.bootId };
  }

  private state(): LimitsState {
    return {
      status: this.failed || this.isBlind ? 'noHelper' : this.said ? 'present' : 'loading',
      memory: this.memory,
      ...(this.said && { page: this.said }),
      ...(this.answer && { readAt: this.answer.seenAt }),
      live: this.live,
    };
  }

  protected override push(): void {
    if (this.hears) void this.bus?.send('state', this.state());
  }

  private makeHandlers(): Handlers<LimitsChannel> {
    return {
      ready: () => {
        this.hears = true;
        return { state: this.state(), strings: strings() };
      },
      ...this.frameHandlers(),
      open: ({ ref }) => openSubject(ref, () => undefined),
      copyJson: () => {
        const { answer } = this;
        if (!answer) throw new IpcFailure({ code: 'gone' });
        return copy(this.parts.ask, { text: JSON.stringify(answer.limits, undefined, 2), how: 'exact' });
      },
    };
  }
}
