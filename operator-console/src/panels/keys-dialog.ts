import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement } from 'lit';
import { base } from '../components/styles.ts';
import { altKeys } from '../desk/shortcuts.ts';
import { texts } from '../i18n/texts.ts';

/** The list of the desk's keys. */
export class KeysDialog extends LitElement {
  static override styles = [
    base,
    css`
      dialog {
        inline-size: min(520px, 92vw);
        border: 0;
        border-radius: 8px;
        padding: 24px;
        color: inherit;
      }
      dialog::backdrop {
        background: rgb(23 50 77 / 0.6);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 6px 16px;
        margin-block: 16px;
      }
      dt {
        font-weight: 700;
      }
    `,
  ];
  readonly #texts = new TranslationController(this, texts);

  open(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  override render() {
    const t = this.#texts;
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${t.text('keys-title')}</h2>
      <dl>
        ${Object.entries(altKeys).map(
          ([code, command]) =>
            html`<dt>Alt+${code.replace('Key', '')}</dt>
              <dd>${t.text(`command-${command}`)}</dd>`,
        )}
        <dt>Alt+1 … Alt+9</dt>
        <dd>${t.text('command-choose-tab')}</dd>
        <dt>F6</dt>
        <dd>${t.text('command-next-pane')}</dd>
        <dt>${t.text('key-shift')}+F6</dt>
        <dd>${t.text('command-previous-pane')}</dd>
      </dl>
      <form method="dialog"><button class="main">${t.text('keys-close')}</button></form>
    </dialog>`;
  }
}

customElements.define('keys-dialog', KeysDialog);
