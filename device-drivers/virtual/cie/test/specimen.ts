/** What the card's tests are made of: invented people, an authority, cards with known randomness. */
import { createCountrySigner } from '../../authority/country-signer.ts';
import type { DocumentAuthority } from '../../authority/demo-authority.ts';
import type { CardHolder } from '../card-holder.ts';
import { readCitizens } from '../card-holder.ts';

const VALIDITY = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };

/** The demo town's file, from this folder. */
const CITIZENS = new URL('../../../../deploy/demo/citizens.json', import.meta.url);

export const demoPeople = (): Promise<CardHolder[]> => readCitizens(CITIZENS);

export const ROSSI: CardHolder = {
  id: 'bianca',
  surname: 'Rossi',
  givenNames: 'Bianca',
  sex: 'F',
  birthDate: '1964-12-30',
  birthPlace: 'Valfiorita',
  nationality: 'ITA',
  taxCode: 'RSSBNC64T70X000Q',
  address: 'Via Salaria 712',
  residence: { municipality: 'Valfiorita', province: 'VF' },
  card: { documentNumber: 'CA00000AA', expiryDate: '2022-12-30', can: '123456' },
};

/** The smallest thing that has a JPEG frame header: 480 wide, 600 high; not a picture anybody could show. */
export const JPEG_HEADER = Uint8Array.from(Buffer.from('FFD8FFC0000B080258' + '01E001011100FFD9', 'hex'));

/** An authority with keys that are quick to make. */
export async function quickAuthority(): Promise<DocumentAuthority & { readonly certificate: Uint8Array }> {
  const country = await createCountrySigner({ validity: VALIDITY, keyKind: 'rsa-2048' });
  const signer = await country.issueDocumentSigner({ validity: VALIDITY });
  return {
    certificate: country.certificate,
    signSecurityObject: (dataGroups, options) => signer.signSecurityObject(dataGroups, options),
  };
}

/** Hands out the given byte strings in turn; asking for another length or once too often is an error. */
export function scriptedRandom(...values: readonly Uint8Array[]): (bytes: number) => Uint8Array {
  const left = [...values];
  return (bytes) => {
    const next = left.shift();
    if (next?.length !== bytes) throw new Error(`The script has no ${bytes} random bytes here.`);
    return next;
  };
}
