import { css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';

/** A field of one line. */
export interface LabelledInput {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** What is wrong with it, in words. */
  readonly fault: string | undefined;
  readonly type?: 'date' | undefined;
  readonly mode?: 'numeric' | undefined;
  readonly length?: number | undefined;
  /** A code that is read sign by sign. */
  readonly mark?: boolean | undefined;
  readonly onInput: (value: string) => void;
}

/** Label, field and fault, which belong together for who does not see them too. */
export function labelledInput({ id, label, value, fault, type, mode, length, mark, onInput }: LabelledInput): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      type=${type ?? 'text'}
      inputmode=${mode ?? nothing}
      maxlength=${length ?? nothing}
      class=${mark ? 'mark' : ''}
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      aria-invalid=${fault === undefined ? 'false' : 'true'}
      aria-describedby=${fault === undefined ? nothing : `${id}-fault`}
      @input=${(event: Event) => onInput((event.target as HTMLInputElement).value)}
    />
    ${faultLine(id, fault)}
  </div>`;
}

/** What is wrong with the field of this id. */
export function faultLine(id: string, fault: string | undefined): TemplateResult | typeof nothing {
  return fault === undefined ? nothing : html`<p id="${id}-fault" class="wrong">${fault}</p>`;
}

export const inputStyles = css`
  .field {
    display: grid;
    gap: 2px;
  }
  .mark {
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.04em;
  }
`;
