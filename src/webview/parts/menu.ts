/** `<ipc-menu>`: the "…" button and its menu, by mouse and keyboard as menus of VS Code are. */
import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { Part, define } from './base';
import { icon } from './icon';
import '../toolkit/button';

/** One line of a menu. */
export interface MenuItem {
  label: string;
  icon: string;
  run(): void;
}

export class Menu extends Part {
  @property({ attribute: false }) items: readonly MenuItem[] = [];
  @property() label = '';
  /** A codicon. */
  @property() symbol = 'ellipsis';
  @state() private open = false;
  private readonly outside = (event: Event) => {
    if (!event.composedPath().includes(this)) this.close(false);
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close(false);
  }

  protected override render() {
    return html`<vscode-button
        appearance="icon"
        class="menu-button"
        aria-label=${this.label}
        title=${this.label}
        aria-haspopup="menu"
        aria-expanded=${this.open}
        @click=${() => (this.open ? this.close(true) : this.show(0))}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'ArrowDown') this.show(0, event);
          if (event.key === 'ArrowUp') this.show(-1, event);
        }}
        >${icon(this.symbol)}</vscode-button
      >${this.open ? this.list() : nothing}`;
  }

  private list() {
    return html`<div class="menu" role="menu" aria-label=${this.label} @keydown=${this.key}>
      ${this.items.map(
        (item) =>
          html`<div class="menu-item" role="menuitem" tabindex="-1" @click=${() => this.run(item)}>
            ${icon(item.icon)}<span>${item.label}</span>
          </div>`,
      )}
    </div>`;
  }

  private readonly key = (event: KeyboardEvent) => {
    const at = this.elements().indexOf(document.activeElement as HTMLElement);
    const item = this.items[at];
    if (event.key === 'ArrowDown') this.focusItem(at + 1, event);
    else if (event.key === 'ArrowUp') this.focusItem(at - 1, event);
    else if (event.key === 'Home') this.focusItem(0, event);
    else if (event.key === 'End') this.focusItem(-1, event);
    else if (event.key === 'Tab') this.close(false);
    else if (event.key === 'Escape') this.close(true);
    else if ((event.key === 'Enter' || event.key === ' ') && item) {
      event.preventDefault();
      this.run(item);
    }
  };

  private run(item: MenuItem): void {
    this.close(true);
    item.run();
  }

  private show(first: number, event?: Event): void {
    event?.preventDefault();
    this.open = true;
    document.addEventListener('pointerdown', this.outside);
    void this.updateComplete.then(() => this.focusItem(first));
  }

  private close(refocus: boolean): void {
    document.removeEventListener('pointerdown', this.outside);
    if (refocus && this.open) this.querySelector<HTMLElement>('.menu-button')?.focus();
    this.open = false;
  }

  private focusItem(index: number, event?: Event): void {
    event?.preventDefault();
    const items = this.elements();
    items.at(index % items.length)?.focus();
  }

  private elements(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }
}

define('ipc-menu', Menu);
