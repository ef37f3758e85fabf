/**
 * The rows that VS Code has, by parent, whatever stands in the model by now. A parent is fired only when its members come, go or change places,
 * and a node is given up only once VS Code has taken a list without it: until then it is known by this very object. Nodes have unique ids.
 */

/** Stands for the root among the parents. */
export const ROOT = 'root';

export class Given<P, N extends P & { readonly id: string }> {
  private readonly lists = new Map<P, { rows: readonly N[]; open: boolean }>();
  /** Under which parent each row was given last. */
  private readonly parents = new Map<string, P>();

  /** VS Code takes these. Answers what it has no more, with everything under it. */
  gave(parent: P, rows: readonly N[]): N[] {
    const before = this.lists.get(parent)?.rows ?? [];
    this.lists.set(parent, { rows, open: true });
    for (const { id } of rows) this.parents.set(id, parent);
    const stay = new Set(rows.map(({ id }) => id));
    return before
      .filter(({ id }) => !stay.has(id) && this.parents.get(id) === parent)
      .flatMap((row) => this.release(row));
  }

  /** The rows under an open parent; undefined where it is closed. */
  of(parent: P): readonly N[] | undefined {
    const list = this.lists.get(parent);
    return list?.open === true ? list.rows : undefined;
  }

  /** Every open parent. */
  *open(): Iterable<P> {
    for (const [parent, { open }] of this.lists) if (open) yield parent;
  }

  /** Every row under an open parent. */
  *rows(): Iterable<N> {
    for (const { rows, open } of this.lists.values()) if (open) yield* rows;
  }

  /** Whether VS Code has a row of this id, also under a closed parent. */
  has(id: string): boolean {
    return this.parents.has(id);
  }

  /** How many rows it has. */
  get size(): number {
    return this.parents.size;
  }

  /** A parent was closed, with everything under it: nobody keeps its rows true. Answers them. */
  close(parent: P): N[] {
    const list = this.lists.get(parent);
    if (!list?.open) return [];
    list.open = false;
    return list.rows.flatMap((row) => [row, ...this.close(row)]);
  }

  /** Whether an open parent has other rows now. Nodes are compared by identity. */
  differ(parent: P, now: readonly N[]): boolean {
    const given = this.of(parent);
    return given !== undefined && (given.length !== now.length || given.some((node, at) => node !== now[at]));
  }

  private release(row: N): N[] {
    const { rows = [] } = this.lists.get(row) ?? {};
    this.lists.delete(row);
    this.parents.delete(row.id);
    const under = rows.filter(({ id }) => this.parents.get(id) === row);
    return [row, ...under.flatMap((child) => this.release(child))];
  }
}
