import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { icon } from './icons.ts';

/** Looks of {@link keypad}. */
export const keypadStyles = css`
  .keypad {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    gap: calc(3 * var(--mm));
  }
  .keypad button {
    min-block-size: calc(25 * var(--mm));
    font-size: calc(1.3 * var(--type));
    background: var(--soft);
  }
  .keypad .erase,
  .keypad .send {
    font-size: var(--type);
  }
  .keypad .send {
    background: var(--action);
  }
  :host-context([data-text='large']) .keypad .erase .icon {
    display: none;
  }
  /* Where room is short: two rows, with the two words at their ends. */
  .keypad.low {
    grid-template-columns: repeat(7, 1fr);
  }
  .keypad.low button {
    min-block-size: calc(21 * var(--mm));
    padding-inline: 0;
  }
  .keypad.low .erase {
    grid-area: 1 / 6 / 2 / 8;
  }
  .keypad.low .send {
    grid-area: 2 / 6 / 3 / 8;
  }
  .keypad.low .icon {
    display: none;
  }
`;

/**
 * The ten figures on large keys, with "erase" and "send" beside the nought. `isLow`: room is short, two rows.
 */
export function keypad(options: {
  readonly isLow: boolean;
  readonly words: { readonly erase: string; readonly send: string };
  readonly onFigure: (figure: string) => void;
  readonly onErase: () => void;
  readonly onSend: () => void;
}): TemplateResult {
  const { isLow, words, onFigure, onErase, onSend } = options;
  const key = (figure: string) => html`<button type="button" data-writes @click=${() => onFigure(figure)}>${figure}</button>`;
  return html`<div class="keypad ${isLow ? 'low' : ''}">
    ${['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(key)}
    <button type="button" class="erase" @click=${onErase}>${icon('erase')} ${words.erase}</button>
    ${key('0')}
    <button type="button" class="primary send" @click=${onSend}>${words.send}</button>
  </div>`;
}
