import { systemTimers } from '@videosportello/queue-service/client/renewal.ts';
import { css, html, LitElement } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { createSpokenLines } from '../desk/spoken-lines.ts';
import type { SpokenLines } from '../desk/spoken-lines.ts';
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
  readonly #regions = {
    polite: createSpokenLines(() => this.requestUpdate(), systemTimers),
    assertive: createSpokenLines(() => this.requestUpdate(), systemTimers),
  };

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#regions.polite.stop();
    this.#regions.assertive.stop();
  }

  say(sentence: string, urgency: 'polite' | 'assertive'): void {
    this.#regions[urgency].say(sentence);
  }

  #lines({ lines }: SpokenLines) {
    return repeat(
      lines,
      ({ id }) => id,
      ({ text }) => html`<p>${text}</p>`,
    );
  }

  override render() {
    return html`<div class="unseen" aria-live="polite">${this.#lines(this.#regions.polite)}</div>
      <div class="unseen" aria-live="assertive">${this.#lines(this.#regions.assertive)}</div>`;
  }
}

customElements.define('live-announcer', LiveAnnouncer);
