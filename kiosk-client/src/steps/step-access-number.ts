import { css, html } from 'lit';
import { showsCall } from '../call/call-view.ts';
import { counter, numberOnCard } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { keypad, keypadStyles } from '../components/keypad.ts';
import { errorKey } from '../i18n/error-key.ts';
import { NUMBER_TRIES } from '../visit/visit-state.ts';
import { StepElement } from './step-element.ts';

const FIGURES = 6;

/** The six figures of the card (CAN), typed on large keys. They live in this element until they are sent, and nowhere after. */
class StepAccessNumber extends StepElement {
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
        inline-size: calc(18 * var(--mm));
        border-block-end: calc(1 * var(--mm)) solid var(--line);
        font-size: calc(1.5 * var(--type));
        font-weight: 700;
        line-height: 1.15;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
  declare figures: string;
  /** "Next" was touched before all figures were there. */
  declare isShort: boolean;

  constructor() {
    super();
    this.figures = '';
    this.isShort = false;
  }

  protected override render() {
    const { card } = this.view.visit;
    const wrong = card.kind === 'unread' ? card.wrong : 0;
    const failure = card.kind === 'unread' ? card.failure : undefined;
    if (wrong >= NUMBER_TRIES) return this.#locked();
    const isLow = this.view.preferences.reach || showsCall(this.view.visit.person);
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('access-number-title'))}
        ${this.isShort
          ? html`<p class="note bad" role="alert">${this.t.text('access-number-short', { left: FIGURES - this.figures.length })}</p>`
          : failure
          ? html`<p class="note bad" role="alert">
              ${this.t.text(errorKey(failure))}
              ${failure === 'card-wrong-number' ? this.t.text('access-number-tries', { left: NUMBER_TRIES - wrong }) : ''}
            </p>`
          : html`<p>${this.t.text('access-number-text')}</p>`}
        ${this.view.visit.cardPresent ? '' : html`<p class="note">${this.t.text('access-number-card-gone')}</p>`}
        <div class="picture">${numberOnCard()}</div>
      </div>`,
      html`
        <p class="typed" role="status" aria-label=${this.t.text('access-number-typed', { count: this.figures.length })}>
          ${Array.from({ length: FIGURES }, (_, index) => html`<span aria-hidden="true">${this.figures[index] ?? '\u00a0'}</span>`)}
        </p>
        ${keypad({
          isLow,
          words: { erase: this.t.text('access-number-erase'), send: this.t.text('access-number-send') },
          onFigure: (figure) => this.#type(figure),
          onErase: () => this.#erase(),
          onSend: () => this.#submit(),
        })}
      `,
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

  #type(figure: string): void {
    this.figures = `${this.figures}${figure}`.slice(0, FIGURES);
    if (this.figures.length === FIGURES) this.isShort = false;
  }

  #erase(): void {
    this.figures = this.figures.slice(0, -1);
  }

  #submit(): void {
    this.isShort = this.figures.length !== FIGURES;
    if (this.isShort) return;
    this.send({ type: 'number', can: this.figures });
    this.figures = '';
  }
}
customElements.define('step-access-number', StepAccessNumber);
