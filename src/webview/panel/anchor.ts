/**
 * What somebody points at, types into or reads keeps its place while parts above it change their height: the page is scrolled by as much. Most parts have a height of
 * their own (`css/still.css`); this is for those that come and go.
 */

/** What may be held in place; a row of a live list moves on purpose. */
const HELD =
  'form vscode-button, form vscode-text-field, form vscode-text-area, form vscode-checkbox, form, section, header';

export class Anchor {
  /** The innermost first: the first that is still there counts. */
  private held: { element: Element; top: number }[] = [];
  private pointed: Element | undefined;
  private readonly sizes = new ResizeObserver(() => this.settle());
  private readonly parts = new MutationObserver(() => this.watch());

  constructor(private readonly root: HTMLElement) {
    // The browser's own anchoring does nothing at the top of a page, and would double ours below it.
    document.documentElement.style.overflowAnchor = 'none';
    const listen = (name: string, run: (event: Event) => void) =>
      document.addEventListener(name, run, { capture: true, passive: true });
    listen('pointermove', ({ target }) => this.point(target));
    listen('pointerdown', ({ target }) => this.point(target));
    document.documentElement.addEventListener('pointerleave', () => this.point(undefined));
    listen('focusin', () => this.hold());
    listen('scroll', () => this.hold());
    addEventListener('resize', () => this.hold());
    this.parts.observe(root, { childList: true, subtree: true });
    this.watch();
  }

  /** Everything whose height may move what stands below it. */
  private watch(): void {
    this.sizes.disconnect();
    for (const part of this.root.querySelectorAll('main, main > *, section, form, form > *'))
      this.sizes.observe(part);
    this.settle();
  }

  private point(target: EventTarget | null | undefined): void {
    this.pointed = target instanceof Element ? target : undefined;
    this.hold();
  }

  /** Remembers where it stands now. */
  private hold(): void {
    const { activeElement } = document;
    const focused = activeElement === document.body ? null : activeElement;
    const from = this.pointed ?? focused ?? this.first();
    this.held = [];
    for (let at = from?.closest(HELD); at; at = at.parentElement?.closest(HELD))
      this.held.push({ element: at, top: at.getBoundingClientRect().top });
  }

  /** Of what nobody points at: the first part that stands in the window as a whole. */
  private first(): Element | undefined {
    const all = [...this.root.querySelectorAll('main form, main section')];
    return all.find((part) => part.getBoundingClientRect().top >= 0);
  }

  private settle(): void {
    const found = this.held.find(({ element }) => element.isConnected);
    const moved = found ? found.element.getBoundingClientRect().top - found.top : 0;
    if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: 'instant' });
    this.hold();
  }
}
