import { css, html } from 'lit';
import type { OpenedCase } from '@videosportello/protocol/messages/document.ts';
import type { Need, TicketView } from '@videosportello/protocol/messages/visit.ts';
import { callLine } from '../call/call-view.ts';
import { counter } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import '../components/opening-hours.ts';
import { errorKey } from '../i18n/error-key.ts';
import { waitWords } from '../i18n/wait-words.ts';
import { canKeep } from '../visit/kept-place-machine.ts';
import { isCertificate, stepBack } from '../visit/visit-machine.ts';
import { paperWords } from '../visit/paper-words.ts';
import { needKeys, toggled } from './need-keys.ts';
import { StepElement } from './step-element.ts';

/** "A person, please": place and honest wait, the person, or hours and other ways. Never an endless wait. */
class StepPerson extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .ticket {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        column-gap: calc(8 * var(--mm));
        background: var(--soft);
        border-radius: calc(2.5 * var(--mm));
        padding: calc(5 * var(--mm)) calc(7 * var(--mm));
      }
      .label {
        font-size: calc(2.2 * var(--type));
        font-weight: 700;
        color: var(--title);
        line-height: 1.1;
      }
      .number {
        grid-template-columns: none;
      }
      .number .label {
        white-space: nowrap;
      }
      .place {
        font-weight: 700;
      }
    `,
  ];

  protected override render() {
    const { person } = this.view.visit;
    switch (person.kind) {
      case 'waiting':
        return person.coming && !person.comingBack ? this.#coming(person.ticket) : this.#waiting(person.ticket, person.comingBack);
      case 'keeping':
        return this.layout(html`<div class="story">${this.heading(this.t.text('keeping-title'))}<p>${this.t.text('keeping')}</p></div>`, '');
      case 'with':
        return this.#with(person.name);
      case 'refused':
        return this.#refused(person.code);
      case 'asking':
        return this.layout(html`<div class="story">${this.heading(this.t.text('person-asking'))}<p>${this.t.text('person-asking-text')}</p><div class="picture">${counter()}</div></div>`, '');
      case 'none':
        return this.layout(
          html`<div class="story">${this.heading(this.t.text('person-offer-title'))}<p>${this.t.text('person-offer')}</p><div class="picture">${counter()}</div></div>`,
          this.#callKey(),
        );
    }
  }

  #coming(ticket: TicketView) {
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('person-coming'))}
        <div class="ticket"><span class="label">${ticket.label}</span> <span class="place">${this.t.text('person-your-turn')}</span></div>
        <div class="picture">${counter()}</div>
      </div>`,
      '',
    );
  }

  #waiting(ticket: TicketView, comingBack: boolean) {
    const { duty, visit } = this.view;
    const wait = waitWords(ticket.estimate);
    const isNobody = duty !== undefined && !duty.staffed;
    return this.layout(
      html`<div class="story ${isNobody ? 'words' : ''}">
        ${this.heading(this.t.text(comingBack ? 'person-coming-back' : 'person-waiting'))}
        <div class="ticket">
          <span class="label">${ticket.label}</span>
          <div>
            <p class="place">${this.t.text('person-place', { before: ticket.place - 1 })}</p>
            ${isNobody ? '' : html`<p>${this.t.text(wait.key, wait.values)}</p>`}
          </div>
        </div>
        ${isNobody
          ? html`<p class="note">${this.t.text('person-nobody-now')}</p>
              <opening-hours .duty=${duty} alternatives></opening-hours>`
          : html`<p>${this.t.text('person-meanwhile')}</p>
              <div class="picture spare">${counter()}</div>`}
      </div>`,
      html`
        ${comingBack || isNobody ? '' : this.#needs()}
        ${stepBack(visit) !== undefined
          ? html`<button type="button" class="choice" @click=${() => this.send({ type: 'back' })}>
              ${icon('back')} <span>${this.t.text('person-go-on-reading')}</span>
            </button>`
          : ''}
        ${canKeep(visit)
          ? html`<button type="button" class="choice" @click=${() => this.send({ type: 'keep-wanted' })}>
              ${icon('clock')} <span>${this.t.text('person-keep')}</span>
            </button>`
          : ''}
        <button type="button" class="choice" @click=${() => this.send({ type: 'person-cancelled' })}>
          ${icon('cross')} <span>${this.t.text('person-cancel')}</span>
        </button>
      `,
    );
  }

  #with(name: string) {
    const { visit, call } = this.view;
    const isByText = callLine(visit.person, call) === 'by-text';
    if (visit.opened) return this.#left(visit.opened, name);
    const isCardNext = isCertificate(visit.service) && visit.card.kind !== 'read';
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('person-with', { name }))}
        <p>${this.t.text(isByText ? 'person-with-write' : 'person-with-text')}</p>
        ${visit.card.kind === 'read' ? html`<p class="note good with-icon">${icon('check')} <span>${this.t.text('person-with-prepares')}</span></p>` : ''}
      </div>`,
      isCardNext
        ? html`<button type="button" class="choice" @click=${() => this.send({ type: 'next' })}>
            ${icon('card')} <span>${this.t.text('person-with-card')}</span>
          </button>`
        : '',
    );
  }

  /** What the back office has taken in: its number, to be kept, and what happens next. */
  #left({ caseNumber, title, answerBy, keepDays, collectAt }: OpenedCase, name: string) {
    const slip = this.#slipState();
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text('case-title'))}
        <div class="ticket number"><span class="label">${caseNumber}</span> <p class="place">${this.t.text(slip === 'printed' ? 'case-number' : 'case-keep-number')}</p></div>
        ${slip ? html`<p class="note with-icon" role="status">${icon('paper')} <span>${this.t.text(`case-slip-${slip}`)}</span></p>` : ''}
        <p>${this.t.text('case-text', { title })}</p>
        <p>${this.t.text('case-answer', { day: new Date(answerBy) })}</p>
        <p>${this.t.text('case-collect', { place: collectAt, days: keepDays })}</p>
        <p class="note">${this.t.text('case-still-here', { name })}</p>
      </div>`,
      '',
    );
  }

  /** How far the sheet with the number is; undefined while there is none. */
  #slipState() {
    const { slip } = this.view.visit;
    if (!slip) return undefined;
    const words = paperWords(slip);
    if (words === 'printed' || words === 'taken') return 'printed';
    return words === 'preparing' || words === 'printing' ? 'printing' : 'failed';
  }

  /** Switches for what he needs; his place stays. */
  #needs() {
    const { needs } = this.view.visit;
    const choose = (need: Need) => this.send({ type: 'person-wanted', needs: toggled(needs, need) });
    return html`<div class="wishes" role="group" aria-label=${this.t.text('needs')}>${needKeys({ text: (key) => this.t.text(key), chosen: needs, choose })}</div>`;
  }

  /** Nobody on duty signs; somebody who writes may be. */
  #refusedSigns() {
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('person-no-signs-title'))}
        <p role="alert">${this.t.text('person-no-signs')}</p>
        <div class="picture">${counter()}</div>
      </div>`,
      html`<button type="button" class="primary" @click=${() => this.send({ type: 'person-wanted', needs: ['text-only'] })}>
        ${icon('keyboard')} <span>${this.t.text('person-by-text')}</span>
      </button>`,
    );
  }

  #refused(code: Parameters<typeof errorKey>[0]) {
    const { duty, visit } = this.view;
    if (code === 'nobody-on-duty' && visit.needs.includes('sign-language') && duty?.staffed) return this.#refusedSigns();
    return this.layout(
      html`<div class="story words">
        ${this.heading(this.t.text('person-refused-title'))}
        <p class="note" role="alert">${this.t.text(errorKey(code))}</p>
        <p>${this.t.text('person-refused-instead')}</p>
        ${duty ? html`<opening-hours .duty=${duty} alternatives></opening-hours>` : ''}
      </div>`,
      html`
        ${this.#callKey()}
        ${stepBack(visit) !== undefined
          ? html`<button type="button" class="choice" @click=${() => this.send({ type: 'back' })}>
              ${icon('back')} <span>${this.t.text('person-go-on-alone')}</span>
            </button>`
          : ''}
      `,
    );
  }

  #callKey() {
    return html`<button type="button" class="choice" @click=${() => this.send({ type: 'person-wanted' })}>
      ${icon('headset')} <span>${this.t.text('person-call')}</span>
    </button>`;
  }
}
customElements.define('step-person', StepPerson);
