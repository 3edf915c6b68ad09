import { notReadyReason } from '@videosportello/protocol/messages/visit.ts';
import type { House } from '@videosportello/queue-service/client/operator-queue-client.ts';
import type { Desk, NotReadyReason } from '@videosportello/protocol/messages/visit.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { css, html, LitElement, nothing } from 'lit';
import { icon } from '../components/icons.ts';
import { base } from '../components/styles.ts';
import type { DeskActions, Progress } from '../desk/desk-state.ts';
import { texts } from '../i18n/texts.ts';
import '../components/elapsed-time.ts';

/** Reasons an operator may give; the others are given by the server. */
const reasonsToGive = notReadyReason.options.filter((reason) => reason !== 'signed-in' && reason !== 'missed-offer');

/** Who I am, what I am doing since when, how many wait, how the line is, what time it is. */
export class HeaderPanel extends LitElement {
  static override properties = {
    desk: { attribute: false },
    house: { attribute: false },
    cut: { type: Boolean },
    soundOn: { type: Boolean },
    progress: { attribute: false },
    actions: { attribute: false },
  };
  static override styles = [
    base,
    css`
      :host {
        background: #17324d;
        color: #fff;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 20px;
        min-block-size: 56px;
        padding: 6px 16px;
      }
      h1 {
        margin: 0;
        font-size: 18px;
        line-height: 1.1;
      }
      .who {
        font-size: 14px;
        opacity: 0.9;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 4px 12px;
        border-radius: 20px;
        background: #fff;
        color: #17324d;
        font-weight: 600;
      }
      .state.available {
        background: #c8f6e7;
        color: #004d33;
      }
      .state.not-ready {
        background: #f6e4c8;
        color: #663d00;
      }
      .figures {
        display: flex;
        gap: 18px;
        margin-inline-start: auto;
        align-items: center;
      }
      .figure {
        display: grid;
        line-height: 1.15;
      }
      .figure b {
        font-size: 18px;
        font-variant-numeric: tabular-nums;
      }
      .figure span {
        font-size: 13px;
        opacity: 0.92;
      }
      .cut {
        color: #ffd0d6;
      }
      button {
        min-block-size: 34px;
        padding: 4px 12px;
      }
      .menu {
        inset: auto;
        margin: 0;
        padding: 8px;
        border: 1px solid #5c6f82;
        border-radius: 6px;
        box-shadow: 0 8px 24px rgb(0 0 0 / 0.3);
        position-area: block-end span-inline-end;
      }
      /* Its key stands at the end of the line: it opens to where there is room. */
      #more {
        position-area: block-end span-inline-start;
      }
      .menu button,
      .menu .key {
        display: block;
        inline-size: 100%;
        margin-block-end: 4px;
        text-decoration: none;
      }
      .menu label {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 6px 4px;
        font-weight: 400;
      }
      .problem {
        flex-basis: 100%;
        color: #ffd0d6;
        font-weight: 600;
      }
    `,
  ];
  declare desk: Desk;
  declare house: House | undefined;
  declare cut: boolean;
  declare soundOn: boolean;
  declare progress: Progress;
  declare actions: Pick<DeskActions, 'setPresence' | 'setSound'>;
  readonly #texts = new TranslationController(this, texts);

  #pause(reason: NotReadyReason) {
    this.renderRoot.querySelector<HTMLElement>('#reasons')?.hidePopover();
    this.actions.setPresence('not-ready', reason);
  }

  #presence() {
    const { desk } = this;
    const t = this.#texts;
    const word =
      desk.presence === 'available'
        ? t.text('presence-available')
        : t.text('presence-not-ready', { reason: t.text(`reason-${desk.reason ?? 'break'}`) });
    const busy = this.cut || this.progress.busy.has('presence');
    return html`<div class="state ${desk.presence}">
        ${icon(desk.presence === 'available' ? 'good' : 'not-asked')}<span>${word}</span>
        <elapsed-time .since=${desk.since}></elapsed-time>
      </div>
      ${
        desk.presence === 'available'
          ? html`<button ?disabled=${busy} popovertarget="reasons">${t.text('presence-pause')}</button>
              <div id="reasons" class="menu" popover>
                ${reasonsToGive.map(
                  (reason) => html`<button @click=${() => this.#pause(reason)}>${t.text(`reason-${reason}`)}</button>`,
                )}
              </div>`
          : html`<button class="main" ?disabled=${busy} @click=${() => this.actions.setPresence('available')}>
              ${t.text('presence-go')} <kbd>Alt+P</kbd>
            </button>`
      }`;
  }

  override render() {
    const { desk, house } = this;
    const t = this.#texts;
    const problem = this.progress.problems.presence;
    return html`<header>
      <div>
        <h1>${t.text('desk-title')}</h1>
        <div class="who">${desk.displayName}</div>
      </div>
      ${this.#presence()}
      <div class="figures">
        <div class="figure"><b>${desk.visits.length}/${desk.capacity}</b><span>${t.text('header-visits')}</span></div>
        <div class="figure"><b>${house?.waiting ?? '–'}</b><span>${t.text('header-waiting')}</span></div>
        <div class="figure">
          <b
            >${house?.waitingSinceMs === undefined ? '–' : html`<elapsed-time .since=${house.waitingSinceMs}></elapsed-time>`}</b
          >
          <span>${t.text('header-longest')}</span>
        </div>
        <div class="figure ${this.cut ? 'cut' : ''}">
          <b>${icon(this.cut ? 'wrong' : 'network')}</b
          ><span>${t.text(this.cut ? 'network-cut' : 'network-good')}</span>
        </div>
        <div class="figure">
          <b><wall-clock></wall-clock></b><span>${t.text('header-clock')}</span>
        </div>
        <button popovertarget="more">${t.text('header-more')}</button>
        <div id="more" class="menu" popover>
          <button @click=${() => this.dispatchEvent(new CustomEvent('keys-asked'))}>
            ${t.text('keys-title')} <kbd>Alt+K</kbd>
          </button>
          <label>
            <input
              type="checkbox"
              .checked=${this.soundOn}
              @change=${(event: Event) => this.actions.setSound((event.target as HTMLInputElement).checked)}
            />
            ${t.text('header-sound')}
          </label>
          <button
            lang=${texts.language === 'it' ? 'en' : 'it'}
            @click=${() => texts.setLanguage(texts.language === 'it' ? 'en' : 'it')}
          >
            ${t.text('header-other-language')}
          </button>
          ${desk.seesQueue ? html`<a class="key" href="/queue.html" target="_blank" rel="noopener">${t.text('header-queue')}</a>` : nothing}
          <form method="post" action="/sign-out"><button>${t.text('header-sign-out')}</button></form>
        </div>
      </div>
      ${problem ? html`<p class="problem">${t.text(`error-${problem.code}`)}</p>` : nothing}
    </header>`;
  }
}

customElements.define('header-panel', HeaderPanel);
