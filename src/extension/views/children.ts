/** The children that were handed to VS Code, by parent: a parent is fired only when its members come, go or change places. */

export class Children<P, N extends P = P> {
  private readonly given = new Map<P, readonly N[]>();

  /** VS Code got these. */
  gave(parent: P, children: readonly N[]): void {
    this.given.set(parent, children);
  }

  /** The children that VS Code has; undefined where the parent is closed. */
  of(parent: P): readonly N[] | undefined {
    return this.given.get(parent);
  }

  /** Every open parent. */
  parents(): Iterable<P> {
    return this.given.keys();
  }

  /** A parent was closed, or is gone, with everything under it. */
  forget(parent: P): void {
    const children = this.given.get(parent);
    this.given.delete(parent);
    for (const child of children ?? []) this.forget(child);
  }

  clear(): void {
    this.given.clear();
  }

  /** Whether an open parent has other children now. Nodes are compared by identity. */
  differ(parent: P, now: readonly N[]): boolean {
    const given = this.given.get(parent);
    return given !== undefined && (given.length !== now.length || given.some((node, at) => node !== now[at]));
  }
}
