import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import type { Fonts } from '../../render/fonts.ts';
import { renderPdf } from '../../render/render-pdf.ts';
import type { RenderedPdf } from '../../render/render-pdf.ts';
import { buildStamps } from '../../stamp/build-stamps.ts';
import { stampSymbol } from '../../stamp/symbol.ts';
import { composePaper } from '../paper.ts';
import type { Paper, PaperInput, PaperWish } from '../paper.ts';
import { paperSample, SAMPLE_AT } from './samples.ts';

/** Stands in for the digest of an original and for a signature, so that a sample's stamp is always the same. */
const NOTHING = { sha256: new Uint8Array(32), signature: new Uint8Array(64) };

/** A sample's printed paper with a stamp that is always the same and that nobody signed: for pictures and tests. */
export async function drawSample(
  type: CertificateType,
  wish: Partial<PaperWish>,
  fonts: Fonts,
): Promise<{ readonly paper: Paper; readonly rendered: RenderedPdf }> {
  const input = await paperSample(type, wish);
  const paper = composePaper(input);
  return { paper, rendered: await drawPaper(paper, input, fonts) };
}

/** As {@link drawSample}, of any paper. */
export async function drawPaper(
  { layout, stamp }: Paper,
  { town, documentId }: Pick<PaperInput, 'town' | 'documentId'>,
  fonts: Fonts,
): Promise<RenderedPdf> {
  const original = { sha256: NOTHING.sha256, uri: `${town.checker}/o/ABCDEFGHJKLM` };
  const signer = { signerCode: 'ITVS', reference: '0A1B2C3D', sign: async () => NOTHING.signature };
  const stamps = await buildStamps(stamp, original, `${town.checker.toUpperCase()}/S`, signer);
  const symbols = stamps.map(({ address }) => stampSymbol(address));
  const edition = { kind: 'paper', symbols: symbols.map(({ modules }) => modules) } as const;
  return renderPdf(layout, edition, { documentId, createdAt: SAMPLE_AT }, fonts);
}
