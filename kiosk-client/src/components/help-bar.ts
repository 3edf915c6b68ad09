import { css, html, LitElement } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { languageNames, otherLanguage } from '../i18n/language-names.ts';
import { translator } from '../i18n/translations.ts';
import { icon } from './icons.ts';
import { emit, ordinaryPreferences } from './intent.ts';
import type { Preferences } from './intent.ts';
import { shared } from './styles.ts';

const keys = [
  { name: 'largeText', key: 'large-text', icon: 'text' },
  { name: 'highContrast', key: 'high-contrast', icon: 'contrast' },
  { name: 'reach', key: 'reach', icon: 'reach' },
] as const satisfies readonly { name: keyof Preferences; key: string; icon: string }[];

/** Large text, high contrast, reach mode, language: one touch each, at the lowest row of every screen. */
class HelpBar extends LitElement {
  static override properties = { preferences: { attribute: false } };
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        gap: calc(3 * var(--mm));
      }
      button {
        padding: calc(1 * var(--mm));
        gap: calc(2 * var(--mm));
        border-color: var(--line);
        color: var(--ink);
        line-height: 1.02;
        flex-direction: var(--bar-direction, row);
        text-align: var(--bar-align, start);
        overflow-wrap: normal;
      }
      button[aria-pressed='true'] {
        background: var(--pressed);
        color: var(--on-pressed);
        border-color: var(--pressed);
      }
    `,
  ];
  declare preferences: Preferences;
  readonly #t = new TranslationController(this, translator);

  constructor() {
    super();
    this.preferences = ordinaryPreferences;
  }

  protected override render() {
    const other = otherLanguage(translator.language);
    return html`
      ${keys.map(
        ({ name, key, icon: shape }) => html`<button
          type="button"
          aria-pressed=${this.preferences[name]}
          @click=${() => emit(this, { kind: 'preference', name })}
        >
          ${icon(this.preferences[name] ? 'check' : shape)} <span>${this.#t.text(`help-${key}`)}</span>
        </button>`,
      )}
      <button type="button" lang=${other} @click=${() => emit(this, { kind: 'visit', event: { type: 'language', language: other } })}>
        ${icon('globe')} <span>${languageNames[other]}</span>
      </button>
    `;
  }
}
customElements.define('help-bar', HelpBar);
