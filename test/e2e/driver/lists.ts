// VS Code's lists draw only the rows in sight. Here they are read whole, and scrolled to a row.
import type { Locator } from 'playwright-core';

/** One row of a tree or of a quick pick. */
export interface ListRow {
  index: number;
  /** 1 for the top of a tree */
  level: number;
  label: string;
  description: string;
  /** the second line of a quick pick */
  detail: string;
  expanded: boolean | undefined;
  selected: boolean;
  /** what a screen reader hears */
  ariaLabel: string;
  /** names of its icon's classes, such as `codicon-mail` */
  icons: string[];
}

/**
 * Reads every row of a list, from the first to the last, and leaves it scrolled as it was. Begins again where rows came or went
 * while it scrolled, since they would stand under others then; after some tries it answers what it has.
 */
export function readRows(list: Locator): Promise<ListRow[]> {
  return list.evaluate(async (root) => {
    const found = new Map<number, ListRow>();
    let moved = false;
    const text = (row: Element, selector: string) => row.querySelector(selector)?.textContent ?? '';
    const collect = () => {
      for (const row of root.querySelectorAll('.monaco-list-rows > .monaco-list-row')) {
        const expanded = row.getAttribute('aria-expanded');
        const icons = [...row.querySelectorAll('.codicon')]
          .filter((icon) => !icon.closest('.actions, .monaco-tl-twistie'))
          .flatMap((icon) => [...icon.classList].filter((name) => name.startsWith('codicon-')));
        const index = Number(row.getAttribute('data-index'));
        const label = text(row, '.label-name');
        // Each step shows half of the rows of the step before once more.
        if (found.has(index) && found.get(index)?.label !== label) moved = true;
        found.set(index, {
          index,
          level: Number(row.getAttribute('aria-level')),
          label,
          description: text(row, '.label-description'),
          detail: text(row, '.quick-input-list-label-meta'),
          expanded: expanded === null ? undefined : expanded === 'true',
          selected: row.getAttribute('aria-selected') === 'true',
          ariaLabel: row.getAttribute('aria-label') ?? '',
          icons,
        });
      }
    };
    const rows = root.querySelector('.monaco-list-rows');
    const scrollable = root.querySelector('.monaco-scrollable-element');
    const top = () => Number.parseFloat((rows as HTMLElement | null)?.style.top ?? '0') || 0;
    // VS Code reads the old property of a wheel event, and moves 50 pixels for 120 of its units.
    const scroll = async (pixels: number) => {
      const init = { wheelDeltaY: -pixels * 2.4, bubbles: true, cancelable: true };
      scrollable?.dispatchEvent(new WheelEvent('wheel', init));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
    };
    collect();
    const isWhole = () => (rows?.scrollHeight ?? 0) <= root.clientHeight + 1;
    if (!isWhole()) {
      const before = top();
      for (let tries = 0; tries === 0 || (moved && tries < 5); tries++) {
        await scroll(-1e6);
        moved = false;
        found.clear();
        for (let last = Number.NaN; last !== top();) {
          last = top();
          collect();
          await scroll(root.clientHeight / 2);
        }
      }
      await scroll(-1e6);
      for (let last = Number.NaN; last !== top() && top() > before;) {
        last = top();
        await scroll(Math.min(top() - before, root.clientHeight / 2));
      }
    }
    return [...found.values()].sort((a, b) => a.index - b.index);
  });
}

/**
 * Scrolls a list until the row with this index lies in it as a whole.
 * Rows may come and go meanwhile: look at what stands there afterwards.
 */
export async function scrollTo(list: Locator, index: number): Promise<void> {
  await list.evaluate(async (root, wanted) => {
    const scrollable = root.querySelector('.monaco-scrollable-element');
    for (let tries = 0; tries < 200; tries += 1) {
      const rows = [...root.querySelectorAll('.monaco-list-rows > .monaco-list-row')];
      const indexOf = (row: Element) => Number(row.getAttribute('data-index'));
      const row = rows.find((one) => indexOf(one) === wanted);
      const frame = root.getBoundingClientRect();
      // Parents stick to the top of a tree and cover what lies there.
      const stuck = root.querySelector('.monaco-tree-sticky-container')?.getBoundingClientRect();
      const top = Math.max(frame.top, stuck && stuck.height > 0 ? stuck.bottom : 0);
      // The focused row is drawn even when it is out of sight.
      const inSight = rows.filter((one) => {
        const box = one.getBoundingClientRect();
        return box.bottom > frame.top && box.top < frame.bottom;
      });
      let pixels: number;
      if (row) {
        const box = row.getBoundingClientRect();
        if (box.top >= top - 1 && box.bottom <= frame.bottom + 1) return;
        pixels = box.top < top ? box.top - top : box.bottom - frame.bottom;
      } else {
        const first = Math.min(...inSight.map(indexOf));
        pixels = (wanted < first ? -1 : 1) * (frame.height / 2);
      }
      const init = { wheelDeltaY: -pixels * 2.4, bubbles: true, cancelable: true };
      scrollable?.dispatchEvent(new WheelEvent('wheel', init));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
    }
  }, index);
}
