import type { ScanId } from '@videosportello/protocol/ids.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base } from '../components/styles.ts';
import '../components/live-picture.ts';
import type { ScanPicture } from '../desk/scan-pictures.ts';
import { texts } from '../i18n/texts.ts';

/** The pages that the citizen has scanned, beside his live face; the operator enlarges them and takes them away. */
export class ScansPanel extends LitElement {
  static override properties = {
    scans: { attribute: false },
    picture: { attribute: false },
    kiosk: { type: String },
    disabled: { type: Boolean },
    enlarged: { state: true },
  };
  static override styles = [
    base,
    css`
      .pair {
        display: grid;
        grid-template-columns: 3fr 2fr;
        gap: 8px;
        align-items: start;
      }
      .pair.wide {
        grid-template-columns: 1fr;
      }
      figure {
        margin: 0 0 8px;
        min-inline-size: 0;
      }
      figcaption {
        font-size: 14px;
        line-height: 1.2;
        margin-block-start: 4px;
      }
      .page {
        max-block-size: 60vh;
        overflow: auto;
        background: #ebeced;
        border: 1px solid var(--it-color-slate-68);
      }
      .page img {
        display: block;
        inline-size: 100%;
        block-size: auto;
      }
      .page.enlarged img {
        inline-size: 200%;
      }
      .page p {
        padding: 24px 8px;
        text-align: center;
        font-size: 14px;
      }
      .live {
        position: sticky;
        inset-block-start: 0;
        max-inline-size: 320px;
      }
      live-picture {
        aspect-ratio: 4 / 5;
        --picture-fit: cover;
      }
      .row {
        gap: 6px;
        margin-block-start: 4px;
      }
      button {
        min-block-size: 30px;
        padding: 2px 10px;
      }
    `,
  ];
  declare scans: readonly ScanPicture[];
  declare picture: MediaStreamTrack | undefined;
  declare kiosk: string;
  declare disabled: boolean;
  /** The page that is shown large. */
  declare enlarged: ScanId | undefined;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.scans = [];
    this.kiosk = '';
    this.disabled = false;
  }

  #page({ scan, url, failed }: ScanPicture) {
    const t = this.#texts;
    const { kiosk } = this;
    const { scanId, side, width, height } = scan;
    const at = new Date(scan.at).toLocaleTimeString(texts.language);
    const isLarge = this.enlarged === scanId;
    const name = t.text(`scan-${side}`, { kiosk, at });
    return html`<figure>
      <div class="page ${isLarge ? 'enlarged' : ''}" tabindex="0" role="group" aria-label=${name}>
        ${
          url === undefined
            ? html`<p>${t.text(failed ? 'scan-failed' : 'scan-coming')}</p>`
            : html`<img src=${url} width=${width} height=${height} alt=${name} draggable="false" />`
        }
      </div>
      <figcaption id="name-${scanId}">${name}</figcaption>
      <div class="row">
        ${
          url === undefined
            ? nothing
            : html`<button aria-pressed=${isLarge} aria-describedby="name-${scanId}" @click=${() => (this.enlarged = isLarge ? undefined : scanId)}>
                ${t.text('scan-enlarge')}
              </button>`
        }
        <button
          ?disabled=${this.disabled}
          aria-describedby="name-${scanId}"
          @click=${() => this.dispatchEvent(new CustomEvent<ScanId>('discard-scan', { detail: scanId }))}
        >
          ${t.text('scan-discard', { kiosk })}
        </button>
      </div>
    </figure>`;
  }

  override render() {
    if (this.scans.length === 0) return nothing;
    const t = this.#texts;
    const { kiosk, picture } = this;
    const isWide = this.scans.some(({ scan }) => scan.scanId === this.enlarged);
    return html`<h4>${t.text('scans-title')}</h4>
      <div class="pair ${isWide ? 'wide' : ''}">
        <div>${repeat(this.scans, ({ scan }) => scan.scanId, (page) => this.#page(page))}</div>
        <figure class="live">
          ${
            picture
              ? html`<live-picture .picture=${picture} .name=${t.text('face-live', { kiosk })}></live-picture>`
              : html`<p class="quiet">${t.text('face-no-live')}</p>`
          }
          <figcaption>${t.text('face-live', { kiosk })}</figcaption>
        </figure>
      </div>`;
  }
}

customElements.define('scans-panel', ScansPanel);
