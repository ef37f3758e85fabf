/** One panel: an object that a webview shows, live while it is visible. */
import * as vscode from 'vscode';
import { asFailure, IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import type { PanelMemory, PanelRequest, PanelState } from '../../protocol/panels';
import type { Ref } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import { type Acting, readMessageFile, receive, send, sendAgain } from '../acts';
import type { Ask } from '../ask';
import { destroyObjects } from '../destroying';
import { plain } from '../foreign';
import type { Origin } from '../history';
import { nameOf, viewOf } from '../kinds';
import { sentence } from '../sentences';
import { PanelBus, type PanelHandlers } from './bus';
import { panelHtml } from './html';

/** What panels work with. */
export interface PanelParts extends Acting {
  ask: Ask;
  log: vscode.LogOutputChannel;
  dist: vscode.Uri;
  interval: () => number;
}

export class ObjectPanel implements vscode.Disposable {
  private memory: PanelMemory;
  private object: IpcObject | undefined;
  /** The processes that it names, as they were when it was read. */
  private processes: Process[] = [];
  private live = true;
  private goneAt: number | undefined;
  /** A look that the user asked for while paused. */
  private once = false;
  private readAt: number | undefined;
  private readonly bus: PanelBus;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly panel: vscode.WebviewPanel,
    memory: PanelMemory,
    private readonly parts: PanelParts,
    private readonly keep: (panel: ObjectPanel) => void,
  ) {
    this.memory = memory;
    panel.webview.options = { enableScripts: true, localResourceRoots: [parts.dist] };
    this.bus = new PanelBus(
      panel.webview,
      this.handlers(),
      (request, error) => this.say(request, error),
      parts.log,
    );
    this.disposables = [
      this.bus,
      parts.inventory.onDidChange(() => this.update()),
      parts.helper.onDidChangeState(() => {
        this.update();
        this.push();
      }),
      parts.history.onDidChange((ref) => {
        if (ref === this.memory.ref) void this.pushHistory();
      }),
      panel.onDidChangeViewState(() => this.look()),
    ];
    this.show(memory);
  }

  get ref(): Ref {
    return this.memory.ref;
  }

  get title(): string {
    return this.panel.title;
  }

  get kept(): boolean {
    return this.memory.kept;
  }

  /** What the panel says of its object. */
  get status(): PanelState['status'] {
    return this.statusWith(this.parts.helper.state);
  }

  /** The object as the panel has it now. */
  get shown(): IpcObject | undefined {
    return this.object;
  }

  /** Shows another object in the same panel, as a preview does. */
  show(memory: PanelMemory): void {
    this.memory = memory;
    this.object = this.otherBoot() ? undefined : this.parts.inventory.get(memory.ref);
    this.processes = this.named(this.object);
    this.goneAt = undefined;
    this.live = true;
    this.panel.title = plain(memory.title);
    // A new page forgets everything about the one before, forms and scroll position included.
    this.panel.webview.html = panelHtml(this.panel.webview, this.parts.dist);
    this.look();
  }

  setKept(): void {
    this.memory = { ...this.memory, kept: true };
    this.push();
  }

  reveal(preserveFocus: boolean): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  dispose(): void {
    this.parts.inventory.look(this, {});
    for (const disposable of this.disposables) disposable.dispose();
  }

  /** The living processes that an object names. */
  private named(object: IpcObject | undefined): Process[] {
    return pidsOf(object)
      .map(this.parts.inventory.process)
      .filter((process) => process !== undefined);
  }

  private get gone(): boolean {
    return this.goneAt !== undefined;
  }

  private look(): void {
    const wanted = this.panel.visible && (this.live || this.once) && !this.gone && !this.otherBoot();
    this.parts.inventory.look(this, wanted ? { details: [this.memory.ref] } : {});
  }

  private otherBoot(): boolean {
    const { bootId } = this.parts.helper;
    return bootId !== '' && this.memory.bootId !== '' && bootId !== this.memory.bootId;
  }

  private update(): void {
    const { inventory } = this.parts;
    if (this.otherBoot()) {
      // Ids start over at a boot: the same ref names a stranger now.
      this.object = undefined;
      this.look();
      this.push();
      return;
    }
    if (!(this.live || this.once) || !this.panel.visible) return;
    const object = inventory.get(this.memory.ref);
    if (object) {
      this.goneAt = undefined;
      const processes = this.named(object);
      const same = this.object === object && JSON.stringify(processes) === JSON.stringify(this.processes);
      this.processes = processes;
      this.readAt = inventory.readAt?.endedAt;
      if (same && this.memory.bootId !== '' && !this.once) return;
      this.object = object;
      this.memory = { ...this.memory, bootId: this.parts.helper.bootId };
    } else if (inventory.answers(this.memory.ref) && !this.gone) {
      this.goneAt = inventory.readAt?.endedAt ?? Date.now();
    } else {
      return;
    }
    this.once = false;
    this.look();
    this.push();
  }

  private state(): PanelState {
    const { inventory, interval } = this.parts;
    return {
      status: this.status,
      memory: this.memory,
      object: this.object,
      processes: this.processes,
      host: inventory.host,
      readAt: this.readAt,
      goneAt: this.goneAt,
      live: this.live,
      interval: interval(),
    };
  }

  private statusWith(helper: string): PanelState['status'] {
    if (this.otherBoot()) return 'otherBoot';
    if (this.gone) return 'gone';
    if (helper === 'failed' || helper === 'unsupported') return 'noHelper';
    return this.object ? 'present' : 'loading';
  }

  private push(): void {
    this.bus.send('state', this.state());
  }

  private async pushHistory(): Promise<void> {
    this.bus.send('history', await this.parts.history.of(this.memory));
  }

  private origin(): Origin {
    const { ref, bootId, title } = this.memory;
    return { ref, bootId, name: title };
  }

  /** The object to act on. Throws `gone`. */
  private present(): IpcObject {
    if (!this.object || this.gone || this.otherBoot()) throw new IpcFailure({ code: 'gone' });
    return this.object;
  }

  /** The queue to send to and receive from. Throws `gone`. */
  private target(): Origin {
    this.present();
    return this.origin();
  }

  private handlers(): PanelHandlers {
    const { parts } = this;
    const { ask, helper, history, inventory } = parts;
    return {
      ready: () => ({ state: this.state(), strings: strings() }),
      setLive: ({ live }) => {
        this.live = live;
        this.look();
        this.push();
        return {};
      },
      refresh: () => {
        this.once = true;
        this.look();
        inventory.refresh();
        return {};
      },
      keepOpen: () => {
        this.keep(this);
        return {};
      },
      copyText: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        ask.tellBriefly(vscode.l10n.t('Copied.'));
        return {};
      },
      copyJson: async () => {
        await vscode.env.clipboard.writeText(JSON.stringify(this.present(), undefined, 2));
        ask.tellBriefly(vscode.l10n.t('Copied.'));
        return {};
      },
      destroy: async () => ({ done: await destroyObjects({ ...parts }, [this.present()]) }),
      peek: (range, token) => helper.act('sysv.msg', 'peek', { ref: this.present().ref, ...range }, token),
      send: (message) => send(parts, this.target(), message),
      receive: async ({ rule }) => receive(parts, this.target(), rule),
      pickFile: () => pickFile(ask, inventory.host?.limits['sysv.msg']?.messageBytes),
      history: () => history.of(this.memory),
      sendAgain: ({ id }) => sendAgain(parts, this.target(), id),
      dismiss: async ({ id }) => {
        await history.dismiss(this.memory.ref, id);
        return {};
      },
    };
  }

  private say(request: PanelRequest, error: unknown): string {
    const { t } = vscode.l10n;
    const name = this.object ? nameOf(this.object) : this.memory.title;
    const attempts: Record<PanelRequest, string> = {
      ready: t('open {0}', name),
      setLive: t('pause {0}', name),
      refresh: t('refresh {0}', name),
      keepOpen: t('keep {0} open', name),
      copyText: t('copy'),
      copyJson: t('copy {0}', name),
      destroy: t('destroy {0}', name),
      peek: t('peek at {0}', name),
      send: t('send to {0}', name),
      receive: t('receive from {0}', name),
      pickFile: t('read the file'),
      history: t('read the history of {0}', name),
      sendAgain: t('send to {0}', name),
      dismiss: t('dismiss the message'),
    };
    return sentence(attempts[request], asFailure(error));
  }
}

/** The processes that an object remembers. */
function pidsOf(object: IpcObject | undefined): number[] {
  if (object?.kind === 'sysv.msg')
    return [object.lastSend, object.lastReceive].flatMap((past) => (past ? [past.pid] : []));
  if (object?.kind === 'sysv.shm')
    return [object.createdBy, object.lastUse].flatMap((past) => (past ? [past.pid] : []));
  return [];
}

/** A file as the content of a message; null where the user chose none. */
async function pickFile(ask: Ask, limit: number | undefined) {
  const uri = await ask.file(vscode.l10n.t('A file whose bytes become the message'));
  if (!uri) return null;
  return { name: uri.path.split('/').at(-1) ?? '', content: await readMessageFile(uri, limit) };
}

/** The translation of the panels' strings; empty where the display language is English. */
function strings(): Record<string, unknown> {
  return vscode.l10n.bundle ? { ...vscode.l10n.bundle } : {};
}

/** The title of a panel. */
export function titleOf(object: IpcObject): string {
  return viewOf(object).label(object);
}
