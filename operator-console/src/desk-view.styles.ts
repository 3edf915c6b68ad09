import { css } from 'lit';

/** Three columns: kiosks, the talk, papers. 1280×720 at least; below 1100 px everything stands one under the other. */
export const deskLayout = css`
  :host {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr);
    block-size: 100dvh;
  }
  .body {
    display: grid;
    grid-template-columns: clamp(220px, 18vw, 320px) minmax(0, 1fr);
    min-block-size: 0;
  }
  .side {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    background: #ebeef2;
    border-inline-end: 1px solid var(--it-color-slate-78);
  }
  .side kiosks-panel {
    flex: 1;
  }
  .side-offer {
    flex: none;
    max-block-size: 85%;
    overflow-y: auto;
    padding: 8px;
  }
  .side-offer:empty {
    display: none;
  }
  main {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    min-inline-size: 0;
  }
  .banner {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 6px 16px;
    background: #fdf4e7;
    border-block-end: 2px solid #995c00;
    font-weight: 600;
  }
  .banner.cut {
    background: #992639;
    color: #fff;
    border-color: #661a26;
  }
  .banner button {
    min-block-size: 28px;
    padding: 2px 10px;
    margin-inline-start: auto;
  }
  .tabs {
    display: flex;
    gap: 6px;
    padding: 8px 8px 0;
    overflow-x: auto;
    flex: none;
  }
  .tab {
    display: flex;
    gap: 10px;
    align-items: center;
    min-inline-size: 220px;
    padding: 4px 12px;
    border: 3px solid var(--visit);
    border-block-end: 0;
    border-radius: 6px 6px 0 0;
    background: #fff;
    color: #17324d;
    font-weight: 400;
  }
  .tab:hover:not(:disabled) {
    background: var(--visit-pale);
  }
  .tab[aria-selected='true'],
  .tab[aria-selected='true']:hover {
    background: var(--visit);
    color: #fff;
  }
  .number {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 28px;
    block-size: 28px;
    border-radius: 50%;
    background: var(--visit);
    color: #fff;
    font-weight: 700;
    border: 2px solid #fff;
  }
  .who {
    display: grid;
    line-height: 1.15;
    min-inline-size: 0;
  }
  .who > * {
    max-inline-size: 300px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .who b {
    font-size: 17px;
  }
  .who span {
    font-size: 14px;
  }
  .marks {
    display: grid;
    gap: 2px;
    margin-inline-start: auto;
  }
  .mark {
    display: inline-flex;
    gap: 4px;
    align-items: center;
    padding: 0 6px;
    border-radius: 3px;
    background: #fff;
    color: #17324d;
    font-size: 13px;
    font-weight: 700;
    white-space: nowrap;
    border: 1px solid currentColor;
  }
  .mark svg.icon {
    inline-size: 13px;
    block-size: 13px;
  }
  .mark.air {
    background: #b32d43;
    color: #fff;
  }
  .mark.wrong {
    color: #992639;
  }
  .mark.new {
    background: #ffb84d;
    color: #3d2500;
  }
  .visit {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-block-size: 0;
    margin: 0 8px 8px;
    border: 4px solid var(--visit);
    border-radius: 0 6px 6px 6px;
    background: #ebeef2;
    overflow: hidden;
  }
  .visit-head {
    display: flex;
    flex-wrap: wrap;
    gap: 0 16px;
    align-items: baseline;
    padding: 6px 12px;
    background: var(--visit-pale);
    line-height: 1.3;
  }
  .visit-head > * {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .visit-head .now {
    font-weight: 600;
  }
  .work {
    display: grid;
    grid-template-columns: minmax(0, 1fr) clamp(380px, 36%, 620px);
    flex: 1;
    min-block-size: 0;
  }
  .talk {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    overflow-y: auto;
    border-inline-end: 1px solid var(--it-color-slate-78);
  }
  .talk call-panel {
    flex: 3 1 0;
    min-block-size: auto;
  }
  .talk text-panel {
    flex: 1.6 1 0;
    min-block-size: 176px;
  }
  wrap-up-panel {
    inline-size: 92%;
    overflow-y: auto;
  }
  .nobody {
    display: grid;
    gap: 8px;
    place-content: center;
    justify-items: center;
    flex: 1;
    padding: 32px;
    text-align: center;
  }
  .nobody h2 {
    font-size: 24px;
  }
  .nobody offer-panel {
    inline-size: min(480px, 90vw);
    text-align: start;
  }
  [data-pane]:focus-visible {
    outline-offset: -3px;
    box-shadow: inset 0 0 0 6px #17324d;
  }
  @media (max-width: 1099px) {
    :host {
      block-size: auto;
      min-block-size: 100dvh;
    }
    .body,
    .work {
      display: flex;
      flex-direction: column;
    }
    .side {
      max-block-size: none;
    }
    .visit {
      overflow: visible;
    }
    .talk text-panel {
      block-size: 260px;
      flex: none;
    }
    .talk call-panel {
      flex: none;
      block-size: 420px;
    }
  }
`;
