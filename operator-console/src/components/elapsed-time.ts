import { html, LitElement } from 'lit';
import { spanWords } from '../desk/time-words.ts';
import { TickController } from './ticking.ts';

/** How long something has lasted, counting. */
export class ElapsedTime extends LitElement {
  static override properties = { since: { type: Number } };
  /** Moment it began, ms since 1970. */
  declare since: number;

  constructor() {
    super();
    this.since = Date.now();
    new TickController(this, 1_000);
  }

  override render() {
    return html`<span>${spanWords(Date.now() - this.since)}</span>`;
  }
}

/** The time of day. */
export class WallClock extends LitElement {
  constructor() {
    super();
    new TickController(this, 1_000);
  }

  override render() {
    const now = new Date();
    return html`<time>${String(now.getHours()).padStart(2, '0')}:${String(now.getMinutes()).padStart(2, '0')}</time>`;
  }
}

customElements.define('elapsed-time', ElapsedTime);
customElements.define('wall-clock', WallClock);
