import type { CheckItem, SeenPerson, VisualCheckView } from '@videosportello/protocol/messages/visual-check.ts';
import { judgement, seenDocument, seenPerson } from '@videosportello/protocol/messages/visual-check.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { icon } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import type { CheckWork } from '../desk/desk-state.ts';
import { texts } from '../i18n/texts.ts';

/**
 * The check by eye of a scanned document: the challenge, the town's questions, what no chip has told, the second operator. Its keys
 * are told as events `check-work`, the wish for a colleague as `hand-over`.
 */
export class VisualCheckPanel extends LitElement {
  static override properties = {
    check: { attribute: false },
    kiosk: { type: String },
    chipRead: { type: Boolean },
    disabled: { type: Boolean },
    isPersonWrong: { state: true },
  };
  static override styles = [
    base,
    css`
      .challenge {
        padding: 8px 12px;
        background: var(--it-color-blue-97);
        border-inline-start: 4px solid var(--it-color-blue-40);
      }
      .code {
        font-size: 28px;
        font-weight: 700;
        letter-spacing: 0.3em;
        font-variant-numeric: tabular-nums;
      }
      fieldset {
        padding: 6px 0;
        border-block-start: 1px solid var(--it-color-slate-85);
      }
      legend {
        float: inline-start;
        inline-size: 100%;
        margin-block-end: 4px;
        line-height: 1.25;
      }
      fieldset .row {
        clear: both;
      }
      button[aria-pressed='true'] {
        background: #17324d;
        border-color: #17324d;
        color: #fff;
      }
      .fields {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
        align-items: end;
      }
    `,
  ];
  declare check: VisualCheckView | undefined;
  declare kiosk: string;
  /** A chip has told who the holder is: nothing is copied. */
  declare chipRead: boolean;
  declare disabled: boolean;
  declare isPersonWrong: boolean;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.kiosk = '';
    this.chipRead = false;
    this.disabled = false;
    this.isPersonWrong = false;
  }

  #ask(detail: CheckWork) {
    this.dispatchEvent(new CustomEvent<CheckWork>('check-work', { detail }));
  }

  #begin(event: SubmitEvent) {
    event.preventDefault();
    const chosen = seenDocument.safeParse(new FormData(event.target as HTMLFormElement).get('document'));
    if (chosen.success) this.#ask({ kind: 'begin', document: chosen.data });
  }

  #conclude(event: SubmitEvent, needsPerson: boolean) {
    event.preventDefault();
    if (!needsPerson) return this.#ask({ kind: 'conclude', person: undefined });
    const form = new FormData(event.target as HTMLFormElement);
    const capitals = new Set(['nationality', 'taxCode', 'documentNumber']);
    const typed = Object.keys(seenPerson.shape).flatMap((name) => {
      const value = form.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' ? [] : [[name, capitals.has(name) ? text.toUpperCase() : text]];
    });
    const read = seenPerson.safeParse(Object.fromEntries(typed));
    this.isPersonWrong = !read.success;
    if (read.success) this.#ask({ kind: 'conclude', person: read.data });
  }

  #choice() {
    const t = this.#texts;
    return html`<form class="row" @submit=${this.#begin}>
      <label for="document">${t.text('check-document')}</label>
      <select id="document" name="document">
        ${seenDocument.options.map((kind) => html`<option value=${kind}>${t.text(`seen-document-${kind}`)}</option>`)}
      </select>
      <button ?disabled=${this.disabled}>${t.text(this.check ? 'check-begin-again' : 'check-begin', { kiosk: this.kiosk })}</button>
    </form>`;
  }

  #challenge({ challenge }: VisualCheckView) {
    const t = this.#texts;
    return html`<div class="challenge">
      <p>${t.text('check-ask-gesture', { kiosk: this.kiosk })} <b>${t.text(`gesture-${challenge.gesture}`)}</b></p>
      <p>${t.text('check-ask-code')}</p>
      <p class="code">${challenge.code}</p>
    </div>`;
  }

  #question({ question, answer }: CheckItem) {
    const t = this.#texts;
    // Never disabled: a key that is would lose the focus in the middle of the list.
    return html`<fieldset>
      <legend>${t.text(`question-${question}`)}</legend>
      <div class="row">
        ${judgement.options.map(
          (word) =>
            html`<button type="button" aria-pressed=${answer === word} @click=${() => this.#ask({ kind: 'answer', question, answer: word })}>
              ${t.text(`judgement-${word}`)}
            </button>`,
        )}
      </div>
    </fieldset>`;
  }

  #doubt({ question, second }: CheckItem) {
    const t = this.#texts;
    return html`<fieldset ?disabled=${this.disabled || second !== undefined}>
      <legend>${t.text(`question-${question}`)}</legend>
      <div class="row">
        ${(['yes', 'no'] as const).map(
          (word) =>
            html`<button type="button" aria-pressed=${second === word} @click=${() => this.#ask({ kind: 'second', question, answer: word })}>
              ${t.text(`judgement-${word}`)}
            </button>`,
        )}
      </div>
    </fieldset>`;
  }

  #field(name: keyof SeenPerson, type: 'text' | 'date' = 'text') {
    const isNeeded = !seenPerson.shape[name].safeParse(undefined).success;
    return html`<div>
      <label for=${name}>${this.#texts.text(`person-${name}`)}</label>
      <input id=${name} name=${name} type=${type} autocomplete="off" spellcheck="false" ?required=${isNeeded} />
    </div>`;
  }

  #person() {
    const t = this.#texts;
    return html`<h4>${t.text('check-person-title')}</h4>
      <div class="fields">
        ${this.#field('surname')} ${this.#field('givenNames')} ${this.#field('birthDate', 'date')}
        <div>
          <label for="sex">${t.text('person-sex')}</label>
          <select id="sex" name="sex">
            ${seenPerson.shape.sex.options.map((sex) => html`<option value=${sex}>${t.text(`sex-${sex}`)}</option>`)}
          </select>
        </div>
        ${this.#field('nationality')} ${this.#field('documentNumber')} ${this.#field('expiryDate', 'date')} ${this.#field('taxCode')}
      </div>
      ${this.isPersonWrong ? html`<p class="wrong" role="alert">${t.text('check-person-wrong')}</p>` : nothing}`;
  }

  #open(check: VisualCheckView) {
    const needsPerson = !this.chipRead || check.document !== 'it-electronic-identity-card';
    // A check begun anew starts with empty fields; an answer to a question leaves them.
    return keyed(
      `${check.challenge.gesture} ${check.challenge.code}`,
      html`<form class="stack" autocomplete="off" @submit=${(event: SubmitEvent) => this.#conclude(event, needsPerson)}>
        ${this.#challenge(check)} ${check.items.map((item) => this.#question(item))} ${needsPerson ? this.#person() : nothing}
        <button class="main" ?disabled=${this.disabled}>${this.#texts.text('check-conclude', { kiosk: this.kiosk })}</button>
      </form>`,
    );
  }

  #second({ items }: VisualCheckView) {
    return html`<p class="note waiting">${icon('wrong')} ${this.#texts.text('check-second-operator')}</p>
      ${items.filter(({ answer }) => answer === 'unsure').map((item) => this.#doubt(item))}
      <button type="button" ?disabled=${this.disabled} @click=${() => this.dispatchEvent(new Event('hand-over'))}>
        ${this.#texts.text('check-hand-over', { kiosk: this.kiosk })}
      </button>`;
  }

  #told({ items }: VisualCheckView) {
    const t = this.#texts;
    return html`<ul>
      ${items.map(({ question, answer, second }) => {
        const word = second ?? answer;
        return html`<li>${t.text(`question-${question}`)} ${word ? html`<b>${t.text(`judgement-${word}`)}</b>` : nothing}</li>`;
      })}
    </ul>`;
  }

  override render() {
    const { check } = this;
    const t = this.#texts;
    return html`<div class="stack">
      <h4>${t.text('check-title')}${check ? html`: ${t.text(`seen-document-${check.document}`)}` : nothing}</h4>
      ${check?.phase === 'open' ? this.#open(check) : nothing} ${check?.phase === 'second-operator' ? this.#second(check) : nothing}
      ${check?.phase === 'concluded' ? this.#told(check) : nothing} ${this.#choice()}
    </div>`;
  }
}

customElements.define('visual-check-panel', VisualCheckPanel);
