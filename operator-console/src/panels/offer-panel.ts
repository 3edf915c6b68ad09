import type { StandingOffer } from '@videosportello/queue-service/client/operator-queue-client.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../components/styles.ts';
import type { DeskActions, Progress } from '../desk/desk-state.ts';
import { spanWords } from '../desk/time-words.ts';
import { texts } from '../i18n/texts.ts';
import '../components/countdown-ring.ts';

/** How long an offer stands in all, ms (design D13): where the ring is full. */
const OFFER_MS = 15_000;

/**
 * One offer: which kiosk, what for, which language, how far the citizen has come, what he needs; with its countdown.
 */
export class OfferPanel extends LitElement {
  static override properties = {
    offer: { attribute: false },
    others: { type: Number },
    cut: { type: Boolean },
    progress: { attribute: false },
    actions: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        background: #17324d;
        color: #fff;
        border-radius: 8px;
        padding: 14px;
        box-shadow: 0 4px 16px rgb(0 0 0 / 0.25);
      }
      .top {
        display: flow-root;
        line-height: 1.3;
      }
      .top countdown-ring {
        float: inline-end;
        margin-inline-start: 8px;
      }
      h2 {
        font-size: 20px;
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 12px;
        margin-block: 10px;
        line-height: 1.3;
      }
      dt {
        opacity: 0.85;
      }
      dd {
        font-weight: 600;
      }
      .row > * {
        flex: 1;
        min-inline-size: 0;
        text-align: center;
      }
      button:not(.main) {
        background: transparent;
        border-color: #fff;
        color: #fff;
      }
      button:not(.main):disabled {
        border-color: rgb(255 255 255 / 0.5);
        color: rgb(255 255 255 / 0.7);
      }
      button:not(.main):hover:not(:disabled) {
        background: rgb(255 255 255 / 0.15);
      }
      button.main {
        background: #00b377;
        border-color: #00b377;
        color: #00271a;
      }
      button.main:hover:not(:disabled) {
        background: #22d499;
      }
      .need {
        background: #ffb84d;
        color: #3d2500;
        border-radius: 4px;
        padding: 0 6px;
        margin-inline-end: 4px;
        white-space: nowrap;
      }
      .wrong {
        color: #ffd0d6;
      }
    `,
  ];
  declare offer: StandingOffer;
  /** How many more offers stand. */
  declare others: number;
  declare cut: boolean;
  declare progress: Progress;
  declare actions: Pick<DeskActions, 'accept' | 'decline'>;
  readonly #texts = new TranslationController(this, texts);

  override render() {
    const { offer, actions } = this;
    const t = this.#texts;
    const busy = this.cut || this.progress.busy.has('offer');
    const problem = this.progress.problems.offer;
    return html`<div class="top">
        <countdown-ring .endsAt=${offer.endsAtMs} .of=${OFFER_MS}></countdown-ring>
        <p>${t.text(`offer-title-${offer.class}`)}</p>
        <h2>${offer.kioskName}</h2>
        <p>${offer.town}</p>
      </div>
      <dl>
        <dt>${t.text('offer-service')}</dt>
        <dd>${t.text(`service-${offer.service ?? 'none'}`)}</dd>
        <dt>${t.text('offer-language')}</dt>
        <dd>${t.text(`language-${offer.language}`)}</dd>
        <dt>${t.text('offer-step')}</dt>
        <dd>${t.text(`step-${offer.step}`)}</dd>
        <dt>${t.text('offer-waited')}</dt>
        <dd>${spanWords(offer.waitedMs)}</dd>
        <dt>${t.text('offer-needs')}</dt>
        <dd>
          ${
            offer.needs.length === 0
              ? t.text('need-none')
              : offer.needs.map((need) => html`<span class="need">${t.text(`need-${need}`)}</span>`)
          }
        </dd>
      </dl>
      <div class="row">
        <button class="main" ?disabled=${busy} @click=${() => actions.accept(offer.offerId)}>
          ${t.text('offer-accept')} <kbd>Alt+A</kbd>
        </button>
        <button ?disabled=${busy} @click=${() => actions.decline(offer.offerId)}>
          ${t.text('offer-decline')} <kbd>Alt+D</kbd>
        </button>
      </div>
      ${problem ? html`<p class="wrong">${t.text(`error-${problem.code}`)}</p>` : nothing}
      ${this.others > 0 ? html`<p>${t.text('offer-others', { count: this.others })}</p>` : nothing}`;
  }
}

customElements.define('offer-panel', OfferPanel);
