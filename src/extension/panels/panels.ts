/** All open panels: one preview that is reused, and those that are kept. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { type PanelMemory, panelMemory } from '../../protocol/panels';
import type { Ref } from '../../protocol/ref';
import { PANEL } from '../ids';
import { labelOf } from '../kinds';
import type { Viewer } from '../waiting';
import { ObjectPanel } from './objectPanel';
import type { PanelParts } from './parts';

/** Two opens of the same object within this time, in milliseconds, are a double click. */
const DOUBLE_CLICK = 500;

export class Panels implements vscode.WebviewPanelSerializer, vscode.Disposable, Viewer {
  private readonly open = new Set<ObjectPanel>();
  private lastOpen: { ref: Ref; at: number } | undefined;
  private readonly registration = vscode.window.registerWebviewPanelSerializer(PANEL, this);

  constructor(private readonly parts: PanelParts) {}

  /** Every open panel, for tests. */
  get all(): readonly ObjectPanel[] {
    return [...this.open];
  }

  /** Whether a visible panel shows this object. */
  shows(ref: Ref): boolean {
    return [...this.open].some((panel) => panel.visible && panel.ref === ref);
  }

  /** Shows an object: in the preview, or in a panel of its own where `keep`, or where it is opened twice in a row. */
  show(object: IpcObject, how: { keep: boolean; preserveFocus: boolean }): void {
    const twice = this.lastOpen?.ref === object.ref && Date.now() - this.lastOpen.at < DOUBLE_CLICK;
    this.lastOpen = { ref: object.ref, at: Date.now() };
    const keep = how.keep || twice;
    const same = [...this.open].find(({ ref }) => ref === object.ref);
    if (same) {
      if (keep) same.setKept();
      same.reveal(how.preserveFocus);
      return;
    }
    const memory: PanelMemory = {
      ref: object.ref,
      bootId: this.parts.helper.bootId,
      kept: keep,
      title: labelOf(object, this.parts.inventory.process),
    };
    const preview = [...this.open].find(({ kept }) => !kept);
    if (preview && !keep) {
      preview.show(memory);
      preview.reveal(how.preserveFocus);
      return;
    }
    closeUnread(memory.title, [...this.open]);
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: how.preserveFocus };
    this.adopt(vscode.window.createWebviewPanel(PANEL, memory.title, column), memory);
  }

  /** After a reload of the window. What does not fit is closed: it says nothing that could be shown. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const memory = v.safeParse(panelMemory, state);
    if (memory.success) this.adopt(panel, memory.output);
    else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open) panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, memory: PanelMemory): void {
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.parts.dist, '..', 'media', 'panel-light.svg'),
      dark: vscode.Uri.joinPath(this.parts.dist, '..', 'media', 'panel-dark.svg'),
    };
    const shown = new ObjectPanel(panel, memory, this.parts, (kept) => kept.setKept());
    this.open.add(shown);
    panel.onDidDispose(() => {
      this.open.delete(shown);
      shown.dispose();
    });
  }
}

/** After a reload VS Code hands a panel over only when its tab is shown. One of the same title that we do not have yet would stand there twice. */
function closeUnread(title: string, ours: readonly ObjectPanel[]): void {
  if (ours.some((panel) => panel.title === title)) return;
  const twins = vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input, label }) =>
        input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANEL) && label === title,
    );
  if (twins.length > 0) void vscode.window.tabGroups.close(twins, true);
}
