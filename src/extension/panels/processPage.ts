/** The page of a process: live while it is visible, and once it has ended as it was last seen. */
import * as vscode from 'vscode';
import { attemptOf } from '../../presentation/abilities';
import { sentence } from '../../presentation/failures';
import { processPageOf } from '../../presentation/processPage';
import { t } from '../../presentation/translate';
import { processText } from '../../presentation/values';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { ProcessSubject } from '../../protocol/kinds';
import type { PageMemory } from '../../protocol/pages/frame';
import {
  processChannel,
  type ProcessChannel,
  type ProcessPage as Page,
  type ProcessState,
} from '../../protocol/pages/process';
import { KINDS, parseProcessRef } from '../../protocol/ref';
import { perform } from '../acts/perform';
import { COMMANDS } from '../ids';
import type { ViewInterest } from '../model/interest';
import { Onlooker, type Picture } from '../model/onlooker';
import { userName } from '../model/userNames';
import type { Handlers } from './bus';
import { copy, frameAttempts, strings } from './frame';
import { openSubject } from './opening';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';

/** Everything that it may hold, and whom it talks to by that. */
const LEVELS = Object.fromEntries(KINDS.map((kind) => [kind, 'rows' as const]));

export class ProcessPage extends OpenPage<ProcessChannel> implements Picture {
  private process: ProcessSubject | undefined;
  private said: Page | undefined;
  private missed: { status: 'gone' | 'unseen'; at: number } | undefined;
  /** It is being asked whether it has ended. */
  private asking = false;
  private readAt: number | undefined;
  private stale = false;
  private readonly underWay: number[] = [];
  private readonly onlooker: Onlooker;
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<ProcessChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, processChannel);
    this.handlers = this.makeHandlers();
    this.onlooker = new Onlooker(parts.inventory, parts.log, this);
    this.disposables.push(
      this.onlooker,
      parts.helper.onDidChangeState(() => this.push()),
    );
    this.show(memory);
  }

  get traceName(): string {
    return this.memory.ref;
  }

  override get isPast(): boolean {
    return this.missed !== undefined || this.isOfOtherBoot;
  }

  /** What it says, for tests. */
  get shown(): Page | undefined {
    return this.said;
  }

  override show(memory: PageMemory): void {
    this.memory = memory;
    this.process = this.said = this.missed = this.readAt = undefined;
    this.live = true;
    this.stale = this.hears = this.once = false;
    this.onlooker.miss();
    this.load('process', this.handlers, (request, _data, error) =>
      sentence(this.attempted(request), asFailure(error)),
    );
    this.look();
  }

  protected override look(): void {
    this.onlooker.look();
  }

  private attempted(request: keyof ProcessChannel['requests']): string {
    const { title } = this.memory;
    if (request === 'open' || request === 'command') return t('open it');
    if (request === 'copyJson') return t('copy {0}', title);
    return request === 'signal' ? attemptOf('signal', title) : frameAttempts[request](title);
  }

  /** Nothing while it is paused, or once it has ended: no other will be it. */
  wants(): ViewInterest {
    if (!(this.once || this.live) || this.isPast) return {};
    return { levels: LEVELS, details: [this.memory.ref], processes: true, findings: 'beside' };
  }

  drawAll(): void {
    this.draw();
  }

  draw(): void {
    if (!(this.live || this.once) || this.isPast || !this.panel.visible) return;
    const { inventory } = this.parts;
    const parts = parseProcessRef(this.memory.ref);
    const found = parts && inventory.process(parts.pid);
    // Without details it is what another view asked for.
    if (found?.startTime === parts?.startTime && found?.details)
      this.take({ ...found, kind: 'process', ref: this.memory.ref, flags: [] });
    else void this.missing();
  }

  drawPart(): void {
    // What it holds is only known where all is.
  }

  owedSince(): number | undefined {
    return this.hears ? this.underWay[0] : 0;
  }

  showAge(asOf: number | undefined): void {
    this.stale = asOf !== undefined;
    this.push();
  }

  private take(process: ProcessSubject): void {
    const { inventory, helper } = this.parts;
    const { host, wrong, readAt } = inventory;
    if (!host) return;
    this.process = process;
    const { around } = wrong;
    this.said = processPageOf(process, {
      ...{ host, user: userName, objects: inventory.all(), wrong: (ref) => wrong.of(ref), now: Date.now() },
      find: Object.assign((pid: number) => inventory.process(pid) ?? around.find(pid), {
        object: (ref: Parameters<typeof inventory.get>[0]) => inventory.get(ref) ?? around.find.object?.(ref),
      }),
    });
    this.readAt = readAt?.endedAt;
    const title = processText(process);
    if (title !== this.memory.title) this.setTitle(title);
    this.memory = { ...this.memory, bootId: helper.bootId, title };
    this.once = false;
    this.look();
    this.push();
  }

  /** It was not among those that were read: whether it has ended is asked by itself, since a look that was cut short has not all. */
  private async missing(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const { ref } = this.memory;
    try {
      const process = await this.parts.helper.act('process', 'inspect', { ref });
      if (this.memory.ref === ref && !this.isPast) this.take(process);
    } catch (error) {
      const { code, detail } = asFailure(error);
      if (code !== 'gone' || this.memory.ref !== ref) return;
      this.missed = { status: detail?.why === 'unseen' ? 'unseen' : 'gone', at: Date.now() };
      this.once = false;
      this.look();
      this.push();
    } finally {
      this.asking = false;
    }
  }

  private state(): ProcessState {
    return {
      status: this.status(),
      memory: this.memory,
      ...(this.said && { page: this.said }),
      trusted: vscode.workspace.isTrusted,
      ...(this.readAt !== undefined && { readAt: this.readAt }),
      ...(this.missed && { goneAt: this.missed.at }),
      live: this.live,
      stale: this.stale,
    };
  }

  private status(): ProcessState['status'] {
    if (this.isOfOtherBoot) return 'otherBoot';
    if (this.missed) return this.missed.status;
    if (this.isBlind) return 'noHelper';
    return this.said ? 'present' : 'loading';
  }

  protected override push(): void {
    if (!this.bus || !this.hears) return;
    this.underWay.push(this.onlooker.lookAt);
    void this.bus.send('state', this.state()).then(() => {
      this.underWay.shift();
      this.onlooker.settle();
    });
  }

  /** The process to act on. Throws `gone`. */
  private present(): ProcessSubject {
    if (!this.process || this.isPast) throw new IpcFailure({ code: 'gone', subject: 'process' });
    return this.process;
  }

  /** What a command is handed over. */
  private subjectOf(command: 'why' | 'revealProcess' | 'limits'): object | undefined {
    // The machine's are there also when the process has ended.
    if (command === 'limits') return undefined;
    const { ref, pid } = this.present();
    return command === 'why' ? { ref } : { is: 'process', pid };
  }

  private makeHandlers(): Handlers<ProcessChannel> {
    const { parts } = this;
    return {
      ready: () => {
        this.hears = true;
        this.onlooker.settle();
        return { state: this.state(), strings: strings() };
      },
      ...this.frameHandlers(),
      open: ({ ref }) => openSubject(ref, (wanted) => parts.inventory.get(wanted)),
      command: async ({ command }) => {
        await vscode.commands.executeCommand(COMMANDS[command], this.subjectOf(command));
        return {};
      },
      copyJson: () => copy(parts.ask, { text: JSON.stringify(this.present(), undefined, 2), how: 'exact' }),
      signal: async ({ signal, value, tid }, token) => {
        const done = await perform(
          parts,
          this.present(),
          'signal',
          { signal, value, tid },
          { page: true, token },
        );
        return done?.result as { merged: boolean };
      },
    };
  }
}
