import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { trustLevel } from '../../../src/stamp/check-paper.ts';
import type { SealContent } from '../../../src/stamp/profile-it.ts';
import { isLookAlike, shownDay } from '../check-outcome.ts';
import type { StampOutcome } from '../check-outcome.ts';
import { texts } from '../i18n/texts.ts';
import { common } from './styles.ts';
import { verdict, verdictStyles } from './verdict.ts';

/** Fields that a paper does not show: they stand apart, nobody can compare them. */
const TECHNICAL: ReadonlySet<string> = new Set(['profile', 'istatCode', 'anprTypes', 'originalSha256', 'originalUri', 'part']);

interface Row {
  readonly label: string;
  readonly text: string;
  readonly isMissing: boolean;
}

/** What the check of one stamp says: outcome, advice, and the sealed lines to tick off. */
export class CheckResult extends LitElement {
  static override properties = {
    outcome: { attribute: false },
    day: {},
    municipality: {},
    checkerHost: {},
    ticked: { state: true },
  };
  static override styles = [
    common,
    verdictStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .lines {
        display: grid;
        gap: 8px;
        padding: 0;
        list-style: none;
      }
      .lines label {
        display: grid;
        grid-template-columns: 32px minmax(0, 1fr);
        gap: 2px 12px;
        align-items: center;
        padding: 10px 12px;
        background: #fff;
        border: 1px solid #b8c4d0;
        border-radius: 6px;
        cursor: pointer;
      }
      .lines label:has(:checked) {
        background: #e6f4ee;
        border-color: #006644;
      }
      .lines .missing label {
        background: #fbeaed;
        border: 2px solid #992639;
      }
      input {
        inline-size: 28px;
        block-size: 28px;
        margin: 0;
        grid-row: span 2;
        accent-color: #006644;
      }
      .name {
        font-size: 0.95rem;
        color: #44546a;
      }
      .value {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .fault {
        color: #7a1f2e;
        font-weight: 600;
      }
      dl {
        margin: 8px 0 0;
        font-size: 0.95rem;
        overflow-wrap: anywhere;
      }
      dd {
        margin: 0 0 6px;
      }
      dt {
        color: #44546a;
      }
      summary {
        min-block-size: 44px;
        padding-block: 10px;
        cursor: pointer;
      }
    `,
  ];

  declare outcome: StampOutcome;
  /** Day of the check, YYYY-MM-DD. */
  declare day: string;
  declare municipality: string;
  declare checkerHost: string;
  declare ticked: ReadonlySet<number>;
  readonly #words = new TranslationController(this, texts);

  constructor() {
    super();
    this.ticked = new Set();
  }

  override render() {
    const { outcome } = this;
    const { status, content, trust } = outcome;
    const kind = status === 'VALID' ? 'true' : status === 'READ_ERROR' ? 'unread' : 'false';
    return html`
      ${content !== null && trust.specimen ? html`<p class="specimen">${this.#words.text('specimen')}</p>` : nothing}
      ${verdict({ kind, sentence: this.#words.text(`status-${status}`), status, level: this.#words.text(`level-${trustLevel(outcome)}`) })}
      ${outcome.readError === null ? nothing : html`<p>${this.#words.text(`read-${outcome.readError}`)}</p>`}
      <p>${this.#words.text(`advice-${status}`)}</p>
      ${isLookAlike(outcome, this.checkerHost) ? this.#lookAlike() : nothing} ${content === null ? nothing : this.#content(content)}
    `;
  }

  #lookAlike() {
    const { municipality, checkerHost: host } = this;
    return html`<p class="warning" role="note">${this.#words.text('address-other', { address: this.outcome.address ?? '', municipality, host })}</p>`;
  }

  #content(content: SealContent) {
    const { outcome, day } = this;
    const { comparison } = outcome;
    const rows = rowsOf(outcome, content, this.#words.text('document-kind'));
    const technical = content.fields.filter(({ name }) => TECHNICAL.has(name));
    const done = this.ticked.size;
    return html`
      ${outcome.documentValidity === null
        ? nothing
        : html`<p class=${outcome.documentValidity === 'current' ? '' : 'warning'}>
            ${this.#words.text(`validity-${outcome.documentValidity}`, { day: shownDay(day) })}
          </p>`}
      ${outcome.subStatus === null ? nothing : html`<p class="warning">${this.#words.text('unknown-feature')}</p>`}
      <h2 id="compare">${this.#words.text('compare-heading')}</h2>
      <p>${this.#words.text(`compare-${comparison?.outcome ?? 'by-eye'}`)}</p>
      ${comparison?.foreign.map((text) => html`<p class="warning fault">${this.#words.text('foreign', { text })}</p>`)}
      ${comparison?.pagesDiffer === true ? html`<p class="warning fault">${this.#words.text('pages-differ')}</p>` : nothing}
      <ul class="lines" aria-labelledby="compare">
        ${rows.map((row, index) => this.#row(row, index))}
      </ul>
      <p role="status">${done === rows.length ? this.#words.text('compare-done') : this.#words.text('compare-progress', { done, count: rows.length })}</p>
      <details>
        <summary>${this.#words.text('technical')}</summary>
        <dl>
          ${technical.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}
        </dl>
      </details>
    `;
  }

  #row({ label, text, isMissing }: Row, index: number) {
    return html`
      <li class=${isMissing ? 'missing' : ''}>
        <label>
          <input type="checkbox" .checked=${this.ticked.has(index)} @change=${() => this.#tick(index)} />
          <span class="name">${label}${isMissing ? html` – <span class="fault">${this.#words.text('not-on-paper')}</span>` : nothing}</span>
          <span class="value">${text}</span>
        </label>
      </li>
    `;
  }

  #tick(index: number): void {
    this.ticked = this.ticked.symmetricDifference(new Set([index]));
  }
}
customElements.define('check-result', CheckResult);

function rowsOf({ comparison }: StampOutcome, content: SealContent, kindLabel: string): Row[] {
  const rows = content.fields.map((field, index) => ({
    ...field,
    text: field.name === 'certificateNumber' ? field.text : shownDay(field.text),
    isMissing: comparison?.lines[index]?.onPaper === 'missing',
  }));
  return [{ label: kindLabel, text: content.profileLabel, isMissing: comparison?.kind === 'missing' }, ...rows.filter(({ name }) => !TECHNICAL.has(name))];
}
