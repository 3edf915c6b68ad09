import type { KioskTile } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import { keepOrder, orderKiosks } from '../desk/desk-machine.ts';
import { texts } from '../i18n/texts.ts';
import '../components/elapsed-time.ts';

/** All kiosks of the pool: name, town, state as word, shape and colour, since when. Whoever waits stands first. */
export class KiosksPanel extends LitElement {
  static override properties = { kiosks: { attribute: false } };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        padding: 12px;
      }
      ul {
        overflow-y: auto;
        display: grid;
        gap: 6px;
        align-content: start;
        margin-block-start: 8px;
        padding: 3px;
      }
      li {
        display: grid;
        gap: 2px;
        padding: 8px 10px;
        border: 1px solid var(--it-color-slate-78);
        border-inline-start: 6px solid var(--state);
        border-radius: 4px;
        background: #fff;
        line-height: 1.2;
      }
      li div {
        display: flex;
        gap: 8px;
        justify-content: space-between;
      }
      .name {
        font-weight: 700;
        overflow-wrap: anywhere;
      }
      .town {
        font-size: 14px;
      }
      .state {
        display: flex;
        gap: 6px;
        align-items: center;
        color: var(--state);
        font-weight: 600;
        font-size: 15px;
      }
      elapsed-time {
        font-variant-numeric: tabular-nums;
        font-size: 14px;
      }
      .mine {
        display: inline-flex;
        flex: none;
        gap: 4px;
        align-items: center;
        color: var(--it-color-blue-30);
        font-weight: 700;
        font-size: 14px;
      }
      li[data-state='free'] {
        --state: #006644;
      }
      li[data-state='self-service'] {
        --state: #004d99;
      }
      li[data-state='waiting'] {
        --state: #804d00;
        background: #fdf4e7;
      }
      li[data-state='offered'] {
        --state: #804d00;
        background: #fdf4e7;
      }
      li[data-state='with-operator'] {
        --state: #17324d;
      }
      li[data-state='offline'] {
        --state: #b32d43;
      }
      li[data-state='revoked'] {
        --state: #5c3a40;
      }
    `,
  ];
  declare kiosks: readonly KioskTile[];
  readonly #texts = new TranslationController(this, texts);
  #held = false;
  #shown: readonly KioskTile[] = [];

  constructor() {
    super();
    this.kiosks = [];
    // Nothing moves under a hand or an eye that is on the list (C04).
    this.addEventListener('pointerenter', () => (this.#held = true));
    this.addEventListener('pointerleave', () => this.#release());
    this.addEventListener('focusin', () => (this.#held = true));
    this.addEventListener('focusout', () => this.#release());
  }

  #release() {
    this.#held = this.matches(':hover, :focus-within');
    if (!this.#held) this.requestUpdate();
  }

  override render() {
    const t = this.#texts;
    this.#shown = this.#held ? keepOrder(this.kiosks, this.#shown) : orderKiosks(this.kiosks);
    return html`<h2>${t.text('kiosks-title')}</h2>
      ${this.#shown.length === 0 ? html`<p class="quiet">${t.text('kiosks-none')}</p>` : nothing}
      <ul tabindex="0" aria-label=${t.text('kiosks-title')}>
        ${repeat(
          this.#shown,
          ({ kioskId }) => kioskId,
          (tile) =>
            html`<li data-state=${tile.state}>
              <div>
                <span class="name">${tile.name}</span>
                <elapsed-time .since=${tile.waitingSince ?? tile.since}></elapsed-time>
              </div>
              <div>
                <span class="town">${tile.town}</span>
                ${tile.mine ? html`<span class="mine">${icon('mine')}${t.text('kiosk-mine')}</span>` : nothing}
              </div>
              <span class="state">${icon(tile.state)}${t.text(`kiosk-${tile.state}`)}</span>
            </li>`,
        )}
      </ul>`;
  }
}

customElements.define('kiosks-panel', KiosksPanel);
