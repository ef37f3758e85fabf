// A running VS Code as its user sees it: what can be read, pressed and typed, by the names on it.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import type { CodeServer } from '../host/codeServer.mjs';
import { writeLiveSettings } from '../host/settings.mjs';
import { leaveProfile, type Profile, takeProfile } from './driver/contexts';
import { eventually, exactly } from './driver/helpers';
import { Dialog, Notifications } from './driver/messages';
import { QuickInput } from './driver/quickInput';
import { TreeView } from './driver/tree';

/** What a window needs to know of its server. */
export type Server = Pick<CodeServer, 'url' | 'password' | 'userDataDir'>;

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const themes: Record<Theme, { name: string; kind: string }> = {
  dark: { name: 'Default Dark Modern', kind: 'vs-dark' },
  light: { name: 'Default Light Modern', kind: 'vs' },
  'hc-dark': { name: 'Default High Contrast', kind: 'hc-black' },
  'hc-light': { name: 'Default High Contrast Light', kind: 'hc-light' },
};

export interface OpenOptions {
  folder: string;
  viewport?: { width: number; height: number };
  theme?: Theme;
  settings?: Record<string, unknown>;
  /** What the address tells the workbench besides, such as a log level. */
  payload?: readonly (readonly string[])[];
}

export class Workbench {
  readonly quick: QuickInput;
  readonly notifications: Notifications;
  readonly dialog: Dialog;
  readonly page: Page;

  private constructor(
    private readonly profile: Profile,
    private readonly server: Server,
    private settings: Record<string, unknown>,
  ) {
    const { page } = profile;
    this.page = page;
    this.quick = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.dialog = new Dialog(page);
  }

  /** Opens a window, logs in, and waits until the extensions are up. */
  static async open(browser: Browser, server: Server, options: OpenOptions): Promise<Workbench> {
    const {
      folder,
      viewport = { width: 1280, height: 800 },
      theme = 'dark',
      settings = {},
      payload = [],
    } = options;
    const all = { ...settings, 'workbench.colorTheme': themes[theme].name };
    writeLiveSettings(server.userDataDir, all);
    const profile = await takeProfile(browser);
    const { context, page } = profile;
    try {
      await page.setViewportSize(viewport);
      const more = payload.length === 0 ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
      await page.goto(`${server.url}?folder=${encodeURIComponent(folder)}${more}`);
      // A profile that had a window of this server is still logged in.
      const password = page.locator('input[name="password"]');
      if ((await password.count()) > 0) {
        await password.fill(server.password);
        await password.press('Enter');
      }
      const workbench = new Workbench(profile, server, all);
      await workbench.waitUntilReady();
      await workbench.waitForTheme(theme);
      return workbench;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  private async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    // From here on the palette has the commands of extensions.
    const isMarked = () => performance.getEntriesByName('code/didLoadExtensions').length > 0;
    await this.page.waitForFunction(isMarked, undefined, { timeout: 60_000 });
    let quietSince = performance.now();
    await eventually(
      async () => {
        const texts = (await this.statusBar()).join('\n');
        if (texts.includes('Activating Extensions')) quietSince = performance.now();
        return performance.now() - quietSince > 500;
      },
      30_000,
      () => 'the extensions do not become active',
    );
  }

  /** Runs a command by its title in the palette, such as `IPC Inspector: Refresh`. */
  runCommand(title: string): Promise<void> {
    return this.quick.runCommand(title);
  }

  /** Shows a container of the activity bar by its title. */
  async showContainer(title: string): Promise<void> {
    await this.runCommand(`View: Show ${title}`);
    await this.page.locator('.part.sidebar .composite.title', { hasText: title }).waitFor();
  }

  /** The tree view with this name. */
  view(name: string): TreeView {
    return new TreeView(this.page, name);
  }

  /** The tooltip that shows now, wherever it belongs. */
  get hover(): Locator {
    return this.page.locator('.workbench-hover-container .monaco-hover:visible');
  }

  /** Texts in the status bar, as a screen reader hears them. */
  statusBar(): Promise<string[]> {
    return this.page
      .locator('.part.statusbar .statusbar-item:visible')
      .evaluateAll((items) => items.map((item) => item.getAttribute('aria-label') ?? ''));
  }

  /** The open tabs of all editor groups; a preview tab has its title in italics. */
  tabs(): Promise<{ title: string; active: boolean; preview: boolean }[]> {
    return this.page.locator('.tabs-container .tab').evaluateAll((tabs) =>
      tabs.map((tab) => ({
        title: tab.querySelector('.label-name')?.textContent ?? '',
        active: tab.classList.contains('active'),
        preview: tab.querySelector('.monaco-icon-label.italic') !== null,
      })),
    );
  }

  private tab(title: string): Locator {
    const label = this.page.locator('.label-name', { hasText: exactly(title) });
    return this.page.locator('.tabs-container .tab').filter({ has: label }).first();
  }

  /** Brings the tab with this title to the front. */
  async selectTab(title: string): Promise<void> {
    await this.tab(title).click();
  }

  /** Closes the tab with this title by its cross. */
  async closeTab(title: string): Promise<void> {
    const tab = this.tab(title);
    await tab.hover();
    await tab.getByRole('button', { name: exactly('Close') }).click();
    await tab.waitFor({ state: 'hidden' });
  }

  /** The document of the panel in sight; `nth` where several are side by side. */
  panel(nth = 0): FrameLocator {
    const frames = this.page.locator('iframe.webview.ready').filter({ visible: true });
    return frames.nth(nth).contentFrame().frameLocator('iframe#active-frame');
  }

  /** The same as a frame, to run a script in it. */
  async panelFrame(nth = 0): Promise<Frame> {
    const html = await this.panel(nth).locator('html').elementHandle({ timeout: 10_000 });
    const frame = await html?.ownerFrame();
    if (!frame) throw new Error('The panel is not there any more.');
    return frame;
  }

  /** What lies in the clipboard. */
  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Changes settings besides those given before; VS Code takes them over by itself. */
  setSettings(settings: Record<string, unknown>): void {
    this.settings = { ...this.settings, ...settings };
    writeLiveSettings(this.server.userDataDir, this.settings);
  }

  /** Switches the colours, and waits until they are there. */
  async setTheme(theme: Theme): Promise<void> {
    this.setSettings({ 'workbench.colorTheme': themes[theme].name });
    await this.waitForTheme(theme);
  }

  private async waitForTheme(theme: Theme): Promise<void> {
    await this.page.locator(`.monaco-workbench.${themes[theme].kind}`).waitFor({ timeout: 15_000 });
    // Panels hear of it a little later.
    await sleep(200);
  }

  /** Makes the side bar so many pixels wide. */
  async resizeSideBar(width: number): Promise<void> {
    const sash = this.page.locator('.monaco-sash.primary-sidebar-sash');
    const sideBar = this.page.locator('.part.sidebar');
    await eventually(
      async () => {
        const now = (await sideBar.boundingBox())?.width ?? 0;
        if (Math.abs(now - width) < 1) return true;
        const box = await sash.boundingBox();
        if (!box) return false;
        const from = { x: box.x + box.width / 2, y: box.y + box.height * 0.75 };
        await this.page.mouse.move(from.x, from.y);
        await this.page.mouse.down();
        await this.page.mouse.move(from.x + (width - now) / 2, from.y);
        await this.page.mouse.move(from.x + (width - now), from.y);
        await this.page.mouse.up();
        return false;
      },
      5000,
      () => `the side bar cannot be ${width} pixels wide`,
    );
    await this.page.mouse.move(0, 0);
  }

  /** Reloads the window. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitUntilReady();
  }

  /** As WebP, which is a third of a PNG's size: some are in the package. `of`: a part of the window. */
  async screenshot(path: string, of?: Locator, most = { width: Infinity, height: Infinity }): Promise<void> {
    const box = await of?.boundingBox();
    const clip = box && {
      ...box,
      ...{ width: Math.min(box.width, most.width), height: Math.min(box.height, most.height), scale: 1 },
    };
    const session = await this.profile.context.newCDPSession(this.page);
    const { data } = await session.send('Page.captureScreenshot', {
      ...{ format: 'webp', quality: 90 },
      ...(clip && { clip }),
    });
    await session.detach();
    writeFileSync(path, data, 'base64');
  }

  async close(): Promise<void> {
    await leaveProfile(this.profile, this.server.url);
  }
}
