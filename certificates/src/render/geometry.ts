/** Millimetres in PDF points (1/72 inch). */
export const mm = (value: number): number => (value / 25.4) * 72;

/** ISO 216 A4 in points, as pdfkit writes it. */
export const PAGE = { width: 595.28, height: 841.89 } as const;

/** Margins that every office printer can print. */
export const MARGIN = { left: mm(22), right: mm(22), top: mm(14), bottom: mm(11) } as const;

/** Where content ends at the right. */
export const RIGHT = PAGE.width - MARGIN.right;
/** Between the margins. */
export const CONTENT_WIDTH = PAGE.width - MARGIN.left - MARGIN.right;

/**
 * One module of the stamp: 0.508 mm, which is 6 dots at 300 dpi and 12 at 600, so every module has the same number of
 * dots.
 */
export const MODULE = 1.44;
/** White modules around the symbol (ISO/IEC 18004, 9.1). */
export const QUIET_MODULES = 4;
/** Height kept for the stamps on every page of a usual paper: a QR code of version 21 (101 modules, 55 mm) with its quiet zone. */
export const STAMP_SIDE = (101 + 2 * QUIET_MODULES) * MODULE;
/** Largest symbol that is drawn: version 25 (117 modules, 59 mm). */
export const LARGEST_SYMBOL = 117;

/** Grey and accent of the page; all keep a contrast of at least 4.5 to 1 on white and read well in black and white. */
export const INK = { text: '#1a1a1a', accent: '#17324d', quiet: '#55677a', line: '#b8c4d0', mark: '#eceff2' } as const;
