import { correction, generate, mode } from 'lean-qr';
import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** Space around a symbol, in modules (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

/** A text of ASCII as a QR symbol of level M: dark on white in every theme, for it is read by machines. `label` says what it is. */
export function qrSymbol(text: string, label: string): TemplateResult {
  const { M: level } = correction;
  const code = generate(mode.ascii(text), { minCorrectionLevel: level, maxCorrectionLevel: level });
  const side = code.size + 2 * QUIET_ZONE;
  const at = Array.from({ length: code.size }, (_, index) => index);
  const dark = at.flatMap((y) => at.filter((x) => code.get(x, y)).map((x) => `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z`));
  return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#ffffff" />
    <path d=${dark.join('')} fill="#000000" />
  </svg>`;
}
