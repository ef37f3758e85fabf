/** The page of one object, live while it is visible. */
import * as vscode from 'vscode';
import { IpcFailure } from '../../protocol/errors';
import type { IpcObject } from '../../protocol/kinds';
import type { PageMemory } from '../../protocol/pages/frame';
import {
  objectChannel,
  type ObjectChannel,
  type PanelSession,
  type PanelState,
} from '../../protocol/pages/object';
import { kindOf, type Ref } from '../../protocol/ref';
import type { Process } from '../../protocol/snapshot';
import type { ViewInterest } from '../model/interest';
import { labelOf, nameOf } from '../../presentation/kinds';
import { isSocket } from '../../presentation/kinds/connections';
import { blindSentences } from '../../presentation/blind';
import { type Absence, absenceOfObjects, hiddenHolders } from '../../presentation/absence';
import { pidsOf } from '../../presentation/filter/pids';
import { type Beside, besideOf, NOTHING_BESIDE } from './beside';
import { Onlooker, type Picture } from '../model/onlooker';
import { bundleOf } from './bundles';
import type { Handlers } from './bus';
import { panelHandlers, type PanelSide } from './handlers';
import { OpenPage } from './openPage';
import type { PanelParts } from './parts';
import { panelSentence } from './say';

export class ObjectPanel extends OpenPage<ObjectChannel> implements Picture {
  private object: IpcObject | undefined;
  /** The socket at the other end of its connection. */
  private peer: IpcObject | undefined;
  /** The processes that it names, as they were when it was read. */
  private processes: Process[] = [];
  private beside: Beside = NOTHING_BESIDE;
  private goneAt: number | undefined;
  /** What that it was missed means, by what could be looked at then. */
  private absence: Absence | undefined;
  /** What was hidden of the object when it was told last. */
  private hidden = '';
  private readAt: number | undefined;
  /** Its kind was not read in time. */
  private pending = false;
  /** The look is older than it should be. */
  private stale = false;
  /** Of words to the page that have not reached it the look that they are of (`Onlooker.lookAt`), in their order. */
  private readonly underWay: number[] = [];
  private readonly onlooker: Onlooker;
  /** What it answers its page, for tests. */
  readonly handlers: Handlers<ObjectChannel>;

  constructor(panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) {
    super(panel, memory, parts, objectChannel);
    this.handlers = panelHandlers(parts, this.side());
    this.onlooker = new Onlooker(parts.inventory, parts.log, this);
    this.disposables.push(
      this.onlooker,
      parts.helper.onDidChangeState(() => this.drawAll()),
      parts.history.onDidChange((ref) => {
        if (ref === this.memory.ref) void this.pushHistory();
      }),
      parts.sessions.onDidChange(({ act, after }) => this.pushSession(act, after)),
    );
    this.show(memory);
  }

  get traceName(): string {
    return this.memory.ref;
  }

  override get isPast(): boolean {
    return this.status === 'otherBoot' || this.status === 'gone';
  }

  /** What the panel says of its object. */
  get status(): PanelState['status'] {
    if (this.isOfOtherBoot) return 'otherBoot';
    if (this.gone) return 'gone';
    if (this.isBlind) return 'noHelper';
    return this.object ? 'present' : 'loading';
  }

  /** The object as the panel has it now. */
  get shown(): IpcObject | undefined {
    return this.object;
  }

  /** The socket at the other end of its connection. */
  get otherSide(): IpcObject | undefined {
    return this.peer;
  }

  override show(memory: PageMemory): void {
    this.memory = memory;
    this.object = this.isOfOtherBoot ? undefined : this.parts.inventory.get(memory.ref);
    this.peer = this.peerNow(this.object);
    this.processes = this.named(this.object, this.peer);
    this.beside = this.besideNow(this.object, this.peer);
    this.goneAt = undefined;
    this.live = true;
    this.stale = this.hears = false;
    this.onlooker.miss();
    this.load(bundleOf(kindOf(memory.ref)), this.handlers, (request, data, error) =>
      panelSentence(this.side().name(), request, data, error),
    );
    this.look();
  }

  private peerNow(object: IpcObject | undefined): IpcObject | undefined {
    const ref = peerOf(object);
    return ref === undefined ? undefined : this.parts.inventory.get(ref);
  }

  /** The living processes that objects name. */
  private named(...objects: (IpcObject | undefined)[]): Process[] {
    return [...new Set(objects.flatMap(pidsOf))]
      .map(this.parts.inventory.process)
      .filter((process) => process !== undefined);
  }

  private besideNow(...objects: (IpcObject | undefined)[]): Beside {
    const { wrong, process } = this.parts.inventory;
    return besideOf(
      objects.filter((object) => object !== undefined),
      wrong,
      process,
    );
  }

  /** What a person calls it now; that of a pipe changes with who holds it. */
  private titled(object: IpcObject): string {
    const title = labelOf(object, this.parts.inventory.process);
    if (title !== this.memory.title) this.setTitle(title);
    return title;
  }

  private get gone(): boolean {
    return this.goneAt !== undefined;
  }

  protected override look(): void {
    this.onlooker.look();
  }

  /** Nothing while it is paused, or once its object is gone: no other will be it. */
  wants(): ViewInterest {
    if (!(this.once || (this.live && !this.gone)) || this.isOfOtherBoot) return {};
    const peer = peerOf(this.object);
    return { details: [this.memory.ref, ...(peer === undefined ? [] : [peer])], findings: 'beside' };
  }

  drawAll(): void {
    this.update();
    this.push();
  }

  draw(): void {
    if (this.update()) this.push();
  }

  drawPart(): void {
    this.draw();
  }

  owedSince(): number | undefined {
    return this.hears ? this.underWay[0] : 0;
  }

  showAge(asOf: number | undefined): void {
    this.stale = asOf !== undefined;
    this.push();
  }

  /** Takes up what the inventory has; true where that is to be told. */
  private update(): boolean {
    const { inventory } = this.parts;
    if (this.isOfOtherBoot) {
      // Ids start over at a boot: the same ref names a stranger now.
      const had = this.object !== undefined;
      this.object = undefined;
      this.look();
      return had;
    }
    if (!(this.live || this.once) || !this.panel.visible) return false;
    const object = inventory.get(this.memory.ref);
    if (object) {
      this.goneAt = undefined;
      const peer = this.peerNow(object);
      const processes = this.named(object, peer);
      const hidden = JSON.stringify(this.hiddenNow());
      const pending = inventory.pending.has(object.kind);
      const beside = this.besideNow(object, peer);
      const same =
        this.object === object &&
        this.peer === peer &&
        JSON.stringify(processes) === JSON.stringify(this.processes) &&
        JSON.stringify(beside) === JSON.stringify(this.beside) &&
        hidden === this.hidden &&
        pending === this.pending;
      this.hidden = hidden;
      this.pending = pending;
      this.processes = processes;
      this.beside = beside;
      this.readAt = inventory.asOf(object.kind);
      if (same && this.memory.bootId !== '' && !this.once) return false;
      this.object = object;
      this.peer = peer;
      this.memory = { ...this.memory, bootId: this.parts.helper.bootId, title: this.titled(object) };
    } else if (inventory.answers(this.memory.ref)) {
      if (this.gone && !this.once) return false;
      this.goneAt ??= inventory.readAt?.endedAt ?? Date.now();
      const kind = kindOf(this.memory.ref);
      this.absence = kind === undefined ? 'notSeen' : absenceOfObjects(inventory.blind, kind);
    } else {
      return false;
    }
    this.once = false;
    this.look();
    return true;
  }

  private state(): PanelState {
    const { inventory, interval } = this.parts;
    return {
      status: this.status,
      memory: this.memory,
      object: this.object,
      peer: this.peer,
      processes: this.processes,
      ...this.beside,
      ...this.hiddenNow(),
      host: inventory.host,
      trusted: vscode.workspace.isTrusted,
      readAt: this.readAt,
      pending: this.pending,
      goneAt: this.goneAt,
      ...(this.gone && this.absence !== undefined && { absence: this.absence }),
      live: this.live,
      stale: this.stale,
      interval: interval(),
    };
  }

  /** What could not be looked at, and how many processes of that. */
  private hiddenNow(): Pick<PanelState, 'hidden' | 'hiddenProcesses'> {
    const { blind } = this.parts.inventory;
    return {
      hidden: blindSentences(blind, this.memory.ref),
      hiddenProcesses: hiddenHolders(blind, kindOf(this.memory.ref)),
    };
  }

  protected override push(): void {
    if (!this.bus) return;
    this.underWay.push(this.onlooker.lookAt);
    void this.bus.send('state', this.state()).then(() => {
      this.underWay.shift();
      this.onlooker.settle();
    });
  }

  /** The sessions at what is shown. */
  private sessions(): PanelSession[] {
    return this.parts.sessions.of(this.memory.ref, this.objects());
  }

  private objects(): IpcObject[] {
    return [this.object, this.peer].filter((object) => object !== undefined);
  }

  private pushSession(act: number, after: number | undefined): void {
    const { sessions } = this.parts;
    const session = after === undefined ? undefined : sessions.get(act, after);
    if (!session) void this.bus?.send('sessions', {});
    else if (sessions.isAt(act, this.memory.ref, this.objects())) void this.bus?.send('session', session);
  }

  private async pushHistory(): Promise<void> {
    void this.bus?.send('history', await this.parts.history.of(this.memory));
  }

  /** The object to act on. Throws `gone`. */
  private present(): IpcObject {
    if (!this.object || this.gone || this.isOfOtherBoot) throw new IpcFailure({ code: 'gone' });
    return this.object;
  }

  /** What the handlers of its requests see of the panel. */
  private side(): PanelSide {
    return {
      frame: this.frameHandlers(),
      ready: () => {
        this.hears = true;
        this.onlooker.settle();
        return this.state();
      },
      memory: () => this.memory,
      present: () => this.present(),
      peer: () => {
        this.present();
        if (!this.peer) throw new IpcFailure({ code: 'gone' });
        return this.peer;
      },
      sessions: () => this.sessions(),
      name: () => (this.object ? nameOf(this.object, this.parts.inventory.process) : this.memory.title),
    };
  }
}

/** The socket at the other end of an object's connection, where it is known. */
function peerOf(object: IpcObject | undefined): Ref | undefined {
  return isSocket(object) ? (object.peer ?? undefined) : undefined;
}
