/** The keys that move in a list. */

/** The row that a key leads to; undefined where the key does not move. */
export function moveInList(key: string, at: number, count: number, page: number): number | undefined {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: count - 1,
    PageDown: at + page,
    PageUp: at - page,
  }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to));
}
