/** All open panels: one preview that is reused, and those that are kept. */
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { IpcObject } from '../../protocol/kinds';
import { type PanelMemory, panelMemory } from '../../protocol/panels';
import type { Ref } from '../../protocol/ref';
import { plain } from '../ui/foreign';
import { PANEL } from '../ids';
import { labelOf } from '../../presentation/kinds';
import type { Viewer } from '../acts/context';
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
    const same = this.panelOf(object.ref);
    const memory: PanelMemory = {
      ref: object.ref,
      bootId: this.parts.helper.bootId,
      kept: keep || same?.kept === true,
      title: labelOf(object, this.parts.inventory.process),
    };
    if (same) {
      // What it shows had this ref before: ids start over at a boot.
      if (isPast(same)) same.show(memory);
      else if (keep) same.setKept();
      same.reveal(how.preserveFocus);
      return;
    }
    const preview = [...this.open].find(({ kept }) => !kept);
    if (preview && !keep) {
      preview.show(memory);
      preview.reveal(how.preserveFocus);
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
    const memory = v.safeParse(panelMemory, state);
    const twin = memory.success && [...this.open].find((one) => one.isOf(memory.output));
    if (memory.success && !twin) this.adopt(panel, memory.output);
    else panel.dispose();
    if (memory.success && twin) {
      if (memory.output.kept) twin.setKept();
      twin.reveal(true);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.registration.dispose();
    for (const panel of this.open) panel.dispose();
  }

  /** The panel of a ref: of those of several boots the one whose object is here. */
  private panelOf(ref: Ref): ObjectPanel | undefined {
    const all = [...this.open].filter((panel) => panel.ref === ref);
    return all.find((panel) => !isPast(panel)) ?? all[0];
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

/** Whether what a panel shows is no more. */
function isPast({ status }: ObjectPanel): boolean {
  return status === 'otherBoot' || status === 'gone';
}
