import { css, html } from 'lit';
import { counter, takeBoth } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { paperOutstanding } from '../visit/leaving-machine.ts';
import { StepElement } from './step-element.ts';

/** "Take your card. Take your paper." until both are gone; nothing personal is on this screen. */
class StepGoodbye extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      h1 {
        font-size: calc(1.7 * var(--type));
      }
      .task {
        display: flex;
        align-items: center;
        gap: calc(5 * var(--mm));
        font-size: calc(1.3 * var(--type));
        font-weight: 700;
        line-height: 1.2;
      }
      .tasks {
        display: flex;
        flex-direction: column;
        gap: calc(4 * var(--mm));
      }
      .gone {
        color: var(--good);
        font-weight: 600;
      }
    `,
  ];

  /** Whether there was a card to take: who never put one down is not told that none is there. */
  #cardSeen = false;

  protected override render() {
    const { cardPresent, sheetScanned, paper, opened, leaving } = this.view.visit;
    this.#cardSeen ||= cardPresent;
    const isUnclear = paper?.state === 'uncertain';
    const isPaper = paperOutstanding(paper) || isUnclear;
    const isPrinted = paper?.state === 'printed';
    const paperKey = isPrinted ? 'goodbye-paper' : isUnclear ? 'goodbye-paper-unclear' : 'goodbye-paper-coming';
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text(leaving?.reason === 'technical' ? 'goodbye-technical-title' : 'goodbye-title'))}
        ${leaving?.reason === 'technical' ? html`<p class="note">${this.t.text('goodbye-technical')}</p>` : ''}
        <div class="picture">${cardPresent || isPaper ? takeBoth({ card: cardPresent, paper: isPaper }) : counter()}</div>
        <div role="status" class="tasks">
          ${this.#cardSeen
            ? html`<p class="task ${cardPresent ? '' : 'gone'}">
                ${icon(cardPresent ? 'card' : 'check')} <span>${this.t.text(cardPresent ? 'goodbye-card' : 'goodbye-card-gone')}</span>
              </p>`
            : ''}
          ${isPaper || paper?.state === 'taken'
            ? html`<p class="task ${isPaper ? '' : 'gone'}">
                ${icon(isPaper ? 'paper' : 'check')} <span>${this.t.text(isPaper ? paperKey : 'goodbye-paper-gone')}</span>
              </p>`
            : ''}
          ${opened ? html`<p class="task">${icon('paper')} <span>${this.t.text('goodbye-case', { number: opened.caseNumber })}</span></p>` : ''}
          ${sheetScanned ? html`<p class="task">${icon('paper')} <span>${this.t.text('goodbye-sheet')}</span></p>` : ''}
        </div>
        <p>${this.t.text('goodbye-wiped')}</p>
      </div>`,
      isPrinted
        ? html`<button type="button" class="primary" @click=${() => this.send({ type: 'paper-taken' })}>
            ${icon('check')} ${this.t.text('printing-have-it')}
          </button>`
        : '',
    );
  }
}
customElements.define('step-goodbye', StepGoodbye);
