import type { QueueView } from '@videosportello/protocol/messages/queue-view.ts';
import type { QueueViewState } from '@videosportello/queue-service/client/queue-view-client.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { html, LitElement, nothing } from 'lit';
import { icon } from '../components/icons.ts';
import type { LiveAnnouncer } from '../components/live-announcer.ts';
import { base } from '../components/styles.ts';
import { TickController } from '../components/ticking.ts';
import { texts } from '../i18n/texts.ts';
import { announcementOf, cardsOf, freshnessOf, rowsOf } from './queue-sheet.ts';
import type { Card, Freshness, QueueRow, Words } from './queue-sheet.ts';
import { queueLayout } from './queue-figures.styles.ts';
import '../components/live-announcer.ts';

/** The queue as a whole, drawn from one state. Says when its figures are old; nothing is decided here. */
export class QueueFigures extends LitElement {
  static override properties = { state: { attribute: false } };
  static override styles = [base, queueLayout];
  declare state: QueueViewState;
  readonly #texts = new TranslationController(this, texts);
  #told: Freshness | undefined;

  constructor() {
    super();
    // Figures grow old by themselves.
    new TickController(this, 1_000);
  }

  override updated(): void {
    const freshness = freshnessOf(this.state, Date.now());
    const said = this.#told && announcementOf(this.#told, freshness);
    this.#told = freshness;
    if (said) this.renderRoot.querySelector<LiveAnnouncer>('live-announcer')?.say(this.#texts.text(said.key), said.urgency);
  }

  #say({ key, values }: Words): string {
    return this.#texts.text(key, values);
  }

  #card({ title, figure, tone, verdict, lines, note }: Card, index: number) {
    return html`<section class="card" data-tone=${tone} aria-labelledby="card-${index}">
      <h2 id="card-${index}">${this.#say(title)}</h2>
      <p class="figure">${figure}</p>
      <p class="verdict">${tone === 'plain' ? nothing : icon(tone)}<span>${this.#say(verdict)}</span></p>
      <dl>
        ${lines.map(
          ({ label, value }) =>
            html`<div>
              <dt>${this.#say(label)}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${note ? html`<p class="quiet">${this.#say(note)}</p>` : nothing}
    </section>`;
  }

  #row({ service, language, signLanguage, town, waiting, longest, isLate, expected, able }: QueueRow) {
    const t = this.#texts;
    return html`<tr>
      <th scope="row">
        <b>${this.#say(service)}</b>
        <span
          >${this.#say(language)}${signLanguage ? html` · <strong>${t.text('need-sign-language')}</strong>` : nothing} ·
          ${town ?? t.text('queue-all-towns')}</span
        >
      </th>
      <td class="number">${waiting}</td>
      <td class="number">
        ${isLate ? html`<span class="late">${icon('wrong')} ${longest}<span class="unseen"> ${t.text('queue-late')}</span></span>` : longest}
      </td>
      <td class="number">${this.#say(expected)}</td>
      <td class="number">${able === 0 ? html`<span class="late">${icon('wrong')} ${t.text('queue-nobody-able')}</span>` : able}</td>
    </tr>`;
  }

  #table(view: QueueView) {
    const t = this.#texts;
    const rows = rowsOf(view);
    const heads = ['queue-column-waiting', 'queue-column-longest', 'queue-column-expected', 'queue-column-able'];
    return html`<section class="list">
      <h2 id="queues">${t.text('queue-table-title')}</h2>
      ${
        rows.length === 0
          ? html`<p class="none quiet">${t.text('queue-table-none')}</p>`
          : html`<div class="scroll" role="region" tabindex="0" aria-labelledby="queues">
              <table aria-labelledby="queues">
                <thead>
                  <tr>
                    <th scope="col">${t.text('queue-column-queue')}</th>
                    ${heads.map((head) => html`<th scope="col" class="number">${t.text(head)}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${rows.map((row) => this.#row(row))}
                </tbody>
              </table>
            </div>`
      }
    </section>`;
  }

  override render() {
    const t = this.#texts;
    const { view, heardAtMs } = this.state;
    if (!view) return nothing;
    const freshness = freshnessOf(this.state, Date.now());
    const isFresh = freshness === 'fresh';
    const time = new Date(heardAtMs ?? 0).toLocaleTimeString(texts.language);
    const other = texts.language === 'it' ? 'en' : 'it';
    return html`<header>
        <div>
          <p class="above">${t.text('desk-title')}</p>
          <h1>${t.text('queue-title')}</h1>
        </div>
        <p class="fresh ${isFresh ? '' : 'old'}">
          ${icon(isFresh ? 'good' : 'wrong')}<span>${t.text(isFresh ? 'queue-fresh' : 'queue-old', { time })}</span>
        </p>
        <div class="keys">
          <a class="key" href="/">${t.text('queue-to-desk')}</a>
          <button lang=${other} @click=${() => texts.setLanguage(other)}>${t.text('header-other-language')}</button>
          <form method="post" action="/sign-out"><button>${t.text('header-sign-out')}</button></form>
        </div>
      </header>
      <div role="region" aria-label=${t.text('banners-title')}>
        ${isFresh ? nothing : html`<p class="banner">${icon('offline')}<span>${t.text(freshness === 'cut' ? 'queue-cut' : 'queue-unavailable', { time })}</span></p>`}
      </div>
      <main class=${isFresh ? '' : 'old'}>
        <div class="cards">${cardsOf(view).map((card, index) => this.#card(card, index))}</div>
        ${this.#table(view)}
      </main>
      <live-announcer></live-announcer>`;
  }
}

customElements.define('queue-figures', QueueFigures);
