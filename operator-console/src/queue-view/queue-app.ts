import type { QueueViewClient, QueueViewState } from '@videosportello/queue-service/client/queue-view-client.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { html, LitElement } from 'lit';
import { connectingPage, lonePage, lonePageStyles, outdatedPage } from '../components/lone-page.ts';
import { base } from '../components/styles.ts';
import { texts } from '../i18n/texts.ts';
import { pageOf } from './queue-sheet.ts';
import './queue-figures.ts';

/** Which page is shown: the figures, signing in, not for this account. */
export class QueuePages extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [base, lonePageStyles];
  declare state: QueueViewState;
  readonly #texts = new TranslationController(this, texts);

  override render() {
    const t = this.#texts;
    switch (pageOf(this.state)) {
      case 'connecting':
        return connectingPage(t, 'queue-connecting-title', this.state.connection === 'lost' ? 'connecting-lost' : 'queue-connecting-text');
      case 'signed-out':
        return lonePage(
          t,
          'queue-signed-out-title',
          'queue-signed-out-text',
          html`<a class="key main" href="/sign-in?page=queue">${t.text('signed-out-key')}</a>`,
        );
      case 'not-allowed':
        return lonePage(
          t,
          'queue-not-allowed-title',
          'queue-not-allowed-text',
          html`<a class="key main" href="/">${t.text('queue-to-desk')}</a>`,
        );
      case 'outdated':
        return outdatedPage(t);
      case 'figures':
        return html`<queue-figures .state=${this.state}></queue-figures>`;
    }
  }
}

/** The page's one element: follows the client, keeps title and language of the page. */
export class QueueApp extends LitElement {
  static override properties = { client: { attribute: false } };
  declare client: QueueViewClient | undefined;
  readonly #texts = new TranslationController(this, texts);
  #end: (() => void) | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('client')) return;
    this.#end?.();
    this.#end = this.client?.subscribe(() => this.requestUpdate());
  }

  override updated(): void {
    document.documentElement.lang = texts.language;
    document.title = this.#texts.text('queue-page-title', { count: this.client?.state.view?.waiting ?? 0 });
  }

  override render() {
    return this.client ? html`<queue-pages .state=${this.client.state}></queue-pages>` : html``;
  }
}

customElements.define('queue-pages', QueuePages);
customElements.define('queue-app', QueueApp);
