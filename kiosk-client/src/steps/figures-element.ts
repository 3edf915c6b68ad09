import { css, html } from 'lit';
import type { CSSResultGroup, PropertyDeclarations, TemplateResult } from 'lit';
import { showsCall } from '../call/call-view.ts';
import { keypad, keypadStyles } from '../components/keypad.ts';
import { StepElement } from './step-element.ts';

/** A step in which figures are typed on large keys. They live in this element until they are sent, and nowhere after. */
export abstract class FiguresElement extends StepElement {
  static override properties: PropertyDeclarations = { ...StepElement.properties, figures: { state: true }, isShort: { state: true } };
  static override styles: CSSResultGroup = [
    ...[StepElement.styles].flat(),
    keypadStyles,
    css`
      .typed {
        display: flex;
        justify-content: center;
        gap: calc(3 * var(--mm));
      }
      .typed span {
        inline-size: calc(var(--figure-width, 18) * var(--mm));
        border-block-end: calc(1 * var(--mm)) solid var(--line);
        font-size: calc(1.5 * var(--type));
        font-weight: 700;
        line-height: 1.15;
        text-align: center;
        font-variant-numeric: tabular-nums;
      }
      .typed .spare {
        border-block-end-style: dotted;
      }
    `,
  ];
  declare figures: string;
  /** "Send" was touched before there were enough figures. */
  declare isShort: boolean;
  /** How many figures there may be. */
  protected abstract readonly fewest: number;
  protected abstract readonly most: number;

  constructor() {
    super();
    this.figures = '';
    this.isShort = false;
  }

  /** What becomes of figures that are enough. */
  protected abstract take(figures: string): void;

  /** Whether room is short, and the keys stand in two rows. */
  protected get isLow(): boolean {
    return this.view.preferences.reach || showsCall(this.view.visit.person);
  }

  /** Places of the figures and the keys; `draw` says how a typed figure looks. */
  protected pad(sendKey: string, draw: (figure: string) => string): TemplateResult {
    return html`
      <p class="typed" role="status" aria-label=${this.t.text('access-number-typed', { count: this.figures.length })}>
        ${Array.from({ length: this.most }, (_, index) => {
          const figure = this.figures[index];
          return html`<span aria-hidden="true" class=${index < this.fewest ? '' : 'spare'}>${figure === undefined ? '\u00a0' : draw(figure)}</span>`;
        })}
      </p>
      ${keypad({
        isLow: this.isLow,
        words: { erase: this.t.text('access-number-erase'), send: sendKey },
        onFigure: (figure) => this.#type(figure),
        onErase: () => (this.figures = this.figures.slice(0, -1)),
        onSend: () => this.#submit(),
      })}
    `;
  }

  #type(figure: string): void {
    this.figures = `${this.figures}${figure}`.slice(0, this.most);
    if (this.figures.length >= this.fewest) this.isShort = false;
  }

  #submit(): void {
    this.isShort = this.figures.length < this.fewest;
    if (this.isShort) return;
    const { figures } = this;
    this.figures = '';
    this.take(figures);
  }
}
