import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { ProtocolError } from './error-codes.ts';
import { kioskId, nodeId, operatorId, visitId } from './ids.ts';
import { audience, thumbprint } from './keys.ts';
import type { Audience } from './keys.ts';
import { signCompact } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * What a grant allows. *visit*: the kiosk's device service at the visit's certificate node. *waiting* and *offer*: transports
 * on the visit's router with producers paused and nothing consumable (the pre-warm). *room*: media, messages and, for the
 * operator, the certificate node.
 */
export const grantKind = z.enum(['visit', 'waiting', 'offer', 'room']);
export type GrantKind = z.output<typeof grantKind>;

/** Longest life of a grant, seconds (design 2). Holders renew over the open queue socket. */
export const GRANT_LIFE_S = 60;

/** An operator's right to a visit, ordered: a higher epoch, then a higher counter, makes lower ones harmless. */
export const fence = z.object({ epoch: z.number().int().min(0), counter: z.number().int().min(0) });
export type Fence = z.output<typeof fence>;

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export const compareFences = (a: Fence, b: Fence): number => a.epoch - b.epoch || a.counter - b.counter;

export const grantClaims = z.object({
  iss: z.literal('queue'),
  aud: z.array(audience).min(1),
  sub: z.union([kioskId, operatorId]),
  role: z.enum(['kiosk', 'operator']),
  kind: grantKind,
  visit: visitId,
  kiosk: kioskId,
  /** The node the visit lives on, per audience. */
  nodes: z.object({ sfu: nodeId.optional(), certificates: nodeId.optional() }),
  fence,
  cnf: z.object({ jkt: thumbprint }),
  iat: z.number().int(),
  exp: z.number().int(),
});
export type GrantClaims = z.output<typeof grantClaims>;

/** The public halves of queue-service's grant keys (RFC 7517); `kid` picks one, so keys roll over without a gap. */
export const grantKeys = z.object({ keys: z.array(z.looseObject({ kty: z.literal('OKP'), kid: z.string() })).min(1) });
export type GrantKeys = z.output<typeof grantKeys>;

/** Signs a grant (EdDSA). Only queue-service has the key. */
export const signGrant = (claims: GrantClaims, key: SigningKey): Promise<string> => signCompact(claims, 'grant+jwt', key);

/** Where and by whom a grant is being shown. */
export interface GrantExpectation {
  readonly audience: Audience;
  readonly nodeId: string;
  /** Thumbprint of the key that made the proof in the same hello. */
  readonly holder: string;
  readonly kinds: readonly GrantKind[];
  readonly nowMs: number;
  readonly keys: GrantKeys;
}

/**
 * Verifies a grant offline.
 * @throws ProtocolError `grant-expired`; `grant-foreign` when it is for another service, node or key; else `grant-invalid`.
 */
export async function verifyGrant(token: string, expected: GrantExpectation): Promise<GrantClaims> {
  let claims: GrantClaims;
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(expected.keys as JSONWebKeySet), {
      algorithms: ['EdDSA'],
      typ: 'grant+jwt',
      issuer: 'queue',
      currentDate: new Date(expected.nowMs),
    });
    claims = grantClaims.parse(payload);
  } catch (error) {
    throw new ProtocolError(error instanceof errors.JWTExpired ? 'grant-expired' : 'grant-invalid', { cause: error });
  }
  if (claims.exp - claims.iat > GRANT_LIFE_S || !expected.kinds.includes(claims.kind)) {
    throw new ProtocolError('grant-invalid');
  }
  const node = expected.audience === 'queue' ? undefined : claims.nodes[expected.audience];
  if (!claims.aud.includes(expected.audience) || claims.cnf.jkt !== expected.holder || node !== expected.nodeId) {
    throw new ProtocolError('grant-foreign');
  }
  return claims;
}

/**
 * Remembers the highest fence seen per visit. A service that verifies grants offline asks it at every grant.
 * `admit` throws `fence-stale` for a lower one and tells whether this one is higher than all before (then older
 * operators' connections of that visit are to be evicted). `forget` is called when the visit has ended.
 */
export function createFenceMemory(): {
  admit(claims: Pick<GrantClaims, 'visit' | 'fence'>): { rose: boolean };
  forget(visit: string): void;
} {
  const highest = new Map<string, Fence>();
  return {
    admit({ visit, fence: shown }) {
      const known = highest.get(visit);
      const order = known === undefined ? 1 : compareFences(shown, known);
      if (order < 0) throw new ProtocolError('fence-stale');
      if (order > 0) highest.set(visit, shown);
      return { rose: known !== undefined && order > 0 };
    },
    forget: (visit) => void highest.delete(visit),
  };
}
