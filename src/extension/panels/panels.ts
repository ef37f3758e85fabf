/** All open pages: one preview that is reused, and those that are kept. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { type PageMemory, pageMemory } from '../../protocol/pages/frame';
import type { Ref } from '../../protocol/ref';
import { plain } from '../ui/foreign';
import { PANEL } from '../ids';
import { labelOf } from '../../presentation/kinds';
import type { Viewer } from '../acts/context';
import { ObjectPanel } from './objectPanel';
import type { Page } from './openPage';
import { pages } from './pages';
import type { PanelParts } from './parts';

/** Two opens of the same object within this time, in milliseconds, are a double click. */
const DOUBLE_CLICK = 500;

export class Panels implements vscode.WebviewPanelSerializer, vscode.Disposable, Viewer {
  /** By their tabs. */
  private readonly tabs = new Map<vscode.WebviewPanel, Page>();
  private lastOpen: { name: string; at: number } | undefined;

  constructor(private readonly parts: PanelParts) {}

  /** Every open page of an object, for tests. */
  get all(): readonly ObjectPanel[] {
    return this.open.filter((page) => page instanceof ObjectPanel);
  }

  /** Every open page. */
  get open(): readonly Page[] {
    return [...this.tabs.values()];
  }

  /** Whether a visible page shows this object. */
  shows(ref: Ref): boolean {
    return this.open.some((page) => page.visible && page.page === 'object' && page.ref === ref);
  }

  /** Shows an object: in the preview, or in a tab of its own where `keep`, or where it is opened twice in a row. */
  show(object: IpcObject, how: { keep: boolean; preserveFocus: boolean }): void {
    const title = labelOf(object, this.parts.inventory.process);
    this.showPage({ page: 'object', ref: object.ref, title }, how);
  }

  /** Shows a page, in the same way. `view`: how it is to be looked at, also where it is open already. */
  showPage(
    what: Pick<PageMemory, 'page' | 'ref' | 'title' | 'view'>,
    how: { keep: boolean; preserveFocus: boolean },
  ): void {
    const name = `${what.page} ${what.ref}`;
    const twice = this.lastOpen?.name === name && Date.now() - this.lastOpen.at < DOUBLE_CLICK;
    this.lastOpen = { name, at: Date.now() };
    const keep = how.keep || twice;
    const same = this.openOf(what);
    const memory = { ...what, bootId: this.parts.helper.bootId, kept: keep || same?.kept === true };
    if (same) {
      // What it shows had this ref before: ids start over at a boot.
      if (same.isPast || what.view !== undefined) same.show(memory);
      else if (keep) same.setKept();
      same.reveal(how.preserveFocus);
      return;
    }
    const preview = [...this.tabs].find(([, { kept }]) => !kept);
    if (preview && !keep) {
      this.turn(...preview, memory).reveal(how.preserveFocus);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: how.preserveFocus };
    this.adopt(vscode.window.createWebviewPanel(PANEL, plain(memory.title), column), memory);
  }

  /**
   * After a reload of the window, when the tab is shown: until then nobody knows what is in it, so its object may have been opened once more. What does not fit is closed: it says
   * nothing that could be shown.
   */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const memory = v.safeParse(pageMemory, state);
    const twin = memory.success && this.open.find((one) => one.isOf(memory.output));
    if (memory.success && !twin) this.adopt(panel, memory.output);
    else panel.dispose();
    if (memory.success && twin) {
      if (memory.output.kept) twin.setKept();
      twin.reveal(true);
    }
    return Promise.resolve();
  }

  dispose(): void {
    for (const page of this.open) page.dispose();
  }

  /** The open page of a subject: of those of several boots the one whose subject is here. */
  private openOf({ page, ref }: Pick<PageMemory, 'page' | 'ref'>): Page | undefined {
    const all = this.open.filter((one) => one.page === page && one.ref === ref);
    return all.find(({ isPast }) => !isPast) ?? all[0];
  }

  /** Shows something else in a tab. */
  private turn(tab: vscode.WebviewPanel, before: Page, memory: PageMemory): Page {
    const make = pages[memory.page];
    if (before.page === memory.page) {
      before.show(memory);
      return before;
    }
    before.leave();
    const page = new make(tab, memory, this.parts);
    this.tabs.set(tab, page);
    return page;
  }

  private adopt(panel: vscode.WebviewPanel, memory: PageMemory): void {
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.parts.dist, '..', 'media', 'panel-light.svg'),
      dark: vscode.Uri.joinPath(this.parts.dist, '..', 'media', 'panel-dark.svg'),
    };
    this.tabs.set(panel, new pages[memory.page](panel, memory, this.parts));
    panel.onDidDispose(() => {
      this.tabs.get(panel)?.dispose();
      this.tabs.delete(panel);
    });
  }
}
