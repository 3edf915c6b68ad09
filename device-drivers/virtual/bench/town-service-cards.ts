/** The health cards (TS-CNS) of the demo town: one for each of its people. */
import { openCnsAuthority } from '../authority/cns-authority.ts';
import type { CardHolder } from '../cie/card-holder.ts';
import type { VirtualCard } from '../cie/virtual-card.ts';
import { personaliseCns } from '../cns/cns-image.ts';
import { createVirtualCns } from '../cns/virtual-cns.ts';

/** PIN of every health card of the town, for whoever plays its people. */
export const TOWN_PIN = '73194';
const TOWN_PUK = '87654321';
/** A health card is valid for six years. */
const CARD_YEARS = 6;
/** Issuer on the card, and the digits before each card's own. */
const ISSUER_CODE = '6090';
const CARD_NUMBER_DIGITS = 15;

/**
 * Makes the health card of each person; it remembers wrong PINs for as long as it lives, as a real one does. The issuer is made
 * when its folder is missing.
 * @throws AuthorityError
 */
export async function makeServiceCards(
  holders: readonly CardHolder[],
  config: { readonly keyFolder: string; readonly trustFolder: string },
  deps: { readonly now: Date },
): Promise<ReadonlyMap<string, VirtualCard>> {
  const authority = await openCnsAuthority(config, deps);
  const year = deps.now.getUTCFullYear();
  const validity = { notBefore: new Date(Date.UTC(year - 1, 0, 1)), notAfter: new Date(Date.UTC(year - 1 + CARD_YEARS, 0, 1)) };
  return new Map(
    holders.map((holder, index): [string, VirtualCard] => {
      const data = {
        ...NOT_ON_HEALTH_CARDS,
        issuerCode: ISSUER_CODE,
        issueDate: onCard(validity.notBefore),
        expiryDate: onCard(validity.notAfter),
        surname: holder.surname.toUpperCase(),
        givenName: holder.givenNames.toUpperCase(),
        dateOfBirth: onCard(new Date(holder.birthDate)),
        sex: holder.sex === 'M' ? ('M' as const) : ('F' as const),
        codiceFiscale: holder.taxCode,
        birthMunicipality: '',
        residenceMunicipality: holder.residence.placeCode ?? '',
      };
      const image = personaliseCns(data, {
        authority,
        family: 'idemia-2021',
        cardId: withLuhnDigit(`${ISSUER_CODE}${String(index + 1).padStart(CARD_NUMBER_DIGITS - ISSUER_CODE.length, '0')}`),
        pin: TOWN_PIN,
        puk: TOWN_PUK,
        pinTriesLeft: 3,
        validity,
        hashedPart: 'whole',
      });
      return [holder.id, createVirtualCns(image)];
    }),
  );
}

const NOT_ON_HEALTH_CARDS = { heightCm: '', citizenship: '', birthCountry: '', birthCertificate: '', residenceAddress: '', expatriationNote: '' };

/** DDMMYYYY. */
function onCard(date: Date): string {
  const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
  return `${day}${month}${year}`;
}

/** The digits with their check digit behind them (ISO/IEC 7812-1, annex B). */
function withLuhnDigit(digits: string): string {
  const sum = Array.from(digits).reduceRight((total, digit, index) => {
    const doubled = (digits.length - index) % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
