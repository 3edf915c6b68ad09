import { css, html } from 'lit';
import { icon } from '../components/icons.ts';
import { StepElement } from './step-element.ts';

/** The words of the paper before it exists: the citizen agrees, or says that something is not right. */
class StepReview extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .paper {
        border: 2px solid var(--line);
        border-radius: calc(1.5 * var(--mm));
        padding: calc(5 * var(--mm)) calc(6 * var(--mm));
        background: var(--ground);
        display: flex;
        flex-direction: column;
        gap: calc(3 * var(--mm));
      }
      dt {
        color: var(--line);
        margin-block-start: calc(2.5 * var(--mm));
      }
      dd {
        font-weight: 700;
      }
      .specimen {
        align-self: flex-start;
        border: calc(1 * var(--mm)) solid var(--bad);
        color: var(--bad);
        border-radius: calc(1.5 * var(--mm));
        padding: calc(1 * var(--mm)) calc(4 * var(--mm));
        font-weight: 700;
        letter-spacing: 0.08em;
      }
      .answers {
        display: grid;
        grid-template-columns: 1fr 1.4fr;
        gap: calc(4 * var(--mm));
      }
    `,
  ];

  protected override render() {
    const { review } = this.view.visit;
    if (!review) return html``;
    const answer = (agreed: boolean) => () => this.send({ type: 'review-answered', agreed });
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('review-title'))}
        <p>${this.t.text('review-text')}</p>
        <article class="paper" lang="it">
          ${review.specimen ? html`<p class="specimen">${this.t.text('specimen')}</p>` : ''}
          <h2>${review.title}</h2>
          <dl>
            ${review.lines.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}
          </dl>
          ${review.wording.map((words) => html`<p>${words}</p>`)}
        </article>
      </div>`,
      html`<div class="answers">
        <button type="button" @click=${answer(false)}>${icon('cross')} ${this.t.text('review-wrong')}</button>
        <button type="button" class="primary" @click=${answer(true)}>${icon('check')} ${this.t.text('review-agree')}</button>
      </div>`,
    );
  }
}
customElements.define('step-review', StepReview);
