/** What the host does for the frame of every page. */
import * as vscode from 'vscode';
import { copiedText } from '../../presentation/copies';
import { t } from '../../presentation/translate';
import type { Copy } from '../../protocol/copies';
import type { Channel } from '../../protocol/pages/channel';
import type { frameRequests } from '../../protocol/pages/frame';
import type { Ask } from '../ui/ask';
import type { Handlers } from './bus';
import type { PanelParts } from './parts';

/** What a page asks of the host for its frame. */
export type FrameChannel = { requests: typeof frameRequests; events: Channel['events'] };

/** What the frame's handlers see of their page. */
export interface FrameSide {
  setLive(live: boolean): void;
  /** Looks once, also while paused. */
  lookOnce(): void;
  keepOpen(): void;
}

export function frameHandlers(
  { ask, inventory }: Pick<PanelParts, 'ask' | 'inventory'>,
  side: FrameSide,
): Handlers<FrameChannel> {
  return {
    setLive: ({ live }) => {
      side.setLive(live);
      return {};
    },
    refresh: () => {
      side.lookOnce();
      inventory.refresh({ thorough: true });
      return {};
    },
    keepOpen: () => {
      side.keepOpen();
      return {};
    },
    copyText: (text) => copy(ask, text),
  };
}

/** What was tried, for the sentence of a request of the frame that failed. */
export const frameAttempts: Readonly<Record<keyof typeof frameRequests | 'ready', (name: string) => string>> =
  {
    ready: (name) => t('open {0}', name),
    setLive: (name) => t('pause {0}', name),
    refresh: (name) => t('refresh {0}', name),
    keepOpen: (name) => t('keep {0} open', name),
    copyText: () => t('copy'),
  };

export async function copy(ask: Ask, { text, how }: Copy): Promise<object> {
  await vscode.env.clipboard.writeText(text);
  ask.tellBriefly(copiedText(how));
  return {};
}

/** The translation of the pages' strings; empty where the display language is English. */
export function strings(): Record<string, unknown> {
  return vscode.l10n.bundle ? { ...vscode.l10n.bundle } : {};
}
