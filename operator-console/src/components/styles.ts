import { css } from 'lit';

/** What all elements of the desk look like: keys, headings, fields, tones. Colours are the national tokens. */
export const base = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--it-color-slate-20);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 3px solid #ff9900;
    outline-offset: 1px;
    box-shadow: 0 0 0 6px #17324d;
  }
  h2,
  h3,
  h4,
  p,
  ul,
  ol,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: 18px;
    line-height: 1.25;
  }
  h3 {
    font-size: 16px;
    line-height: 1.25;
  }
  ul,
  ol {
    list-style: none;
  }
  fieldset {
    border: 0;
    min-inline-size: 0;
  }
  button,
  .key {
    font: inherit;
    font-weight: 600;
    line-height: 1.2;
    min-block-size: 36px;
    padding: 6px 12px;
    border: 2px solid var(--it-color-blue-40);
    border-radius: 4px;
    background: #fff;
    color: var(--it-color-blue-30);
    cursor: pointer;
    text-align: start;
  }
  button:hover:not(:disabled) {
    background: var(--it-color-blue-97);
  }
  button.main,
  a.main {
    background: var(--it-color-blue-40);
    color: #fff;
  }
  button.main:hover:not(:disabled) {
    background: var(--it-color-blue-30);
  }
  button.danger {
    border-color: var(--it-color-red-44);
    color: var(--it-color-red-37);
  }
  button.danger.main {
    background: var(--it-color-red-44);
    color: #fff;
  }
  button.danger.main:hover:not(:disabled) {
    background: var(--it-color-red-37);
  }
  button:disabled,
  button.main:disabled,
  button.danger:disabled {
    border-color: var(--it-color-slate-68);
    color: var(--it-color-slate-44);
    background: var(--it-color-slate-93);
    cursor: not-allowed;
  }
  kbd {
    font: inherit;
    font-size: 13px;
    font-weight: 400;
    opacity: 0.9;
    white-space: nowrap;
  }
  input:not([type='radio'], [type='checkbox'], [type='range']),
  select {
    font: inherit;
    min-block-size: 36px;
    inline-size: 100%;
    padding: 4px 8px;
    border: 1px solid var(--it-color-slate-44);
    border-radius: 4px;
    background: #fff;
    color: inherit;
  }
  input[type='radio'],
  input[type='checkbox'] {
    inline-size: 20px;
    block-size: 20px;
    margin: 2px;
    accent-color: var(--it-color-blue-40);
    flex: none;
  }
  label {
    font-weight: 600;
  }
  .quiet {
    color: var(--it-color-slate-36);
  }
  .wrong {
    color: var(--it-color-red-37);
    font-weight: 600;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    align-content: start;
    overflow-wrap: anywhere;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .specimen {
    padding: 2px 8px;
    border: 2px solid var(--it-color-orange-25);
    border-radius: 4px;
    background: var(--it-color-orange-87);
    color: var(--it-color-orange-20);
    font-weight: 700;
    letter-spacing: 0.06em;
    flex: none;
    white-space: nowrap;
  }
  .note {
    padding: 6px 10px;
    border-inline-start: 4px solid var(--it-color-blue-40);
    background: var(--it-color-blue-97);
  }
  .note.wrong {
    border-color: var(--it-color-red-44);
    background: var(--it-color-red-96);
  }
  .note.good {
    border-color: var(--it-color-emerald-25);
    background: #eafaf4;
  }
  .note.waiting {
    border-color: var(--it-color-orange-30);
    background: #fdf4e7;
  }
  svg.icon {
    inline-size: 18px;
    block-size: 18px;
    flex: none;
    vertical-align: -3px;
  }
`;

/** The frame colour of a visit, by its number; always beside kiosk and town in words. */
export const visitColours = css`
  [data-colour='0'] {
    --visit: #0059b3;
    --visit-pale: #e5f0fc;
  }
  [data-colour='1'] {
    --visit: #8a1c7c;
    --visit-pale: #faeaf8;
  }
  [data-colour='2'] {
    --visit: #00664a;
    --visit-pale: #e1f2ec;
  }
  [data-colour='3'] {
    --visit: #8a4b00;
    --visit-pale: #fbf0e0;
  }
  [data-colour='4'] {
    --visit: #5b3fb5;
    --visit-pale: #efebfb;
  }
  [data-colour='5'] {
    --visit: #05615e;
    --visit-pale: #e0f6f5;
  }
  [data-colour='6'] {
    --visit: #404040;
    --visit-pale: #f0f0f0;
  }
  [data-colour='7'] {
    --visit: #992639;
    --visit-pale: #fbeff1;
  }
`;
