import { createHash } from 'node:crypto';
import type { DrawPaper } from '../render/press.ts';
import type { RenderedPdf } from '../render/render-pdf.ts';
import type { Town } from '../rules/load-town.ts';
import { sealPdf } from '../signature/pades.ts';
import type { TimeStamping } from '../signature/pades.ts';
import type { Signer } from '../signature/signer.ts';
import { signInTime } from '../signature/signing-time.ts';
import { assureStampsFit, buildStamps } from '../stamp/build-stamps.ts';
import type { Stamp } from '../stamp/build-stamps.ts';
import type { StampSigner, StampSignerName } from '../stamp/encode-seal.ts';
import { stampSymbol } from '../stamp/symbol.ts';
import type { Paper } from '../templates/paper.ts';

/** What a certificate becomes: the sealed original that is kept, its stamps, and the paper that is printed. */
export interface MadeDocuments {
  readonly original: Buffer;
  /** In the order in which they stand on the paper. */
  readonly stamps: readonly Stamp[];
  readonly paper: RenderedPdf;
}

/** What making the documents needs from outside. */
export interface MakeDeps {
  readonly town: Town;
  readonly draw: DrawPaper;
  /** Seals the original (PAdES). */
  readonly sealSigner: Signer;
  /** Signs the stamps (VDS). */
  readonly stampSigner: StampSigner;
  /** Stamps seals with the time (level B-T); null: level B-B. */
  readonly timeStamping: TimeStamping | null;
  /** Aborted after `ms`. Default: `AbortSignal.timeout`. */
  readonly deadline?: (ms: number) => AbortSignal;
}

/** How long the keys may take to sign, in milliseconds: a remote provider of seals is slow, not silent. */
const SEAL_MS = 20_000;

/**
 * Original → seal → stamp → paper. The same arguments give the same original but for the signature's randomness.
 *
 * @param document.accessCode opens the original at the checker's site; part of the stamp
 * @param document.at moment of the seal
 * @throws what drawing throws
 * @throws {SealFormatError} when the facts do not fit the stamps of a page
 * @throws {TimeStampError} when a required time-stamp is not to be had
 * @throws {SilentSignerError} when a key does not answer in time
 * @throws what a signer throws
 */
export async function makeDocuments(
  { layout, stamp }: Paper,
  document: { readonly documentId: string; readonly accessCode: string; readonly at: Date },
  { town, draw, sealSigner, stampSigner, timeStamping, deadline = AbortSignal.timeout }: MakeDeps,
  { signal }: { readonly signal: AbortSignal },
): Promise<MadeDocuments> {
  const { documentId, accessCode, at } = document;
  const file = { documentId, createdAt: at };
  const stampsOn = (sha256: Uint8Array, signer: StampSigner) =>
    buildStamps(stamp, { sha256, uri: originalUri(town, accessCode) }, checkerAddress(town), signer);
  // Their sizes are known before the digest they seal: the original leaves their room free.
  const expected = await stampsOn(new Uint8Array(32), { ...stampSigner, sign: async () => new Uint8Array(64) });
  const sides = expected.map(({ version }) => 17 + 4 * version);
  const seal = { name: town.municipality, location: town.place, reason: layout.title.it, at };
  const { pdf } = await draw(layout, { kind: 'original', seal, sides }, file, { signal });
  const within = { signal: AbortSignal.any([signal, deadline(SEAL_MS)]) };
  const { original, stamps } = await signInTime(async () => {
    const sealed = await sealPdf(pdf, sealSigner, timeStamping === null ? within : { ...within, timeStamping });
    return { original: sealed, stamps: await stampsOn(createHash('sha256').update(sealed).digest(), stampSigner) };
  }, within.signal);
  const symbols = stamps.map(({ address }) => stampSymbol(address));
  const edition = { kind: 'paper', symbols: symbols.map(({ modules }) => modules) } as const;
  return { original, stamps, paper: await draw(layout, edition, file, { signal }) };
}

/** Signs of an access code. */
export const ACCESS_CODE_LENGTH = 12;

/**
 * Says before a number is taken that {@link makeDocuments} will find room for the stamps.
 *
 * @throws {SealFormatError} when the facts do not fit the stamps of a page, or one of them cannot stand in a stamp
 */
export function assureRoomForStamps({ stamp }: Paper, town: Town, signer: StampSignerName): void {
  assureStampsFit(stamp, originalUri(town, 'A'.repeat(ACCESS_CODE_LENGTH)), checkerAddress(town), signer);
}

function originalUri({ checker }: Town, accessCode: string): string {
  return `${checker}/o/${accessCode}`;
}

function checkerAddress({ checker }: Town): string {
  return `${checker.toUpperCase()}/S`;
}
