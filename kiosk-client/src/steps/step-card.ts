import { html } from 'lit';
import { cardOnReader, counter, healthCardInReader } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { errorKey } from '../i18n/error-key.ts';
import { StepElement } from './step-element.ts';

/** "Put your card on the reader." With a card there the step goes on by itself; a service card that failed comes back here. */
class StepCard extends StepElement {
  protected override render() {
    const { visit, devices } = this.view;
    const isReaderOut = devices !== undefined && devices.cardReader.device !== 'online';
    const failure = visit.cardKind === 'service-card' && visit.card.kind === 'unread' ? visit.card.failure : undefined;
    const title = isReaderOut ? 'card-reader-out-title' : failure ? 'card-not-read-title' : visit.cardPresent ? 'card-found-title' : 'card-title';
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text(title))}
        ${isReaderOut
          ? html`<p class="note bad">${this.t.text('card-reader-out')}</p><div class="picture">${counter()}</div>`
          : html`
              ${failure ? html`<p class="note bad" role="alert">${this.t.text(errorKey(failure))}</p>` : ''}
              <div class="picture">${visit.cardKind === 'service-card' && visit.cardPresent ? healthCardInReader() : cardOnReader()}</div>
              ${visit.cardPresent
                ? html`<p class="note good with-icon">${icon('check')} <span>${this.t.text('card-found')}</span></p>`
                : html`<p>${this.t.text('card-text')}</p>`}
            `}
      </div>`,
      html`
        <button type="button" class="choice" @click=${() => this.send({ type: 'person-wanted' })}>
          ${icon(isReaderOut ? 'headset' : 'question')} <span>${this.t.text(isReaderOut ? 'person-call' : 'card-none')}</span>
        </button>
        ${visit.cardPresent && !isReaderOut && failure !== 'card-pin-blocked'
          ? html`<button type="button" class="primary" @click=${() => this.send({ type: 'next' })}>
              ${this.t.text(failure ? 'card-again' : 'next')} ${icon('next')}
            </button>`
          : ''}
      `,
    );
  }
}
customElements.define('step-card', StepCard);
