import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base } from '../components/styles.ts';
import type { DeskActions } from '../desk/desk-state.ts';
import { phraseKeys } from '../desk/phrases.ts';
import type { TextLine } from '../desk/text-lines.ts';
import { visibleText } from '../desk/visible-text.ts';
import { textIn, texts } from '../i18n/texts.ts';

/** Longest line the protocol carries. */
const MAX_TEXT = 500;
/** So near its end a list counts as being at its end, CSS pixels. */
const NEAR_END_PX = 24;

/** Real-time text both ways: every key press is seen on the other side, a finished line stays. */
export class TextPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    lines: { attribute: false },
    actions: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 6px;
        min-block-size: 0;
        padding: 8px;
        background: #fff;
        border-block-start: 1px solid var(--it-color-slate-85);
      }
      ol {
        flex: 1;
        min-block-size: 0;
        overflow-y: auto;
        display: flex;
        flex-direction: column;
        gap: 4px;
      }
      li {
        max-inline-size: 85%;
        padding: 4px 10px;
        border-radius: 6px;
        line-height: 1.3;
        overflow-wrap: anywhere;
        /* Towers of accents stay within their own line. */
        overflow: clip;
        flex: none;
      }
      li.citizen {
        align-self: start;
        background: var(--visit-pale);
        border-inline-start: 4px solid var(--visit);
      }
      li.operator {
        align-self: end;
        background: var(--it-color-blue-97);
        border-inline-end: 4px solid var(--it-color-blue-40);
      }
      li b {
        display: block;
        font-size: 13px;
      }
      li.writing {
        font-style: italic;
      }
      form {
        display: flex;
        gap: 8px;
      }
      form input {
        flex: 1;
      }
      .menu {
        inset: auto;
        margin: 0;
        padding: 8px;
        max-block-size: 60vh;
        inline-size: 420px;
        overflow-y: auto;
        border: 1px solid #5c6f82;
        border-radius: 6px;
        box-shadow: 0 8px 24px rgb(0 0 0 / 0.3);
        position-area: block-start span-inline-end;
      }
      .menu button {
        display: block;
        inline-size: 100%;
        margin-block-end: 4px;
        font-weight: 400;
      }
      li button {
        min-block-size: 28px;
        padding: 2px 8px;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare lines: readonly TextLine[];
  declare actions: Pick<DeskActions, 'write' | 'finishLine' | 'resendLine'>;
  readonly #texts = new TranslationController(this, texts);
  #atEnd = true;

  /** Puts the caret into the field. */
  write(): void {
    this.#field?.focus();
  }

  get #field() {
    return this.renderRoot.querySelector<HTMLInputElement>('#field');
  }

  #finish(event: Event) {
    event.preventDefault();
    const field = this.#field;
    if (!field) return;
    this.actions.finishLine(this.visit.visitId, field.value.trim());
    field.value = '';
  }

  #say(key: string) {
    this.renderRoot.querySelector<HTMLElement>('#phrases')?.hidePopover();
    const field = this.#field;
    if (!field) return;
    field.value = textIn(this.visit.language, key);
    this.actions.write(this.visit.visitId, field.value);
    field.focus();
  }

  /** A line begun before the operator turned to somebody else is taken up again. */
  override firstUpdated(): void {
    const begun = this.lines.findLast(({ author, done }) => author === 'operator' && !done);
    if (begun && this.#field) this.#field.value = begun.text;
  }

  get #list() {
    return this.renderRoot.querySelector('ol');
  }

  override willUpdate(): void {
    const list = this.#list;
    this.#atEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END_PX;
  }

  /** The newest line stays in sight, unless the operator has gone back to read older ones. */
  override updated(changed: Map<string, unknown>): void {
    const list = this.#list;
    if (changed.has('lines') && this.#atEnd && list) list.scrollTop = list.scrollHeight;
  }

  #line(line: TextLine) {
    const t = this.#texts;
    const who =
      line.author === 'operator' ? t.text('text-me') : t.text('text-citizen', { kiosk: this.visit.kioskName });
    return html`<li class="${line.author} ${line.done ? '' : 'writing'}">
      <b>${who}${line.done ? nothing : html` · ${t.text('text-writing')}`}</b
      ><bdi>${visibleText(line.text)}</bdi>
      ${
        line.delivery === 'failed' && line.done
          ? html`<span class="wrong">${t.text('text-failed')}</span>
              <button @click=${() => this.actions.resendLine(this.visit.visitId, line.line)}>
                ${t.text('text-resend')}
              </button>`
          : nothing
      }
    </li>`;
  }

  override render() {
    const t = this.#texts;
    const kiosk = this.visit.kioskName;
    return html`<h3>${t.text('text-title', { kiosk })}</h3>
      ${this.lines.length === 0 ? html`<p class="quiet">${t.text('text-none')}</p>` : nothing}
      <ol tabindex="0" aria-label=${t.text('text-title', { kiosk })}>
        ${repeat(
          this.lines,
          ({ author, line }) => `${author} ${line}`,
          (line) => this.#line(line),
        )}
      </ol>
      <form @submit=${this.#finish}>
        <button type="button" popovertarget="phrases">${t.text('text-phrases')}</button>
        <div id="phrases" class="menu" popover>
          ${phraseKeys.map((key) => html`<button type="button" lang=${this.visit.language} @click=${() => this.#say(key)}>${textIn(this.visit.language, key)}</button>`)}
        </div>
        <input
          id="field"
          autocomplete="off"
          maxlength=${MAX_TEXT}
          lang=${this.visit.language}
          aria-label=${t.text('text-field', { kiosk })}
          placeholder=${t.text('text-field', { kiosk })}
          @input=${(event: Event) => this.actions.write(this.visit.visitId, (event.target as HTMLInputElement).value)}
        />
        <button class="main">${t.text('text-send')}</button>
      </form>`;
  }
}

customElements.define('text-panel', TextPanel);
