import { css, html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import type { KioskView } from '../app/kiosk-view.ts';
import { icon } from '../components/icons.ts';
import { emit } from '../components/intent.ts';
import { shared } from '../components/styles.ts';
import { translator } from '../i18n/translations.ts';
import { draft } from './conversation.ts';

/** Every letter of Italian stands here, its accents too: "sì, c'è, l'università". */
const rows = ['1234567890?', 'qwertyuiopì', 'asdfghjklòù', "zxcvbnmàèé'"];
const lowestRow = [',', '.'];

/** Real-time text (EN 301 549, 6.2): every letter is on the other side while it is typed; who wrote what is said in words. */
class TextPanel extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: calc(3 * var(--mm));
        min-block-size: 0;
        block-size: 100%;
      }
      .lines {
        flex: 1 1 0;
        min-block-size: 0;
        overflow: hidden;
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        gap: calc(2.5 * var(--mm));
        background: var(--soft);
        border-radius: calc(2.5 * var(--mm));
        padding: calc(3 * var(--mm));
      }
      .said {
        flex: none;
        max-inline-size: 85%;
        padding: calc(2 * var(--mm)) calc(4 * var(--mm));
        border-radius: calc(2.5 * var(--mm));
        line-height: 1.2;
        overflow-wrap: anywhere;
      }
      .operator {
        align-self: flex-start;
        background: var(--ground);
        border: 2px solid var(--line);
      }
      .citizen {
        align-self: flex-end;
        background: var(--band);
        color: var(--on-band);
        border: 2px solid var(--on-band);
      }
      .who {
        font-weight: 700;
      }
      .writing::after {
        content: ' …';
      }
      .draft {
        display: flex;
        align-items: center;
        min-block-size: var(--target);
        border: calc(0.75 * var(--mm)) solid var(--action);
        border-radius: calc(2.5 * var(--mm));
        padding-inline: calc(4 * var(--mm));
        overflow: hidden;
        white-space: pre;
        justify-content: flex-end;
        direction: ltr;
      }
      .draft span {
        inline-size: 100%;
      }
      .keys {
        display: grid;
        gap: calc(3 * var(--mm));
      }
      .row {
        display: grid;
        grid-template-columns: repeat(11, 1fr);
        gap: calc(3 * var(--mm));
      }
      .row button {
        padding: 0;
        min-inline-size: 0;
        line-height: 1;
        background: var(--soft);
      }
      .row .word {
        grid-column: span 3;
        font-size: max(calc(0.85 * var(--type)), calc(10.6 * var(--mm)));
      }
      :host-context([data-text='large']) .word .icon {
        display: none;
      }
      .row button.send {
        background: var(--action);
      }
    `,
  ];
  declare view: KioskView;
  readonly #t = new TranslationController(this, translator);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus();
  }

  protected override updated(_changed: PropertyValues): void {
    const lines = this.renderRoot.querySelector('.lines');
    if (lines) lines.scrollTop = lines.scrollHeight;
  }

  protected override render() {
    const { conversation, visit } = this.view;
    const name = visit.person.kind === 'with' ? visit.person.name : this.#t.text('text-operator');
    const text = draft(conversation);
    return html`
      <div class="lines" role="log" aria-label=${this.#t.text('text-log')}>
        <h1 tabindex="-1">${this.#t.text('text-title')}</h1>
        ${conversation.lines.map(
          (line) => html`<p class="said ${line.from}">
            <span class="who">${line.from === 'citizen' ? this.#t.text('text-you') : name}:</span>
            <span class=${line.done ? '' : 'writing'}>${line.text}</span>
          </p>`,
        )}
      </div>
      <p class="draft" role="status" aria-label=${this.#t.text('text-draft', { text })}><span>${text}</span></p>
      <div class="keys">
        ${rows.map((row) => html`<div class="row">${[...row].map((key) => this.#key(key))}</div>`)}
        <div class="row">
          ${lowestRow.map((key) => this.#key(key))}
          <button type="button" class="word" @click=${() => emit(this, { kind: 'key', key: ' ' })}>${this.#t.text('text-space')}</button>
          <button type="button" class="word" data-writes @click=${() => emit(this, { kind: 'key', key: { edit: 'erase' } })}>
            ${icon('erase')} <span>${this.#t.text('text-erase')}</span>
          </button>
          <button type="button" class="word send primary" @click=${() => emit(this, { kind: 'key', key: { edit: 'send' } })}>${this.#t.text('text-send')}</button>
        </div>
      </div>
    `;
  }

  #key(key: string) {
    return html`<button type="button" data-writes @click=${() => emit(this, { kind: 'key', key })}>${key}</button>`;
  }
}
customElements.define('text-panel', TextPanel);
