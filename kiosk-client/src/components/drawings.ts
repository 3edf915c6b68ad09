import { html } from 'lit';
import type { TemplateResult } from 'lit';

/*
 * Our own drawings. They say the same as the words beside them, so screen readers are not told twice. Colours come from
 * the page, so that they follow the high-contrast theme.
 */

const cardFront = (marked: boolean) => html`
  <svg x="0" y="0" width="340" height="214" viewBox="0 0 340 214">
    <rect x="2" y="2" width="336" height="210" rx="14" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:4" />
    <rect x="20" y="18" width="170" height="12" rx="6" style="fill:var(--drawn-faint)" />
    <rect x="22" y="50" width="92" height="116" rx="6" style="fill:var(--drawn-faint)" />
    <circle cx="68" cy="92" r="22" style="fill:var(--drawn-card)" />
    <path d="M34 162c2-32 16-42 34-42s32 10 34 42z" style="fill:var(--drawn-card)" />
    <rect x="132" y="54" width="150" height="10" rx="5" style="fill:var(--drawn-faint)" />
    <rect x="132" y="80" width="120" height="10" rx="5" style="fill:var(--drawn-faint)" />
    <rect x="132" y="106" width="140" height="10" rx="5" style="fill:var(--drawn-faint)" />
    <text x="233" y="194" style="font:700 26px 'Titillium Web',sans-serif;fill:var(--drawn-line);letter-spacing:1px">654321</text>
    ${marked
      ? html`<svg x="0" y="0" width="340" height="214">
          <rect x="222" y="162" width="110" height="46" rx="12" style="fill:none;stroke:var(--drawn-mark);stroke-width:7" />
        </svg>`
      : ''}
  </svg>
`;

/** The card laid crosswise over the reader: so its antenna lies well (domain.md, part 6). */
export const cardOnReader = (): TemplateResult => html`
  <svg viewBox="40 6 520 418" aria-hidden="true" focusable="false">
    <rect x="230" y="20" width="260" height="390" rx="30" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:5" />
    <path d="M316 356a62 62 0 0 1 88 0M334 374a38 38 0 0 1 52 0" style="fill:none;stroke:var(--drawn-on-device);stroke-width:8;stroke-linecap:round" />
    <circle cx="360" cy="392" r="7" style="fill:var(--drawn-on-device)" />
    <g transform="translate(190 84)">${cardFront(false)}</g>
    <path d="M64 190h88m-30-32 34 32-34 32" style="fill:none;stroke:var(--drawn-mark);stroke-width:14;stroke-linecap:round;stroke-linejoin:round" />
  </svg>
`;

/** A health card pushed into its slot, chip first. */
export const healthCardInReader = (): TemplateResult => html`
  <svg viewBox="60 6 500 418" aria-hidden="true" focusable="false">
    <g transform="translate(190 30)">
      <rect x="2" y="2" width="236" height="330" rx="14" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:4" />
      <rect x="24" y="26" width="150" height="12" rx="6" style="fill:var(--drawn-faint)" />
      <path d="M188 22h28v28h-28zM202 26v20M192 36h20" style="fill:none;stroke:var(--drawn-mark);stroke-width:6" />
      <rect x="24" y="70" width="130" height="10" rx="5" style="fill:var(--drawn-faint)" />
      <rect x="24" y="96" width="170" height="10" rx="5" style="fill:var(--drawn-faint)" />
      <rect x="86" y="176" width="68" height="54" rx="8" style="fill:var(--drawn-faint);stroke:var(--drawn-line);stroke-width:4" />
      <path d="M86 203h68M110 176v54M130 176v54" style="fill:none;stroke:var(--drawn-line);stroke-width:3" />
    </g>
    <rect x="150" y="290" width="320" height="124" rx="22" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:5" />
    <rect x="180" y="290" width="260" height="16" rx="8" style="fill:var(--drawn-line)" />
    <path d="M100 130v96m-32-34 32 36 32-36" style="fill:none;stroke:var(--drawn-mark);stroke-width:14;stroke-linecap:round;stroke-linejoin:round" />
  </svg>
`;

/** Where the six figures stand: bottom right on the card's front. */
export const numberOnCard = (): TemplateResult => html`
  <svg viewBox="24 24 580 250" aria-hidden="true" focusable="false">
    <g transform="translate(40 40)">${cardFront(true)}</g>
    <path d="M500 130c20 40 0 84-104 92m34-30-36 31 40 24" style="fill:none;stroke:var(--drawn-mark);stroke-width:10;stroke-linecap:round;stroke-linejoin:round" />
    <text x="440" y="112" style="font:700 44px 'Titillium Web',sans-serif;fill:var(--drawn-mark)">654321</text>
  </svg>
`;

/** A counter with a person on a screen and a paper coming out. */
export const counter = (): TemplateResult => html`
  <svg viewBox="110 10 500 506" aria-hidden="true" focusable="false">
    <ellipse cx="360" cy="496" rx="250" ry="18" style="fill:var(--drawn-faint)" />
    <path d="M330 330h60v150h-60z" style="fill:var(--drawn-device)" />
    <rect x="270" y="470" width="180" height="24" rx="12" style="fill:var(--drawn-device)" />
    <rect x="170" y="24" width="380" height="320" rx="28" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:5" />
    <rect x="194" y="48" width="332" height="236" rx="14" style="fill:var(--drawn-screen)" />
    <circle cx="360" cy="138" r="50" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:5" />
    <path d="M262 284c4-62 44-84 98-84s94 22 98 84z" style="fill:var(--drawn-mark);stroke:var(--drawn-line);stroke-width:5" />
    <path d="M308 138a52 52 0 0 1 104 0" style="fill:none;stroke:var(--drawn-line);stroke-width:9" />
    <rect x="298" y="126" width="18" height="34" rx="8" style="fill:var(--drawn-line)" />
    <rect x="404" y="126" width="18" height="34" rx="8" style="fill:var(--drawn-line)" />
    <path d="M310 158c2 22 18 28 36 28" style="fill:none;stroke:var(--drawn-line);stroke-width:6;stroke-linecap:round" />
    <path d="M342 150q18 14 36 0" style="fill:none;stroke:var(--drawn-line);stroke-width:5;stroke-linecap:round" />
    <path d="M440 314h70v96l-14-8-12 10-12-10-12 10-20-8z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:4" />
    <path d="M454 338h42M454 356h42M454 374h26" style="stroke:var(--drawn-line);stroke-width:5;stroke-linecap:round" />
    <rect x="426" y="302" width="98" height="16" rx="8" style="fill:var(--drawn-line)" />
  </svg>
`;

/** A counter that does not serve now: a screen without anybody, and a sign. */
export const restingCounter = (): TemplateResult => html`
  <svg viewBox="110 10 500 506" aria-hidden="true" focusable="false">
    <ellipse cx="360" cy="496" rx="250" ry="18" style="fill:var(--drawn-faint)" />
    <path d="M330 330h60v150h-60z" style="fill:var(--drawn-device)" />
    <rect x="270" y="470" width="180" height="24" rx="12" style="fill:var(--drawn-device)" />
    <rect x="170" y="24" width="380" height="320" rx="28" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:5" />
    <rect x="194" y="48" width="332" height="236" rx="14" style="fill:var(--drawn-screen)" />
    <path d="M360 78 460 252H260z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:8;stroke-linejoin:round" />
    <path d="M360 138v56M360 220v4" style="stroke:var(--drawn-mark);stroke-width:18;stroke-linecap:round" />
    <rect x="426" y="302" width="98" height="16" rx="8" style="fill:var(--drawn-line)" />
  </svg>
`;

/** A paper written and signed by oneself. */
export const signedPaper = (): TemplateResult => html`
  <svg viewBox="0 0 420 300" aria-hidden="true" focusable="false">
    <path d="M90 14h150l66 66v206H90z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
    <path d="M240 14v66h66M122 116h150M122 148h150" style="fill:none;stroke:var(--drawn-line);stroke-width:6;stroke-linecap:round;stroke-linejoin:round" />
    <path d="M122 240c18-44 34-44 26-8s20 24 32-4 18 2 34-2" style="fill:none;stroke:var(--drawn-mark);stroke-width:8;stroke-linecap:round;stroke-linejoin:round" />
    <path d="m222 236 10-34 96-96 24 24-96 96z" style="fill:var(--drawn-screen);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
  </svg>
`;

/** A sheet laid on the scanner's glass, under the open lid. */
export const sheetInScanner = (): TemplateResult => html`
  <svg viewBox="0 0 620 330" aria-hidden="true" focusable="false">
    <path d="M110 190 160 20h340l50 170z" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
    <path d="M60 200h500l30 80v34H30v-34z" style="fill:var(--drawn-device);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
    <path d="M112 216h396l18 52H94z" style="fill:var(--drawn-screen)" />
    <path d="M226 210h170l12 52H214z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:5;stroke-linejoin:round" />
    <path d="M310 60v104m-34-34 34 36 34-36" style="fill:none;stroke:var(--drawn-mark);stroke-width:14;stroke-linecap:round;stroke-linejoin:round" />
  </svg>
`;

/** Paper and card, each with a hand's arrow towards the citizen. */
export const takeBoth = (what: { readonly card: boolean; readonly paper: boolean }): TemplateResult => html`
  <svg viewBox="10 4 700 320" aria-hidden="true" focusable="false">
    ${what.card
      ? html`<svg viewBox="0 0 720 330"><g transform="translate(${what.paper ? 24 : 190} 40)">${cardFront(false)}</g></svg>`
      : ''}
    ${what.paper
      ? html`<svg viewBox="0 0 720 330">
          <g transform="translate(${what.card ? 460 : 260} 12)">
            <path d="M4 4h130l66 66v226H4z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:5;stroke-linejoin:round" />
            <path d="M134 4v66h66" style="fill:none;stroke:var(--drawn-line);stroke-width:5;stroke-linejoin:round" />
            <path d="M34 104h130M34 136h130M34 168h90" style="stroke:var(--drawn-faint);stroke-width:12;stroke-linecap:round" />
            <rect x="34" y="206" width="60" height="60" style="fill:var(--drawn-line)" />
          </g>
        </svg>`
      : ''}
  </svg>
`;

/** A duty mark (marca da bollo): perforated edge, value, no more detail than a citizen needs to know it by. */
export const dutyMark = (): TemplateResult => html`
  <svg viewBox="0 0 520 300" aria-hidden="true" focusable="false">
    <rect x="40" y="30" width="440" height="240" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:12;stroke-dasharray:14 12;stroke-linecap:round" />
    <rect x="64" y="54" width="392" height="192" style="fill:var(--drawn-screen)" />
    <circle cx="138" cy="150" r="52" style="fill:none;stroke:var(--drawn-line);stroke-width:7" />
    <path d="m138 112 11 26 28 2-21 18 7 27-25-15-25 15 7-27-21-18 28-2z" style="fill:var(--drawn-line)" />
    <text x="222" y="146" style="font:700 78px 'Titillium Web',sans-serif;fill:var(--drawn-line)">€ 16</text>
    <path d="M224 186h200M224 214h140" style="stroke:var(--drawn-device);stroke-width:10;stroke-linecap:round" />
  </svg>
`;

/** A paper on its way to somebody's house, bank or office. */
export const paperTo = (): TemplateResult => html`
  <svg viewBox="0 0 620 300" aria-hidden="true" focusable="false">
    <path d="M30 20h120l60 60v200H30z" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
    <path d="M150 20v60h60M60 120h110M60 152h110M60 184h70" style="fill:none;stroke:var(--drawn-line);stroke-width:6;stroke-linecap:round;stroke-linejoin:round" />
    <rect x="60" y="212" width="46" height="46" style="fill:var(--drawn-line)" />
    <path d="M246 150h92m-32-32 34 32-34 32" style="fill:none;stroke:var(--drawn-mark);stroke-width:14;stroke-linecap:round;stroke-linejoin:round" />
    <path d="M378 280V138l106-84 106 84v142z" style="fill:var(--drawn-screen);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
    <circle cx="484" cy="178" r="34" style="fill:var(--drawn-card);stroke:var(--drawn-line);stroke-width:6" />
    <path d="M428 278c4-44 28-60 56-60s52 16 56 60z" style="fill:var(--drawn-mark);stroke:var(--drawn-line);stroke-width:6;stroke-linejoin:round" />
  </svg>
`;
