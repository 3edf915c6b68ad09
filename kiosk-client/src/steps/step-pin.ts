import { css, html } from 'lit';
import { healthCardInReader } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { FiguresElement } from './figures-element.ts';

/** The PIN of a service card (five to eight figures), with what the card will sign. It is drawn as dots: somebody may stand behind. */
class StepPin extends FiguresElement {
  static override styles = [
    ...[FiguresElement.styles].flat(),
    css`
      :host {
        --figure-width: 13;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: calc(1 * var(--mm)) calc(4 * var(--mm));
        margin: 0;
      }
      dt {
        font-weight: 700;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
  protected override readonly fewest = 5;
  protected override readonly most = 8;

  protected override take(pin: string): void {
    this.send({ type: 'signature-answered', pin });
  }

  protected override render() {
    const { signature } = this.view.visit;
    if (!signature) return '';
    const { challenge, triesLeft, lastTry } = signature;
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('pin-title'))}
        ${this.isShort ? html`<p class="note bad" role="alert">${this.t.text('pin-short', { from: this.fewest, to: this.most })}</p>` : ''}
        ${lastTry ? html`<p class="note bad">${this.t.text('pin-last-try')}</p>` : ''}
        ${this.isShort ? '' : html`<p>${this.t.text('pin-text')}</p>`}
        ${lastTry || triesLeft === undefined ? '' : html`<p class="note">${this.t.text('pin-tries', { left: triesLeft })}</p>`}
        <p>${this.t.text('pin-signs')}</p>
        <dl>
          <dt>${this.t.text('pin-signs-for')}</dt><dd>${challenge.product}</dd>
          <dt>${this.t.text('pin-signs-where')}</dt><dd>${challenge.kioskId}</dd>
          <dt>${this.t.text('pin-signs-when')}</dt><dd>${this.t.text('pin-moment', { at: new Date(challenge.at) })}</dd>
        </dl>
        ${this.isLow ? '' : html`<div class="picture">${healthCardInReader()}</div>`}
      </div>`,
      html`
        ${this.pad(this.t.text('pin-send'), () => '•')}
        ${
          // Where room is short, the key "back" says the same.
          this.isLow
            ? ''
            : html`<button type="button" class="choice" @click=${() => this.send({ type: 'signature-answered', pin: undefined })}>
                ${icon('question')} <span>${this.t.text('pin-decline')}</span>
              </button>`
        }
      `,
    );
  }
}
customElements.define('step-pin', StepPin);
