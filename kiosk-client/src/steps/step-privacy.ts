import { css, html } from 'lit';
import { icon } from '../components/icons.ts';
import { StepElement } from './step-element.ts';

/** The privacy notice in one screen (GDPR, art. 13). */
class StepPrivacy extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      li {
        display: flex;
        gap: calc(4 * var(--mm));
        margin-block-end: calc(4 * var(--mm));
      }
      li .icon {
        margin-block-start: 0.08em;
        color: var(--good);
      }
    `,
  ];

  protected override render() {
    const points = [
      this.t.text('privacy-who', { town: this.view.town ?? '' }),
      this.t.text('privacy-why'),
      this.t.text('privacy-picture'),
      this.t.text('privacy-kept'),
      this.t.text('privacy-wiped'),
      this.t.text('privacy-rights'),
    ];
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text('privacy-title'))}
        <ul>
          ${points.map((point) => html`<li>${icon('check')} <span>${point}</span></li>`)}
        </ul>
      </div>`,
      html`<button type="button" class="primary" @click=${() => this.send({ type: 'next' })}>${this.t.text('privacy-next')} ${icon('next')}</button>`,
    );
  }
}
customElements.define('step-privacy', StepPrivacy);
