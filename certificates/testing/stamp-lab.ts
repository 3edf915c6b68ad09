import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { payloadOfBytes } from '../src/stamp/address.ts';
import type { GreyPicture } from '../src/stamp/find-symbols.ts';
import { drawPdfPages } from '../src/stamp/pdf-pages.ts';
import { readPaper } from '../src/stamp/read-stamps.ts';
import { readPageSymbols, readSymbols } from '../src/stamp/read-symbol.ts';
import { stampSymbol } from '../src/stamp/symbol.ts';
import type { StampSymbol } from '../src/stamp/symbol.ts';
import { isStampSymbol } from '../src/stamp/symbol-payloads.ts';
import { symbolPng } from '../src/stamp/symbol-png.ts';
import { verifySeal } from '../src/stamp/verify-seal.ts';
import { loadTrustFolder } from '../src/trust/trust-folder.ts';

export type { GreyPicture } from '../src/stamp/find-symbols.ts';

/** A stamped paper and what checks it, for measuring. */
export interface StampLab {
  /** The symbol alone as a PNG, six pixels a module. */
  readonly symbolFile: Uint8Array;
  /** The first page at 300 dpi in grey, as a scanner or pdftoppm hands it over. */
  readonly page: GreyPicture;
  /** Reads and verifies; `VALID` when all is well. */
  checkFile(file: Uint8Array): Promise<string>;
  checkPage(page: GreyPicture): Promise<string>;
}

/**
 * Opens what `certificates sample --type TYPE --out FOLDER` has written.
 *
 * @param at day of the checks, YYYY-MM-DD
 * @throws what reading the paper or its trust folder throws
 */
export async function openStampLab(folder: string, type: string, at: string): Promise<StampLab> {
  const pdf = await readFile(join(folder, `${type}.paper.pdf`));
  const trust = await loadTrustFolder(join(folder, 'trust'));
  const [stamp] = (await readPaper(pdf)).stamps;
  const { value: page } = await drawPdfPages(pdf, { pages: 1 }).next();
  if (!stamp?.address || !page) throw new Error('The sample has no page with a stamp.');
  const verified = async ([symbol]: readonly Uint8Array[]) =>
    symbol === undefined ? 'READ_ERROR' : (await verifySeal(payloadOfBytes(symbol).seal, trust, at)).status;
  return {
    symbolFile: symbolPng(stampSymbol(await textOf(page)), 6),
    page,
    checkFile: async (file) => verified(await readSymbols(file)),
    checkPage: async (picture) => verified(await readPageSymbols(picture)),
  };
}

async function textOf(page: GreyPicture): Promise<string> {
  const [symbol] = await readPageSymbols(page);
  return Buffer.from(symbol ?? []).toString('latin1');
}

/** The symbol of an address. */
export function symbolOf(address: string): StampSymbol {
  return stampSymbol(address);
}

/** Whether a picture gives back exactly this address: every byte, and nothing else that is a stamp. */
export async function reads(picture: GreyPicture, address: string): Promise<boolean> {
  const symbols = await readPageSymbols(picture);
  const stamps = symbols.filter(isStampSymbol).map((symbol) => Buffer.from(symbol).toString('latin1'));
  return stamps.length === 1 && stamps[0] === address;
}

/** Addresses of stamps of two sizes, residence and a family of six, from the published vectors. */
export async function vectorAddresses(): Promise<{ readonly residence: string; readonly family: string }> {
  const file = await readFile(new URL('../test/vectors/vds-it-profile.json', import.meta.url), 'utf8');
  const vectors: { valid: readonly { name: string; carrier_base32_url: string }[] } = JSON.parse(file);
  const addressOf = (name: string) => vectors.valid.find((vector) => vector.name === name)?.carrier_base32_url ?? '';
  return { residence: addressOf('it-certificato-residenza'), family: addressOf('it-stato-famiglia-6-componenti') };
}
