import type { CertificateState } from '@videosportello/certificates/client/certificate-client.ts';
import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { icon } from '../components/icons.ts';
import type { IconName } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import { currentDocument, stateTone } from '../desk/document-progress.ts';
import { evidenceStanding } from '../desk/evidence-standing.ts';
import type { DeskActions, Progress } from '../desk/desk-state.ts';
import type { ScanPicture } from '../desk/scan-pictures.ts';
import { newDraft } from '../desk/visit-draft.ts';
import type { Paper, VisitDraft } from '../desk/visit-draft.ts';
import { texts } from '../i18n/texts.ts';
import './document-panel.ts';
import './evidence-panel.ts';

const papers = ['identity', 'document'] as const satisfies readonly Paper[];

/**
 * Who stands there, and the paper for him: two leaves, turned by the operator alone; each shows how the other stands.
 */
export class PapersPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    certificates: { attribute: false },
    scans: { attribute: false },
    picture: { attribute: false },
    progress: { attribute: false },
    actions: { attribute: false },
    draft: { attribute: false },
    paper: { state: true },
  };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        background: #fff;
      }
      .tabs {
        display: grid;
        grid-template-columns: 1fr 1fr;
        background: #ebeef2;
      }
      .tabs button {
        display: flex;
        gap: 6px;
        align-items: center;
        justify-content: center;
        border: 0;
        border-block-start: 4px solid transparent;
        border-radius: 0;
        background: transparent;
        color: #17324d;
      }
      .tabs button[aria-selected='true'] {
        background: #fff;
        border-color: var(--visit);
      }
      .leaf {
        flex: 1;
        min-block-size: 0;
        overflow-y: auto;
      }
      .wrong {
        color: var(--it-color-red-37);
      }
      .good {
        color: #006644;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare certificates: CertificateState | undefined;
  declare scans: readonly ScanPicture[];
  declare picture: MediaStreamTrack | undefined;
  declare progress: Progress;
  declare actions: DeskActions;
  declare draft: VisitDraft;
  declare paper: Paper;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.draft = newDraft();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('draft')) this.paper = this.draft.paper;
    else this.draft.paper = this.paper;
  }

  /** Turns to a leaf and puts the focus on its tab. */
  async show(paper: Paper): Promise<void> {
    this.paper = paper;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#tab-${paper}`)?.focus();
  }

  #turn(event: KeyboardEvent) {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    void this.show(this.paper === 'identity' ? 'document' : 'identity');
  }

  /** How a leaf stands: drawing, tone and words. */
  #mark(paper: Paper): { drawing: IconName; tone: string; words: string } | undefined {
    const t = this.#texts;
    const file = this.certificates?.file;
    if (!file) return undefined;
    if (paper === 'identity') {
      const standing = evidenceStanding(file.evidence);
      const drawing = standing === 'to-judge' ? 'not-asked' : standing;
      const saysNo = standing === 'wrong' && file.evidence.verdict !== undefined;
      const words = saysNo ? 'answers-no' : standing === 'to-judge' ? 'judge-question' : `phase-${file.evidence.phase}`;
      return { drawing, tone: standing, words: t.text(words) };
    }
    const document = currentDocument(file.documents);
    if (!document) return undefined;
    const tone = stateTone(document.state);
    return { drawing: tone === 'waiting' ? 'running' : tone, tone, words: t.text(`document-${document.state}`) };
  }

  #tab(paper: Paper) {
    const mark = this.#mark(paper);
    const chosen = paper === this.paper;
    return html`<button
      role="tab"
      id="tab-${paper}"
      aria-selected=${chosen}
      aria-controls="leaf"
      tabindex=${chosen ? 0 : -1}
      @click=${() => (this.paper = paper)}
    >
      ${this.#texts.text(`pane-${paper}`)}
      ${mark ? html`<span class=${mark.tone}>${icon(mark.drawing)}<span class="unseen">${mark.words}</span></span>` : nothing}
      <kbd>Alt+${paper === 'identity' ? 'I' : 'F'}</kbd>
    </button>`;
  }

  override render() {
    const { visit, certificates, scans, progress, actions } = this;
    return html`<div class="tabs" role="tablist" aria-label=${this.#texts.text('pane-papers')} @keydown=${this.#turn}>
        ${papers.map((paper) => this.#tab(paper))}
      </div>
      <div class="leaf" id="leaf" role="tabpanel" tabindex="0" aria-labelledby="tab-${this.paper}">
        <evidence-panel
          ?hidden=${this.paper !== 'identity'}
          .visit=${visit}
          .certificates=${certificates}
          .scans=${scans}
          .picture=${this.paper === 'identity' ? this.picture : undefined}
          .progress=${progress}
          .actions=${actions}
        ></evidence-panel>
        <document-panel
          ?hidden=${this.paper !== 'document'}
          .visit=${visit}
          .certificates=${certificates}
          .progress=${progress}
          .actions=${actions}
          .draft=${this.draft}
        ></document-panel>
      </div>`;
  }
}

customElements.define('papers-panel', PapersPanel);
