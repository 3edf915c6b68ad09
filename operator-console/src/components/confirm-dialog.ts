import { css, html, LitElement, nothing } from 'lit';
import { base } from './styles.ts';

/** What is asked before something that cannot be taken back. All texts are ready to show. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly cancel: string;
  /** A statement that must be ticked first. */
  readonly statement?: string;
  readonly danger?: boolean;
}

/**
 * A native dialog that asks one question; the page behind it is inert, Esc means no, the focus goes back where it was.
 */
export class ConfirmDialog extends LitElement {
  static override properties = { question: { state: true }, ticked: { state: true } };
  static override styles = [
    base,
    css`
      dialog {
        inline-size: min(520px, 92vw);
        border: 0;
        border-radius: 8px;
        padding: 24px;
        color: inherit;
        box-shadow: 0 16px 48px rgb(0 0 0 / 0.35);
      }
      dialog::backdrop {
        background: rgb(23 50 77 / 0.6);
      }
      .tick {
        display: flex;
        gap: 8px;
        align-items: start;
      }
      .stack {
        gap: 16px;
      }
    `,
  ];
  declare question: Question | undefined;
  declare ticked: boolean;
  #answer: ((yes: boolean) => void) | undefined;

  constructor() {
    super();
    this.ticked = false;
  }

  /** Asks; resolves with the answer. A question while another is open is answered no. */
  async ask(question: Question): Promise<boolean> {
    if (this.#answer) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#answer = resolve;
    this.ticked = false;
    this.question = question;
    await this.updateComplete;
    const dialog = this.#dialog;
    if (dialog) dialog.returnValue = 'no';
    dialog?.showModal();
    return promise;
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  #close(yes: boolean) {
    this.#dialog?.close(yes ? 'yes' : 'no');
  }

  #closed() {
    const yes = this.#dialog?.returnValue === 'yes';
    const answer = this.#answer;
    this.#answer = undefined;
    this.question = undefined;
    answer?.(yes);
  }

  override render() {
    const { question } = this;
    return html`<dialog aria-labelledby="title" aria-describedby="text" @close=${this.#closed}>
      ${
        question
          ? html`<div class="stack">
              <h2 id="title">${question.title}</h2>
              <p id="text">${question.text}</p>
              ${
                question.statement
                  ? html`<label class="tick">
                      <input
                        type="checkbox"
                        .checked=${this.ticked}
                        @change=${(event: Event) => (this.ticked = (event.target as HTMLInputElement).checked)}
                      />
                      ${question.statement}
                    </label>`
                  : nothing
              }
              <div class="row">
                <button
                  class="main ${question.danger ? 'danger' : ''}"
                  ?disabled=${question.statement !== undefined && !this.ticked}
                  ?autofocus=${question.statement === undefined}
                  @click=${() => this.#close(true)}
                >
                  ${question.confirm}
                </button>
                <button @click=${() => this.#close(false)}>${question.cancel}</button>
              </div>
            </div>`
          : nothing
      }
    </dialog>`;
  }
}

customElements.define('confirm-dialog', ConfirmDialog);
