import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import type { DocumentRequest, DocumentView, OpenedCase, Review } from '@videosportello/protocol/messages/document.ts';
import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { icon } from '../components/icons.ts';
import { inputStyles, labelledInput } from '../components/labelled-input.ts';
import { base } from '../components/styles.ts';
import {
  currentDocument,
  isUnderWay,
  nextActions,
  paperSteps,
  stateTone,
  stepsDone,
} from '../desk/document-progress.ts';
import type { DocumentAction } from '../desk/document-progress.ts';
import type { DeskActions, Progress } from '../desk/desk-state.ts';
import { emptyForm, readCaseNumber } from '../desk/document-form.ts';
import { newDraft } from '../desk/visit-draft.ts';
import type { VisitDraft } from '../desk/visit-draft.ts';
import { visibleText } from '../desk/visible-text.ts';
import { texts } from '../i18n/texts.ts';
import type { ConfirmDialog } from '../components/confirm-dialog.ts';
import '../components/confirm-dialog.ts';
import './document-form-panel.ts';

const tones = { good: 'good', waiting: 'running', running: 'running', wrong: 'wrong' } as const;

/**
 * A certificate from the wish to the paper in the citizen's hand: form, words, review, issue, print, and what goes
 * wrong.
 */
export class DocumentPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    certificates: { attribute: false },
    progress: { attribute: false },
    actions: { attribute: false },
    draft: { attribute: false },
    another: { state: true },
    caseFault: { state: true },
  };
  static override styles = [
    base,
    inputStyles,
    css`
      :host {
        padding: 12px;
        background: #fff;
      }
      .paper {
        border: 1px solid var(--it-color-slate-62);
        border-radius: 2px;
        padding: 12px;
        box-shadow: 0 1px 4px rgb(0 0 0 / 0.15);
      }
      .paper h4 {
        margin: 0 0 6px;
        font-size: 17px;
      }
      .paper dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 10px;
        line-height: 1.3;
      }
      .paper dd {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .paper .wording {
        font-size: 14px;
        margin-block-start: 8px;
      }
      .steps {
        display: flex;
        gap: 4px;
      }
      .steps li {
        flex: 1;
        padding-block-start: 4px;
        border-block-start: 5px solid var(--it-color-slate-78);
        font-size: 13px;
        line-height: 1.15;
        color: var(--it-color-slate-36);
      }
      .steps li.done {
        border-color: #006644;
        color: #004d33;
        font-weight: 700;
      }
      .collect {
        display: grid;
        gap: 4px;
        border-block-start: 1px solid var(--it-color-slate-78);
        padding-block-start: 10px;
      }
      .head {
        justify-content: space-between;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare certificates: CertificateState | undefined;
  declare progress: Progress;
  declare actions: Pick<
    DeskActions,
    'prepareDocument' | 'collectCase' | 'reviewDocument' | 'issueDocument' | 'reprintDocument' | 'settleSheet'
  >;
  declare draft: VisitDraft;
  /** The operator wants another document than the newest one. */
  declare another: boolean;
  /** The case number typed is none. */
  declare caseFault: boolean;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.another = false;
    this.caseFault = false;
    this.draft = newDraft();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get('certificates') as CertificateState | undefined;
    const count = (state: CertificateState | undefined) => (state?.file?.documents.length ?? 0) + (state?.file?.cases?.length ?? 0);
    // Only a document or case that came while this panel stood: one found at the start says nothing about the form.
    if (!before || count(this.certificates) <= count(before)) return;
    this.another = false;
    this.draft.form = emptyForm;
  }

  get #busy(): boolean {
    return this.progress.busy.has('document') || this.certificates?.connection !== 'open';
  }

  async #do(action: DocumentAction, { documentId, review, attempt = 1 }: DocumentView) {
    const { visitId, kioskName: kiosk } = this.visit;
    const t = this.#texts;
    const ask = (key: string, statement: boolean) =>
      this.renderRoot.querySelector<ConfirmDialog>('confirm-dialog')?.ask({
        title: t.text(`${key}-title`, { kiosk }),
        text: t.text(`${key}-text`, { kiosk, title: review?.title ?? '' }),
        confirm: t.text(`${key}-confirm`),
        cancel: t.text('cancel'),
        ...(statement ? { statement: t.text(`${key}-statement`) } : {}),
      });
    if (action === 'review') return this.actions.reviewDocument(visitId, documentId);
    if (!(await ask(`confirm-${action}`, action === 'reprint' || action === 'not-out'))) return;
    if (action === 'issue') return this.actions.issueDocument(visitId, documentId);
    if (action === 'reprint' || action === 'print-again') return this.actions.reprintDocument(visitId, documentId);
    this.actions.settleSheet(visitId, documentId, { attempt, cameOut: action === 'came-out' });
  }

  #words({ title, lines, wording, specimen }: Review) {
    const t = this.#texts;
    return html`<article class="paper" lang="it" aria-label=${t.text('document-words')}>
      <div class="row head">
        <h4>${title}</h4>
        ${specimen ? html`<span class="specimen">${t.text('specimen')}</span>` : nothing}
      </div>
      <dl>
        ${lines.map(
          ({ label, value }) =>
            html`<dt>${label}</dt>
              <dd><bdi>${visibleText(value)}</bdi></dd>`,
        )}
      </dl>
      ${wording.map((words) => html`<p class="wording">${words}</p>`)}
    </article>`;
  }

  #document(document: DocumentView) {
    const t = this.#texts;
    const { state, reason, number } = document;
    const tone = stateTone(state);
    const done = stepsDone(state);
    return html`${number ? html`<p>${t.text('document-number')} <b>${number}</b></p>` : nothing}
      <p class="note ${tone}">
        ${icon(tones[tone])} ${t.text(`document-${state}`)}
        ${reason ? html`<br />${t.text(`print-${reason}`)}` : nothing}
      </p>
      ${
        done > 0
          ? html`<ol class="steps" aria-label=${t.text('document-steps')}>
              ${paperSteps.map(
                (step, index) =>
                  html`<li class=${index < done ? 'done' : ''}>
                    ${t.text(`paper-${step}`)}<span class="unseen"
                      >${t.text(index < done ? 'paper-done' : 'paper-open')}</span
                    >
                  </li>`,
              )}
            </ol>`
          : nothing
      }
      ${nextActions(document).map(
        (action) =>
          html`<button
            class=${action === 'review' || action === 'issue' ? 'main' : ''}
            ?disabled=${this.#busy}
            @click=${() => void this.#do(action, document)}
          >
            ${t.text(`action-${action}`, { kiosk: this.visit.kioskName })}
          </button>`,
      )}
      ${document.review ? this.#words(document.review) : nothing}`;
  }

  /** What the back office has taken in during this visit. */
  #cases(cases: readonly OpenedCase[]) {
    const t = this.#texts;
    if (cases.length === 0) return nothing;
    return html`<section aria-label=${t.text('case-title')}>
      ${cases.map(
        ({ caseNumber, title, answerBy, keepDays, collectAt, slip }) => html`<p class="note waiting">
          <b>${t.text('case-number', { number: caseNumber, title })}</b><br />
          ${t.text('case-dates', { day: new Date(answerBy), place: collectAt, days: keepDays })} ${slip ? t.text('case-slip') : ''}
        </p>`,
      )}
    </section>`;
  }

  /** The paper of an earlier request, ready since: for who asked, identified again. */
  #collect() {
    const t = this.#texts;
    return html`<form class="collect" novalidate aria-label=${t.text('case-collect')} @submit=${this.#collectCase}>
      ${labelledInput({
        id: 'case',
        label: t.text('case-collect-number'),
        value: this.draft.caseNumber,
        length: 20,
        fault: this.caseFault ? t.text('case-collect-wrong') : undefined,
        onInput: (value) => (this.draft.caseNumber = value),
      })}
      <button ?disabled=${this.#busy}>${t.text('case-collect-do', { kiosk: this.visit.kioskName })}</button>
    </form>`;
  }

  #collectCase(event: Event) {
    event.preventDefault();
    const number = readCaseNumber(this.draft.caseNumber);
    this.caseFault = number === undefined;
    if (number) this.actions.collectCase(this.visit.visitId, number);
    else this.renderRoot.querySelector<HTMLElement>('#case')?.focus();
  }

  #problem() {
    const problem = this.progress.problems.document;
    if (!problem) return nothing;
    const key = `refused-${problem.detail ?? ''}`;
    return html`<p class="note wrong">
      ${icon('wrong')} ${this.#texts.text(texts.has(key) ? key : `error-${problem.code}`)}
    </p>`;
  }

  override render() {
    const t = this.#texts;
    const { file, choices } = this.certificates ?? {};
    const kiosk = this.visit.kioskName;
    const current = currentDocument(file?.documents ?? []);
    const identified = file?.evidence.verdict !== undefined;
    const showsForm = current === undefined || (this.another && !isUnderWay(current.state));
    return html`<div class="stack">
      <h3>${t.text('document-title', { kiosk })}</h3>
      ${!identified ? html`<p class="quiet">${t.text('document-needs-identity')}</p>` : nothing}
      ${
        identified && showsForm && choices
          ? html`<document-form-panel
              .choices=${choices}
              .kiosk=${kiosk}
              .disabled=${this.#busy}
              .draft=${this.draft}
              @request=${(event: CustomEvent<DocumentRequest>) => this.actions.prepareDocument(this.visit.visitId, event.detail)}
            ></document-form-panel>`
          : nothing
      }
      ${current && !showsForm ? this.#document(current) : nothing} ${this.#problem()} ${this.#cases(file?.cases ?? [])}
      ${
        current && !isUnderWay(current.state)
          ? html`<button @click=${() => (this.another = !this.another)}>
              ${t.text(showsForm ? 'document-back' : 'document-another')}
            </button>`
          : nothing
      }
      ${identified ? this.#collect() : nothing}
      <confirm-dialog></confirm-dialog>
    </div>`;
  }
}

customElements.define('document-panel', DocumentPanel);
