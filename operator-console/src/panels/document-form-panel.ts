import type { DocumentChoices, DocumentRequest } from '@videosportello/protocol/messages/document.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../components/styles.ts';
import { readForm } from '../desk/document-form.ts';
import type { DocumentForm, FieldFault, FormField } from '../desk/document-form.ts';
import { newDraft } from '../desk/visit-draft.ts';
import type { VisitDraft } from '../desk/visit-draft.ts';
import { texts } from '../i18n/texts.ts';

/** What the operator asks for: type, use, whose facts, stamp duty. Tells `request` with a DocumentRequest that fits. */
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
    css`
      form {
        display: grid;
        gap: 10px;
      }
      .field {
        display: grid;
        gap: 2px;
      }
      .two {
        display: grid;
        grid-template-columns: 3fr 2fr;
        gap: 8px;
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
      .mark {
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.04em;
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
    if (chosen) this.#set({ type: chosen.type });
  }

  async #submit(event: Event) {
    event.preventDefault();
    const now = new Date();
    const today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
    const read = readForm(this.form, today);
    if ('request' in read) {
      this.faults = {};
      this.dispatchEvent(new CustomEvent<DocumentRequest>('request', { detail: read.request }));
      return;
    }
    this.faults = read.faults;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  #choice<Name extends 'use' | 'subject' | 'duty'>(name: Name, value: DocumentForm[Name], words: string) {
    return html`<label class="choice">
      <input
        type="radio"
        name=${name}
        .checked=${this.form[name] === value}
        @change=${() => this.#set({ [name]: value })}
      />
      ${words}
    </label>`;
  }

  #field(field: FormField, options: { type?: 'date'; mode?: 'numeric'; mark?: boolean; length?: number }) {
    const t = this.#texts;
    const fault = this.faults[field];
    return html`<div class="field">
      <label for=${field}>${t.text(`field-${field}`)}</label>
      <input
        id=${field}
        type=${options.type ?? 'text'}
        inputmode=${options.mode ?? nothing}
        maxlength=${options.length ?? nothing}
        class=${options.mark ? 'mark' : ''}
        autocomplete="off"
        spellcheck="false"
        .value=${this.form[field]}
        aria-invalid=${fault ? 'true' : 'false'}
        aria-describedby=${fault ? `${field}-fault` : nothing}
        @input=${(event: Event) => this.#set({ [field]: (event.target as HTMLInputElement).value })}
      />
      ${this.#fault(field)}
    </div>`;
  }

  #fault(field: FormField) {
    const fault = this.faults[field];
    return fault ? html`<p id="${field}-fault" class="wrong">${this.#texts.text(`fault-${fault}`)}</p>` : nothing;
  }

  #duty() {
    const t = this.#texts;
    const { form, choices } = this;
    if (form.duty === 'mark') {
      return html`<div class="two">
        ${this.#field('markCode', { mode: 'numeric', mark: true, length: 20 })}
        ${this.#field('markDate', { type: 'date' })}
      </div>`;
    }
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
      ${chosen ? html`<p class="quiet">${chosen.norm}</p>` : nothing} ${this.#fault('exemption')}
    </div>`;
  }

  override render() {
    const t = this.#texts;
    const { form, choices } = this;
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
        ${this.#choice('use', 'private', t.text('use-private'))}
        ${this.#choice('use', 'public-office', t.text('use-public-office'))}
      </fieldset>
      ${
        form.use === 'public-office'
          ? html`<p class="note waiting">${t.text('use-self-declaration')}</p>`
          : html`<fieldset>
                <legend>${t.text('field-subject')}</legend>
                ${this.#choice('subject', 'holder', t.text('subject-holder'))}
                ${this.#choice('subject', 'other', t.text('subject-other'))}
              </fieldset>
              ${form.subject === 'other' ? this.#field('taxCode', { mark: true, length: 20 }) : nothing}
              <fieldset>
                <legend>${t.text('field-duty')}</legend>
                ${this.#choice('duty', 'mark', t.text('duty-mark', { euro: choices.dutyEuro.replace('.', ',') }))}
                ${this.#choice('duty', 'exemption', t.text('duty-exemption'))}
              </fieldset>
              ${this.#duty()}
              <button class="main" ?disabled=${this.disabled}>
                ${t.text('document-prepare', { kiosk: this.kiosk })}
              </button>`
      }
    </form>`;
  }
}

customElements.define('document-form-panel', DocumentFormPanel);
