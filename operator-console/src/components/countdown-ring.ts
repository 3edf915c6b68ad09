import { css, html, LitElement } from 'lit';
import { TickController } from './ticking.ts';

/** A ring that empties until a moment, with the seconds left inside. */
export class CountdownRing extends LitElement {
  static override properties = { endsAt: { type: Number }, of: { type: Number } };
  static override styles = css`
    :host {
      display: inline-block;
      inline-size: 64px;
      block-size: 64px;
      flex: none;
    }
    svg {
      display: block;
      inline-size: 100%;
      block-size: 100%;
    }
    circle {
      fill: none;
      stroke-width: 5;
      transform: rotate(-90deg);
      transform-origin: center;
    }
    .track {
      stroke: rgb(255 255 255 / 0.3);
    }
    .left {
      stroke: #ffb84d;
    }
    text {
      font-size: 22px;
      font-weight: 700;
      fill: currentColor;
      text-anchor: middle;
      dominant-baseline: central;
    }
  `;
  /** Moment of the end, ms since 1970. */
  declare endsAt: number;
  /** The whole span, ms: where the ring is full. */
  declare of: number;

  constructor() {
    super();
    this.endsAt = Date.now();
    this.of = 15_000;
    new TickController(this, 250);
  }

  override render() {
    const leftMs = Math.max(0, this.endsAt - Date.now());
    const share = Math.min(1, leftMs / this.of);
    return html`<svg viewBox="0 0 60 60" aria-hidden="true">
      <circle class="track" cx="30" cy="30" r="26" />
      <circle
        class="left"
        cx="30"
        cy="30"
        r="26"
        pathLength="100"
        stroke-dasharray="100"
        stroke-dashoffset=${100 - share * 100}
      />
      <text x="30" y="31">${Math.ceil(leftMs / 1000)}</text>
    </svg>`;
  }
}

customElements.define('countdown-ring', CountdownRing);
