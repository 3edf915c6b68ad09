import { outcome } from '@videosportello/protocol/messages/visit.ts';
import type { DeskVisit, Outcome } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../components/styles.ts';
import type { DeskActions, Progress } from '../desk/desk-state.ts';
import { texts } from '../i18n/texts.ts';

/** After a visit: how it ended, in one choice, then done. The person is already gone from this page. */
export class WrapUpPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    issued: { type: Boolean },
    cut: { type: Boolean },
    progress: { attribute: false },
    actions: { attribute: false },
    chosen: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        max-inline-size: 560px;
        margin: 32px auto;
        padding: 24px;
        background: #fff;
        border-radius: 8px;
      }
      .choice {
        display: flex;
        gap: 8px;
        align-items: center;
        min-block-size: 40px;
        padding: 4px 8px;
        border: 1px solid var(--it-color-slate-78);
        border-radius: 4px;
        margin-block-start: 6px;
        font-weight: 400;
      }
      .choice:has(:checked) {
        border-color: var(--it-color-blue-40);
        background: var(--it-color-blue-97);
        font-weight: 600;
      }
      legend {
        padding: 0;
        font-weight: 600;
      }
    `,
  ];
  declare visit: DeskVisit;
  /** A certificate was issued in this visit. */
  declare issued: boolean;
  declare cut: boolean;
  declare progress: Progress;
  declare actions: Pick<DeskActions, 'finishWrapUp'>;
  declare chosen: Outcome | undefined;
  readonly #texts = new TranslationController(this, texts);

  #finish(event: Event) {
    event.preventDefault();
    const chosen = this.#chosen;
    if (chosen) this.actions.finishWrapUp(this.visit.visitId, chosen);
  }

  get #chosen(): Outcome | undefined {
    return this.chosen ?? (this.issued ? 'document-issued' : undefined);
  }

  override render() {
    const t = this.#texts;
    const { kioskName: kiosk, town } = this.visit;
    const problem = this.progress.problems['wrap-up'];
    return html`<form class="stack" @submit=${this.#finish}>
      <h2>${t.text('wrap-up-title', { kiosk, town })}</h2>
      <p>${t.text('wrap-up-text')}</p>
      <fieldset>
        <legend>${t.text('wrap-up-outcome')}</legend>
        ${outcome.options.map(
          (value) =>
            html`<label class="choice">
              <input
                type="radio"
                name="outcome"
                .checked=${this.#chosen === value}
                @change=${() => (this.chosen = value)}
              />
              ${t.text(`outcome-${value}`)}
            </label>`,
        )}
      </fieldset>
      <div class="row">
        <button class="main" ?disabled=${this.cut || !this.#chosen || this.progress.busy.has('wrap-up')}>
          ${t.text('wrap-up-done', { kiosk })}
        </button>
      </div>
      ${problem ? html`<p class="wrong">${t.text(`error-${problem.code}`)}</p>` : nothing}
    </form>`;
  }
}

customElements.define('wrap-up-panel', WrapUpPanel);
