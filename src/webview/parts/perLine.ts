/** How many bytes a line of hex has room for, so that nobody has to scroll sideways. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Bytes in a line, the most first. */
const MANY = [16, 8, 4] as const;
const FEWEST = 4;
/** Border, padding and a scroll bar, in pixels. */
const AROUND = 30;

/** Watches the width of an element that has a `.probe` of ten characters in its font. */
export class PerLine implements ReactiveController {
  value: number = MANY[0];
  /** The width of a character in pixels. */
  character = 0;
  private readonly resized = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));

  /** `digits`: of the offset before each line. */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly digits: () => number,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.resized.observe(this.host);
  }

  hostDisconnected(): void {
    this.resized.disconnect();
  }

  hostUpdated(): void {
    this.fit();
  }

  private fit(): void {
    const character = (this.host.querySelector('.probe')?.getBoundingClientRect().width ?? 0) / 10;
    if (character === 0) return;
    this.character = character;
    const columns = Math.floor((this.host.clientWidth - AROUND) / character);
    const value = MANY.find((many) => this.digits() + 2 + many * 3 - 1 + 2 + many <= columns) ?? FEWEST;
    if (value === this.value) return;
    this.value = value;
    this.host.requestUpdate();
  }
}
