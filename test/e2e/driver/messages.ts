// What VS Code says to the user: notifications in the corner, and modal dialogs.
import type { Locator, Page } from 'playwright-core';
import { eventually, exactly } from './helpers';

export interface Notification {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** the message as HTML, to see what became of foreign text */
  html: string;
  source: string;
  buttons: string[];
}

type Text = string | RegExp;

export class Notifications {
  private readonly items: Locator;

  constructor(readonly page: Page) {
    this.items = page.locator('.notifications-toasts .notification-list-item');
  }

  /** Those that show now, the newest first. */
  all(): Promise<Notification[]> {
    return this.items.evaluateAll((items) =>
      items.map((item) => {
        const icon = item.querySelector('.notification-list-item-icon')?.className ?? '';
        const message = item.querySelector('.notification-list-item-message');
        const source = item.querySelector('.notification-list-item-source')?.textContent ?? '';
        return {
          severity: icon.includes('error') ? 'error' : icon.includes('warning') ? 'warning' : 'info',
          message: message?.textContent ?? '',
          html: message?.innerHTML ?? '',
          source: source.replace(/^Source: /, ''),
          buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
            (button) => button.textContent,
          ),
        };
      }),
    );
  }

  /** Waits for one whose message has this text. */
  async wait(text: Text, timeout = 10_000): Promise<Notification> {
    let found: Notification | undefined;
    let all: Notification[] = [];
    await eventually(
      async () => {
        all = await this.all();
        found = all.find(({ message }) =>
          typeof text === 'string' ? message.includes(text) : text.test(message),
        );
        return found !== undefined;
      },
      timeout,
      () => `no notification ${String(text)} among ${JSON.stringify(all.map((n) => n.message))}`,
    );
    if (!found) throw new Error('unreachable');
    return found;
  }

  /** Presses a button of the one whose message has this text. */
  async press(text: Text, button: string): Promise<void> {
    await this.wait(text);
    const item = this.items.filter({ hasText: text }).first();
    await item.hover();
    await item.getByRole('button', { name: exactly(button) }).click();
    await item.waitFor({ state: 'hidden' });
  }

  /** Closes all. */
  async clear(): Promise<void> {
    for (let i = 0; i < 20 && (await this.items.count()) > 0; i += 1) {
      const item = this.items.first();
      const close = item.locator('.codicon-notifications-clear, .codicon-close').first();
      try {
        await item.hover({ timeout: 1000 });
        await close.click({ timeout: 1000 });
      } catch {
        // It went by itself meanwhile.
      }
      await this.page.waitForTimeout(100);
    }
  }
}

export class Dialog {
  readonly locator: Locator;

  constructor(readonly page: Page) {
    this.locator = page.locator('.monaco-dialog-box');
  }

  isOpen(): Promise<boolean> {
    return this.locator.isVisible();
  }

  /** Waits until one is open and reads it. */
  async read(): Promise<{ message: string; detail: string; html: string; buttons: string[] }> {
    await this.locator.waitFor();
    const text = async (selector: string) => (await this.locator.locator(selector).allInnerTexts())[0] ?? '';
    return {
      message: await text('.dialog-message-text'),
      detail: await text('.dialog-message-detail'),
      html: await this.locator.locator('.dialog-message-container').innerHTML(),
      buttons: await this.locator.locator('.dialog-buttons .monaco-button').allInnerTexts(),
    };
  }

  /** Presses a button; `Cancel` is always there. */
  async press(button: string): Promise<void> {
    await this.locator.waitFor();
    await this.locator
      .locator('.dialog-buttons')
      .getByRole('button', { name: exactly(button) })
      .click();
    await this.locator.waitFor({ state: 'hidden' });
  }
}
