import { css, html } from 'lit';
import type { Answers } from '@videosportello/protocol/messages/verdict.ts';
import { icon } from '../components/icons.ts';
import type { IconName } from '../components/icons.ts';
import { StepElement } from './step-element.ts';

const marks: Readonly<Record<Answers['genuine']['answer'], IconName>> = { yes: 'check', no: 'cross', 'not-asked': 'question' };
const answerNames = {
  genuine: 'genuine',
  notCloned: 'not-cloned',
  notExpired: 'not-expired',
  notRevoked: 'not-revoked',
  holder: 'holder',
} as const satisfies Record<keyof Answers, string>;
const order: readonly (keyof Answers)[] = ['genuine', 'notCloned', 'notExpired', 'notRevoked', 'holder'];

/** What the card said: five separate answers in plain words, and a greeting by name. */
class StepCardResult extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .specimen {
        align-self: flex-start;
        border: calc(1 * var(--mm)) solid var(--bad);
        color: var(--bad);
        border-radius: calc(1.5 * var(--mm));
        padding: calc(1 * var(--mm)) calc(4 * var(--mm));
        font-weight: 700;
        letter-spacing: 0.08em;
      }
      li {
        display: flex;
        gap: calc(4 * var(--mm));
        padding-block: calc(3 * var(--mm));
        border-block-end: 2px solid var(--drawn-faint);
      }
      li .icon {
        margin-block-start: 0.08em;
        stroke-width: 3;
      }
      .yes .icon {
        color: var(--good);
      }
      .no .icon {
        color: var(--bad);
      }
      .not-asked .icon {
        color: var(--warn);
      }
    `,
  ];

  protected override render() {
    const { card, person } = this.view.visit;
    if (card.kind !== 'read') return html``;
    const { answers, givenNames, surname, specimen } = card.result;
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text('card-result-title', { name: `${givenNames} ${surname}` }))}
        ${specimen ? html`<p class="specimen">${this.t.text('specimen')}</p>` : ''}
        <ul>
          ${order.map((name) => {
            const { answer } = answers[name];
            return html`<li class=${answer}>${icon(marks[answer])} <span>${this.t.text(`answer-${answerNames[name]}-${answer}`)}</span></li>`;
          })}
        </ul>
      </div>`,
      html`<button type="button" class="primary" @click=${() => this.send({ type: 'next' })}>
        ${this.t.text(person.kind === 'with' ? 'next' : 'card-result-next')} ${icon('next')}
      </button>`,
    );
  }
}
customElements.define('step-card-result', StepCardResult);
