/** Columns under each other. */

/** Rows of text, each column as wide as its widest cell; the last one is as long as it is. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows
    .map((row) => {
      const cells = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)));
      return `${indent}${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}
