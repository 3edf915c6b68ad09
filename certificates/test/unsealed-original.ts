import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { loadFonts } from '../src/render/fonts.ts';
import { renderPdf } from '../src/render/render-pdf.ts';
import { composePaper } from '../src/templates/paper.ts';
import { paperSample, SAMPLE_AT } from '../src/templates/samples/samples.ts';

/**
 * The original of an invented certificate with the empty space of its seal, as issuing renders it.
 *
 * @param at time of the seal, for `/M`
 */
export async function unsealedOriginal(at: Date, type: CertificateType = 'residence'): Promise<Buffer> {
  const input = await paperSample(type);
  const seal = { name: 'Comune', location: 'Valfiorita', reason: 'Prova', at };
  const { pdf } = await renderPdf(
    composePaper(input).layout,
    { kind: 'original', seal, sides: [89] },
    { documentId: input.documentId, createdAt: SAMPLE_AT },
    await loadFonts(),
  );
  return Buffer.from(pdf);
}
