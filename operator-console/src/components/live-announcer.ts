import { css, html, LitElement } from 'lit';
import { base } from './styles.ts';

/** The page's two live regions: one that waits for a pause, one that does not. Moves no focus. */
export class LiveAnnouncer extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset-block-start: 0;
        inset-inline-start: 0;
      }
    `,
  ];
  static override properties = { polite: { state: true }, assertive: { state: true } };
  declare polite: string;
  declare assertive: string;

  constructor() {
    super();
    this.polite = '';
    this.assertive = '';
  }

  say(sentence: string, urgency: 'polite' | 'assertive'): void {
    // The same sentence twice is news too: a no-break space makes it another one.
    const next = this[urgency] === sentence ? `${sentence}\u00a0` : sentence;
    this[urgency] = next;
  }

  override render() {
    return html`<div class="unseen" aria-live="polite">${this.polite}</div>
      <div class="unseen" role="alert">${this.assertive}</div>`;
  }
}

customElements.define('live-announcer', LiveAnnouncer);
