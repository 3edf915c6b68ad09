/** The JSON file that one virtual card is made from. Unknown fields are refused. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CHIP_FAMILY_NAMES } from '../cie/chip-family.ts';
import { citizenSchema } from '../cie/card-holder.ts';
import { PersonalisationError } from '../cie/personalisation-error.ts';
import { PORTRAIT_IDS } from '../cie/portraits.ts';
import { CNS_FAMILY_NAMES } from '../cns/cns-family.ts';
import { personalDataSchema } from '../cns/personal-data.ts';
import { passportHolderSchema } from '../emrtd/passport.ts';

const ciphers = z.enum(['des-ede', 'aes-128', 'aes-192', 'aes-256']);
const curves = z.enum(['prime256v1', 'brainpoolP256r1', 'secp384r1', 'brainpoolP384r1', 'brainpoolP512r1']);

/** One entry of EF.CardAccess: a MODP group by its parameter id, or a curve by OpenSSL's name. */
const pace = z.strictObject({ group: z.union([z.literal([0, 1, 2]), curves]), cipher: ciphers });
const chipAuthentication = z.strictObject({ group: z.union([z.literal(2), curves]), cipher: ciphers });
const activeAuthentication = z.enum(['rsa-1024-sha1', 'rsa-2048-sha256', 'ec-p256']);

const about = z.string().optional();
const portrait = z.enum(PORTRAIT_IDS);
const can = z.string().regex(/^\d{6}$/);

const cieSchema = z.strictObject({
  kind: z.literal('cie'),
  about,
  holder: citizenSchema.extend({
    residence: z.object({ municipality: z.string().min(1), province: z.string().regex(/^[A-Z]{2}$/) }),
  }),
  photo: portrait,
  issueDate: z.iso.date(),
  chip: z.enum(CHIP_FAMILY_NAMES),
  /** Default: the family's. */
  nonceBytes: z.literal([8, 16]).optional(),
  /** Default: DH over group 2 with triple DES, as real cards. */
  pace: z.array(pace).min(1).default([{ group: 2, cipher: 'des-ede' }]),
  basicAccessControl: z.boolean().default(true),
  dg11: z.boolean().default(true),
  /** DG14 and the key behind it. */
  chipAuthentication: chipAuthentication.optional(),
  /** DG15 and the key behind it. */
  activeAuthentication: activeAuthentication.optional(),
  securityObject: z.enum(['rsa-pss-sha512', 'rsa-pkcs1-sha256']).default('rsa-pss-sha512'),
  /** The card's number for services, with which there is a national application. */
  nis: z.string().regex(/^\d{12}$/).optional(),
});

const emrtdSchema = z.strictObject({
  kind: z.literal('emrtd'),
  about,
  holder: passportHolderSchema,
  /** The state in certificates (two letters) and in the machine readable zone. */
  issuer: z.strictObject({ country: z.string().regex(/^[A-Z]{2}$/), code: z.string().regex(/^[A-Z]{1,3}$/) }),
  photo: portrait,
  issueDate: z.iso.date(),
  can: can.optional(),
  /** Empty: a passport that has BAC alone. */
  pace: z.array(pace).default([]),
  basicAccessControl: z.boolean().default(true),
  chipAuthentication: chipAuthentication.optional(),
  activeAuthentication: activeAuthentication.optional(),
});

/** Whether the last digit is the Luhn check of the others. */
function hasLuhnDigit(digits: string): boolean {
  const sum = Array.from(digits).reduceRight((total, digit, index) => {
    const doubled = (digits.length - index) % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

const cnsSchema = z.strictObject({
  kind: z.literal('cns'),
  about,
  chip: z.enum(CNS_FAMILY_NAMES),
  personalData: personalDataSchema,
  /** 16 digits, the last one a Luhn check. */
  cardId: z.string().regex(/^\d{16}$/).refine(hasLuhnDigit, 'the last digit is no Luhn check of the others'),
  pin: z.string().regex(/^\d{5,8}$/),
  puk: z.string().regex(/^\d{8}$/),
  /** Of the holder's certificate. */
  validity: z.strictObject({ notBefore: z.iso.date(), notAfter: z.iso.date() }),
  hashedPart: z.enum(['whole', 'used']).default('whole'),
});

const cardFileSchema = z.discriminatedUnion('kind', [cieSchema, emrtdSchema, cnsSchema]);

export type CardFileContent = z.infer<typeof cardFileSchema>;
export type CieFile = z.infer<typeof cieSchema>;
export type EmrtdFile = z.infer<typeof emrtdSchema>;
export type CnsFile = z.infer<typeof cnsSchema>;

/**
 * Reads a card's file.
 * @throws PersonalisationError `card-file`, whose message names the first field that is wrong and not its value.
 */
export function parseCardFile(json: unknown): CardFileContent {
  const parsed = cardFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  throw new PersonalisationError('card-file', `No card can be made of this file: ${place} is missing or wrong.`);
}

/** Reads a card's file from disk. Throws PersonalisationError `card-file`, also when it is absent or no JSON. */
export async function readCardFile(path: string | URL): Promise<CardFileContent> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new PersonalisationError('card-file', "The card's file cannot be read as JSON.", { cause });
  }
  return parseCardFile(json);
}
