import { css, html } from 'lit';
import type { Language } from '@videosportello/protocol/messages/visit.ts';
import { counter } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import '../components/opening-hours.ts';
import { errorKey } from '../i18n/error-key.ts';
import { languageNames, languages } from '../i18n/language-names.ts';
import { textIn } from '../i18n/translations.ts';
import { canPrint } from '../visit/paper-words.ts';
import { needKeys } from './need-keys.ts';
import { StepElement } from './step-element.ts';

/** Nobody here: the kiosk invites, in both languages, and says when people are on duty. */
class StepIdle extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      .story {
        align-items: stretch;
      }
      h1 {
        font-size: calc(1.7 * var(--type));
        text-align: center;
      }
      .languages {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: calc(4 * var(--mm));
      }
      .languages button {
        flex-direction: column;
        min-block-size: calc(44 * var(--mm));
        gap: calc(1 * var(--mm));
      }
      .wishes button {
        flex-direction: column;
        min-block-size: calc(30 * var(--mm));
        text-align: center;
      }
      /* As the other keys while a visit is being opened: out of sight, in their place. */
      .away {
        visibility: hidden;
      }
      .languages button,
      .wishes button {
        padding-block: var(--choice-padding, calc(2 * var(--mm)));
      }
      .own-name {
        font-size: calc(1.25 * var(--type));
        font-weight: 700;
      }
    `,
  ];

  protected override render() {
    const { visit, devices, duty } = this.view;
    const isOpening = visit.stage === 'opening';
    const canScan = devices?.scanner.device === 'online' || devices?.scanner.device === 'userError';
    const isPrinterOut = devices !== undefined && !canPrint(devices.printer);
    const start = (language: Language) => {
      this.send({ type: 'language', language });
      this.send({ type: 'start', person: false });
    };
    return this.layout(
      html`<div class="story">
        ${this.heading(isOpening ? this.t.text('idle-opening') : this.t.text('idle-title'))}
        <div class="picture spare">${counter()}</div>
        ${visit.openFailure ? html`<p class="note bad" role="alert">${this.t.text(errorKey(visit.openFailure))}</p>` : ''}
        ${visit.cardPresent ? html`<p class="note">${this.t.text('idle-card-left')}</p>` : ''}
        ${isPrinterOut ? html`<p class="note">${this.t.text('idle-printer-out')}</p>` : ''}
        ${duty ? html`<opening-hours .duty=${duty}></opening-hours>` : ''}
      </div>`,
      html`
        <div class="languages">
          ${languages.map(
            (language) => html`<button type="button" class="primary" lang=${language} ?disabled=${isOpening} @click=${() => start(language)}>
              <span class="own-name">${languageNames[language]}</span> <span>${textIn(language, 'idle-start')}</span>
            </button>`,
          )}
        </div>
        <div class="wishes ${isOpening ? 'away' : ''}">
          ${needKeys({ text: (key) => this.t.text(key), chosen: undefined, choose: (need) => this.send({ type: 'start', person: true, needs: [need] }) })}
          ${canScan
            ? html`<button type="button" @click=${() => this.send({ type: 'ticket-in-hand' })}>
                ${icon('ticket')} <span>${this.t.text('idle-ticket')}</span>
              </button>`
            : ''}
        </div>
      `,
    );
  }
}
customElements.define('step-idle', StepIdle);
