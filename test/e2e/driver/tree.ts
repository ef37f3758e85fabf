// One tree view of the side bar, and its rows.
import type { Locator, Page } from 'playwright-core';
import { eventually, exactly } from './helpers';
import { readRows, scrollTo, type ListRow } from './lists';

export type Label = string | RegExp;

const matches = (label: Label, text: string) =>
  typeof label === 'string' ? label === text : label.test(text);

/** The view with this name, in whatever container it is. */
export class TreeView {
  readonly list: Locator;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.list = page.locator(`[role="tree"][aria-label="${name}"]`);
  }

  /** All rows from top to bottom, those out of sight too. */
  rows(): Promise<ListRow[]> {
    return readRows(this.list);
  }

  /** The row with this label; it need not be there yet. `icon`: where several rows may have the label, such as `lock`. */
  row(label: Label, icon?: string): TreeRow {
    return new TreeRow(this, label, icon);
  }

  /** Waits until the rows are as wanted, and gives them back. */
  async waitForRows(wanted: (rows: ListRow[]) => boolean, timeout = 10_000): Promise<ListRow[]> {
    let rows: ListRow[] = [];
    await eventually(
      async () => wanted((rows = await this.rows())),
      timeout,
      () => `${this.name} has the rows ${JSON.stringify(rows.map((r) => [r.label, r.description]))}`,
    );
    return rows;
  }

  /** Selects several rows; the first by a plain click, which also runs its command. */
  async select(...labels: Label[]): Promise<void> {
    for (const [i, label] of labels.entries()) {
      await this.row(label).click({ modifiers: i === 0 ? [] : ['Control'] });
    }
  }

  /** Presses an action in the title of the view. */
  async titleAction(title: string): Promise<void> {
    const pane = this.page.locator('.pane, .composite.viewlet').filter({ has: this.list }).last();
    await pane.hover({ position: { x: 20, y: 8 } });
    await pane
      .getByRole('button', { name: exactly(title) })
      .first()
      .click();
  }

  /** What the view says instead of rows: texts of its welcome content. */
  async welcome(): Promise<string> {
    const pane = this.page.locator(`.pane:has(.pane-header[aria-label^="${this.name} Section"])`);
    const content = pane.or(this.page.locator('.sidebar')).first().locator('.welcome-view-content');
    return (await content.allInnerTexts())[0] ?? '';
  }
}

/** One row of a tree, found by its label each time it is used. */
export class TreeRow {
  constructor(
    readonly tree: TreeView,
    readonly label: Label,
    readonly icon?: string,
  ) {}

  private is({ label, icons }: ListRow): boolean {
    return matches(this.label, label) && (this.icon === undefined || icons.includes(`codicon-${this.icon}`));
  }

  /** The row in the page, once it is in sight. */
  get locator(): Locator {
    const { list, page } = this.tree;
    const text = typeof this.label === 'string' ? exactly(this.label) : this.label;
    const name = page.locator('.label-name', { hasText: text });
    const rows = list.locator('.monaco-list-rows > .monaco-list-row').filter({ has: name });
    const those =
      this.icon === undefined ? rows : rows.filter({ has: page.locator(`.codicon-${this.icon}`) });
    return those.first();
  }

  /** Its facts, or undefined if there is no such row. */
  async find(): Promise<ListRow | undefined> {
    return (await this.tree.rows()).find((row) => this.is(row));
  }

  /** Its facts, once it is there. */
  get(timeout = 10_000): Promise<ListRow> {
    return this.awaitRow(() => true, timeout);
  }

  private async awaitRow(wanted: (row: ListRow) => boolean, timeout: number): Promise<ListRow> {
    const isIt = (row: ListRow) => this.is(row) && wanted(row);
    const row = (await this.tree.waitForRows((all) => all.some(isIt), timeout)).find(isIt);
    if (!row) throw new Error(`no row ${String(this.label)}`);
    return row;
  }

  /** Waits until the description of such a row is as wanted. */
  waitUntil(wanted: (description: string) => boolean, timeout = 10_000): Promise<ListRow> {
    return this.awaitRow((row) => wanted(row.description), timeout);
  }

  /** Waits until there is no such row. */
  async waitUntilGone(timeout = 10_000): Promise<void> {
    await this.tree.waitForRows((all) => !all.some((row) => this.is(row)), timeout);
  }

  /** Waits for it and scrolls until it lies in the view as a whole. */
  async reveal(): Promise<Locator> {
    await eventually(
      async () => {
        // Reading the whole list takes longer, so that is for rows that are out of sight.
        const drawn = (await this.locator.count()) > 0 ? this.locator : undefined;
        const index = await drawn?.getAttribute('data-index', { timeout: 1000 }).catch(() => undefined);
        await scrollTo(this.tree.list, index ? Number(index) : (await this.get()).index);
        return (await this.locator.count()) > 0;
      },
      10_000,
      () => `${String(this.label)} does not come into sight`,
    );
    return this.locator;
  }

  /** The part of it where a click means the row itself. */
  private async labelInSight(): Promise<Locator> {
    return (await this.reveal()).locator('.label-name').first();
  }

  /** Clicks the label, which runs the row's command. */
  async click(options: { modifiers?: ('Control' | 'Shift')[]; clickCount?: number } = {}): Promise<void> {
    const once = async () => (await this.labelInSight()).click(options);
    // Several at once mean what stands there already.
    if ((options.modifiers?.length ?? 0) > 0 || (options.clickCount ?? 1) > 1) return once();
    await eventually(
      async () => {
        await once();
        // Rows that came above it meanwhile moved another under the mouse: then it is aimed at again.
        return (await this.isUnderMouse()) || (await this.isSelected());
      },
      10_000,
      () => `${String(this.label)} is not hit`,
    );
  }

  /**
   * Clicks it so that something shows. VS Code selects a row and forgets its command where it is just asking anew for rows (it looks into the selection, which is empty in that moment); with a look every 250 ms on a
   * busy machine that comes to pass, and a person clicks again.
   */
  async open(shown: Locator): Promise<void> {
    await eventually(
      async () => {
        await this.click();
        return shown.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      },
      30_000,
      () => `a click on ${String(this.label)} shows nothing`,
    );
  }

  private async isSelected(): Promise<boolean> {
    const selected = await this.locator.getAttribute('aria-selected', { timeout: 1000 }).catch(() => null);
    return selected === 'true';
  }

  /** Opens it, and gives its children a moment to come; it may have none. */
  async expand(): Promise<void> {
    await this.toggle(true);
    const hasChild = (rows: ListRow[]) => {
      const at = rows.findIndex((row) => this.is(row));
      return (rows[at + 1]?.level ?? 0) > (rows[at]?.level ?? 0);
    };
    await this.tree.waitForRows(hasChild, 1000).catch(() => undefined);
  }

  async collapse(): Promise<void> {
    await this.toggle(false);
  }

  private async toggle(expanded: boolean): Promise<void> {
    let again = 0;
    await eventually(
      async () => {
        if ((await this.get()).expanded === expanded) return true;
        // Rows that come above it meanwhile move another under the mouse: then it is aimed at again, as a person does. Where it was hit, a second click would take the first one back.
        if (performance.now() < again) return false;
        await (await this.reveal()).locator('.monaco-tl-twistie').click();
        again = performance.now() + ((await this.isUnderMouse()) ? 8000 : 500);
        return false;
      },
      15_000,
      () => `${String(this.label)} does not ${expanded ? 'expand' : 'collapse'}`,
    );
  }

  /** Moves the mouse on it. */
  async hover(): Promise<void> {
    await eventually(
      async () => {
        await (await this.labelInSight()).hover();
        // Rows may have moved meanwhile.
        return this.isUnderMouse();
      },
      10_000,
      () => `the mouse does not come to ${String(this.label)}`,
    );
  }

  private async isUnderMouse(): Promise<boolean> {
    const hovered = this.tree.list.locator('.monaco-list-rows > .monaco-list-row:hover .label-name');
    const [text] = await hovered.allInnerTexts();
    return text !== undefined && matches(this.label, text);
  }

  /** Its tooltip, as a user sees it. The mouse stays on the row. */
  async tooltip(): Promise<{ text: string; html: string }> {
    const { page } = this.tree;
    const shown = page.locator('.workbench-hover-container .monaco-hover:visible');
    const read = () =>
      shown.evaluateAll((all) =>
        all.slice(0, 1).map((one) => ({
          text: (one as HTMLElement).innerText,
          html: one.querySelector('.monaco-hover-content')?.innerHTML ?? '',
        })),
      );
    let found: Awaited<ReturnType<typeof read>> = [];
    await eventually(
      async () => {
        await page.mouse.move(0, 0);
        await shown.waitFor({ state: 'hidden' });
        await this.hover();
        // It does not come if the row was drawn anew in the moment before.
        await shown.waitFor({ timeout: 2000 }).catch(() => undefined);
        // It is filled while it is shown, if the extension resolves it late; and it may go again, as its row is drawn anew.
        const end = performance.now() + 5000;
        do found = await read();
        while (found[0]?.text.startsWith('Loading') && performance.now() < end);
        return found.length > 0 && !found[0]?.text.startsWith('Loading') && (await this.isUnderMouse());
      },
      10_000,
      () => `${String(this.label)} shows no tooltip, or one that keeps loading: ${JSON.stringify(found)}`,
    );
    return found[0] ?? { text: '', html: '' };
  }

  /** The names of the actions that show when the mouse is on it. */
  async inlineActions(): Promise<string[]> {
    await this.hover();
    const actions = this.locator.locator('.actions .action-label');
    return actions.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  }

  /** Clicks one of these actions. */
  async inlineAction(title: string): Promise<void> {
    await this.hover();
    await this.locator
      .locator('.actions')
      .getByRole('button', { name: exactly(title) })
      .click();
  }

  /** Opens its context menu. */
  async contextMenu(): Promise<ContextMenu> {
    await (await this.labelInSight()).click({ button: 'right' });
    const menu = new ContextMenu(this.tree.page);
    await menu.locator.waitFor();
    return menu;
  }
}

/** A context menu that is open. */
export class ContextMenu {
  readonly locator: Locator;

  constructor(readonly page: Page) {
    this.locator = page.locator('.monaco-menu').last();
  }

  /** The names of its entries. */
  entries(): Promise<string[]> {
    return this.locator.locator('.action-menu-item .action-label').allInnerTexts();
  }

  /** Picks the entry with this name. */
  async pick(title: string): Promise<void> {
    const entry = this.locator.getByRole('menuitem', { name: exactly(title) });
    await entry.waitFor();
    // A menu takes no click in its first moments, so that the one that opened it does nothing.
    await this.page.waitForTimeout(250);
    await eventually(
      async () => {
        await entry.click({ timeout: 1000 }).catch(() => undefined);
        await this.locator.waitFor({ state: 'hidden', timeout: 500 }).catch(() => undefined);
        return !(await this.locator.isVisible());
      },
      5000,
      () => `the menu does not take "${title}"`,
    );
  }

  async close(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.locator.waitFor({ state: 'hidden' });
  }
}
