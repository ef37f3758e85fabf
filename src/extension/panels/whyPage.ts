/** The page Why: why a process waits, or who waits for an object. Asked of the helper again and again while it is visible, at the pace at which the machine is looked at for its troubles. */
import * as vscode from 'vscode';
import { sentence } from '../../presentation/failures';
import { t } from '../../presentation/translate';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { Cure, Why } from '../../protocol/findings';
import type { PageMemory } from '../../protocol/pages/frame';
import { whyChannel, type WhyChannel, type WhyState } from '../../protocol/pages/why';
import { parseProcessRef, type Ref } from '../../protocol/ref';
import { COMMANDS } from '../ids';
import type { Handlers } from './bus';
import { DOABLE } from '../model/cures';
import { carryOutCure } from './curing';
import { frameAttempts, frameHandlers, strings } from './frame';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';

/** Milliseconds after a failure. */
const LATER = 2000;

export class WhyPage extends OpenPage<WhyChannel> {
  private why: Why | undefined;
  private live = true;
  /** A look that the user asked for, also while paused. */
  private once = false;
  private gone = false;
  private failed = false;
  /** The page hears what it is told. */
  private hears = false;
  private following: vscode.CancellationTokenSource | undefined;
  private later: NodeJS.Timeout | undefined;
  private readonly disposables: vscode.Disposable[];
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<WhyChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, whyChannel);
    this.handlers = this.makeHandlers();
    this.disposables = [
      parts.helper.onDidChangeState(() => {
        this.follow(true);
        this.push();
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.hears = false;
        this.follow();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.push()),
    ];
    this.show(memory);
  }

  override get isPast(): boolean {
    return this.gone || this.otherBoot();
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
    this.follow(true);
  }

  override setKept(): void {
    super.setKept();
    this.push();
  }

  protected override close(): void {
    this.stop();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private attempted(request: keyof WhyChannel['requests']): string {
    const { title } = this.memory;
    if (request === 'cure') return t('do that');
    return request === 'open' ? t('open it') : frameAttempts[request](title);
  }

  private otherBoot(): boolean {
    const { bootId } = this.parts.helper;
    return bootId !== '' && this.memory.bootId !== '' && bootId !== this.memory.bootId;
  }

  private stop(): void {
    clearTimeout(this.later);
    this.following?.cancel();
    this.following = undefined;
  }

  /** Asks for as long as somebody looks. `anew`: also where it asks already. */
  private follow(anew = false): void {
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
      this.later = setTimeout(() => this.follow(), LATER);
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
    this.follow();
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
    const { state } = this.parts.helper;
    if (this.otherBoot()) return 'otherBoot';
    if (this.gone) return 'gone';
    if (this.failed || state === 'failed' || state === 'unsupported') return 'noHelper';
    return this.why ? 'present' : 'loading';
  }

  private push(): void {
    if (this.hears) void this.bus?.send('state', this.state());
  }

  private makeHandlers(): Handlers<WhyChannel> {
    return {
      ready: () => {
        this.hears = true;
        return { state: this.state(), strings: strings() };
      },
      ...frameHandlers(this.parts, {
        setLive: (live) => {
          this.live = live;
          this.follow();
          this.push();
        },
        lookOnce: () => {
          this.once = true;
          this.follow(true);
        },
        keepOpen: () => this.setKept(),
      }),
      cure: async ({ cure }) => {
        await this.run(cure);
        return {};
      },
      open: async ({ ref }) => {
        if (parseProcessRef(ref)) await vscode.commands.executeCommand(COMMANDS.openProcess, { ref });
        else await vscode.commands.executeCommand(COMMANDS.open, { object: this.present(ref) });
        return {};
      },
    };
  }

  private async run(cure: Cure): Promise<void> {
    await carryOutCure(cure, (ref) => this.objectOf(ref));
    this.once = true;
    this.follow(true);
  }

  /** Throws `gone`. */
  private present(ref: Ref) {
    const object = this.objectOf(ref);
    if (!object) throw new IpcFailure({ code: 'gone' });
    return object;
  }

  private objectOf(ref: Ref) {
    return this.parts.inventory.get(ref) ?? this.why?.objects.find((one) => one.ref === ref);
  }
}
