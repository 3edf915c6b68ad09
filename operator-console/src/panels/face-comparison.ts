import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { base } from '../components/styles.ts';
import { texts } from '../i18n/texts.ts';
import '../components/live-picture.ts';

/**
 * The live face beside the photo of the chip, in frames of one size; the operator brings both faces to the same height.
 */
export class FaceComparison extends LitElement {
  static override properties = {
    photo: { type: String },
    picture: { attribute: false },
    person: { type: String },
    kiosk: { type: String },
    zoom: { state: true },
    place: { state: true },
    frozenAt: { state: true },
  };
  static override styles = [
    base,
    css`
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      figure {
        margin: 0;
      }
      figcaption {
        font-size: 14px;
        line-height: 1.2;
        margin-block-start: 4px;
      }
      .frame {
        position: relative;
        /* Both of one shape at every width: faces are of equal size only in frames that are. */
        aspect-ratio: 4 / 5;
        block-size: clamp(180px, 26vh, 320px);
        max-inline-size: 100%;
        overflow: hidden;
        background: #ebeced;
        border: 1px solid var(--it-color-slate-68);
      }
      .frame > * {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: contain;
        --picture-fit: cover;
      }
      .empty {
        display: grid;
        place-items: center;
        text-align: center;
        padding: 8px;
        font-size: 14px;
      }
      .sliders {
        display: grid;
        grid-template-columns: auto 1fr auto 1fr;
        gap: 4px 8px;
        align-items: center;
        font-size: 14px;
      }
      .sliders label {
        font-weight: 400;
      }
      input[type='range'] {
        inline-size: 100%;
        min-inline-size: 40px;
        block-size: 24px;
        accent-color: var(--it-color-blue-40);
      }
      button {
        justify-self: start;
        min-block-size: 30px;
        padding: 2px 10px;
      }
    `,
  ];
  /** JPEG of the chip, base64; absent when the card gave none. */
  declare photo: string | undefined;
  declare picture: MediaStreamTrack | undefined;
  declare person: string;
  declare kiosk: string;
  declare zoom: number;
  /** Height of the face in the live picture, per cent from its top. */
  declare place: number;
  declare frozenAt: Date | undefined;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.zoom = 1.2;
    this.place = 40;
    this.frozenAt = undefined;
  }

  override updated(): void {
    const live = this.renderRoot.querySelector<HTMLElement>('live-picture');
    if (!live) return;
    live.style.transform = `scale(${this.zoom})`;
    live.style.transformOrigin = `50% ${this.place}%`;
  }

  #slide(which: 'zoom' | 'place', event: Event) {
    this[which] = Number((event.target as HTMLInputElement).value);
  }

  override render() {
    const t = this.#texts;
    const { person, kiosk, frozenAt } = this;
    return html`<div class="pair">
        <figure>
          <div class="frame">
            ${
              this.photo
                ? html`<img
                    src="data:image/jpeg;base64,${this.photo}"
                    alt=${t.text('face-chip-alt', { person })}
                    draggable="false"
                  />`
                : html`<p class="empty">${t.text('face-no-photo')}</p>`
            }
          </div>
          <figcaption>${t.text('face-chip')}</figcaption>
        </figure>
        <figure>
          <div class="frame">
            ${
              this.picture
                ? html`<live-picture
                    .picture=${this.picture}
                    .frozen=${frozenAt !== undefined}
                    .name=${t.text('face-live', { kiosk })}
                  ></live-picture>`
                : html`<p class="empty">${t.text('face-no-live')}</p>`
            }
          </div>
          <figcaption>
            ${frozenAt ? t.text('face-frozen', { at: frozenAt.toLocaleTimeString(texts.language) }) : t.text('face-live', { kiosk })}
          </figcaption>
        </figure>
      </div>
      ${
        this.picture
          ? html`<div class="sliders">
                <label for="zoom">${t.text('face-zoom')}</label>
                <input
                  id="zoom"
                  type="range"
                  min="1"
                  max="3"
                  step="0.05"
                  .value=${String(this.zoom)}
                  @input=${(event: Event) => this.#slide('zoom', event)}
                />
                <label for="place">${t.text('face-place')}</label>
                <input
                  id="place"
                  type="range"
                  min="0"
                  max="100"
                  step="2"
                  .value=${String(this.place)}
                  @input=${(event: Event) => this.#slide('place', event)}
                />
              </div>
              <button @click=${() => (this.frozenAt = frozenAt ? undefined : new Date())}>
                ${t.text(frozenAt ? 'face-go-on' : 'face-freeze')}
              </button>`
          : nothing
      }`;
  }
}

customElements.define('face-comparison', FaceComparison);
