/**
 * `<ipc-announcer>`: tells a screen reader what the user's own acts led to. It stands in the page from the start,
 * since a live region that appears together with its text is often not read.
 */
import { html } from 'lit';
import { state } from 'lit/decorators.js';
import { Part, define } from './base';

export class Announcer extends Part {
  @state() private text = '';
  private even = false;

  /** Reads a text out, also when it is the same as the last. */
  say(text: string): void {
    this.even = !this.even;
    this.text = this.even ? text : `${text}\u00a0`;
  }

  protected override render() {
    return html`<div class="visually-hidden" role="status">${this.text}</div>`;
  }
}

define('ipc-announcer', Announcer);
