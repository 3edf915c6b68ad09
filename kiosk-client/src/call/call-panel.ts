import { css, html, LitElement } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import type { KioskView } from '../app/kiosk-view.ts';
import { icon } from '../components/icons.ts';
import { shared } from '../components/styles.ts';
import { translator } from '../i18n/translations.ts';
import { callLine } from './call-view.ts';
import type { CallLine } from './call-view.ts';

/** Sentences about an ordinary call; the others are something to notice. */
const calm: readonly CallLine[] = ['here', 'seen', 'heard', 'neither', 'coming'];

/**
 * The operator's face, large, above any step; the citizen's own picture small in its corner; what is true of the call in
 * words, and the last lines of the conversation. The streams belong to the call controller; here they are only shown.
 */
class CallPanel extends LitElement {
  static override properties = { view: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: calc(2 * var(--mm));
        min-block-size: 0;
      }
      .stage {
        position: relative;
        flex: 1 1 calc(55 * var(--mm));
        min-block-size: calc(55 * var(--mm));
        border-radius: calc(2.5 * var(--mm));
        overflow: hidden;
        container-type: size;
        background: var(--band);
        color: var(--on-band);
      }
      .face {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        object-position: 50% 25%;
        display: block;
      }
      /* In a low stage the whole face stays: who reads lips needs the mouth. */
      @container (min-aspect-ratio: 2 / 1) {
        .face {
          object-fit: contain;
        }
      }
      .self {
        position: absolute;
        inset-block-start: calc(2.5 * var(--mm));
        inset-inline-end: calc(2.5 * var(--mm));
        inline-size: calc(44 * var(--mm));
        aspect-ratio: 4 / 3;
        object-fit: cover;
        border: calc(0.75 * var(--mm)) solid #ffffff;
        border-radius: calc(1.5 * var(--mm));
        background: #000000;
        transform: scaleX(-1);
      }
      .no-face {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
      }
      .no-face .icon {
        inline-size: 30%;
        block-size: 50%;
        stroke-width: 1;
      }
      .name {
        position: absolute;
        inset-block-start: calc(2.5 * var(--mm));
        inset-inline-start: calc(2.5 * var(--mm));
        background: #17324d;
        color: #ffffff;
        border-radius: calc(1.5 * var(--mm));
        padding: 0 calc(3 * var(--mm));
        font-weight: 700;
      }
      .line,
      .caption {
        flex: none;
      }
      .line {
        background: var(--soft);
        color: var(--ink);
        border-radius: calc(1.5 * var(--mm));
        padding: calc(1.5 * var(--mm)) calc(4 * var(--mm));
        font-weight: 600;
        line-height: 1.15;
      }
      .line.warn {
        background: var(--warn-soft);
        color: var(--warn);
      }
      .caption {
        display: flex;
        gap: 0.3em;
        border-inline-start: calc(2 * var(--mm)) solid var(--action);
        padding-inline-start: calc(3 * var(--mm));
        line-height: 1.2;
      }
      /* The last two lines: while a sentence is being written its end is the news. */
      .said {
        flex: 1 1 0;
        min-inline-size: 0;
        max-block-size: 2.4em;
        overflow: hidden;
        display: flex;
        flex-direction: column;
        justify-content: flex-end;
        overflow-wrap: anywhere;
      }
    `,
  ];
  declare view: KioskView;
  readonly #t = new TranslationController(this, translator);

  protected override render() {
    const { call, visit, conversation, textPanel } = this.view;
    const line = callLine(visit.person, call);
    const name = visit.person.kind === 'with' ? visit.person.name : '';
    const isFace = call.pictureStream !== undefined && !call.picturePaused && call.other?.camera !== 'off';
    const said = conversation.lines.findLast(({ from }) => from === 'operator');
    const isSelfShown = call.selfStream !== undefined && call.camera === 'on';
    return html`
      <div class="stage">
        <video class="face" autoplay playsinline muted ?hidden=${!isFace} .srcObject=${call.pictureStream ?? null}
          aria-label=${this.#t.text('call-face', { name })}></video>
        <audio autoplay .srcObject=${call.voiceStream ?? null}></audio>
        <div class="no-face" ?hidden=${isFace}>${icon('headset')}</div>
        ${name ? html`<p class="name">${name}</p>` : ''}
        <video class="self" autoplay playsinline muted ?hidden=${!isSelfShown} .srcObject=${call.selfStream ?? null}
          aria-label=${this.#t.text('call-self')}></video>
      </div>
      ${line && !(call.mutedForDemo && line === 'seen') ? html`<p class="line ${calm.includes(line) ? '' : 'warn'}" role="status">${this.#t.text(`call-line-${line}`, { name: name || this.#t.text('call-somebody') })}</p>` : ''}
      ${call.mutedForDemo ? html`<p class="line" role="status">${this.#t.text('call-muted-for-demo')}</p>` : ''}
      ${said && !textPanel ? html`<p class="caption"><strong>${name}:</strong> <span class="said"><span>${said.text}</span></span></p>` : ''}
    `;
  }
}
customElements.define('call-panel', CallPanel);
