import { css } from 'lit';

/** Head, four cards, and the table that takes the rest; below 1100 px everything stands one under the other. */
export const queueLayout = css`
  :host {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr);
    block-size: 100dvh;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 16px;
    min-block-size: 56px;
    padding: 6px 16px;
    background: #17324d;
    color: #fff;
  }
  h1 {
    margin: 0;
    font-size: 18px;
    line-height: 1.1;
  }
  .above {
    font-size: 14px;
    opacity: 0.9;
  }
  .fresh {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 4px 12px;
    border-radius: 20px;
    background: #c8f6e7;
    color: #004d33;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .fresh.old {
    background: #fff;
    color: #992639;
  }
  .keys {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-inline-start: auto;
  }
  .keys a {
    text-decoration: none;
  }
  .banner {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 8px 16px;
    background: #992639;
    color: #fff;
    font-weight: 600;
  }
  main {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    min-block-size: 0;
    padding: 12px 16px;
  }
  .cards {
    display: grid;
    grid-template-columns: repeat(4, minmax(0, 1fr));
    gap: 12px;
  }
  .card {
    display: flex;
    flex-direction: column;
    gap: 4px;
    padding: 10px 14px;
    border: 1px solid var(--it-color-slate-78);
    border-block-start: 5px solid var(--tone);
    border-radius: 4px;
    background: #fff;
    --tone: #17324d;
  }
  .card[data-tone='good'] {
    --tone: #006644;
  }
  .card[data-tone='wrong'] {
    --tone: #b32d43;
  }
  .old .card {
    border-style: dashed;
    border-block-start-style: solid;
  }
  .figure {
    font-size: 32px;
    font-weight: 700;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
  }
  .verdict {
    display: flex;
    gap: 6px;
    align-items: baseline;
    color: var(--tone);
    font-weight: 600;
    line-height: 1.25;
  }
  .card dl {
    display: grid;
    gap: 1px;
    font-size: 15px;
    margin-block-start: 2px;
  }
  .card dl div {
    display: flex;
    gap: 8px;
    justify-content: space-between;
  }
  .card dd {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .list {
    display: flex;
    flex-direction: column;
    align-self: start;
    min-block-size: 0;
    max-block-size: 100%;
    border: 1px solid var(--it-color-slate-78);
    border-radius: 4px;
    background: #fff;
  }
  .scroll {
    /* What is there for ears only stays within. */
    position: relative;
    overflow: auto;
    min-block-size: 0;
  }
  .scroll:focus-visible {
    outline-offset: -3px;
    box-shadow: inset 0 0 0 6px #17324d;
  }
  .list h2,
  .none {
    padding: 8px 14px;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    line-height: 1.25;
  }
  th,
  td {
    padding: 7px 14px;
    border-block-end: 1px solid var(--it-color-slate-85);
    text-align: start;
    vertical-align: top;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    background: #ebeef2;
    font-size: 14px;
  }
  td {
    font-variant-numeric: tabular-nums;
  }
  .number {
    text-align: end;
  }
  tbody th {
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  tbody th b,
  tbody th span {
    display: block;
  }
  .late {
    color: #992639;
    font-weight: 700;
    white-space: nowrap;
  }
  @media (max-width: 1099px) {
    :host {
      block-size: auto;
      min-block-size: 100dvh;
    }
    .cards {
      grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr));
    }
    th,
    td {
      padding-inline: 8px;
    }
  }
`;
