import type { DeskVisit } from '@videosportello/protocol/messages/visit.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { deepQuery } from './components/deep-query.ts';
import type { ConfirmDialog } from './components/confirm-dialog.ts';
import { icon } from './components/icons.ts';
import type { LiveAnnouncer } from './components/live-announcer.ts';
import { base, visitColours } from './components/styles.ts';
import { announcementsBetween, sentenceOf } from './desk/announcements.ts';
import { isCut, offerInFront, visitInFront, visitsInHand } from './desk/desk-machine.ts';
import type { DeskActions, DeskState, WorkState } from './desk/desk-state.ts';
import { commandOf } from './desk/shortcuts.ts';
import type { DeskCommand } from './desk/shortcuts.ts';
import { newDraft } from './desk/visit-draft.ts';
import type { VisitDraft } from './desk/visit-draft.ts';
import { deskLayout } from './desk-view.styles.ts';
import { texts } from './i18n/texts.ts';
import type { TextPanel } from './panels/text-panel.ts';
import type { KeysDialog } from './panels/keys-dialog.ts';
import type { PapersPanel } from './panels/papers-panel.ts';
import './components/confirm-dialog.ts';
import './components/live-announcer.ts';
import './panels/call-panel.ts';
import './panels/header-panel.ts';
import './panels/keys-dialog.ts';
import './panels/kiosks-panel.ts';
import './panels/lead-panel.ts';
import './panels/offer-panel.ts';
import './panels/papers-panel.ts';
import './panels/text-panel.ts';
import './panels/wrap-up-panel.ts';

/** The whole desk, drawn from one state. Keys, panes and announcements live here; nothing is decided here. */
export class DeskView extends LitElement {
  static override properties = { state: { attribute: false }, actions: { attribute: false } };
  static override styles = [base, visitColours, deskLayout];
  declare state: DeskState;
  declare actions: DeskActions;
  readonly #texts = new TranslationController(this, texts);
  readonly #drafts = new Map<VisitId, VisitDraft>();
  /** The pane that had the focus before this drawing. */
  #focused: Element | null = null;
  readonly #onKey = (event: KeyboardEvent) => {
    const command = commandOf(event);
    if (!command || this.#dialogIsOpen) return;
    event.preventDefault();
    // A key held down acts once: it accepts no second offer and opens no microphone by turns.
    if (!event.repeat) this.#obey(command);
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
  }

  get #dialogIsOpen(): boolean {
    return [...this.renderRoot.querySelectorAll('confirm-dialog, keys-dialog, papers-panel')].some((host) =>
      deepQuery(host.shadowRoot, 'dialog[open]'),
    );
  }

  #obey(command: DeskCommand): void {
    const { state, actions } = this;
    const front = visitInFront(state);
    const offer = offerInFront(state.queue.offers);
    switch (command.type) {
      case 'accept':
        return offer && !isCut(state) ? actions.accept(offer.offerId) : undefined;
      case 'decline':
        return offer && !isCut(state) ? actions.decline(offer.offerId) : undefined;
      case 'toggle-microphone':
        return actions.toggleMicrophone();
      case 'toggle-camera':
        return front ? actions.toggleCamera(front.visitId) : undefined;
      case 'write':
        return this.renderRoot.querySelector<TextPanel>('text-panel')?.write();
      case 'show-identity':
        return void this.renderRoot.querySelector<PapersPanel>('papers-panel')?.show('identity');
      case 'show-document':
        return void this.renderRoot.querySelector<PapersPanel>('papers-panel')?.show('document');
      case 'end-visit':
        return front?.state === 'with-operator' ? void this.#askEnd(front) : undefined;
      case 'toggle-presence':
        return state.queue.desk?.presence === 'available'
          ? actions.setPresence('not-ready', 'break')
          : actions.setPresence('available');
      case 'list-keys':
        return this.#listKeys();
      case 'choose-tab': {
        const visit = visitsInHand(state)[command.index];
        return visit && actions.choose(visit.visitId);
      }
      case 'next-pane':
        return this.#movePane(1);
      case 'previous-pane':
        return this.#movePane(-1);
    }
  }

  #listKeys(): void {
    this.renderRoot.querySelector<KeysDialog>('keys-dialog')?.open();
  }

  #movePane(by: 1 | -1): void {
    const panes = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-pane]')];
    const root = this.renderRoot instanceof ShadowRoot ? this.renderRoot : undefined;
    const current = panes.findIndex(
      (pane) => root?.activeElement !== null && pane.contains(root?.activeElement ?? null),
    );
    const next = panes.at((current + by + (current === -1 && by === -1 ? 1 : 0)) % panes.length);
    next?.focus();
  }

  async #askEnd({ visitId, kioskName: kiosk, town }: DeskVisit): Promise<void> {
    const t = this.#texts;
    const yes = await this.renderRoot.querySelector<ConfirmDialog>('confirm-dialog')?.ask({
      title: t.text('confirm-end-title', { kiosk, town }),
      text: t.text('confirm-end-text'),
      confirm: t.text('confirm-end-confirm'),
      cancel: t.text('cancel'),
      danger: true,
    });
    if (yes) this.actions.endVisit(visitId);
  }

  override willUpdate(): void {
    // What was begun for a person goes with the visit.
    for (const visitId of this.#drafts.keys()) if (!this.state.works.has(visitId)) this.#drafts.delete(visitId);
    this.#focused = this.renderRoot instanceof ShadowRoot ? this.renderRoot.activeElement : null;
  }

  override updated(changed: PropertyValues<this>): void {
    // A pane that went away with the focus in it leaves the focus where the work is, not at the top of the page.
    if (this.#focused && !this.#focused.isConnected) {
      const tab = this.renderRoot.querySelector<HTMLElement>('.tab[aria-selected="true"]');
      (tab ?? this.renderRoot.querySelector('main'))?.focus();
    }
    const before = changed.get('state');
    const announcer = this.renderRoot.querySelector<LiveAnnouncer>('live-announcer');
    if (!before || !announcer) return;
    const t = this.#texts;
    for (const urgency of ['polite', 'assertive'] as const) {
      for (const said of announcementsBetween(before, this.state).filter((each) => each.urgency === urgency))
        announcer.say(sentenceOf(said, (key, values) => t.text(key, values)), urgency);
    }
  }

  #banners() {
    const t = this.#texts;
    return html`${isCut(this.state) ? html`<p class="banner cut">${icon('wrong')} ${t.text('banner-cut')}</p>` : nothing}
    ${this.state.notices.map(
      ({ id, key, kiosk }) =>
        html`<p class="banner">
          ${t.text(key, { kiosk })} <button @click=${() => this.actions.dismiss(id)}>${t.text('notice-read')}</button>
        </p>`,
    )}`;
  }

  #tab(visit: DeskVisit, index: number, front: VisitId | undefined) {
    const t = this.#texts;
    const { onAir, works } = this.state;
    const work = works.get(visit.visitId);
    const chosen = visit.visitId === front;
    return html`<button
      role="tab"
      id="tab-${visit.visitId}"
      class="tab"
      data-colour=${work?.colour ?? 6}
      aria-selected=${chosen}
      aria-controls="visit"
      tabindex=${chosen ? 0 : -1}
      @click=${() => this.actions.choose(visit.visitId)}
    >
      <span class="number">${index + 1}</span>
      <span class="who"><b>${visit.kioskName}</b><span>${visit.town}</span></span>
      <span class="marks">
        ${visit.visitId === onAir ? html`<span class="mark air">${icon('microphone')}${t.text('tab-on-air')}</span>` : nothing}
        ${visit.state === 'wrap-up' ? html`<span class="mark">${t.text('tab-wrap-up')}</span>` : nothing}
        ${visit.state === 'with-operator' && !visit.kioskPresent ? html`<span class="mark wrong">${t.text('tab-away')}</span>` : nothing}
        ${work && work.unread > 0 ? html`<span class="mark new">${t.text('tab-unread', { count: work.unread })}</span>` : nothing}
      </span>
      <kbd>Alt+${index + 1}</kbd>
    </button>`;
  }

  #moveTab(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const inHand = visitsInHand(this.state);
    const at = inHand.findIndex(({ visitId }) => visitId === visitInFront(this.state)?.visitId);
    const next = step === 0 ? undefined : inHand.at((at + step) % inHand.length);
    if (!next) return;
    event.preventDefault();
    this.actions.choose(next.visitId);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${next.visitId}`)?.focus());
  }

  #visit(visit: DeskVisit, work: WorkState | undefined) {
    const t = this.#texts;
    const { state, actions } = this;
    const cut = isCut(state);
    const head = html`<div class="visit-head">
      <h2>${t.text('visit-title', { kiosk: visit.kioskName, town: visit.town })}</h2>
      <p>
        ${t.text(`service-${visit.service ?? 'none'}`)} · ${t.text(`language-${visit.language}`)}
        ${visit.needs.map((need) => html` · <b>${t.text(`need-${need}`)}</b>`)} ·
        <elapsed-time .since=${visit.acceptedAt}></elapsed-time>
      </p>
      <p class="now">
        ${t.text('visit-now', { step: t.text(`step-${visit.step}`), who: t.text(`turn-${visit.phase}`) })}
      </p>
    </div>`;
    if (visit.state === 'wrap-up' || !work) {
      return html`${
        visit.state === 'wrap-up'
          ? html`<wrap-up-panel
              data-pane
              tabindex="-1"
              role="region"
              aria-label=${t.text('pane-wrap-up')}
              .visit=${visit}
              .issued=${state.issued.has(visit.visitId)}
              .cut=${cut}
              .progress=${state.progress}
              .actions=${actions}
            ></wrap-up-panel>`
          : head
      }`;
    }
    return html`${head}
      <div class="work">
        <div class="talk">
          <call-panel
            data-pane
            tabindex="-1"
            role="region"
            aria-label=${t.text('pane-call')}
            .visit=${visit}
            .call=${work.call}
            .onAir=${state.onAir === visit.visitId}
            .startsMuted=${state.startsMuted}
            .cut=${cut}
            .actions=${actions}
            @end-asked=${() => void this.#askEnd(visit)}
          ></call-panel>
          <lead-panel
            data-pane
            tabindex="-1"
            role="region"
            aria-label=${t.text('pane-lead')}
            .visit=${visit}
            .work=${work}
            .actions=${actions}
          ></lead-panel>
          <text-panel
            data-pane
            tabindex="-1"
            role="region"
            aria-label=${t.text('pane-text')}
            .visit=${visit}
            .lines=${work.lines}
            .actions=${actions}
          ></text-panel>
        </div>
        <papers-panel
          data-pane
          tabindex="-1"
          role="region"
          aria-label=${t.text('pane-papers')}
          .visit=${visit}
          .certificates=${work.certificates}
          .scans=${work.scans}
          .picture=${work.call.remote.camera?.paused ? undefined : work.call.remote.camera?.track}
          .progress=${work.progress}
          .actions=${actions}
          .draft=${this.#draftOf(visit.visitId)}
        ></papers-panel>
      </div>`;
  }

  #draftOf(visitId: VisitId): VisitDraft {
    const draft = this.#drafts.get(visitId) ?? newDraft();
    this.#drafts.set(visitId, draft);
    return draft;
  }

  #offer() {
    const { state } = this;
    const offer = offerInFront(state.queue.offers);
    if (!offer) return nothing;
    return html`<offer-panel
      data-pane
      tabindex="-1"
      role="region"
      aria-label=${this.#texts.text('pane-offer')}
      .offer=${offer}
      .others=${state.queue.offers.length - 1}
      .cut=${isCut(state)}
      .progress=${state.progress}
      .actions=${this.actions}
    ></offer-panel>`;
  }

  #nobody() {
    const t = this.#texts;
    const available = this.state.queue.desk?.presence === 'available';
    return html`<div class="nobody">
      ${
        this.state.queue.offers.length > 0
          ? this.#offer()
          : html`<h2>${t.text(available ? 'nobody-available' : 'nobody-not-ready')}</h2>
              <p>${t.text(available ? 'nobody-available-text' : 'nobody-not-ready-text')}</p>`
      }
      ${this.state.startsMuted ? html`<p class="quiet">${t.text('starts-muted')}</p>` : nothing}
    </div>`;
  }

  override render() {
    const { state } = this;
    const { desk } = state.queue;
    if (!desk) return nothing;
    const t = this.#texts;
    const inHand = visitsInHand(state);
    const front = visitInFront(state);
    const work = front && state.works.get(front.visitId);
    const problem = state.progress.problems.end;
    return html`<header-panel
        .desk=${desk}
        .house=${state.queue.house}
        .cut=${isCut(state)}
        .soundOn=${state.soundOn}
        .progress=${state.progress}
        .actions=${this.actions}
        @keys-asked=${this.#listKeys}
      ></header-panel>
      <div class="banners" role="region" aria-label=${t.text('banners-title')}>
        ${this.#banners()} ${problem ? html`<p class="banner cut">${t.text(`error-${problem.code}`)}</p>` : nothing}
      </div>
      <div class="body">
        <div class="side">
          <kiosks-panel
            data-pane
            tabindex="-1"
            role="region"
            aria-label=${t.text('kiosks-title')}
            .kiosks=${state.queue.house?.kiosks ?? []}
          ></kiosks-panel>
          ${inHand.length > 0 ? html`<div class="side-offer">${this.#offer()}</div>` : nothing}
        </div>
        <main tabindex="-1">
          ${
            inHand.length > 0
              ? html`<div class="tabs" role="tablist" aria-label=${t.text('tabs-title')} @keydown=${this.#moveTab}>
                  ${repeat(
                    inHand,
                    ({ visitId }) => visitId,
                    (visit, index) => this.#tab(visit, index, front?.visitId),
                  )}
                </div>`
              : nothing
          }
          ${
            front
              ? keyed(
                  `${front.visitId} ${front.state}`,
                  html`<section
                    id="visit"
                    class="visit"
                    role="tabpanel"
                    aria-labelledby="tab-${front.visitId}"
                    data-colour=${work?.colour ?? 6}
                  >
                    ${this.#visit(front, work)}
                  </section>`,
                )
              : this.#nobody()
          }
        </main>
      </div>
      <confirm-dialog></confirm-dialog>
      <keys-dialog></keys-dialog>
      <live-announcer></live-announcer>`;
  }
}

customElements.define('desk-view', DeskView);
