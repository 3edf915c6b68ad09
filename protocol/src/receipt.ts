import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { ProtocolError } from './error-codes.ts';
import { fence } from './grant.ts';
import type { GrantKeys } from './grant.ts';
import { kioskId, nodeId, operatorId, ticketId, visitId } from './ids.ts';
import { language, need, notReadyReason, phase, presence, priorityClass, service, visitStep } from './messages/visit.ts';
import { signCompact } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';
import { epochMs } from './units.ts';

/*
 * What queue-service has told a kiosk or a desk, signed, so that a queue that has lost its memory can believe it again.
 * Nothing personal: ids, places and times.
 */

/** How long a receipt counts, seconds: a sign-in at a desk, and every visit, is shorter. */
export const RECEIPT_LIFE_S = 12 * 3_600;

/** A receipt as it travels: text that only queue-service reads. */
export const receiptText = z.string().max(16_384);

/** A visit as it stood: enough to go on with it at its old place. */
export const visitClaim = z.object({
  visitId,
  kioskId,
  /** What is offered counts as waiting: an offer does not outlive the memory it was in. */
  state: z.enum(['alone', 'waiting', 'with-operator', 'ended']),
  fence,
  /** Counts the changes of this visit; of two claims with one fence the higher is newer. */
  turn: z.number().int().min(0),
  step: visitStep,
  phase,
  language,
  service: service.optional(),
  needs: z.array(need).max(4),
  class: priorityClass,
  openedAt: epochMs,
  since: epochMs,
  certificates: nodeId,
  media: nodeId.optional(),
  ticketId: ticketId.optional(),
  /** The kept ticket that this visit goes on with, see `kept-ticket.ts`. */
  shown: z.string().max(40).optional(),
  label: z.string().max(6),
  /** Number that orders tickets of a class. */
  order: z.number().int().min(0).optional(),
  /** Lanes and when each opens, as the rules had it: `lane=afterMs`, separated by spaces. */
  plan: z.string().max(4096),
  operator: operatorId.optional(),
  /** The operator he had before. */
  last: operatorId.optional(),
  acceptedAt: epochMs.optional(),
});
export type VisitClaim = z.output<typeof visitClaim>;

/** A desk as it stood: what the operator said he is, and his visits in talk and in wrap-up (state `ended`). */
export const deskClaim = z.object({
  operatorId,
  /** When the desk stood so, by the store's clock, ms. */
  at: epochMs,
  presence,
  reason: notReadyReason.optional(),
  /** Since when he has had nothing to do, ms. */
  idleSince: epochMs,
  visits: z.array(visitClaim).max(8),
});
export type DeskClaim = z.output<typeof deskClaim>;

const claims = { kiosk: visitClaim, desk: deskClaim } as const;
export type ReceiptRole = keyof typeof claims;

/** Whose receipt it is: a kiosk's speaks for the kiosk in it, a desk's for its operator. */
const holderOf = (claim: VisitClaim | DeskClaim): string => ('kioskId' in claim ? claim.kioskId : claim.operatorId);
const audienceOf = (pool: string): string => `receipt:${pool}`;

/** Signs what a pool has told a kiosk or a desk (EdDSA). `typ` and audience keep it from serving as a grant, and the other way round. */
export function signReceipt(
  { pool, role, claim, nowMs }: { readonly pool: string; readonly nowMs: number } & (
    | { readonly role: 'kiosk'; readonly claim: VisitClaim }
    | { readonly role: 'desk'; readonly claim: DeskClaim }
  ),
  key: SigningKey,
): Promise<string> {
  const iat = Math.floor(nowMs / 1000);
  const payload = { role, claim, iss: 'queue', aud: audienceOf(pool), sub: holderOf(claim), iat, exp: iat + RECEIPT_LIFE_S };
  return signCompact(payload, 'receipt+jwt', key);
}

/** Where and by whom a receipt is being shown. */
export interface ReceiptExpectation<Role extends ReceiptRole> {
  readonly pool: string;
  readonly role: Role;
  /** The kiosk or the operator who shows it. */
  readonly holder: string;
  readonly nowMs: number;
  readonly keys: GrantKeys;
}

/**
 * Verifies a receipt.
 * @throws ProtocolError `receipt-expired`; `receipt-foreign` when it is another pool's, kiosk's or operator's; else `receipt-invalid`.
 */
export async function verifyReceipt<Role extends ReceiptRole>(
  text: string,
  expected: ReceiptExpectation<Role>,
): Promise<z.output<(typeof claims)[Role]>> {
  const foreign = new ProtocolError('receipt-foreign');
  try {
    const { payload } = await jwtVerify(text, createLocalJWKSet(expected.keys as JSONWebKeySet), {
      algorithms: ['EdDSA'],
      typ: 'receipt+jwt',
      issuer: 'queue',
      requiredClaims: ['exp', 'aud', 'sub'],
      currentDate: new Date(expected.nowMs),
    });
    if (payload.aud !== audienceOf(expected.pool) || payload['role'] !== expected.role || payload.sub !== expected.holder) throw foreign;
    const claim = claims[expected.role].parse(payload['claim']) as z.output<(typeof claims)[Role]>;
    if (holderOf(claim) !== expected.holder) throw foreign;
    return claim;
  } catch (error) {
    if (error === foreign) throw error;
    throw new ProtocolError(error instanceof errors.JWTExpired ? 'receipt-expired' : 'receipt-invalid', { cause: error });
  }
}
