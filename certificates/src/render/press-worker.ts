/** One thread of the press: the fonts are read when it starts, then it draws what it is given. */
import type { CertificateLayout } from '../templates/layout.ts';
import { loadFonts, MissingGlyphError } from './fonts.ts';
import { renderPdf } from './render-pdf.ts';
import type { Edition, FileIdentity } from './render-pdf.ts';
import { StampTooLargeError } from './stamp-area.ts';

/** What a thread is given. */
export interface PressJob {
  readonly layout: CertificateLayout;
  readonly edition: Edition;
  readonly file: FileIdentity;
}

/** What it answers: an error's class does not cross to another thread, so those with a meaning cross as an outcome. */
export type PressResult =
  | { readonly outcome: 'drawn'; readonly pdf: Uint8Array; readonly pages: number }
  | { readonly outcome: 'glyph-missing' | 'stamp-too-large'; readonly message: string };

const fonts = await loadFonts();

export default async function draw({ layout, edition, file }: PressJob): Promise<PressResult> {
  try {
    return { outcome: 'drawn', ...(await renderPdf(layout, edition, file, fonts)) };
  } catch (error) {
    if (error instanceof MissingGlyphError || error instanceof StampTooLargeError) return { outcome: error.code, message: error.message };
    throw error;
  }
}
