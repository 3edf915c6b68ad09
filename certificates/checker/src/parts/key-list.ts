import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { trustAge } from '../../../src/stamp/verify-seal.ts';
import type { CarriedTrust } from '../../../src/trust/carried-trust.ts';
import { TrustError } from '../../../src/trust/trust-bundle.ts';
import type { TrustBundle } from '../../../src/trust/trust-bundle.ts';
import { shownDay } from '../check-outcome.ts';
import { texts } from '../i18n/texts.ts';
import { browserMemory, readKeyList, takeTrust } from '../trust/trust-memory.ts';
import { common } from './styles.ts';

/** How long the list of keys may take to come, ms. */
const FETCH_MS = 10_000;
const DAY_MS = 86_400_000;

type News = 'none' | 'refreshing' | 'newest' | 'taken' | 'failed' | 'not-a-list' | 'wrong-signature' | 'rolled-back';

/**
 * The list of keys that checks are made by: how old it is, and ways to a newer one. A served page fetches the newest by
 * itself; a copy on a disk is given a file (`trust.json` of the institution's page).
 * @fires keys-taken with the list to use from now on
 */
export class KeyList extends LitElement {
  static override properties = { carried: { attribute: false }, trust: { attribute: false }, day: {}, news: { state: true } };
  static override styles = [
    common,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 12px;
      }
    `,
  ];

  declare carried: CarriedTrust;
  declare trust: TrustBundle;
  /** Today, YYYY-MM-DD: the list is as old as that. */
  declare day: string;
  declare news: News;
  readonly #words = new TranslationController(this, texts);
  readonly #isServed = location.protocol.startsWith('http');

  constructor() {
    super();
    this.news = 'none';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Without a network nobody asked for one: the page says how old its list is, and that is enough.
    if (this.#isServed) void this.updateComplete.then(() => this.#fetch('none'));
  }

  /** Takes in a list that a person brought as a file. */
  async takeFile(file: File): Promise<void> {
    await this.#take('not-a-list', async () => readKeyList(await file.text()));
    if (this.news === 'newest') this.news = 'taken';
  }

  #fetch(otherwise: News): Promise<void> {
    return this.#take(otherwise, async () => {
      const answer = await fetch('./trust.json', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(FETCH_MS) });
      if (!answer.ok) throw new Error('the list is not there');
      return readKeyList(await answer.text());
    });
  }

  /** @param otherwise what to say when there is no list at all */
  async #take(otherwise: News, read: () => Promise<ReturnType<typeof readKeyList>>): Promise<void> {
    this.news = 'refreshing';
    try {
      const bundle = await takeTrust(this.carried, await read(), this.trust, browserMemory());
      this.news = 'newest';
      this.dispatchEvent(new CustomEvent<TrustBundle>('keys-taken', { detail: bundle }));
    } catch (error) {
      const code = error instanceof TrustError ? error.code : null;
      this.news = code === 'TRUST_ROLLED_BACK' ? 'rolled-back' : code === 'TRUST_WRONG_SIGNATURE' ? 'wrong-signature' : otherwise;
    }
  }

  #choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file !== undefined) void this.takeFile(file);
    // The same file can be chosen again.
    input.value = '';
  }

  override render() {
    const { day } = this;
    const words = this.#words;
    const age = trustAge(this.trust, day);
    const days = Math.max(0, (Date.parse(day) - Date.parse(age.issuedOn)) / DAY_MS);
    const dates = { sequence: String(age.sequence), issued: shownDay(age.issuedOn), days, next: shownDay(age.nextUpdateOn) };
    return html`
      <h2>${words.text('keys-heading')}</h2>
      <p class="note">${words.text('keys', dates)}</p>
      ${age.outdated ? html`<p class="warning">${words.text('keys-outdated')}</p>` : nothing}
      ${age.early ? html`<p class="warning">${words.text('keys-early', { day: shownDay(day) })}</p>` : nothing}
      <p role="status">${this.news === 'none' ? nothing : words.text(`keys-${this.news}`)}</p>
      <div class="row">
        ${this.#isServed
          ? html`<button class="quiet" type="button" ?disabled=${this.news === 'refreshing'} @click=${() => void this.#fetch('failed')}>
              ${words.text('keys-refresh')}
            </button>`
          : nothing}
        <label>
          <input type="file" accept="application/json,.json" @change=${(event: Event) => this.#choose(event)} />
          <span class="button quiet">${words.text('keys-open')}</span>
        </label>
        ${this.#isServed
          ? html`<a class="button quiet" href="./" download="verifica.html">${words.text('save')}</a>
              <a class="button quiet" href="./trust.json" download>${words.text('keys-save')}</a>`
          : nothing}
      </div>
      ${this.#isServed ? nothing : html`<p class="note">${words.text('keys-where', { address: `https://${this.carried.checkerHost}/trust.json` })}</p>`}
    `;
  }
}
customElements.define('key-list', KeyList);
