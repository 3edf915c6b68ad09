import { css, html } from 'lit';
import type { TemplateResult } from 'lit';

/** What a check says first: true, not true, or nothing read. */
export interface Verdict {
  readonly kind: 'true' | 'false' | 'unread';
  /** For people. */
  readonly sentence: string;
  /** The status word of Doc 9303-13, or of the seal's check. */
  readonly status: string;
  readonly level: string;
}

/** The block at the top of an outcome; its heading takes the focus. Colour, sign and words say the same. */
export function verdict({ kind, sentence, status, level }: Verdict): TemplateResult {
  return html`
    <div class="status ${kind}">
      ${kind === 'true' ? tick : cross}
      <h2 tabindex="-1">${sentence}</h2>
      <p>${status} · ${level}</p>
    </div>
  `;
}

/** For the shadow root a verdict stands in. */
export const verdictStyles = css`
  .status {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 14px;
    padding: 16px;
    color: #fff;
    background: #992639;
    /* Seen where the system's few colours take the others away. */
    border: 2px solid transparent;
    border-radius: 6px;
  }
  .status.true {
    background: #006644;
  }
  .status.unread {
    background: #44546a;
  }
  .status svg {
    inline-size: 44px;
    block-size: 44px;
    grid-row: span 2;
  }
  .status p {
    font-size: 0.95rem;
  }
  .specimen {
    padding: 12px 16px;
    font-weight: 700;
    color: #000;
    background: repeating-linear-gradient(135deg, #ffd54d 0 22px, #ffe28a 22px 44px);
    border: 3px solid #000;
  }
`;

const tick = html`<svg viewBox="0 0 44 44" aria-hidden="true"><circle cx="22" cy="22" r="20" fill="#fff" /><path d="m12 23 7 7 14-15" fill="none" stroke="#006644" stroke-width="5" /></svg>`;
const cross = html`<svg viewBox="0 0 44 44" aria-hidden="true"><path d="M22 2 43 41H1z" fill="#fff" /><path d="M22 15v13m0 4v5" stroke="#661a26" stroke-width="4.5" /></svg>`;
