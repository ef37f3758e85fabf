/** Where the rows of a long list are, when all closed rows are equally high and only a few are open. Pure. */

/** How much is drawn beyond what can be seen, so that scrolling shows no holes. */
const BEYOND = 8;

export class Rows {
  private readonly open: readonly { index: number; extra: number }[];

  /** `opened`: the full height of each open row. */
  constructor(
    readonly count: number,
    readonly height: number,
    opened: ReadonlyMap<number, number>,
  ) {
    this.open = [...opened]
      .filter(([index]) => index < count)
      .map(([index, full]) => ({ index, extra: Math.max(0, full - height) }))
      .sort((a, b) => a.index - b.index);
  }

  /** The distance of a row from the top; for `count`, the height of all. */
  top(index: number): number {
    let top = index * this.height;
    for (const row of this.open) if (row.index < index) top += row.extra;
    return top;
  }

  /** The row at a distance from the top. */
  at(distance: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.top(middle) <= distance) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The rows to draw for a view of `height` at `scrolled`: from, and up to (not including). */
  window(scrolled: number, height: number): { from: number; to: number } {
    return {
      from: Math.max(0, this.at(scrolled) - BEYOND),
      to: Math.min(this.count, this.at(scrolled + height) + 1 + BEYOND),
    };
  }

  /** Where to scroll so that a row's head is seen; as it is where it already is. */
  reveal(index: number, scrolled: number, height: number): number {
    const top = this.top(index);
    if (top < scrolled) return top;
    return Math.max(scrolled, Math.min(top, top + this.height - height));
  }
}
