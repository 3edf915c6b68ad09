import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import type { ScanId } from '@videosportello/protocol/ids.ts';
import type { Answer, Answers, PersonClaims, VerdictView } from '@videosportello/protocol/messages/verdict.ts';
import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { icon } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import type { CheckWork, DeskActions, Progress } from '../desk/desk-state.ts';
import { evidenceStanding } from '../desk/evidence-standing.ts';
import type { ScanPicture } from '../desk/scan-pictures.ts';
import { dateWords } from '../desk/time-words.ts';
import { visibleText } from '../desk/visible-text.ts';
import { texts } from '../i18n/texts.ts';
import './face-comparison.ts';
import './scans-panel.ts';
import './visual-check-panel.ts';

const answerOrder = [
  'genuine',
  'notCloned',
  'notExpired',
  'notRevoked',
  'holder',
] as const satisfies readonly (keyof Answers)[];
const claimOrder = [
  'birthDate',
  'birthPlace',
  'sex',
  'nationality',
  'documentNumber',
  'expiryDate',
  'taxCode',
] as const satisfies readonly (keyof PersonClaims)[];
const MAX_WRONG_NUMBERS = 3;

/**
 * What is known of who stands there: the card dialogue, scanned pages, five separate answers with their reasons, the person,
 * face and photo.
 */
export class EvidencePanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    certificates: { attribute: false },
    scans: { attribute: false },
    picture: { attribute: false },
    progress: { attribute: false },
    actions: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        padding: 12px;
        background: #fff;
      }
      .head {
        justify-content: space-between;
        flex-wrap: nowrap;
      }
      .head > div {
        min-inline-size: 0;
      }
      .name {
        font-size: 20px;
        font-weight: 700;
        line-height: 1.2;
        overflow-wrap: anywhere;
      }
      .answers li {
        display: grid;
        grid-template-columns: 22px auto 1fr;
        gap: 0 6px;
        padding: 4px 0;
        border-block-start: 1px solid var(--it-color-slate-85);
        line-height: 1.25;
      }
      .answers b {
        grid-column: 2;
      }
      .answers .why {
        grid-column: 2 / -1;
        font-size: 15px;
      }
      li.yes svg,
      li.yes .word {
        color: #006644;
      }
      li.no svg,
      li.no .word {
        color: #992639;
      }
      li.not-asked svg,
      li.not-asked .word {
        color: #455b71;
      }
      .word {
        font-weight: 700;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 12px;
        line-height: 1.3;
      }
      dd small {
        display: block;
        font-size: 13px;
        color: var(--it-color-slate-36);
      }
      dd {
        overflow-wrap: anywhere;
        min-inline-size: 0;
      }
      dd b {
        font-variant-numeric: tabular-nums;
      }
      .judge {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      .judge p {
        grid-column: 1 / -1;
      }
      .judge button {
        text-align: center;
      }
      .judge button[aria-pressed='true'] {
        background: #17324d;
        border-color: #17324d;
        color: #fff;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare certificates: CertificateState | undefined;
  declare scans: readonly ScanPicture[];
  /** The citizen's live picture, to be compared with the chip's photo. */
  declare picture: MediaStreamTrack | undefined;
  declare progress: Progress;
  declare actions: Pick<DeskActions, 'allowRetry' | 'judgeHolder' | 'discardScan' | 'workOnCheck' | 'handOver'>;
  readonly #texts = new TranslationController(this, texts);

  #dialogue() {
    const t = this.#texts;
    const evidence = this.certificates?.file?.evidence;
    const ended = this.certificates?.ended;
    if (ended) return html`<p class="note wrong">${icon('wrong')} ${t.text(`evidence-ended-${ended}`)}</p>`;
    if (!evidence) return html`<p class="note waiting">${t.text('evidence-connecting')}</p>`;
    const { phase, failure, wrongNumbers, verdict } = evidence;
    const exhausted = wrongNumbers >= MAX_WRONG_NUMBERS;
    const saysNo = verdict !== undefined && evidenceStanding(evidence) === 'wrong';
    const tone = phase === 'failed' || saysNo ? 'wrong' : phase === 'done' ? 'good' : 'waiting';
    // A card read with nothing amiss speaks for itself, below.
    if (verdict && tone === 'good') return nothing;
    return html`<p class="note ${tone}">
        ${icon(tone === 'waiting' ? 'running' : tone)} ${t.text(`phase-${phase}`)}
        ${saysNo ? t.text('answers-no') : nothing} ${failure ? html`<br />${t.text(`error-${failure}`)}` : nothing}
      </p>
      ${wrongNumbers > 0 ? html`<p>${t.text('evidence-wrong-numbers', { count: wrongNumbers, of: MAX_WRONG_NUMBERS })}</p>` : nothing}
      ${
        exhausted
          ? html`<button
              class="main"
              ?disabled=${this.#busy}
              @click=${() => this.actions.allowRetry(this.visit.visitId)}
            >
              ${t.text('evidence-retry', { kiosk: this.visit.kioskName })}
            </button>`
          : failure === 'card-last-try'
            ? html`<p>${t.text('evidence-last-try-hint')}</p>
                <button class="main" ?disabled=${this.#busy} @click=${() => this.actions.allowRetry(this.visit.visitId)}>
                  ${t.text('evidence-last-try', { kiosk: this.visit.kioskName })}
                </button>`
            : nothing
      }`;
  }

  get #busy(): boolean {
    return this.progress.busy.has('identity') || this.certificates?.connection !== 'open';
  }

  #answer(name: keyof Answers | 'someGenuineCie', { answer, reason }: Answer) {
    const t = this.#texts;
    const key = `why-${reason}`;
    return html`<li class=${answer}>
      ${icon(answer)}<b>${t.text(`answer-${name}`)}</b><span class="word">${t.text(`answer-is-${answer}`)}</span>
      <span class="why">${texts.has(key) ? t.text(key) : t.text('why-other', { reason })}</span>
    </li>`;
  }

  #claim(name: (typeof claimOrder)[number], person: PersonClaims) {
    const claim = person[name];
    if (!claim) return nothing;
    const t = this.#texts;
    const words =
      name === 'birthDate' || name === 'expiryDate'
        ? dateWords(claim.value)
        : name === 'sex'
          ? t.text(`sex-${claim.value}`)
          : visibleText(claim.value);
    return html`<dt>${t.text(`claim-${name}`)}</dt>
      <dd><b><bdi>${words}</bdi></b><small>${t.text(`source-${claim.source}`)}</small></dd>`;
  }

  #judge(person: string, judged: Answer['answer']) {
    const t = this.#texts;
    const kiosk = this.visit.kioskName;
    const phase = this.certificates?.file?.visualCheck?.phase;
    // The questions of the check have asked this in detail.
    if (phase === 'second-operator' || phase === 'concluded') return html`<p class="quiet">${t.text('judge-by-check')}</p>`;
    return html`<div class="judge" role="group" aria-label=${t.text('judge-question')}>
      <p><b>${t.text('judge-question')}</b> ${t.text('judge-hint', { person, kiosk })}</p>
      <button
        ?disabled=${this.#busy}
        aria-pressed=${judged === 'yes'}
        @click=${() => this.actions.judgeHolder(this.visit.visitId, true)}
      >
        ${t.text('judge-yes')}
      </button>
      <button
        ?disabled=${this.#busy}
        aria-pressed=${judged === 'no'}
        @click=${() => this.actions.judgeHolder(this.visit.visitId, false)}
      >
        ${t.text('judge-no')}
      </button>
    </div>`;
  }

  #verdict({ document, answers, someGenuineCie, person, warnings, photo, specimen }: VerdictView) {
    const t = this.#texts;
    const name = visibleText(`${person.givenNames.value} ${person.surname.value}`);
    const kiosk = this.visit.kioskName;
    const birth = [
      ...(person.birthDate ? [dateWords(person.birthDate.value)] : []),
      ...(person.birthPlace ? [visibleText(person.birthPlace.value)] : []),
    ];
    return html`<div class="row head">
        <div>
          <p class="name"><bdi>${name}</bdi></p>
          ${birth.length > 0 ? html`<p>${t.text('claim-birthDate')} <b><bdi>${birth.join(', ')}</bdi></b></p>` : nothing}
          <p class="quiet">${t.text(`source-${person.surname.source}`)}</p>
        </div>
        ${specimen ? html`<span class="specimen">${t.text('specimen')}</span>` : nothing}
      </div>
      ${
        document === 'ts-cns'
          ? answers.holder.reason === 'pin-known'
            ? html`<p class="quiet">${t.text('judge-by-pin')}</p>`
            : nothing
          : html`<face-comparison
                class="stack"
                .photo=${photo?.base64}
                .picture=${this.picture}
                .person=${name}
                .kiosk=${kiosk}
              ></face-comparison>
              ${this.#judge(name, answers.holder.answer)}`
      }
      <h4>${t.text('answers-title')}</h4>
      <ul class="answers">
        ${answerOrder.map((key) => this.#answer(key, answers[key]))}
      </ul>
      ${
        someGenuineCie
          ? html`<h4>${t.text('some-genuine-cie-title')}</h4>
              <ul class="answers">
                ${this.#answer('someGenuineCie', someGenuineCie)}
              </ul>`
          : nothing
      }
      ${warnings.map((warning) => {
        const key = `warning-${warning}`;
        return html`<p class="note waiting">
          ${icon('wrong')} ${texts.has(key) ? t.text(key) : t.text('warning-other', { warning })}
        </p>`;
      })}
      <h4>${t.text('person-title')}</h4>
      <dl>${claimOrder.map((claim) => this.#claim(claim, person))}</dl>`;
  }

  override render() {
    const t = this.#texts;
    const verdict = this.certificates?.file?.evidence.verdict;
    const problem = this.progress.problems.identity;
    const { visitId, kioskName } = this.visit;
    const check = this.certificates?.file?.visualCheck;
    const missing = `missing-${problem?.detail}`;
    return html`<div class="stack">
      <h3>${t.text('evidence-title', { kiosk: this.visit.kioskName })}</h3>
      ${this.#dialogue()} ${
        problem
          ? html`<p class="wrong">${t.text(`error-${problem.code}`)} ${texts.has(missing) ? t.text(missing) : nothing}</p>`
          : nothing
      }
      <scans-panel
        class="stack"
        .scans=${this.scans}
        .picture=${this.picture}
        .kiosk=${this.visit.kioskName}
        .disabled=${this.#busy}
        @discard-scan=${(event: CustomEvent<ScanId>) => this.actions.discardScan(this.visit.visitId, event.detail)}
      ></scans-panel>
      ${
        check || this.scans.length > 0
          ? // What was copied of one person must never stand in another's visit.
            keyed(
              visitId,
              html`<visual-check-panel
                .check=${check}
                .kiosk=${kioskName}
                .chipRead=${verdict !== undefined && verdict.protocol !== 'visual-check'}
                .disabled=${this.#busy}
                @hand-over=${() => this.actions.handOver(visitId)}
                @check-work=${(event: CustomEvent<CheckWork>) => this.actions.workOnCheck(visitId, event.detail)}
              ></visual-check-panel>`,
            )
          : nothing
      }
      ${verdict ? this.#verdict(verdict) : nothing}
    </div>`;
  }
}

customElements.define('evidence-panel', EvidencePanel);
