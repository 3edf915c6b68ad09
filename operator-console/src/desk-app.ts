import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { html, LitElement } from 'lit';
import { connectingPage, lonePage, lonePageStyles, outdatedPage } from './components/lone-page.ts';
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
  static override styles = [base, lonePageStyles];
  declare state: DeskState;
  declare actions: DeskActions;
  readonly #texts = new TranslationController(this, texts);

  override render() {
    const t = this.#texts;
    const { state, actions } = this;
    switch (pageOf(state.queue)) {
      case 'connecting':
        return connectingPage(t, 'connecting-title', state.queue.connection === 'lost' ? 'connecting-lost' : 'connecting-text');
      case 'signed-out':
        return lonePage(
          t,
          'signed-out-title',
          'signed-out-text',
          html`<a class="key main" href="/sign-in">${t.text('signed-out-key')}</a>`,
        );
      case 'replaced':
        return lonePage(
          t,
          'replaced-title',
          'replaced-text',
          html`<button class="key main" @click=${() => actions.takeBack()}>${t.text('replaced-key')}</button>`,
        );
      case 'outdated':
        return outdatedPage(t);
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
