import { z } from 'zod';
import { kioskId, operatorId, visitId } from '../ids.ts';
import { epochMs, isoDate } from '../units.ts';
import { checkItem, gesture, seenDocument } from './visual-check.ts';

/** One separate answer; never one word "verified" (domain.md, part 4). `reason` is a code with a text on screen. */
export const answer = z.object({ answer: z.enum(['yes', 'no', 'not-asked']), reason: z.string().regex(/^[a-z0-9-]{1,60}$/) });
export type Answer = z.output<typeof answer>;

export const answers = z.object({ genuine: answer, notCloned: answer, notExpired: answer, notRevoked: answer, holder: answer });
export type Answers = z.output<typeof answers>;

/** Where a claim comes from, in falling weight. */
export const claimSource = z.enum(['chip-signed', 'card-read', 'typed', 'seen-by-operator']);

const claim = <T extends z.ZodType>(value: T) => z.object({ value, source: claimSource });
/** What the evidence says about the person. */
export const personClaims = z.object({
  surname: claim(z.string().max(100)),
  givenNames: claim(z.string().max(100)),
  birthDate: claim(isoDate).optional(),
  sex: claim(z.enum(['F', 'M', 'X'])).optional(),
  nationality: claim(z.string().max(3)).optional(),
  documentNumber: claim(z.string().max(20)).optional(),
  expiryDate: claim(isoDate).optional(),
  taxCode: claim(z.string().max(16)).optional(),
  birthPlace: claim(z.string().max(100)).optional(),
});
export type PersonClaims = z.output<typeof personClaims>;

/** Oddities worth the operator's attention (a wrong check digit, a tax code that disagrees); none of them makes an answer. */
const warnings = z.array(z.string().regex(/^[a-z0-9A-Z-]{1,60}$/)).max(20);

/**
 * What was judged: a card whose chip was read (or that was seen), a health or service card whose certificate was read, or a
 * document of another kind, which was only seen.
 */
const document = z.enum(['cie', 'ts-cns', 'it-paper-identity-card', 'passport', 'foreign-identity-card']);

/**
 * What the national application of a CIE answered to the server's challenge: that some genuine CIE lies here, and no more. Its
 * key hangs on another security object than the holder's data, so it is never joined to them (domain.md, part 4).
 */
const someGenuineCie = answer.optional();

/** How an operator came to judge by eye: what is kept of it, and who answers for it. */
const judgedByEye = z.object({
  document: seenDocument,
  gesture,
  items: z.array(checkItem).max(20),
  by: z.array(operatorId).min(1).max(20),
  secondBy: z.array(operatorId).max(20),
});

/** Payload of the signed verdict (JWT, EdDSA, key of certificates/evidence). */
export const verdictClaims = z.object({
  iss: z.literal('certificates'),
  visit: visitId,
  kiosk: kioskId,
  document,
  protocol: z.string().max(40),
  answers,
  someGenuineCie,
  person: personClaims,
  warnings,
  /** True when a demo authority stands behind the card: verdict, paper and screen say SPECIMEN. */
  specimen: z.boolean(),
  visualCheck: judgedByEye.optional(),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type VerdictClaims = z.output<typeof verdictClaims>;

/** What the operator sees. The photo is the chip's own, as data for an <img>; it lives as long as the visit. */
export const verdictView = z.object({
  at: epochMs,
  document,
  protocol: z.string().max(40),
  answers,
  someGenuineCie,
  person: personClaims,
  warnings,
  photo: z.object({ mediaType: z.literal('image/jpeg'), base64: z.base64().max(400_000) }).optional(),
  specimen: z.boolean(),
});
export type VerdictView = z.output<typeof verdictView>;

/** What the citizen's screen shows of it: the answers and the name to be greeted by. */
export const cardResult = z.object({ answers, surname: z.string().max(100), givenNames: z.string().max(100), specimen: z.boolean() });
export type CardResult = z.output<typeof cardResult>;

/** Where a running card dialogue is. `pin`: the citizen is asked for the PIN of his service card. */
export const evidencePhase = z.enum(['waiting-for-card', 'connecting', 'access-number', 'reading', 'photo', 'pin', 'checking', 'done', 'failed']);
export type EvidencePhase = z.output<typeof evidencePhase>;
