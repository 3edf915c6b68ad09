import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement } from 'lit';
import { icon } from './components/icons.ts';
import { base } from './components/styles.ts';
import { attention, pageOf, visitsInHand } from './desk/desk-machine.ts';
import type { DeskController } from './desk/desk-controller.ts';
import type { DeskActions, DeskState } from './desk/desk-state.ts';
import { texts } from './i18n/texts.ts';
import { ringForOffer } from './offer-sound.ts';
import './desk-view.ts';

/** Which page is shown: signing in, the desk, taken over elsewhere. */
export class DeskPages extends LitElement {
  static override properties = { state: { attribute: false }, actions: { attribute: false } };
  static override styles = [
    base,
    css`
      .page {
        display: grid;
        place-content: center;
        min-block-size: 100dvh;
        padding: 24px;
        background: #17324d;
      }
      .card {
        display: grid;
        gap: 16px;
        max-inline-size: 560px;
        padding: 40px;
        border-radius: 8px;
        background: #fff;
      }
      h1 {
        margin: 0;
        font-size: 28px;
        line-height: 1.2;
      }
      .key {
        justify-self: start;
        text-decoration: none;
        font-size: 18px;
        padding: 10px 24px;
      }
    `,
  ];
  declare state: DeskState;
  declare actions: DeskActions;
  readonly #texts = new TranslationController(this, texts);

  #page(title: string, text: string, key: unknown) {
    const t = this.#texts;
    return html`<main class="page">
      <div class="card">
        <p class="quiet">${t.text('desk-title')}</p>
        <h1>${t.text(title)}</h1>
        <p>${t.text(text)}</p>
        ${key}
      </div>
    </main>`;
  }

  override render() {
    const t = this.#texts;
    const { state, actions } = this;
    switch (pageOf(state.queue)) {
      case 'connecting':
        return this.#page(
          'connecting-title',
          state.queue.connection === 'lost' ? 'connecting-lost' : 'connecting-text',
          html`<p>${icon('running')}</p>`,
        );
      case 'signed-out':
        return this.#page(
          'signed-out-title',
          'signed-out-text',
          html`<a class="key main" href="/sign-in">${t.text('signed-out-key')}</a>`,
        );
      case 'replaced':
        return this.#page(
          'replaced-title',
          'replaced-text',
          html`<button class="key main" @click=${() => actions.takeBack()}>${t.text('replaced-key')}</button>`,
        );
      case 'outdated':
        return this.#page(
          'outdated-title',
          'outdated-text',
          html`<button class="key main" @click=${() => location.reload()}>${t.text('outdated-key')}</button>`,
        );
      case 'desk':
        return html`<desk-view .state=${state} .actions=${actions}></desk-view>`;
    }
  }
}

/** The page's one element: follows the controller, keeps title, sound and the warning before leaving. */
export class DeskApp extends LitElement {
  static override properties = { controller: { attribute: false } };
  declare controller: DeskController | undefined;
  readonly #texts = new TranslationController(this, texts);
  #end: (() => void) | undefined;
  #offers = 0;
  readonly #network = () => this.controller?.setOffline(!navigator.onLine);
  readonly #leave = (event: BeforeUnloadEvent) => {
    if (this.controller && visitsInHand(this.controller.state).length > 0) event.preventDefault();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('beforeunload', this.#leave);
    window.addEventListener('online', this.#network);
    window.addEventListener('offline', this.#network);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    window.removeEventListener('beforeunload', this.#leave);
    window.removeEventListener('online', this.#network);
    window.removeEventListener('offline', this.#network);
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('controller')) return;
    this.#end?.();
    this.#end = this.controller?.subscribe((state) => {
      if (state.soundOn && state.queue.offers.length > this.#offers) ringForOffer();
      this.#offers = state.queue.offers.length;
      this.requestUpdate();
    });
  }

  override updated(): void {
    const t = this.#texts;
    document.documentElement.lang = texts.language;
    const count = this.controller ? attention(this.controller.state) : 0;
    // Only a number: a title is seen by others, kept in histories, shown in task bars.
    document.title = count > 0 ? t.text('title-attention', { count }) : t.text('desk-title');
  }

  override render() {
    return this.controller
      ? html`<desk-pages .state=${this.controller.state} .actions=${this.controller}></desk-pages>`
      : html``;
  }
}

customElements.define('desk-pages', DeskPages);
customElements.define('desk-app', DeskApp);
