import { css, html } from 'lit';
import { showsCall } from '../call/call-view.ts';
import { counter, numberOnCard } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { errorKey } from '../i18n/error-key.ts';
import { NUMBER_TRIES } from '../visit/visit-state.ts';
import { StepElement } from './step-element.ts';

const FIGURES = 6;

/** The six figures of the card (CAN), typed on large keys. They live in this element until they are sent, and nowhere after. */
class StepAccessNumber extends StepElement {
  static override properties = { ...StepElement.properties, figures: { state: true }, isShort: { state: true } };
  static override styles = [
    ...[StepElement.styles].flat(),
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
      .keypad {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: calc(3 * var(--mm));
      }
      .keypad button {
        min-block-size: calc(25 * var(--mm));
        font-size: calc(1.3 * var(--type));
        background: var(--soft);
      }
      .keypad .erase,
      .keypad .send {
        font-size: var(--type);
      }
      .keypad .send {
        background: var(--action);
      }
      :host-context([data-text='large']) .keypad .erase .icon {
        display: none;
      }
      /* Where room is short: two rows, with the two words at their ends. */
      .keypad.low {
        grid-template-columns: repeat(7, 1fr);
      }
      .keypad.low button {
        min-block-size: calc(21 * var(--mm));
        padding-inline: 0;
      }
      .keypad.low .erase {
        grid-area: 1 / 6 / 2 / 8;
      }
      .keypad.low .send {
        grid-area: 2 / 6 / 3 / 8;
      }
      .keypad.low .icon {
        display: none;
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
        <div class="keypad ${isLow ? 'low' : ''}">
          ${['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((figure) => this.#key(figure))}
          <button type="button" class="erase" @click=${this.#erase}>${icon('erase')} ${this.t.text('access-number-erase')}</button>
          ${this.#key('0')}
          <button type="button" class="primary send" @click=${this.#submit}>${this.t.text('access-number-send')}</button>
        </div>
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

  #key(figure: string) {
    return html`<button type="button" data-writes @click=${() => this.#type(figure)}>${figure}</button>`;
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
