import { css } from 'lit';

/** The frame: what stands where, in millimetres. In reach mode all keys stand in the lowest 45 % of the screen (ui.md K42). */
export const shellStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: var(--gap);
    block-size: 100vh;
    overflow: hidden;
    background: var(--ground);
    padding-block-end: calc(4 * var(--mm));
  }
  :host > * {
    flex: none;
    margin-inline: var(--edge);
  }
  :host > header {
    margin-inline: 0;
    padding: calc(3 * var(--mm)) var(--edge);
    background: var(--band);
    color: var(--on-band);
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    column-gap: calc(4 * var(--mm));
    border-block-end: 2px solid var(--on-band);
    line-height: 1.15;
  }
  .town {
    font-weight: 700;
  }
  .progress {
    flex: 1 0 100%;
    block-size: calc(2 * var(--mm));
    margin-block-start: calc(2 * var(--mm));
    border-radius: calc(1 * var(--mm));
    background: linear-gradient(90deg, var(--on-band) calc(100% * var(--done)), rgb(255 255 255 / 30%) 0);
  }
  :dir(rtl) .progress {
    transform: scaleX(-1);
  }
  :host > main {
    flex: 1 1 0;
    min-block-size: 0;
    display: flex;
    flex-direction: column;
    gap: calc(3 * var(--mm));
  }
  main > :not(.notice) {
    flex: 1 1 0;
  }
  :host > call-panel {
    min-block-size: var(--call-height);
  }
  :host > call-panel[size='small'] {
    min-block-size: var(--call-height-small);
  }
  :host > call-panel[size='tall'] {
    min-block-size: var(--call-height-tall);
  }
  .notice,
  .turn {
    display: flex;
    align-items: center;
    gap: calc(4 * var(--mm));
    padding: calc(2.5 * var(--mm)) calc(4 * var(--mm));
    border-radius: calc(1.5 * var(--mm));
    background: var(--soft);
    border-inline-start: calc(2 * var(--mm)) solid var(--action);
    line-height: 1.15;
  }
  .notice.warn {
    background: var(--warn-soft);
    color: var(--warn);
    border-color: var(--warn);
  }
  .turn {
    font-weight: 600;
    background: var(--good-soft);
    border-color: var(--good);
  }
  .call-keys {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    gap: calc(3 * var(--mm));
  }
  nav,
  .call-keys,
  help-bar {
    font-size: var(--bar-type);
  }
  .call-keys button {
    padding: calc(1.5 * var(--mm));
    line-height: 1.02;
    flex-direction: var(--bar-direction, row);
    text-align: var(--bar-align, start);
  }
  .call-keys [aria-disabled='true'] {
    border-style: dashed;
  }
  nav {
    display: grid;
    grid-template-columns: 1fr 2fr 1fr;
    gap: calc(3 * var(--mm));
  }
  nav button {
    padding-inline: calc(2 * var(--mm));
    min-block-size: calc(26 * var(--mm));
    flex-direction: var(--bar-direction, row);
    gap: calc(2 * var(--mm));
  }
  /* Beside a face the keys of the frame keep the ordinary size, so that large text leaves room to read. */
  call-panel ~ nav,
  call-panel ~ .call-keys,
  call-panel ~ help-bar {
    --bar-type: calc(10.6 * var(--mm));
    --bar-direction: row;
    --bar-align: start;
  }
  nav .help {
    background: var(--help);
    border-color: var(--help);
    color: var(--on-help);
    font-weight: 700;
    flex-direction: row;
    gap: calc(3 * var(--mm));
    text-align: start;
  }
  /* Two even lines beside the icon, not a narrow text in the middle of a wide box. */
  nav .help span {
    max-inline-size: 7.5em;
  }
  nav .help .icon {
    inline-size: 1.2em;
    block-size: 1.2em;
  }
  .aside {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
