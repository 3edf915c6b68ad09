import { css, html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { icon } from './icons.ts';
import type { IconName } from './icons.ts';
import { shared } from './styles.ts';

/** A question that must be answered before anything else: native dialog, two large keys, the harmless one first. */
class AskDialog extends LitElement {
  static override properties = { open: { type: Boolean }, heading: {}, text: {}, stay: {}, go: {}, picture: {} };
  static override styles = [
    shared,
    css`
      dialog {
        inline-size: calc(100% - 2 * var(--edge));
        max-inline-size: none;
        border: calc(1 * var(--mm)) solid var(--title);
        border-radius: calc(4 * var(--mm));
        padding: calc(8 * var(--mm));
        background: var(--ground);
        color: var(--ink);
        margin-block: auto var(--dialog-bottom, auto);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 65%);
      }
      .inside {
        display: flex;
        flex-direction: column;
        gap: calc(6 * var(--mm));
      }
      h2 {
        font-size: calc(1.35 * var(--type));
        outline: none;
      }
      .icon {
        align-self: center;
        inline-size: calc(36 * var(--mm));
        block-size: calc(36 * var(--mm));
        color: var(--action);
      }
      button {
        min-block-size: calc(28 * var(--mm));
      }
    `,
  ];
  declare open: boolean;
  declare heading: string;
  declare text: string;
  declare stay: string;
  declare go: string;
  /** An icon over the question, for those who look rather than read. */
  declare picture: IconName | undefined;

  constructor() {
    super();
    this.open = false;
    this.heading = '';
    this.text = '';
    this.stay = '';
    this.go = '';
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has('open')) return;
    const dialog = this.renderRoot.querySelector('dialog');
    if (this.open) {
      dialog?.showModal();
      this.renderRoot.querySelector('h2')?.focus();
    } else dialog?.close();
  }

  protected override render() {
    return html`<dialog aria-labelledby="heading" aria-describedby="text" @cancel=${this.#cancel}>
      <div class="inside">
        ${this.picture ? icon(this.picture) : ''}
        <h2 id="heading" tabindex="-1">${this.heading}</h2>
        <p id="text">${this.text}</p>
        <button type="button" class="primary" @click=${() => this.#answer('stay')}>${this.stay}</button>
        ${this.go ? html`<button type="button" @click=${() => this.#answer('go')}>${this.go}</button>` : ''}
      </div>
    </dialog>`;
  }

  #cancel(event: Event): void {
    event.preventDefault();
    this.#answer('stay');
  }

  #answer(answer: 'stay' | 'go'): void {
    this.dispatchEvent(new CustomEvent(answer));
  }
}
customElements.define('ask-dialog', AskDialog);
