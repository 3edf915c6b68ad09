import { css } from 'lit';

/** What all parts of the page have in common. Targets are 44 px high at least; colours have 4.5 to 1 or more. */
export const common = css`
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  p,
  ul {
    margin: 0;
  }
  h1 {
    font-size: 1.5rem;
    line-height: 1.2;
  }
  h2 {
    font-size: 1.2rem;
    line-height: 1.25;
  }
  button,
  .button {
    display: inline-flex;
    max-inline-size: 100%;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: 48px;
    padding: 8px 18px;
    font: inherit;
    font-weight: 600;
    color: #fff;
    background: #0059b3;
    border: 2px solid #0059b3;
    border-radius: 6px;
    cursor: pointer;
    text-align: center;
    text-decoration: none;
  }
  button:hover,
  .button:hover {
    background: #004180;
  }
  button.quiet,
  .button.quiet {
    color: #0059b3;
    background: #fff;
  }
  button.quiet:hover,
  .button.quiet:hover {
    background: #e6f0fa;
  }
  button:disabled {
    color: #44546a;
    background: #e3e8ee;
    border-color: #e3e8ee;
    cursor: default;
  }
  :focus-visible {
    outline: var(--focus-outline);
    outline-offset: 2px;
    box-shadow: var(--focus-halo);
  }
  /* Behind its label, which looks like a button. */
  input[type='file'] {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    opacity: 0;
  }
  input[type='file']:focus-visible + .button {
    outline: var(--focus-outline);
    outline-offset: 2px;
    box-shadow: var(--focus-halo);
  }
  .note {
    color: #44546a;
    font-size: 0.95rem;
    overflow-wrap: anywhere;
  }
  .warning {
    padding: 12px 16px;
    color: #4d2e00;
    background: #fdf4e7;
    outline: 1px solid transparent;
    border-inline-start: 6px solid #b36b00;
    overflow-wrap: anywhere;
  }
`;
