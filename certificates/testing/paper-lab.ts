import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { makeDocuments } from '../src/issue/make-documents.ts';
import type { MadeDocuments, MakeDeps } from '../src/issue/make-documents.ts';
import { loadFonts } from '../src/render/fonts.ts';
import { renderPdf } from '../src/render/render-pdf.ts';
import { loadTown } from '../src/rules/load-town.ts';
import { createKeySigner } from '../src/signature/providers/file-signer.ts';
import { createKeyStampSigner } from '../src/stamp/key-stamp-signer.ts';
import { composePaper } from '../src/templates/paper.ts';
import { paperSample, SAMPLE_AT } from '../src/templates/samples/samples.ts';
import { createDemoAuthority } from '../src/trust/demo-authority.ts';
import { drawBarePage } from './bare-page.ts';

/** Papers of invented people, made in this thread with keys of a demo authority. */
export interface PaperLab {
  /** From the sample's facts to sealed original and stamped paper; nothing is written to a register. */
  make(type: CertificateType): Promise<MadeDocuments>;
  /** A bare page of pdfkit with a QR symbol, sealed by the same key: what a paper costs at least. */
  makeBare(): Promise<Buffer>;
}

const TOWN = fileURLToPath(new URL('../../deploy/town', import.meta.url));

/**
 * Opens the lab.
 *
 * @param folder where the authority's keys go
 * @param types samples that are read beforehand
 */
export async function openPaperLab(folder: string, types: readonly CertificateType[]): Promise<PaperLab> {
  const { signal } = new AbortController();
  const [{ town }, fonts, { seal, stampSigner }, inputs] = await Promise.all([
    loadTown(TOWN),
    loadFonts(),
    createDemoAuthority(join(folder, 'authority'), { now: SAMPLE_AT }),
    Promise.all(types.map(async (type) => [type, await paperSample(type)] as const)),
  ]);
  const samples = new Map(inputs);
  const deps: MakeDeps = {
    town,
    draw: (layout, edition, file) => renderPdf(layout, edition, file, fonts),
    sealSigner: createKeySigner(seal),
    stampSigner: createKeyStampSigner(stampSigner),
    timeStamping: null,
  };
  return {
    make(type) {
      const input = samples.get(type);
      if (input === undefined) throw new TypeError(`The lab was not opened for "${type}".`);
      const accessCode = randomBytes(6).toString('hex').toUpperCase();
      return makeDocuments(composePaper(input), { documentId: input.documentId, accessCode, at: SAMPLE_AT }, deps, { signal });
    },
    makeBare: () => drawBarePage(deps.sealSigner),
  };
}
