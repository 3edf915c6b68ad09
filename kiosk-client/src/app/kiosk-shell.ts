import { html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { showsCall } from '../call/call-view.ts';
import '../call/call-panel.ts';
import '../call/text-panel.ts';
import '../components/ask-dialog.ts';
import '../components/help-bar.ts';
import { icon } from '../components/icons.ts';
import { emit } from '../components/intent.ts';
import { shared } from '../components/styles.ts';
import { translator } from '../i18n/translations.ts';
import { canGoBack } from '../visit/visit-machine.ts';
import { progressOf } from '../visit/visit-progress.ts';
import type { VisitEvent } from '../visit/visit-state.ts';
import type { KioskView } from './kiosk-view.ts';
import { shellStyles } from './shell-styles.ts';
import { stepTemplate } from './step-template.ts';

/** How much room the operator's face has: the keyboard and the words of a paper need theirs. */
function panelSize({ textPanel, visit }: KioskView): 'small' | 'ordinary' | 'tall' {
  if (textPanel || visit.step === 'review') return 'small';
  return visit.step === 'person' && !visit.scan ? 'tall' : 'ordinary';
}

/** The frame of every screen: header, face, step, keys, help; the same places in the same order everywhere (ui.md K44). */
class KioskShell extends LitElement {
  static override properties = { view: { attribute: false }, endAsked: { state: true } };
  static override styles = [shared, shellStyles];
  declare view: KioskView;
  declare endAsked: boolean;
  readonly #t = new TranslationController(this, translator);

  constructor() {
    super();
    this.endAsked = false;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    if (this.view.visit.stage !== 'visiting') this.endAsked = false;
  }

  protected override render() {
    const { view } = this;
    const { visit } = view;
    const isVisit = visit.stage === 'visiting' && view.condition === 'ready';
    const isCall = isVisit && showsCall(visit.person);
    return html`
      ${this.#header()}
      ${isCall ? html`<call-panel role="region" aria-label=${this.#t.text('call')} .view=${view} size=${panelSize(view)}></call-panel>` : ''}
      <main>
        ${this.#notices(isVisit)}
        ${isCall && view.textPanel ? html`<text-panel .view=${view}></text-panel>` : stepTemplate(view)}
      </main>
      ${this.#turnStrip(isVisit)} ${isCall ? this.#callKeys() : ''} ${this.#navigation(isVisit)}
      <help-bar .preferences=${view.preferences}></help-bar>
      <p class="aside" role="status">${this.#announcement()}</p>
      <ask-dialog
        .open=${this.endAsked}
        .heading=${this.#t.text('end-title')}
        .text=${visit.person.kind === 'with' ? this.#t.text('end-text-with', { name: visit.person.name }) : this.#t.text('end-text')}
        .stay=${this.#t.text('end-stay')}
        .go=${this.#t.text('end-go')}
        @stay=${() => (this.endAsked = false)}
        @go=${() => this.#send({ type: 'end' })}
      ></ask-dialog>
      <ask-dialog
        .open=${visit.warned && isVisit}
        .heading=${this.#t.text('idle-warning-title')}
        .picture=${'clock'}
        .text=${this.#t.text(visit.person.kind === 'waiting' ? 'idle-warning-waiting' : 'idle-warning')}
        .stay=${this.#t.text('idle-warning-stay')}
        .go=${this.#t.text('idle-warning-end')}
        @stay=${() => this.#send({ type: 'idle-answered' })}
        @go=${() => this.#send({ type: 'end' })}
      ></ask-dialog>
    `;
  }

  #header() {
    const { visit, town, condition } = this.view;
    const progress = condition === 'ready' ? progressOf(visit) : undefined;
    return html`<header>
      ${town === undefined ? html`<p class="town">${this.#t.text('house-name')}</p>` : html`<p class="town" lang="it">${town}</p>`}
      ${progress
        ? html`<p>${this.#t.text('progress', { step: progress.step, of: progress.of })}</p>
            <div class="progress" aria-hidden="true" style="--done:${progress.step / progress.of}"></div>`
        : town !== undefined
          ? html`<p>${this.#t.text('house-name')}</p>`
          : ''}
    </header>`;
  }

  #notices(isVisit: boolean) {
    const { visit, interrupted } = this.view;
    return html`
      ${isVisit && interrupted ? html`<p class="notice warn" role="alert">${icon('alert')} <span>${this.#t.text('line-interrupted')}</span></p>` : ''}
      ${isVisit && visit.notice && !this.view.textPanel
        ? html`<p class="notice" role="status">${icon('info')} <span>${this.#t.text(`notice-${visit.notice}`)}</span></p>`
        : ''}
    `;
  }

  /** While waiting the citizen goes on reading; his turn stays in sight. */
  #turnStrip(isVisit: boolean) {
    const { visit } = this.view;
    if (!isVisit || visit.person.kind !== 'waiting' || visit.person.comingBack || visit.step === 'person') return '';
    const { ticket, coming } = visit.person;
    return html`<p class="turn" role="status">
      ${icon('clock')}
      <span>${coming ? this.#t.text('turn-coming') : this.#t.text('turn', { label: ticket.label, before: ticket.place - 1 })}</span>
    </p>`;
  }

  #callKeys() {
    const { call, textPanel } = this.view;
    const microphone = call.microphone === 'on' ? 'on' : call.microphone === 'muted' ? 'off' : 'absent';
    const camera = call.camera === 'on' ? 'on' : call.camera === 'off' ? 'off' : 'absent';
    return html`<section class="call-keys" aria-label=${this.#t.text('call-keys')}>
      <button type="button" aria-pressed=${microphone === 'on'} aria-disabled=${microphone === 'absent'} @click=${() => emit(this, { kind: 'microphone' })}>
        ${icon(microphone === 'on' ? 'microphone' : 'microphoneOff')} <span>${this.#t.text(`call-microphone-${microphone}`)}</span>
      </button>
      <button type="button" aria-pressed=${camera === 'on'} aria-disabled=${camera === 'absent'} @click=${() => emit(this, { kind: 'camera' })}>
        ${icon(camera === 'on' ? 'camera' : 'cameraOff')} <span>${this.#t.text(`call-camera-${camera}`)}</span>
      </button>
      <button type="button" aria-expanded=${textPanel} @click=${() => emit(this, { kind: 'text-panel' })}>
        ${icon('keyboard')} <span>${this.#t.text(textPanel ? 'call-text-close' : 'call-text-open')}</span>
      </button>
    </section>`;
  }

  #navigation(isVisit: boolean) {
    const { visit, condition } = this.view;
    const isReady = condition === 'ready';
    const isIdle = isReady && (visit.stage === 'idle' || visit.brought?.phase === 'asked');
    const canCall = isIdle || isVisit;
    return html`<nav aria-label=${this.#t.text('keys')}>
      <button type="button" ?disabled=${!isReady || !canGoBack(visit)} @click=${() => this.#send({ type: 'back' })}>
        ${icon('back')} <span>${this.#t.text('back')}</span>
      </button>
      <button type="button" class="help" ?disabled=${!canCall} @click=${() => this.#send(isIdle ? { type: 'start', person: true } : { type: 'person-wanted' })}>
        ${icon('headset')} <span>${this.#t.text('person-please')}</span>
      </button>
      <button type="button" ?disabled=${!isVisit} @click=${() => (this.endAsked = true)}>${icon('end')} <span>${this.#t.text('end')}</span></button>
    </nav>`;
  }

  #announcement(): string {
    const { largeText, highContrast, reach } = this.view.preferences;
    const on = [largeText && 'large-text', highContrast && 'high-contrast', reach && 'reach'].filter((name) => name !== false);
    return on.map((name) => this.#t.text(`announce-${name}`)).join(' ');
  }

  #send(event: VisitEvent): void {
    emit(this, { kind: 'visit', event });
  }
}
customElements.define('kiosk-shell', KioskShell);
