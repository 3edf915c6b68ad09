import { css, html } from 'lit';
import { keypad, keypadStyles } from '../components/keypad.ts';
import { healthCardInReader } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { showsCall } from '../call/call-view.ts';
import { StepElement } from './step-element.ts';

/** A service card's PIN (AgID: five to eight figures). */
const FEWEST = 5;
const MOST = 8;

/**
 * The PIN of a service card, typed on large keys, with what the card will sign. Its figures live in this element until they are
 * sent to the device service beside it, and are drawn as dots: somebody may stand behind.
 */
class StepPin extends StepElement {
  static override properties = { ...StepElement.properties, figures: { state: true }, isShort: { state: true } };
  static override styles = [
    ...[StepElement.styles].flat(),
    keypadStyles,
    css`
      .typed {
        display: flex;
        justify-content: center;
        gap: calc(3 * var(--mm));
      }
      .typed span {
        inline-size: calc(13 * var(--mm));
        border-block-end: calc(1 * var(--mm)) solid var(--line);
        font-size: calc(1.5 * var(--type));
        font-weight: 700;
        line-height: 1.15;
        text-align: center;
      }
      .typed .spare {
        border-block-end-style: dotted;
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
  declare figures: string;
  /** "Sign" was touched before there were enough figures. */
  declare isShort: boolean;

  constructor() {
    super();
    this.figures = '';
    this.isShort = false;
  }

  protected override render() {
    const { signature } = this.view.visit;
    if (!signature) return '';
    const { challenge, triesLeft, lastTry } = signature;
    const isLow = this.view.preferences.reach || showsCall(this.view.visit.person);
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('pin-title'))}
        ${this.isShort ? html`<p class="note bad" role="alert">${this.t.text('pin-short', { from: FEWEST, to: MOST })}</p>` : ''}
        ${lastTry ? html`<p class="note bad">${this.t.text('pin-last-try')}</p>` : ''}
        ${this.isShort ? '' : html`<p>${this.t.text('pin-text')}</p>`}
        ${lastTry || triesLeft === undefined ? '' : html`<p class="note">${this.t.text('pin-tries', { left: triesLeft })}</p>`}
        <p>${this.t.text('pin-signs')}</p>
        <dl>
          <dt>${this.t.text('pin-signs-for')}</dt><dd>${challenge.product}</dd>
          <dt>${this.t.text('pin-signs-where')}</dt><dd>${challenge.kioskId}</dd>
          <dt>${this.t.text('pin-signs-when')}</dt><dd>${this.t.text('pin-moment', { at: new Date(challenge.at) })}</dd>
        </dl>
        ${isLow ? '' : html`<div class="picture">${healthCardInReader()}</div>`}
      </div>`,
      html`
        <p class="typed" role="status" aria-label=${this.t.text('access-number-typed', { count: this.figures.length })}>
          ${Array.from(
            { length: MOST },
            (_, index) => html`<span aria-hidden="true" class=${index < FEWEST ? '' : 'spare'}>${index < this.figures.length ? '•' : '\u00a0'}</span>`,
          )}
        </p>
        ${keypad({
          isLow,
          words: { erase: this.t.text('access-number-erase'), send: this.t.text('pin-send') },
          onFigure: (figure) => this.#type(figure),
          onErase: () => this.#erase(),
          onSend: () => this.#submit(),
        })}
        <button type="button" class="choice" @click=${() => this.#answer(undefined)}>${icon('question')} <span>${this.t.text('pin-decline')}</span></button>
      `,
    );
  }

  #type(figure: string): void {
    this.figures = `${this.figures}${figure}`.slice(0, MOST);
    if (this.figures.length >= FEWEST) this.isShort = false;
  }

  #erase(): void {
    this.figures = this.figures.slice(0, -1);
  }

  #submit(): void {
    this.isShort = this.figures.length < FEWEST;
    if (!this.isShort) this.#answer(this.figures);
  }

  #answer(pin: string | undefined): void {
    this.figures = '';
    this.send({ type: 'signature-answered', pin });
  }
}
customElements.define('step-pin', StepPin);
