/** What every page has in the host: a webview, a bus while it shows something, and what is remembered of it. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Channel, RequestOf } from '../../protocol/pages/channel';
import type { PageMemory, PageName } from '../../protocol/pages/frame';
import type { Ref } from '../../protocol/ref';
import { plain } from '../ui/foreign';
import { type Handlers, PageBus } from './bus';
import { type FrameChannel, frameHandlers } from './frame';
import { pageHtml } from './html';
import type { PanelParts } from './parts';

/** A page, whatever it shows. */
export type Page = Pick<OpenPage, keyof OpenPage>;

export abstract class OpenPage<C extends Channel = Channel> implements vscode.Disposable {
  /** Of the load that is shown. */
  protected bus: PageBus<C> | undefined;
  /** False: paused by the user. */
  protected live = true;
  /** A look that the user asked for, also while paused. */
  protected once = false;
  /** The page hears what it is told: it does not from when it is hidden until it asks again. */
  protected hears = false;
  /** Ended with the page. */
  protected readonly disposables: vscode.Disposable[];

  constructor(
    protected readonly panel: vscode.WebviewPanel,
    protected memory: PageMemory,
    protected readonly parts: PanelParts,
    private readonly channel: C,
  ) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [parts.dist] };
    this.disposables = [
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.hears = false;
        this.look();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.push()),
    ];
  }

  get page(): PageName {
    return this.memory.page;
  }

  /** What it is about. */
  get ref(): Ref {
    return this.memory.ref;
  }

  get title(): string {
    return this.panel.title;
  }

  get kept(): boolean {
    return this.memory.kept;
  }

  /** Whether it is to be seen. */
  get visible(): boolean {
    return this.panel.visible;
  }

  /** Whether this is what a page remembers. */
  isOf({ page, ref, bootId }: PageMemory): boolean {
    return this.memory.page === page && this.memory.ref === ref && this.memory.bootId === bootId;
  }

  /** Whether what it shows is no more. */
  abstract get isPast(): boolean;

  /** Shows something else of its sort in the same tab, as a preview does. */
  abstract show(memory: PageMemory): void;

  /** Looks at what it shows for as long as that is wanted. `anew`: also where a look is under way. */
  protected abstract look(anew?: boolean): void;

  /** Tells the page its state, where it hears. */
  protected abstract push(): void;

  /** The tab is another's now, or closed: nothing is to be looked at any more. */
  protected close(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  setKept(): void {
    this.memory = { ...this.memory, kept: true };
    this.push();
  }

  /** Whether what it is about was of another boot: ids start over then, and the same ref names a stranger. */
  protected get isOfOtherBoot(): boolean {
    const { bootId } = this.parts.helper;
    return bootId !== '' && this.memory.bootId !== '' && bootId !== this.memory.bootId;
  }

  /** Whether nothing can be read at present. */
  protected get isBlind(): boolean {
    const { state } = this.parts.helper;
    return state === 'failed' || state === 'unsupported';
  }

  /** Answers the requests of the frame. */
  protected frameHandlers(): Handlers<FrameChannel> {
    return frameHandlers(this.parts, {
      setLive: (live) => {
        this.live = live;
        this.look();
        this.push();
      },
      lookOnce: () => {
        this.once = true;
        this.look(true);
      },
      keepOpen: () => this.setKept(),
    });
  }

  reveal(preserveFocus: boolean): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  /** Another page gets the tab: what was asked for is still done. */
  leave(): void {
    this.bus?.leave();
    this.close();
  }

  dispose(): void {
    this.bus?.dispose();
    this.close();
  }

  protected setTitle(title: string): void {
    this.panel.title = plain(title);
  }

  /** Loads a page anew: it forgets everything about the one before, forms and scroll position included. `say`: the sentence of a request that failed. */
  protected load(
    bundle: string,
    handlers: Handlers<C>,
    say: (request: RequestOf<C>, data: unknown, error: unknown) => string,
  ): void {
    const load = randomUUID();
    const { webview } = this.panel;
    this.setTitle(this.memory.title);
    this.bus?.leave();
    this.bus = new PageBus(webview, load, this.channel, handlers, say, this.parts.log);
    webview.html = pageHtml(webview, this.parts.dist, bundle, load);
  }
}
