import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { italianDay } from '../../src/stamp/vds-date.ts';
import type { CarriedTrust } from '../../src/trust/carried-trust.ts';
import { TrustError } from '../../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../../src/trust/trust-bundle.ts';
import { outcomesOf } from './check-outcome.ts';
import type { Outcome } from './check-outcome.ts';
import { texts } from './i18n/texts.ts';
import './parts/camera-view.ts';
import './parts/check-result.ts';
import './parts/key-list.ts';
import './parts/original-result.ts';
import { common } from './parts/styles.ts';
import type { ReadAnswer, ReadRequest } from './reading/read-request.ts';
import { createStampReader } from './reading/stamp-reader.ts';
import { browserMemory, newestTrust } from './trust/trust-memory.ts';

type Step = 'opening' | 'useless' | 'start' | 'camera' | 'busy' | 'result';

const DROP_EVENTS = ['dragover', 'drop'] as const;

/** The checking page: choose, read, see the outcome. */
export class CheckerApp extends LitElement {
  static override properties = {
    carried: { attribute: false },
    step: { state: true },
    trouble: { state: true },
    cameraDenied: { state: true },
    outcomes: { state: true },
    trust: { state: true },
  };
  static override styles = [
    common,
    css`
      :host {
        display: block;
        max-inline-size: 44rem;
        margin-inline: auto;
        padding: 16px;
      }
      header,
      main,
      footer,
      section {
        display: grid;
        gap: 16px;
      }
      header {
        margin-block-end: 20px;
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 16px;
        align-items: center;
        justify-content: space-between;
      }
      .top button {
        min-block-size: 44px;
        padding: 4px 12px;
      }
      .right {
        padding: 12px 16px;
        background: #fff;
        border-inline-start: 6px solid #0059b3;
        overflow-wrap: anywhere;
      }
      textarea {
        inline-size: 100%;
        min-block-size: 5.5em;
        padding: 10px;
        font: inherit;
        color: inherit;
        border: 2px solid #5c6f82;
        border-radius: 6px;
      }
      label.paste {
        display: grid;
        gap: 6px;
      }
      .wide {
        inline-size: 100%;
      }
      footer {
        margin-block-start: 28px;
        padding-block-start: 16px;
        border-block-start: 1px solid #b8c4d0;
      }
      hr {
        inline-size: 100%;
        border: 0;
        border-block-start: 2px solid #b8c4d0;
      }
    `,
  ];

  /** What the page carries; null when it carries nothing that can be used. */
  declare carried: CarriedTrust | null | undefined;
  declare step: Step;
  declare trouble: string;
  declare cameraDenied: boolean;
  declare outcomes: readonly Outcome[];
  declare trust: TrustBundle | undefined;
  readonly #words = new TranslationController(this, texts);
  readonly #reader = createStampReader();
  /** What was read last; a newer list of keys may judge it otherwise. */
  #answer: ReadAnswer | null = null;

  constructor() {
    super();
    this.step = 'opening';
    this.trouble = '';
    this.cameraDenied = false;
    this.outcomes = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#checkAddress);
    for (const name of DROP_EVENTS) addEventListener(name, this.#takeDropped);
    // The element is made before the page hands over what it carries.
    queueMicrotask(() => void this.#open());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#checkAddress);
    for (const name of DROP_EVENTS) removeEventListener(name, this.#takeDropped);
    this.#reader.close();
  }

  async #open(): Promise<void> {
    if (this.carried === null || this.carried === undefined) return this.#beUseless('no-trust');
    try {
      this.trust = await newestTrust(this.carried, browserMemory());
      this.step = 'start';
      this.#checkAddress();
    } catch (error) {
      this.#beUseless(error instanceof TrustError ? error.code : 'TRUST_MALFORMED');
    }
  }

  #beUseless(trouble: string): void {
    this.trouble = trouble;
    this.step = 'useless';
  }

  /** A phone's camera opened the page with the stamp behind #, which never left the phone. */
  readonly #checkAddress = (): void => {
    if (location.hash.length > 1) void this.#check({ kind: 'file', bytes: new TextEncoder().encode(location.href) });
  };

  async #check(request: ReadRequest): Promise<void> {
    this.step = 'busy';
    const answer = await this.#reader.read(request).catch((error: unknown): ReadAnswer | null =>
      error instanceof DOMException && error.name === 'TimeoutError' ? { kind: 'unread', code: 'PDF_TOO_SLOW' } : null,
    );
    if (answer !== null) await this.#show(answer);
  }

  async #show(answer: ReadAnswer): Promise<void> {
    if (this.trust === undefined) return;
    this.#answer = answer;
    this.outcomes = await outcomesOf(answer, this.trust, italianDay(new Date()));
    this.step = 'result';
    await this.updateComplete;
    const first = this.renderRoot.querySelector<LitElement>('check-result, original-result');
    await first?.updateComplete;
    first?.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  #restart(): void {
    this.#reader.close();
    // What was checked stays neither on the screen nor in the address.
    if (location.hash !== '') history.replaceState(null, '', location.pathname);
    this.#answer = null;
    this.outcomes = [];
    this.step = 'start';
    this.cameraDenied = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('h2')?.focus());
  }

  async #useKeys(trust: TrustBundle): Promise<void> {
    this.trust = trust;
    if (this.step === 'result' && this.#answer !== null) this.outcomes = await outcomesOf(this.#answer, trust, italianDay(new Date()));
  }

  override render() {
    const { carried } = this;
    const words = this.#words;
    document.documentElement.lang = texts.language;
    document.title = words.text('title');
    return html`
      <header>
        <div class="top">
          <h1>${words.text('title')}</h1>
          <button class="quiet" type="button" lang=${texts.language === 'it' ? 'en' : 'it'} @click=${() => texts.setLanguage(texts.language === 'it' ? 'en' : 'it')}>
            ${words.text('language')}
          </button>
        </div>
        ${this.step === 'result' ? nothing : html`<p>${words.text('intro')}</p>`}
        ${carried ? html`<p class="right">${words.text('right-address', { municipality: carried.municipality, host: carried.checkerHost })}</p>` : nothing}
      </header>
      <main>${this.#main()}</main>
      ${this.#footer()}
    `;
  }

  #main() {
    const words = this.#words;
    switch (this.step) {
      case 'opening':
        return nothing;
      case 'useless':
        return html`<p class="warning" role="alert">${words.text(`trouble-${this.trouble}`)}</p>`;
      case 'start':
        return this.#start();
      case 'camera':
        return html`<camera-view
          .reader=${this.#reader}
          @camera-read=${({ detail }: CustomEvent<ReadAnswer>) => void this.#show(detail)}
          @camera-closed=${({ detail }: CustomEvent<boolean>) => this.#leaveCamera(detail)}
        ></camera-view>`;
      case 'busy':
        return html`<p role="status">${words.text('busy')}</p>
          <button class="quiet" type="button" @click=${() => this.#restart()}>${words.text('stop')}</button>`;
      case 'result':
        return this.#results();
    }
  }

  #leaveCamera(denied: boolean): void {
    this.#restart();
    this.cameraDenied = denied;
  }

  #start() {
    const words = this.#words;
    return html`
      <h2 tabindex="-1">${words.text('choose')}</h2>
      ${this.cameraDenied ? html`<p class="warning" role="alert">${words.text('camera-denied')}</p>` : nothing}
      <button class="wide" type="button" @click=${() => (this.step = 'camera')}>${words.text('choose-camera')}</button>
      <label>
        <input type="file" accept="application/pdf,image/png,image/jpeg,text/plain" @change=${(event: Event) => void this.#takeFile((event.target as HTMLInputElement).files?.[0])} />
        <span class="button wide">${words.text('choose-file')}</span>
        <span class="note">${words.text('choose-file-hint')}</span>
      </label>
      <form @submit=${(event: SubmitEvent) => this.#takeText(event)}>
        <section>
          <label class="paste">${words.text('paste-label')}<textarea name="text" required spellcheck="false" autocomplete="off"></textarea></label>
          <button class="quiet" type="submit">${words.text('paste-check')}</button>
        </section>
      </form>
    `;
  }

  async #takeFile(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.name.endsWith('.json')) await this.renderRoot.querySelector('key-list')?.takeFile(file);
    else await this.#check({ kind: 'file', bytes: new Uint8Array(await file.arrayBuffer()) });
  }

  /** A file that is let fall anywhere on the page: a paper, or a list of keys. */
  readonly #takeDropped = (event: DragEvent): void => {
    event.preventDefault();
    if (event.type === 'drop' && this.trust !== undefined) void this.#takeFile(event.dataTransfer?.files[0]);
  };

  #takeText(event: SubmitEvent): void {
    event.preventDefault();
    const text = new FormData(event.target as HTMLFormElement).get('text');
    if (typeof text === 'string') void this.#check({ kind: 'file', bytes: new TextEncoder().encode(text.trim()) });
  }

  #results() {
    const { carried, outcomes } = this;
    const count = outcomes.length;
    return html`
      ${outcomes.map(
        (outcome, index) => html`
          ${count > 1 ? html`<p><strong>${this.#words.text('several', { number: index + 1, count })}</strong></p>` : nothing}
          ${outcome.kind === 'original'
            ? html`<original-result .outcome=${outcome}></original-result>`
            : html`<check-result
                .outcome=${outcome}
                .day=${italianDay(new Date())}
                .municipality=${carried?.municipality ?? ''}
                .checkerHost=${carried?.checkerHost ?? ''}
              ></check-result>`}
          ${index < count - 1 ? html`<hr />` : nothing}
        `,
      )}
      <button type="button" @click=${() => this.#restart()}>${this.#words.text('again')}</button>
    `;
  }

  #footer() {
    if (this.trust === undefined) return nothing;
    return html`
      <footer>
        <key-list
          .carried=${this.carried}
          .trust=${this.trust}
          .day=${italianDay(new Date())}
          @keys-taken=${({ detail }: CustomEvent<TrustBundle>) => void this.#useKeys(detail)}
        ></key-list>
      </footer>
    `;
  }
}
customElements.define('checker-app', CheckerApp);

declare global {
  interface HTMLElementTagNameMap {
    'checker-app': CheckerApp;
    'key-list': import('./parts/key-list.ts').KeyList;
  }
}
