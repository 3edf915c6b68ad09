import { css } from 'lit';

/** What all elements of the kiosk have in common: keys, headings, icons. Sizes come from the page's millimetres (kiosk.css). */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  p,
  ul,
  dl,
  dd,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h1 {
    font-size: calc(1.35 * var(--type));
    line-height: 1.15;
    font-weight: 700;
    color: var(--title);
    outline: none;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--type);
    line-height: 1.2;
    font-weight: 700;
    color: var(--title);
  }
  .icon {
    inline-size: 1.15em;
    block-size: 1.15em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: calc(3 * var(--mm));
    min-inline-size: var(--target);
    min-block-size: var(--target);
    padding: calc(2 * var(--mm)) calc(4 * var(--mm));
    border: calc(0.75 * var(--mm)) solid var(--action);
    border-radius: calc(2.5 * var(--mm));
    background: var(--ground);
    color: var(--action);
    font: inherit;
    font-weight: 600;
    line-height: 1.12;
    text-align: center;
    touch-action: none;
    -webkit-tap-highlight-color: transparent;
    text-wrap: balance;
  }
  button.primary {
    background: var(--action);
    color: var(--on-action);
  }
  button:active {
    background: var(--pressed);
    color: var(--on-pressed);
    border-color: var(--pressed);
  }
  button:disabled {
    visibility: hidden;
  }
  :focus-visible {
    outline: var(--focus-outline);
    outline-offset: 0;
    box-shadow: var(--focus-halo);
    position: relative;
    z-index: 1;
  }
  /* A heading takes the focus so that it is read first; it is nothing to be pressed. */
  h1:focus-visible,
  h2:focus-visible {
    outline: none;
    box-shadow: none;
  }
`;

/** A step fills the space between header and keys: what is to be read above, what is to be touched below. */
export const stepStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: var(--gap);
    min-block-size: 0;
    block-size: 100%;
  }
  .lead {
    flex: 1 1 0;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
  }
  more-area {
    flex: 1 1 auto;
    min-block-size: 0;
  }
  .controls {
    flex: none;
    display: flex;
    flex-direction: column;
    gap: calc(3.5 * var(--mm));
  }
  .story {
    display: flex;
    flex-direction: column;
    flex: 1 0 auto;
    gap: calc(5 * var(--mm));
    /* The font's letters reach below their line: without it every text would be a little too tall for its window. */
    padding-block-end: 0.2em;
  }
  /* A screen of words only: where there is room for it, they are larger. */
  @container (min-height: 25em) {
    .words {
      font-size: calc(1.25 * var(--type));
      gap: calc(8 * var(--mm));
    }
    .words h1 {
      font-size: calc(1.7 * var(--type));
    }
  }
  .picture {
    position: relative;
    flex: 1 1 var(--picture);
    min-block-size: var(--picture);
    max-block-size: calc(150 * var(--mm));
    margin-block: auto;
  }
  .picture > svg {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  /* Where there is room for the words only, the words stay. */
  @container (max-height: 8em) {
    .picture {
      display: none;
    }
  }
  /* A picture over many keys: it goes before the words need pages. */
  @container (max-height: 14em) {
    .picture.spare {
      display: none;
    }
  }
  /* A picture beside many words: only where all of them stay in sight. */
  @container (max-height: 20em) {
    .picture.extra {
      display: none;
    }
  }
  .choice {
    justify-content: flex-start;
    text-align: start;
    min-block-size: var(--choice);
    padding-block: var(--choice-padding, calc(2 * var(--mm)));
    padding-inline: calc(7 * var(--mm));
    gap: calc(6 * var(--mm));
  }
  .choice .icon {
    inline-size: 1.6em;
    block-size: 1.6em;
  }
  /* What some need and most do not: a row of its own, in sight and out of the way. */
  .wishes {
    display: grid;
    grid-auto-flow: column;
    grid-auto-columns: 1fr;
    gap: calc(4 * var(--mm));
  }
  .wishes button {
    padding-inline: calc(2 * var(--mm));
    gap: calc(2 * var(--mm));
    text-align: start;
  }
  .wishes [aria-pressed='true'] {
    background: var(--pressed);
    color: var(--on-pressed);
    border-color: var(--pressed);
  }
  .primary {
    min-block-size: var(--primary-height);
  }
  .note {
    border-inline-start: calc(2 * var(--mm)) solid var(--action);
    background: var(--soft);
    padding: calc(3.5 * var(--mm)) calc(5 * var(--mm));
    border-radius: calc(1.5 * var(--mm));
  }
  .note.bad {
    border-color: var(--bad);
    background: var(--bad-soft);
  }
  .note.good {
    border-color: var(--good);
    background: var(--good-soft);
  }
  .with-icon {
    display: flex;
    align-items: center;
    gap: calc(4 * var(--mm));
  }
`;
