import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { icon } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import { callLine, isHeard, lineTone, ownAbsence, showsQuality } from '../desk/call-line.ts';
import type { CallView, DeskActions } from '../desk/desk-state.ts';
import { texts } from '../i18n/texts.ts';
import type { LivePicture } from '../components/live-picture.ts';
import '../components/live-picture.ts';

const bars = { good: 3, fair: 2, poor: 1 } as const;

/**
 * Face to face with the citizen in front: his picture and voice, one's own picture, microphone and camera, how the line
 * is.
 */
export class CallPanel extends LitElement {
  static override properties = {
    visit: { attribute: false },
    call: { attribute: false },
    onAir: { type: Boolean },
    startsMuted: { type: Boolean },
    cut: { type: Boolean },
    actions: { attribute: false },
    soundBlocked: { state: true },
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
      .stage {
        position: relative;
        flex: 1;
        min-block-size: 140px;
        background: #101820;
        overflow: hidden;
      }
      .citizen {
        position: absolute;
        inset: 0;
      }
      .own {
        position: absolute;
        max-block-size: 45%;
        inset-block-end: 10px;
        inset-inline-end: 10px;
        inline-size: 24%;
        max-inline-size: 200px;
        aspect-ratio: 4 / 3;
        border: 2px solid #fff;
        border-radius: 4px;
        --picture-fit: cover;
      }
      .no-picture {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        /* Clear of the mark above and of the own picture in its corner. */
        padding: 48px min(26%, 216px) 8px;
        color: #fff;
        text-align: center;
        font-size: 18px;
        line-height: 1.25;
      }
      .air {
        position: absolute;
        inset-block-start: 10px;
        inset-inline-start: 10px;
        display: flex;
        gap: 6px;
        align-items: center;
        padding: 4px 12px;
        border-radius: 4px;
        font-weight: 700;
        background: #fff;
        color: #404040;
        border: 2px solid #404040;
      }
      .air.unheard {
        background: #fdf4e7;
        color: #663d00;
        border-color: #995c00;
      }
      .air.on {
        background: #b32d43;
        color: #fff;
        border-color: #fff;
      }
      .quality {
        position: absolute;
        inset-block-start: 10px;
        inset-inline-end: 10px;
        display: flex;
        gap: 6px;
        align-items: center;
        padding: 3px 10px;
        border-radius: 4px;
        background: rgb(255 255 255 / 0.94);
        font-size: 14px;
        font-weight: 600;
      }
      .quality svg {
        inline-size: 22px;
        block-size: 16px;
      }
      .quality .off {
        fill: #c5c7c9;
      }
      .quality.good {
        color: #006644;
      }
      .quality.fair {
        color: #804d00;
      }
      .quality.poor {
        color: #992639;
      }
      .line {
        position: absolute;
        inset-block-end: 10px;
        inset-inline-start: 10px;
        max-inline-size: 70%;
        padding: 3px 10px;
        border-radius: 4px;
        background: rgb(255 255 255 / 0.94);
        font-size: 14px;
        font-weight: 600;
      }
      .line.good {
        color: #006644;
      }
      .line.waiting {
        color: #804d00;
      }
      .line.wrong {
        color: #992639;
      }
      .air {
        max-inline-size: calc(100% - 190px);
        line-height: 1.2;
      }
      .keys {
        flex-wrap: nowrap;
        padding: 8px;
        gap: 6px;
      }
      .keys > .microphone {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .keys button {
        font-size: 15px;
        padding: 6px 10px;
        flex: none;
        white-space: nowrap;
      }
      .keys button.microphone {
        flex: 0 1 auto;
      }
      @media (max-width: 1439px) {
        .keys .minor kbd {
          display: none;
        }
      }
      .keys .end {
        margin-inline-start: auto;
      }
      button.live:not(:disabled) {
        background: #b32d43;
        border-color: #b32d43;
        color: #fff;
      }
      button.live:hover:not(:disabled) {
        background: #8a1f31;
      }
    `,
  ];
  declare visit: DeskVisit;
  declare call: CallView;
  declare onAir: boolean;
  declare startsMuted: boolean;
  declare cut: boolean;
  declare actions: Pick<DeskActions, 'toggleMicrophone' | 'toggleCamera'>;
  declare soundBlocked: boolean;
  readonly #texts = new TranslationController(this, texts);

  constructor() {
    super();
    this.soundBlocked = false;
  }

  #hear() {
    this.soundBlocked = false;
    this.renderRoot.querySelector<LivePicture>('.citizen')?.unblock();
  }

  #quality() {
    const level = this.call.quality?.level;
    if (!level || !showsQuality(callLine(this.call, this.visit))) return nothing;
    return html`<div class="quality ${level}">
      <svg viewBox="0 0 22 16" aria-hidden="true" fill="currentColor">
        ${[1, 2, 3].map((bar) => this.#bar(bar, bar <= bars[level]))}
      </svg>
      ${this.#texts.text(`quality-${level}`)}
    </div>`;
  }

  #bar(bar: number, on: boolean) {
    const block = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const size = { x: 8 * (bar - 1), y: 16 - 5 * bar, width: 5, height: 5 * bar };
    for (const [name, value] of Object.entries(size)) block.setAttribute(name, String(value));
    if (!on) block.classList.add('off');
    return block;
  }

  #ownState() {
    const t = this.#texts;
    const microphone = ownAbsence(this.call, 'microphone');
    const camera = ownAbsence(this.call, 'camera');
    if (microphone && camera)
      return html`<p class="note waiting">${t.text('own-nothing', { why: t.text(`absence-${microphone}`) })}</p>`;
    return html`${microphone ? html`<p class="note waiting">${t.text('own-no-microphone', { why: t.text(`absence-${microphone}`) })}</p>` : nothing}
    ${camera ? html`<p class="note waiting">${t.text('own-no-camera', { why: t.text(`absence-${camera}`) })}</p>` : nothing}
    ${this.startsMuted && !this.onAir && !microphone ? html`<p class="note waiting">${t.text('starts-muted')}</p>` : nothing}
    ${
      this.soundBlocked
        ? html`<p class="note wrong row">
            ${t.text('sound-blocked')} <button @click=${this.#hear}>${t.text('sound-unblock')}</button>
          </p>`
        : nothing
    }`;
  }

  override render() {
    const { visit, call, onAir } = this;
    const t = this.#texts;
    const kiosk = visit.kioskName;
    const line = callLine(call, visit);
    const picture = call.remote.camera && !call.remote.camera.paused ? call.remote.camera.track : undefined;
    const own = call.local && 'track' in call.local.camera && !call.cameraOff ? call.local.camera.track : undefined;
    const heard = isHeard(call, visit);
    const muted = call.citizenMedia?.microphone === 'muted';
    return html`<div class="stage">
        <live-picture
          class="citizen"
          .picture=${picture}
          .voice=${call.remote.microphone?.track}
          .name=${t.text('picture-citizen', { kiosk })}
          @sound-blocked=${() => (this.soundBlocked = true)}
        ></live-picture>
        <p class=${picture ? `line ${lineTone(line)}` : 'no-picture'}>
          <span
            >${icon(lineTone(line) === 'waiting' ? 'running' : lineTone(line))}
            ${t.text(`call-${line}`)}${muted ? html` · ${t.text('citizen-muted')}` : nothing}</span
          >
        </p>
        <div class="air ${onAir ? (heard ? 'on' : 'unheard') : ''}">
          ${icon(onAir ? 'microphone' : 'microphone-off')}
          ${onAir ? t.text(heard ? 'on-air' : 'on-air-unheard', { kiosk }) : t.text('off-air')}
        </div>
        ${this.#quality()}
        ${own ? html`<live-picture class="own" mirrored .picture=${own} .name=${t.text('picture-own')}></live-picture>` : nothing}
      </div>
      ${this.#ownState()}
      <div class="keys row" role="group" aria-label=${t.text('call-keys', { kiosk })}>
        <button
          class="microphone ${onAir ? 'live' : 'main'}"
          ?disabled=${ownAbsence(call, 'microphone') !== undefined}
          @click=${() => this.actions.toggleMicrophone()}
        >
          ${icon(onAir ? 'microphone' : 'microphone-off')}
          ${t.text(onAir ? 'microphone-close' : 'microphone-open', { kiosk })} <kbd>Alt+M</kbd>
        </button>
        <button
          class="minor"
          ?disabled=${ownAbsence(call, 'camera') !== undefined}
          @click=${() => this.actions.toggleCamera(visit.visitId)}
        >
          ${icon(call.cameraOff ? 'camera-off' : 'camera')} ${t.text(call.cameraOff ? 'camera-show' : 'camera-hide')}
          <kbd>Alt+C</kbd>
        </button>
        <button
          class="danger minor end"
          aria-label=${t.text('end-visit-of', { kiosk })}
          ?disabled=${this.cut}
          @click=${() => this.dispatchEvent(new CustomEvent('end-asked'))}
        >
          ${t.text('end-visit')} <kbd>Alt+E</kbd>
        </button>
      </div>`;
  }
}

customElements.define('call-panel', CallPanel);
