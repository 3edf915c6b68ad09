import { css, html, LitElement } from 'lit';
import type { DutyState } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { translator } from '../i18n/translations.ts';
import { icon } from './icons.ts';
import { shared } from './styles.ts';

/** When people are on duty, whether one is now, and with `alternatives` what else there is. */
class OpeningHours extends LitElement {
  static override properties = { duty: { attribute: false }, alternatives: { type: Boolean }, stale: { type: Boolean } };
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: calc(3 * var(--mm));
        background: var(--soft);
        border-radius: calc(2.5 * var(--mm));
        padding: calc(4 * var(--mm)) calc(5 * var(--mm));
      }
      .row {
        display: flex;
        align-items: flex-start;
        gap: calc(4 * var(--mm));
      }
      .row .icon {
        margin-block-start: 0.05em;
        color: var(--action);
      }
      dl {
        display: flex;
        flex-direction: column;
      }
      dl div {
        display: flex;
        flex-wrap: wrap;
        column-gap: calc(4 * var(--mm));
      }
      .now {
        font-weight: 700;
      }
    `,
  ];
  declare duty: DutyState;
  declare alternatives: boolean;
  /** Nothing is known of now: only what is written down is said. */
  declare stale: boolean;
  readonly #t = new TranslationController(this, translator);

  constructor() {
    super();
    this.alternatives = false;
    this.stale = false;
  }

  protected override render() {
    const { open, staffed, hours, phone, nearest } = this.duty;
    const now = staffed ? 'hours-person-there' : open ? 'hours-open-nobody' : 'hours-closed';
    return html`
      <div class="row">
        ${icon('clock')}
        <div>
          <p class="now">${this.#t.text(this.stale ? 'hours-title' : now)}</p>
          <dl>
            ${hours.map(({ days, from, to }) => html`<div><dt>${this.#days(days)}</dt><dd>${this.#t.text('hours-span', { from, to })}</dd></div>`)}
          </dl>
        </div>
      </div>
      ${this.alternatives && phone ? html`<p class="row">${icon('phone')} <span>${this.#t.text('hours-phone', { phone })}</span></p>` : ''}
      ${this.alternatives && nearest ? html`<p class="row">${icon('place')} <span>${this.#t.text('hours-or')} <span lang="it">${nearest}</span></span></p>` : ''}
    `;
  }

  /** `monday`, or `monday-friday`; what is not a weekday is shown as it came. */
  #days(days: string): string {
    const names = days.split('-').map((day) => (translator.has(`day-${day}`) ? this.#t.text(`day-${day}`) : day));
    const [first = days, last] = names;
    return last === undefined ? first : this.#t.text('hours-days', { first, last });
  }
}
customElements.define('opening-hours', OpeningHours);
