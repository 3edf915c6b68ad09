import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { carriedBundleSchema } from '../../src/trust/carried-trust.ts';
import type { CarriedTrust } from '../../src/trust/carried-trust.ts';
import { TrustError } from '../../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../../src/trust/trust-bundle.ts';
import { trustAge } from '../../src/stamp/verify-seal.ts';
import { outcomesOf, shownDay, todayAt } from './check-outcome.ts';
import type { StampOutcome } from './check-outcome.ts';
import { texts } from './i18n/texts.ts';
import './parts/camera-view.ts';
import './parts/check-result.ts';
import { common } from './parts/styles.ts';
import type { ReadAnswer, ReadRequest } from './reading/read-request.ts';
import { createStampReader } from './reading/stamp-reader.ts';
import { newestTrust, takeTrust } from './trust/trust-memory.ts';
import type { Memory } from './trust/trust-memory.ts';

/** How long the list of keys may take to come, ms. */
const REFRESH_MS = 10_000;

type Step = 'opening' | 'useless' | 'start' | 'camera' | 'busy' | 'result';
type Refresh = 'idle' | 'refreshing' | 'newest' | 'failed' | 'rolled-back';

/** The checking page: choose, read, see the outcome. */
export class CheckerApp extends LitElement {
  static override properties = {
    carried: { attribute: false },
    step: { state: true },
    trouble: { state: true },
    cameraDenied: { state: true },
    outcomes: { state: true },
    trust: { state: true },
    refresh: { state: true },
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
      input[type='file'] {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        opacity: 0;
      }
      input[type='file']:focus-visible + .button {
        outline: var(--focus-outline);
        outline-offset: 2px;
        box-shadow: var(--focus-halo);
      }
      .wide {
        inline-size: 100%;
      }
      footer {
        margin-block-start: 28px;
        padding-block-start: 16px;
        border-block-start: 1px solid #b8c4d0;
      }
      footer .row {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
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
  declare outcomes: readonly StampOutcome[];
  declare trust: TrustBundle | undefined;
  declare refresh: Refresh;
  readonly #words = new TranslationController(this, texts);
  readonly #reader = createStampReader();
  readonly #memory = memoryOf();

  constructor() {
    super();
    this.step = 'opening';
    this.trouble = '';
    this.cameraDenied = false;
    this.outcomes = [];
    this.refresh = 'idle';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#checkAddress);
    // The element is made before the page hands over what it carries.
    queueMicrotask(() => void this.#open());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#checkAddress);
    this.#reader.close();
  }

  async #open(): Promise<void> {
    if (this.carried === null || this.carried === undefined) return this.#beUseless('no-trust');
    try {
      this.trust = await newestTrust(this.carried, this.#memory);
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
    this.outcomes = await outcomesOf(answer, this.trust, todayAt(new Date()));
    this.step = 'result';
    await this.updateComplete;
    const [first] = this.renderRoot.querySelectorAll('check-result');
    await first?.updateComplete;
    first?.renderRoot.querySelector<HTMLElement>('h2')?.focus();
  }

  #restart(): void {
    this.#reader.close();
    // What was checked stays neither on the screen nor in the address.
    if (location.hash !== '') history.replaceState(null, '', location.pathname);
    this.outcomes = [];
    this.step = 'start';
    this.cameraDenied = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('h2')?.focus());
  }

  async #fetchTrust(): Promise<void> {
    const { carried, trust } = this;
    if (!carried || !trust) return;
    this.refresh = 'refreshing';
    try {
      const answer = await fetch('./trust.json', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(REFRESH_MS) });
      if (!answer.ok) throw new Error('the list is not there');
      this.trust = await takeTrust(carried, carriedBundleSchema.parse(await answer.json()), trust, this.#memory);
      this.refresh = 'newest';
    } catch (error) {
      this.refresh = error instanceof TrustError && error.code === 'TRUST_ROLLED_BACK' ? 'rolled-back' : 'failed';
    }
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
        <input type="file" accept="application/pdf,image/png,image/jpeg,text/plain" @change=${(event: Event) => void this.#takeFile(event)} />
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

  async #takeFile(event: Event): Promise<void> {
    const [file] = (event.target as HTMLInputElement).files ?? [];
    if (file !== undefined) await this.#check({ kind: 'file', bytes: new Uint8Array(await file.arrayBuffer()) });
  }

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
          <check-result .outcome=${outcome} .day=${todayAt(new Date())} .municipality=${carried?.municipality ?? ''} .checkerHost=${carried?.checkerHost ?? ''}></check-result>
          ${index < count - 1 ? html`<hr />` : nothing}
        `,
      )}
      <button type="button" @click=${() => this.#restart()}>${this.#words.text('again')}</button>
    `;
  }

  #footer() {
    if (this.trust === undefined) return nothing;
    const words = this.#words;
    const day = todayAt(new Date());
    const age = trustAge(this.trust, day);
    const dates = { sequence: String(age.sequence), issued: shownDay(age.issuedAt.slice(0, 10)), next: shownDay(age.nextUpdate.slice(0, 10)) };
    const isServed = location.protocol.startsWith('http');
    return html`
      <footer>
        <p class="note">${words.text('keys', dates)}</p>
        ${age.outdated ? html`<p class="warning">${words.text('keys-outdated')}</p>` : nothing}
        ${age.early ? html`<p class="warning">${words.text('keys-early', { day: shownDay(day) })}</p>` : nothing}
        <p role="status">${this.refresh === 'idle' ? nothing : words.text(`keys-${this.refresh}`)}</p>
        ${isServed
          ? html`<div class="row">
              <button class="quiet" type="button" ?disabled=${this.refresh === 'refreshing'} @click=${() => void this.#fetchTrust()}>${words.text('keys-refresh')}</button>
              <a class="button quiet" href="./" download="verifica.html">${words.text('save')}</a>
            </div>`
          : nothing}
      </footer>
    `;
  }
}
customElements.define('checker-app', CheckerApp);

/** A browser may forbid a page to remember; then it asks for the newest list each time. */
function memoryOf(): Memory | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'checker-app': CheckerApp;
    'check-result': import('./parts/check-result.ts').CheckResult;
  }
}
