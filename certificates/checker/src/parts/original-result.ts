import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { trustLevelOf } from '../check-outcome.ts';
import type { OriginalOutcome } from '../check-outcome.ts';
import { texts } from '../i18n/texts.ts';
import { common } from './styles.ts';
import { verdict, verdictStyles } from './verdict.ts';

/** What the check of an electronic original says. Nothing is to be compared: the seal covers every byte of the file. */
export class OriginalResult extends LitElement {
  static override properties = { outcome: { attribute: false } };
  static override styles = [
    common,
    verdictStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
    `,
  ];

  declare outcome: OriginalOutcome;
  readonly #words = new TranslationController(this, texts);

  override render() {
    const { status, trust, sealedAt } = this.outcome;
    const words = this.#words;
    const isValid = status === 'VALID';
    return html`
      ${isValid && trust.specimen ? html`<p class="specimen">${words.text('specimen')}</p>` : nothing}
      ${verdict({
        kind: isValid ? 'true' : 'false',
        sentence: words.text(`original-${status}`),
        status,
        level: words.text(`level-${trustLevelOf(this.outcome)}`),
      })}
      <p>${words.text(isValid ? 'original-advice-true' : 'original-advice-false')}</p>
      ${sealedAt === null ? nothing : html`<p>${words.text('original-sealed', { time: shownTime(sealedAt.claimed) })}</p>`}
      ${sealedAt?.proven ? html`<p>${words.text('original-proven', { time: shownTime(sealedAt.proven) })}</p>` : nothing}
    `;
  }
}
customElements.define('original-result', OriginalResult);

/** Where the certificates are issued. */
function shownTime(time: Date): string {
  return new Intl.DateTimeFormat(texts.language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Rome' }).format(time);
}
