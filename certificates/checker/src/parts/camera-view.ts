import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement } from 'lit';
import { texts } from '../i18n/texts.ts';
import type { ReadAnswer } from '../reading/read-request.ts';
import type { StampReader } from '../reading/stamp-reader.ts';
import { common } from './styles.ts';

/** Between two pictures that are looked at, ms: a hand needs longer to move. */
const PAUSE_MS = 120;

/** The camera behind the phone, as fine as it is; uncut, since a phone held upright has a picture higher than wide. */
const WISHES = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 }, resizeMode: 'none' };

/**
 * The camera's picture; looks at one picture after the other until a stamp is read.
 * @fires camera-read with the answer that holds a stamp
 * @fires camera-closed when it was stopped or is not to be had (`detail` true)
 */
export class CameraView extends LitElement {
  static override properties = { reader: { attribute: false } };
  static override styles = [
    common,
    css`
      :host {
        display: grid;
        gap: 12px;
      }
      video {
        inline-size: 100%;
        max-block-size: 60vh;
        background: #000;
        object-fit: cover;
        border-radius: 6px;
      }
    `,
  ];

  declare reader: StampReader;
  readonly #words = new TranslationController(this, texts);
  #ended = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ended = new AbortController();
    void this.updateComplete.then(() => this.#run(this.#ended.signal));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#ended.abort();
  }

  async #run(ended: AbortSignal): Promise<void> {
    const stream = await navigator.mediaDevices
      ?.getUserMedia({ video: WISHES })
      .catch(() => undefined);
    const video = this.renderRoot.querySelector('video');
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    if (!stream || !video || ended.aborted) {
      stop();
      if (!ended.aborted) this.#tell('camera-closed', true);
      return;
    }
    ended.addEventListener('abort', stop);
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    while (!ended.aborted) {
      const answer = await this.#look(video).catch(() => null);
      if (answer?.kind === 'read' && !ended.aborted) return this.#tell('camera-read', answer);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #look(video: HTMLVideoElement): Promise<ReadAnswer | null> {
    if (video.videoWidth === 0) return null;
    const picture = await createImageBitmap(video);
    return this.reader.read({ kind: 'frame', picture }, [picture]);
  }

  #tell(name: string, detail: ReadAnswer | boolean): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  override render() {
    return html`
      <h2 tabindex="-1">${this.#words.text('camera-heading')}</h2>
      <video muted playsinline aria-hidden="true"></video>
      <p class="note">${this.#words.text('camera-hint')}</p>
      <button class="quiet" type="button" @click=${() => this.#tell('camera-closed', false)}>${this.#words.text('stop')}</button>
    `;
  }
}
customElements.define('camera-view', CameraView);
