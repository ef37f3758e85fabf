/** `<ipc-ago>`: the age of a moment, or how long something lasts since; it ticks by itself. It is no live region: nobody wants to hear it tick. */
import { ago, durationText, momentText } from '../../presentation/values';
import { property } from 'lit/decorators.js';
import { now, onTick } from '../clock';
import { Part, define } from './base';

export class Ago extends Part {
  /** Milliseconds since the epoch. */
  @property({ type: Number }) at = 0;
  /** `for 12 s` instead of `12 s ago`. */
  @property({ type: Boolean }) duration = false;
  private stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = onTick(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  protected override render(): string {
    return this.duration ? durationText(this.at, now()) : ago(this.at, now());
  }

  protected override updated(): void {
    this.title = momentText(this.at);
  }
}

define('ipc-ago', Ago);
