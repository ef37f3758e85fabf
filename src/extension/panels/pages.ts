/** Every page that can be opened; one that is forgotten does not compile. */
import type * as vscode from 'vscode';
import type { PageMemory, PageName } from '../../protocol/pages/frame';
import { LimitsPage } from './limitsPage';
import { ObjectPanel } from './objectPanel';
import type { Page } from './openPage';
import type { PanelParts } from './parts';
import { ProcessPage } from './processPage';
import { TablePage } from './tablePage';
import { WhyPage } from './whyPage';

/** What opens a page in a tab. */
type Opener = new (panel: vscode.WebviewPanel, memory: PageMemory, parts: PanelParts) => Page;

export const pages: Readonly<Record<PageName, Opener>> = {
  object: ObjectPanel,
  process: ProcessPage,
  why: WhyPage,
  limits: LimitsPage,
  table: TablePage,
};
