/** The page Why: why a process waits, or who waits for an object. Asked of the helper again and again while it is visible, at the pace at which the machine is looked at for its troubles. */
import * as vscode from 'vscode';
import { sentence } from '../../presentation/failures';
import { t } from '../../presentation/translate';
import { asFailure } from '../../protocol/errors';
import type { Cure, Why } from '../../protocol/findings';
import type { PageMemory } from '../../protocol/pages/frame';
import { whyChannel, type WhyChannel, type WhyState } from '../../protocol/pages/why';
import type { Ref } from '../../protocol/ref';
import type { Handlers } from './bus';
import { DOABLE } from '../model/cures';
import { carryOutCure } from './curing';
import { frameAttempts, strings } from './frame';
import { openSubject } from './opening';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';

/** Milliseconds after a failure. */
const LATER = 2000;

export class WhyPage extends OpenPage<WhyChannel> {
  private why: Why | undefined;
  private gone = false;
  private failed = false;
  private following: vscode.CancellationTokenSource | undefined;
  private later: NodeJS.Timeout | undefined;
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<WhyChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, whyChannel);
    this.handlers = this.makeHandlers();
    this.disposables.push(
      parts.helper.onDidChangeState(() => {
        this.look(true);
        this.push();
      }),
    );
    this.show(memory);
  }

  override get isPast(): boolean {
    return this.gone || this.isOfOtherBoot;
  }

  /** What it knows, for tests. */
  get shown(): Why | undefined {
    return this.why;
  }

  override show(memory: PageMemory): void {
    this.memory = memory;
    this.why = undefined;
    this.live = true;
    this.gone = this.failed = this.hears = this.once = false;
    this.load('why', this.handlers, (request, _data, error) =>
      sentence(this.attempted(request), asFailure(error)),
    );
    this.look(true);
  }

  protected override close(): void {
    this.stop();
    super.close();
  }

  private attempted(request: keyof WhyChannel['requests']): string {
    const { title } = this.memory;
    if (request === 'cure') return t('do that');
    return request === 'open' ? t('open it') : frameAttempts[request](title);
  }

  private stop(): void {
    clearTimeout(this.later);
    this.following?.cancel();
    this.following = undefined;
  }

  /** Asks for as long as somebody looks. `anew`: also where it asks already. */
  protected override look(anew = false): void {
    const wanted = this.panel.visible && (this.live || this.once) && !this.isPast;
    if (!wanted || anew) this.stop();
    if (wanted && !this.following) void this.ask((this.following = new vscode.CancellationTokenSource()));
  }

  private async ask(following: vscode.CancellationTokenSource): Promise<void> {
    const { token } = following;
    const stopped = () => token.isCancellationRequested;
    try {
      while (!stopped()) {
        const after = this.why && { after: this.why.seenAt };
        const asked = { subject: this.ref, ...after, ...(this.once && { fresh: true }) };
        const why = await this.parts.helper.request('why', asked, token, true);
        if (!stopped()) this.take(why);
      }
    } catch (error) {
      if (stopped()) return;
      this.parts.log.debug(`why: ${asFailure(error).code}`);
      this.failed = true;
      this.following = undefined;
      this.later = setTimeout(() => this.look(), LATER);
      this.push();
    }
  }

  private take(why: Why): void {
    this.failed = this.once = false;
    const was = this.why?.found === true;
    if (was && !why.found) this.gone = true;
    else this.why = why;
    this.memory = { ...this.memory, bootId: this.parts.helper.bootId };
    this.push();
    this.look();
  }

  private state(): WhyState {
    return {
      status: this.status(),
      memory: this.memory,
      ...(this.why && { why: this.why }),
      trusted: vscode.workspace.isTrusted,
      live: this.live,
      doable: [...DOABLE],
    };
  }

  private status(): WhyState['status'] {
    if (this.isOfOtherBoot) return 'otherBoot';
    if (this.gone) return 'gone';
    if (this.failed || this.isBlind) return 'noHelper';
    return this.why ? 'present' : 'loading';
  }

  protected override push(): void {
    if (this.hears) void this.bus?.send('state', this.state());
  }

  private makeHandlers(): Handlers<WhyChannel> {
    return {
      ready: () => {
        this.hears = true;
        return { state: this.state(), strings: strings() };
      },
      ...this.frameHandlers(),
      cure: async ({ cure }) => {
        await this.run(cure);
        return {};
      },
      open: ({ ref }) => openSubject(ref, (wanted) => this.objectOf(wanted)),
    };
  }

  private async run(cure: Cure): Promise<void> {
    await carryOutCure(cure, (ref) => this.objectOf(ref));
    this.once = true;
    this.look(true);
  }

  private objectOf(ref: Ref) {
    return this.parts.inventory.get(ref) ?? this.why?.objects.find((one) => one.ref === ref);
  }
}
