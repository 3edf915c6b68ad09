import { html } from 'lit';
import { counter, sheetInScanner } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { errorKey } from '../i18n/error-key.ts';
import { StepElement } from './step-element.ts';

/** "I have a ticket": it is laid on the scanner's glass, read, and shown to the queue. One that does not count leads to a new number. */
class StepReturning extends StepElement {
  protected override render() {
    const { brought } = this.view.visit;
    if (!brought) return '';
    const { phase, failure } = brought;
    if (failure === 'ticket-used' || failure === 'ticket-expired') return this.#over(failure);
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text(`returning-${phase}-title`))}
        ${failure ? html`<p class="note bad" role="alert">${this.t.text(errorKey(failure))}</p>` : ''}
        <p role="status">${this.t.text(`returning-${phase}`)}</p>
        <div class="picture ${failure ? 'extra' : 'spare'}">${sheetInScanner()}</div>
      </div>`,
      phase === 'asked'
        ? html`
            ${failure ? this.#newNumber('choice') : ''}
            <button type="button" class="primary" @click=${() => this.send({ type: 'ticket-laid' })}>
              ${icon('paper')} ${this.t.text(failure ? 'scan-again' : 'returning-read')}
            </button>
          `
        : '',
    );
  }

  /** To be laid down again is of no use. */
  #over(failure: 'ticket-used' | 'ticket-expired') {
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('returning-over-title'))}
        <p class="note bad" role="alert">${this.t.text(errorKey(failure))}</p>
        <div class="picture">${counter()}</div>
      </div>`,
      this.#newNumber('primary'),
    );
  }

  #newNumber(look: 'choice' | 'primary') {
    return html`<button type="button" class=${look} @click=${() => this.send({ type: 'start', person: true })}>
      ${icon('headset')} <span>${this.t.text('returning-new-number')}</span>
    </button>`;
  }
}
customElements.define('step-returning', StepReturning);
