import { css, html } from 'lit';
import { takeBoth } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { paperWords } from '../visit/paper-words.ts';
import { StepElement } from './step-element.ts';

/** Where the paper is, until the citizen has it. */
class StepPrinting extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .bar {
        block-size: calc(4 * var(--mm));
        border-radius: calc(2 * var(--mm));
        background: var(--drawn-faint);
        overflow: hidden;
      }
      .bar::before {
        content: '';
        display: block;
        block-size: 100%;
        inline-size: 40%;
        background: var(--action);
        animation: pass 2.4s ease-in-out infinite alternate;
      }
      @keyframes pass {
        to {
          transform: translateX(150%);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .bar::before {
          animation: none;
          inline-size: 100%;
        }
      }
    `,
  ];

  protected override render() {
    const { visit } = this.view;
    const words = paperWords(visit.paper);
    const isRunning = words === 'preparing' || words === 'printing';
    const isBad = words === 'failed' || words === 'unclear' || words === 'out-of-paper' || words === 'jam' || words === 'attention';
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text(`printing-${words}-title`))}
        ${isRunning ? html`<div class="bar"></div>` : ''}
        <p class=${isBad ? 'note' : ''} role="status">${this.t.text(`printing-${words}`)}</p>
        ${isBad ? '' : html`<div class="picture">${takeBoth({ card: false, paper: true })}</div>`}
      </div>`,
      words === 'printed'
        ? html`<button type="button" class="primary" @click=${() => this.send({ type: 'paper-taken' })}>
            ${icon('check')} ${this.t.text('printing-have-it')}
          </button>`
        : words === 'taken'
          ? html`<button type="button" class="primary" @click=${() => this.send({ type: 'end' })}>${icon('end')} ${this.t.text('printing-end')}</button>`
          : '',
    );
  }
}
customElements.define('step-printing', StepPrinting);
