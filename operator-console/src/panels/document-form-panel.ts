import type { CertificateSection, DocumentChoices, DocumentRequest, TypeChoice } from '@videosportello/protocol/messages/document.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { faultLine, inputStyles, labelledInput } from '../components/labelled-input.ts';
import type { LabelledInput } from '../components/labelled-input.ts';
import { base } from '../components/styles.ts';
import { choiceOf, dutyWays, readForm, wayOf, withType } from '../desk/document-form.ts';
import type { DocumentForm, FieldFault, FormField } from '../desk/document-form.ts';
import { newDraft } from '../desk/visit-draft.ts';
import type { VisitDraft } from '../desk/visit-draft.ts';
import { texts } from '../i18n/texts.ts';

/** Fields of one line. */
type TextField = Exclude<FormField, 'sections' | 'reason' | 'exemption'>;

/** What the operator asks for: type, use, whose facts, day, sections, reason, words, stamp duty. Tells `request` with a DocumentRequest that fits. */
export class DocumentFormPanel extends LitElement {
  static override properties = {
    choices: { attribute: false },
    kiosk: { type: String },
    disabled: { type: Boolean },
    draft: { attribute: false },
    form: { state: true },
    faults: { state: true },
  };
  static override styles = [
    base,
    inputStyles,
    css`
      form {
        display: grid;
        gap: 10px;
      }
      .two {
        display: grid;
        grid-template-columns: 3fr 2fr;
        gap: 8px;
      }
      .two.even {
        grid-template-columns: 1fr 1fr;
      }
      .choice {
        display: flex;
        align-items: center;
        gap: 6px;
        font-weight: 400;
      }
      legend {
        padding: 0;
        font-weight: 600;
      }
      textarea {
        font: inherit;
        inline-size: 100%;
        resize: vertical;
      }
    `,
  ];
  declare choices: DocumentChoices;
  declare kiosk: string;
  declare disabled: boolean;
  declare draft: VisitDraft;
  declare form: DocumentForm;
  declare faults: Partial<Record<FormField, FieldFault>>;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.draft = newDraft();
    this.faults = {};
    this.disabled = false;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('draft')) this.form = this.draft.form;
    else this.draft.form = this.form;
  }

  #set(patch: Partial<DocumentForm>) {
    this.form = { ...this.form, ...patch };
  }

  #setType(value: string) {
    const chosen = this.choices.types.find(({ type }) => type === value);
    if (chosen) this.form = withType(this.form, chosen);
  }

  async #submit(event: Event) {
    event.preventDefault();
    const now = new Date();
    const today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
    const read = readForm(this.form, this.choices, today);
    if ('request' in read) {
      this.faults = {};
      this.dispatchEvent(new CustomEvent<DocumentRequest>('request', { detail: read.request }));
      return;
    }
    this.faults = read.faults;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"], fieldset.invalid input')?.focus();
  }

  #choice<Name extends 'use' | 'subject' | 'duty'>(name: Name, value: DocumentForm[Name], words: string, chosen = this.form[name]) {
    return html`<label class="choice">
      <input
        type="radio"
        name=${name}
        .checked=${chosen === value}
        @change=${() => this.#set({ [name]: value })}
      />
      ${words}
    </label>`;
  }

  #field(field: TextField, options: Pick<LabelledInput, 'type' | 'mode' | 'mark' | 'length'>) {
    return labelledInput({
      ...options,
      id: field,
      label: this.#texts.text(`field-${field}`),
      value: this.form[field],
      fault: this.#faultWords(field),
      onInput: (value) => this.#set({ [field]: value }),
    });
  }

  #reason() {
    const fault = this.faults.reason;
    return html`<div class="field">
      <label for="reason">${this.#texts.text('field-reason')}</label>
      <textarea
        id="reason"
        rows="3"
        maxlength="300"
        .value=${this.form.reason}
        aria-invalid=${fault ? 'true' : 'false'}
        aria-describedby=${fault ? 'reason-fault' : nothing}
        @input=${(event: Event) => this.#set({ reason: (event.target as HTMLTextAreaElement).value })}
      ></textarea>
      ${this.#fault('reason')}
    </div>`;
  }

  /** One of a few words, where there is more than one. */
  #pick<Name extends 'language' | 'edition'>(name: Name, values: readonly DocumentForm[Name][]) {
    if (values.length < 2) return nothing;
    const t = this.#texts;
    return html`<div class="field">
      <label for=${name}>${t.text(`field-${name}`)}</label>
      <select
        id=${name}
        @change=${(event: Event) => {
          const chosen = values.find((value) => value === (event.target as HTMLSelectElement).value);
          if (chosen) this.#set({ [name]: chosen });
        }}
      >
        ${values.map((value) => html`<option value=${value} ?selected=${value === this.form[name]}>${t.text(`${name}-paper-${value}`)}</option>`)}
      </select>
    </div>`;
  }

  #sections(known: readonly CertificateSection[]) {
    if (known.length === 0) return nothing;
    const t = this.#texts;
    const { sections } = this.form;
    const toggle = (section: CertificateSection, isOn: boolean) =>
      this.#set({ sections: known.filter((one) => (one === section ? isOn : sections.includes(one))) });
    return html`<fieldset class=${this.faults.sections ? 'invalid' : ''} aria-describedby=${this.faults.sections ? 'sections-fault' : nothing}>
      <legend>${t.text('field-sections')}</legend>
      ${known.map(
        (section) => html`<label class="choice">
          <input
            type="checkbox"
            .checked=${sections.includes(section)}
            @change=${(event: Event) => toggle(section, (event.target as HTMLInputElement).checked)}
          />
          ${t.text(`section-${section}`)}
        </label>`,
      )}
      ${this.#fault('sections')}
    </fieldset>`;
  }

  #faultWords(field: FormField): string | undefined {
    const fault = this.faults[field];
    return fault && this.#texts.text(`fault-${fault}`);
  }

  #fault(field: FormField) {
    return faultLine(field, this.#faultWords(field));
  }

  #duty() {
    const t = this.#texts;
    const { form, choices } = this;
    const ways = dutyWays(form, choices);
    const way = wayOf(form, choices);
    if (way === undefined) return html`<p class="quiet">${t.text('duty-none')}</p>`;
    return html`<fieldset>
        <legend>${t.text('field-duty')}</legend>
        ${ways.length === 1 ? html`<p class="quiet">${t.text('duty-only-exempt')}</p>` : nothing}
        ${ways.map((one) => this.#choice('duty', one, t.text(`duty-${one}`, { euro: choices.dutyEuro.replace('.', ',') }), way))}
      </fieldset>
      ${
        way === 'mark'
          ? html`<div class="two">
              ${this.#field('markCode', { mode: 'numeric', mark: true, length: 20 })} ${this.#field('markDate', { type: 'date' })}
            </div>`
          : way === 'virtual'
            ? this.#field('receipt', { mark: true, length: 50 })
            : this.#exemption()
      }`;
  }

  #exemption() {
    const t = this.#texts;
    const { form, choices } = this;
    const chosen = choices.exemptions.find(({ code }) => code === form.exemption);
    return html`<div class="field">
        <label for="exemption">${t.text('field-exemption')}</label>
        <select
          id="exemption"
          aria-invalid=${this.faults.exemption ? 'true' : 'false'}
          aria-describedby=${this.faults.exemption ? 'exemption-fault' : nothing}
          @change=${(event: Event) => this.#set({ exemption: (event.target as HTMLSelectElement).value })}
        >
          <option value="" ?selected=${form.exemption === ''}>${t.text('field-choose')}</option>
          ${choices.exemptions.map(({ code, title }) => html`<option value=${code} ?selected=${code === form.exemption}>${title}</option>`)}
        </select>
        ${chosen && !chosen.needsWords ? html`<p class="quiet">${chosen.norm}</p>` : nothing} ${this.#fault('exemption')}
      </div>
      ${chosen?.needsWords ? this.#field('exemptionWords', { length: 256 }) : nothing}`;
  }

  /** What is asked for, once it is clear that a certificate is due at all. */
  #wish(chosen: TypeChoice | undefined) {
    const t = this.#texts;
    const { form } = this;
    return html`${
        chosen?.onlySelf
          ? html`<p class="quiet">${t.text('subject-only-self')}</p>`
          : html`<fieldset>
              <legend>${t.text('field-subject')}</legend>
              ${this.#choice('subject', 'holder', t.text('subject-holder'))}
              ${this.#choice('subject', 'other', t.text('subject-other'))}
            </fieldset>`
      }
      ${form.subject === 'other' ? this.#field('taxCode', { mark: true, length: 20 }) : nothing}
      ${chosen?.asksDay ? this.#field('onDay', { type: 'date' }) : nothing} ${this.#sections(chosen?.sections ?? [])}
      ${chosen?.asksReason ? this.#reason() : nothing}
      <div class="two even">${this.#pick('language', chosen?.languages ?? [])} ${this.#pick('edition', chosen?.editions ?? [])}</div>
      ${this.#duty()}
      ${chosen?.goesToBackOffice ? html`<p class="note waiting">${t.text('document-goes-to-office')}</p>` : nothing}
      <button class="main" ?disabled=${this.disabled}>
        ${t.text(chosen?.goesToBackOffice ? 'document-leave' : 'document-prepare', { kiosk: this.kiosk })}
      </button>`;
  }

  override render() {
    const t = this.#texts;
    const { form, choices } = this;
    const chosen = choiceOf(form, choices);
    return html`<form novalidate @submit=${this.#submit}>
      <div class="field">
        <label for="type">${t.text('field-type')}</label>
        <select
          id="type"
          @change=${(event: Event) => this.#setType((event.target as HTMLSelectElement).value)}
        >
          ${choices.types.map(({ type, title }) => html`<option value=${type} ?selected=${type === form.type}>${title}</option>`)}
        </select>
      </div>
      <fieldset>
        <legend>${t.text('field-use')}</legend>
        ${(chosen?.uses ?? []).map(({ use }) => this.#choice('use', use, t.text(`use-${use}`)))}
        ${this.#choice('use', 'public-office', t.text('use-public-office'))}
      </fieldset>
      ${form.use === 'public-office' ? html`<p class="note waiting">${t.text('use-self-declaration')}</p>` : this.#wish(chosen)}
    </form>`;
  }
}

customElements.define('document-form-panel', DocumentFormPanel);
