import { html } from 'lit';
import { counter, numberOnCard } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { errorKey } from '../i18n/error-key.ts';
import { NUMBER_TRIES } from '../visit/visit-state.ts';
import { FiguresElement } from './figures-element.ts';

/** The six figures of the card (CAN). */
class StepAccessNumber extends FiguresElement {
  protected override readonly fewest = 6;
  protected override readonly most = 6;

  protected override take(can: string): void {
    this.send({ type: 'number', can });
  }

  protected override render() {
    const { card } = this.view.visit;
    const wrong = card.kind === 'unread' ? card.wrong : 0;
    const failure = card.kind === 'unread' ? card.failure : undefined;
    if (wrong >= NUMBER_TRIES) return this.#locked();
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('access-number-title'))}
        ${this.isShort
          ? html`<p class="note bad" role="alert">${this.t.text('access-number-short', { left: this.most - this.figures.length })}</p>`
          : failure
          ? html`<p class="note bad" role="alert">
              ${this.t.text(errorKey(failure))}
              ${failure === 'card-wrong-number' ? this.t.text('access-number-tries', { left: NUMBER_TRIES - wrong }) : ''}
            </p>`
          : html`<p>${this.t.text('access-number-text')}</p>`}
        ${this.view.visit.cardPresent ? '' : html`<p class="note">${this.t.text('access-number-card-gone')}</p>`}
        <div class="picture">${numberOnCard()}</div>
      </div>`,
      this.pad(this.t.text('access-number-send'), (figure) => figure),
    );
  }

  #locked() {
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('access-number-locked-title'))}
        <p class="note">${this.t.text('access-number-locked')}</p>
        <div class="picture">${counter()}</div>
      </div>`,
      html`<button type="button" class="primary" @click=${() => this.send({ type: 'person-wanted' })}>
        ${icon('headset')} ${this.t.text('person-call')}
      </button>`,
    );
  }
}
customElements.define('step-access-number', StepAccessNumber);
