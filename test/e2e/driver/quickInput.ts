// Quick picks and input boxes at the top of the window, and the command palette among them.
import type { Locator, Page } from 'playwright-core';
import { eventually, exactly } from './helpers';
import { readRows, scrollTo, type ListRow } from './lists';

export class QuickInput {
  readonly locator: Locator;
  readonly input: Locator;
  private readonly list: Locator;

  constructor(readonly page: Page) {
    this.locator = page.locator('.quick-input-widget:visible');
    this.input = this.locator.locator('.quick-input-box input');
    this.list = this.locator.locator('.quick-input-list .monaco-list');
  }

  /** Waits until one is open; with a title or placeholder: this one. */
  async wait(titleOrPlaceholder?: Label): Promise<void> {
    let found: string[] = [];
    await eventually(
      async () => {
        if (!(await this.isOpen())) return false;
        found = [await this.title(), await this.placeholder(), await this.prompt()];
        const wanted = titleOrPlaceholder;
        if (wanted === undefined) return true;
        return found.some((text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)));
      },
      10_000,
      () => `no quick input "${String(titleOrPlaceholder)}", but ${JSON.stringify(found)}`,
    );
  }

  isOpen(): Promise<boolean> {
    return this.locator.isVisible();
  }

  /** Its title; '' where it has none, or has just gone: what is asked of it must not wait for the next one. */
  async title(): Promise<string> {
    const [title = ''] = await this.locator.locator('.quick-input-title:visible').allInnerTexts();
    return title;
  }

  async placeholder(): Promise<string> {
    const placeholder = (all: Element[]) => all[0]?.getAttribute('placeholder') ?? '';
    return this.input.evaluateAll(placeholder);
  }

  /** The line below the input: its prompt, or what is wrong with the value. */
  async prompt(): Promise<string> {
    const [prompt = ''] = await this.locator.locator('.quick-input-message:visible').allInnerTexts();
    return prompt;
  }

  value(): Promise<string> {
    return this.input.inputValue();
  }

  /** All rows, those out of sight too. */
  rows(): Promise<ListRow[]> {
    return readRows(this.list);
  }

  /** Types into the box, in place of what stands there. */
  async type(text: string): Promise<void> {
    await this.input.fill(text);
  }

  /** Types a value and takes it. */
  async enter(text: string): Promise<void> {
    await this.wait();
    await this.type(text);
    await this.accept();
  }

  /** Takes what is typed or focused. */
  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  /** Goes a step back, where this is one of several. */
  async back(): Promise<void> {
    await this.locator.getByRole('button', { name: exactly('Back') }).click();
  }

  /** Types into the box, and waits until it is said that this is wrong. */
  async refuses(text: string, why: string): Promise<void> {
    await this.type(text);
    await this.wait(why);
  }

  /** Closes this one; the next may open in its place. */
  async cancel(): Promise<void> {
    if (!(await this.isOpen())) return;
    const before = await this.title();
    await this.page.keyboard.press('Escape');
    await eventually(
      async () => !(await this.isOpen()) || (await this.title()) !== before,
      2000,
      () => 'Escape does not close the quick input',
    ).catch(() => undefined);
  }

  /** The row with this label, once it is there. */
  async row(label: Label): Promise<ListRow> {
    await this.wait();
    let rows: ListRow[] = [];
    let found: ListRow | undefined;
    await eventually(
      async () => {
        rows = await this.rows();
        found = rows.find((row) => (typeof label === 'string' ? row.label === label : label.test(row.label)));
        return found !== undefined;
      },
      10_000,
      () => `no row ${String(label)} among ${JSON.stringify(rows.map((row) => row.label))}`,
    );
    return found as unknown as ListRow;
  }

  /** Picks the row with this label, once it is there. */
  async pick(label: Label): Promise<void> {
    const { index } = await this.row(label);
    await scrollTo(this.list, index);
    const text = typeof label === 'string' ? exactly(label) : label;
    const name = this.page.locator('.label-name', { hasText: text });
    await this.list.locator('.monaco-list-row').filter({ has: name }).first().click();
  }

  /** Runs a command by the title that the palette shows, such as `IPC Inspector: Refresh`. */
  async runCommand(title: string): Promise<void> {
    const name = this.page.locator('.label-name', { hasText: exactly(title) });
    const row = this.list.locator('.monaco-list-row').filter({ has: name }).first();
    const dialog = this.page.locator('.monaco-dialog-box');
    let seen = 'nothing';
    const run = async () => {
      const [question] = await dialog.allInnerTexts();
      if (question !== undefined) {
        seen = `a dialog "${question}" in front of it`;
        return false;
      }
      // Opened anew each time: it does not take up commands that are registered later.
      for (let i = 0; i < 5 && (await this.isOpen()); i += 1) await this.cancel();
      await this.page.keyboard.press('F1');
      await this.input.fill(`>${title}`, { timeout: 2000 });
      await row.waitFor({ timeout: 2000 }).catch(async () => {
        seen = JSON.stringify((await this.rows()).slice(0, 10).map((one) => one.label));
      });
      await row.click({ timeout: 1000 });
      // A command may open the next quick input in the same place.
      await row.waitFor({ state: 'hidden', timeout: 5000 });
      return true;
    };
    await eventually(
      () => run().catch(() => false),
      20_000,
      () => `the palette has no "${title}", but ${seen}`,
    );
  }
}

type Label = string | RegExp;
