import { loadFonts } from '../src/render/fonts.ts';
import { renderPdf } from '../src/render/render-pdf.ts';
import { layOutResidence } from '../src/templates/residence/residence.ts';
import { residenceSample } from '../src/templates/residence/residence.sample.ts';

/** The original of an invented certificate with the empty space of its seal, as issuing renders it. `at` goes to `/M`. */
export async function unsealedOriginal(at: Date): Promise<Buffer> {
  const input = await residenceSample();
  const seal = { name: 'Comune', location: 'Valfiorita', reason: 'Prova', at };
  const { pdf } = await renderPdf(
    layOutResidence(input),
    { kind: 'original', seal },
    { documentId: input.documentId, createdAt: input.at },
    await loadFonts(),
  );
  return Buffer.from(pdf);
}
