import type { DeskVisit, VisitStep } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../components/styles.ts';
import { stepsToShow } from '../desk/steps-to-show.ts';
import type { DeskActions, WorkState } from '../desk/desk-state.ts';
import { texts } from '../i18n/texts.ts';

/** Leads the citizen: brings a page of the kiosk to the front, or asks for card or sheet. */
export class LeadPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    work: { attribute: false },
    actions: { attribute: false },
    step: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        background: #fff;
        padding: 8px;
        border-block-start: 1px solid var(--it-color-slate-85);
      }
      .row {
        flex-wrap: nowrap;
        gap: 6px;
      }
      button {
        font-size: 15px;
        padding: 6px 10px;
        min-inline-size: 96px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      select {
        inline-size: auto;
        flex: 1 0 130px;
        min-inline-size: 0;
        text-overflow: ellipsis;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare work: WorkState;
  declare actions: Pick<DeskActions, 'showStep' | 'askCard' | 'askScan'>;
  declare step: VisitStep;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.step = 'card';
  }

  override render() {
    const { visit, work } = this;
    const t = this.#texts;
    const kiosk = visit.kioskName;
    const busy = work.progress.busy.has('lead');
    const problem = work.progress.problems.lead;
    return html`<div class="row">
        <label class="unseen" for="step">${t.text('lead-title')}</label>
        <select
          id="step"
          @change=${(event: Event) => (this.step = stepsToShow.find((step) => step === (event.target as HTMLSelectElement).value) ?? 'card')}
        >
          ${stepsToShow.map((step) => html`<option value=${step} ?selected=${step === this.step}>${t.text(`step-${step}`)}</option>`)}
        </select>
        <button ?disabled=${busy} @click=${() => this.actions.showStep(visit.visitId, this.step)}>
          ${t.text('lead-show', { kiosk })}
        </button>
        <button ?disabled=${busy} @click=${() => this.actions.askCard(visit.visitId)}>
          ${t.text('lead-card', { kiosk })}
        </button>
        <button ?disabled=${busy} @click=${() => this.actions.askScan(visit.visitId)}>
          ${t.text('lead-scan', { kiosk })}
        </button>
      </div>
      ${busy ? html`<p class="quiet">${t.text('lead-asking')}</p>` : nothing}
      ${!busy && work.led ? html`<p class=${work.led === 'done' ? 'quiet' : 'wrong'}>${t.text(`lead-${work.led}`)}</p>` : nothing}
      ${problem ? html`<p class="wrong">${t.text(`error-${problem.code}`)}</p>` : nothing}`;
  }
}

customElements.define('lead-panel', LeadPanel);
