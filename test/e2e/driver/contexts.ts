// What a window is opened in: a browser's profile. It is used again for the next window, since a new one would load and compile all of VS Code once more; what the window before stored in it is gone.
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** What a window of VS Code stores: its editors, its views, the state of its extensions. */
const STORED = 'local_storage,indexeddb,websql,file_systems';

/** A page, and the profile that it is alone in. */
export interface Profile {
  context: BrowserContext;
  page: Page;
}

/** Those without a window, each with an empty page. */
const idle = new WeakMap<Browser, Profile[]>();

/** A profile for a window, as empty as a new profile. */
export async function takeProfile(browser: Browser): Promise<Profile> {
  const profile = idle.get(browser)?.pop();
  if (profile) return profile;
  // What moves before it stands would only be waited for.
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
  });
  return { context, page: await context.newPage() };
}

/** Closes the window in a profile. `url`: where it was. */
export async function leaveProfile({ context, page }: Profile, url: string): Promise<void> {
  const browser = context.browser();
  if (!browser) return;
  const next = await context.newPage();
  // Not left for another page: what is not saved would be asked about.
  await page.close();
  const session = await context.newCDPSession(next);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes: STORED });
  await session.detach();
  const all = idle.get(browser) ?? [];
  all.push({ context, page: next });
  idle.set(browser, all);
}
