/** The cards of the demo town: a CIE for each of its people. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { openDemoAuthority } from '../authority/demo-authority.ts';
import type { DemoAuthorityConfig } from '../authority/demo-authority.ts';
import { readCitizens } from '../cie/card-holder.ts';
import type { CardHolder } from '../cie/card-holder.ts';
import type { CardImage } from '../cie/card-image.ts';
import { makeChipAuthenticationKey } from '../cie/chip-authentication.ts';
import { personalise } from '../cie/personalise.ts';
import type { PersonalisationOptions } from '../cie/personalise.ts';
import { hasPortrait, PORTRAIT_IDS, readChipPortrait, readPortrait } from '../cie/portraits.ts';

/** Digits of a card's number for services. */
const NIS_DIGITS = 12;
/** A CIE is valid for ten years. */
const CARD_YEARS = 10;

/**
 * What the chips of a town can do, one after another in the file's order: a key of their own as most have one, by DH; the same by
 * a curve, with signatures too long for nobody; and one without, which only its national application speaks for.
 */
const CHIPS: readonly (() => Pick<PersonalisationOptions, 'family' | 'chipAuthentication'>)[] = [
  () => ({ family: 'gemalto2', chipAuthentication: makeChipAuthenticationKey(2, 'des-ede', randomBytes) }),
  () => ({ family: 'actalis', chipAuthentication: makeChipAuthenticationKey('prime256v1', 'aes-128', randomBytes) }),
  () => ({ family: 'nxp' }),
];

/** A person's card before it is put into a chip. */
export interface PersonalisedCard {
  readonly holder: CardHolder;
  /** JPEG, for a page to show. */
  readonly photo: Uint8Array;
  readonly image: CardImage;
}

/**
 * Personalises a CIE for each person of the file, by id, in the file's order. The authority is made when its folder is
 * missing.
 * @throws AuthorityError, PersonalisationError; Error with a plain sentence when the people cannot be read.
 */
export async function personaliseTown(
  config: DemoAuthorityConfig & { readonly citizensFile: string },
  deps: { readonly now: Date },
): Promise<ReadonlyMap<string, PersonalisedCard>> {
  const holders = await readCitizens(config.citizensFile).catch((cause: unknown) => {
    throw new Error(`The people of the town cannot be read from ${config.citizensFile}.`, { cause });
  });
  const authority = await openDemoAuthority(config, deps);
  const signerFrom = new X509Certificate(authority.documentSigner.certificate).validFromDate;
  const cards = await Promise.all(
    holders.map(async (holder, index): Promise<[string, PersonalisedCard]> => {
      const portrait = portraitOf(holder.id, index);
      const photo = await readChipPortrait(portrait);
      const issueDate = dayOfIssue(holder, { notBefore: signerFrom, notAfter: deps.now });
      const chip = CHIPS[index % CHIPS.length]?.() ?? {};
      const nis = String(index + 1).padStart(NIS_DIGITS, '0');
      const image = personalise(holder, { authority, photo, issueDate, nis, ...chip });
      return [holder.id, { holder, photo: await readPortrait(portrait), image }];
    }),
  );
  return new Map(cards);
}

/** A person without a drawn face gets one of the three that there are. */
function portraitOf(id: string, index: number) {
  return hasPortrait(id) ? id : (PORTRAIT_IDS[index % PORTRAIT_IDS.length] ?? PORTRAIT_IDS[0]);
}

/** Ten years before the card ends, within the time in which its signer was and is valid. */
function dayOfIssue(holder: CardHolder, within: { readonly notBefore: Date; readonly notAfter: Date }): Date {
  const day = new Date(holder.card.expiryDate);
  day.setUTCFullYear(day.getUTCFullYear() - CARD_YEARS);
  return new Date(Math.min(Math.max(day.getTime(), within.notBefore.getTime()), within.notAfter.getTime()));
}
