import { css, html, LitElement } from 'lit';

/** Shows tracks and lets them be heard. Owns no track: those belong to the call, which outlives every redraw. */
export class LivePicture extends LitElement {
  static override properties = {
    picture: { attribute: false },
    voice: { attribute: false },
    name: { type: String },
    mirrored: { type: Boolean, reflect: true },
    frozen: { type: Boolean },
  };
  static override styles = css`
    :host {
      display: block;
      overflow: hidden;
      background: #101820;
    }
    video {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: var(--picture-fit, contain);
    }
    :host([mirrored]) video {
      transform: scaleX(-1);
    }
  `;
  declare picture: MediaStreamTrack | undefined;
  /** Absent: silent, and then the page may play it without having been touched. */
  declare voice: MediaStreamTrack | undefined;
  /** What is seen, for those who do not see it. */
  declare name: string;
  declare mirrored: boolean;
  /** Holds the present frame still. */
  declare frozen: boolean;
  readonly #stream = new MediaStream();
  #silenced = false;

  constructor() {
    super();
    this.name = '';
    this.mirrored = false;
    this.frozen = false;
  }

  /** Lets the voice be heard after `sound-blocked`; to be called from a touch of the page. */
  unblock(): void {
    this.#silenced = false;
    this.requestUpdate();
  }

  /**
   * Plays. Where the browser wants a touch of the page before sound, the picture goes on silently and `sound-blocked`
   * tells it.
   */
  async #play(video: HTMLVideoElement): Promise<void> {
    try {
      await video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || this.#silenced) return;
      this.#silenced = true;
      this.requestUpdate();
      this.dispatchEvent(new CustomEvent('sound-blocked'));
    }
  }

  override updated(): void {
    const video = this.renderRoot.querySelector('video');
    if (!video) return;
    const wanted = [this.picture, this.voice].filter((track) => track !== undefined);
    for (const track of this.#stream.getTracks()) if (!wanted.includes(track)) this.#stream.removeTrack(track);
    for (const track of wanted) this.#stream.addTrack(track);
    video.muted = this.voice === undefined || this.#silenced;
    const source = wanted.length > 0 ? this.#stream : null;
    if (video.srcObject !== source) video.srcObject = source;
    if (this.frozen) video.pause();
    else if (wanted.length > 0) void this.#play(video);
  }

  override render() {
    return html`<video autoplay playsinline aria-label=${this.name}></video>`;
  }
}

customElements.define('live-picture', LivePicture);
