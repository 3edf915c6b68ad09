import { css, html } from 'lit';
import { takeBoth } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { qrSymbol } from '../components/qr-symbol.ts';
import { StepElement } from './step-element.ts';

/** The place that is kept: until when, and the ticket to be taken along; on screen until the citizen says that he has it. */
class StepKept extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .ticket {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: calc(8 * var(--mm));
        background: var(--soft);
        border-radius: calc(2.5 * var(--mm));
        padding: calc(5 * var(--mm));
      }
      .ticket svg {
        inline-size: var(--symbol);
        block-size: var(--symbol);
      }
      .label {
        font-size: calc(2.6 * var(--type));
        font-weight: 700;
        color: var(--title);
        line-height: 1.1;
        display: block;
      }
    `,
  ];

  protected override render() {
    const { kept, cardPresent } = this.view.visit;
    if (!kept) return '';
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text('kept-until', { until: new Date(kept.until) }))}
        <p class="note ${kept.slip === 'failed' ? '' : 'good'} with-icon" role="status">
          ${icon(kept.slip === 'failed' ? 'camera' : 'paper')} <span>${this.t.text(`kept-slip-${kept.slip}`)}</span>
        </p>
        ${cardPresent ? html`<p class="note with-icon">${icon('card')} <span>${this.t.text('goodbye-card')}</span></p>` : ''}
        <p>${this.t.text('kept-how')}</p>
        <p>${this.t.text('kept-once')}</p>
        ${kept.slip === 'failed' ? '' : html`<div class="picture extra">${takeBoth({ card: cardPresent, paper: true })}</div>`}
      </div>`,
      html`
        <div class="ticket">
          ${qrSymbol(kept.ticket, this.t.text('kept-code'))}
          <p>${this.t.text('kept-number')} <span class="label">${kept.label}</span></p>
        </div>
        <button type="button" class="primary" @click=${() => this.send({ type: 'ticket-taken' })}>${icon('check')} ${this.t.text('kept-have-it')}</button>
      `,
    );
  }
}
customElements.define('step-kept', StepKept);
