import { GRANT_LIFE_S, grantClaims, signGrant } from '@videosportello/protocol/grant.ts';
import type { GrantKind } from '@videosportello/protocol/grant.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import type { Audience } from '@videosportello/protocol/keys.ts';
import type { VisitRecord } from '../redis/records.ts';
import type { GrantKeyRing } from './grant-keys.ts';

/** A signed grant and its end, ms. */
export interface IssuedGrant {
  readonly grant: string;
  readonly expiresAt: number;
}

/** Signs the four kinds of grant from a visit as it stands. `holder` is the RFC 7638 thumbprint of the holder's key. */
export interface GrantIssuer {
  /** For the kiosk's device service at the certificate node; bound to the kiosk's enrolled key. */
  visit(visit: VisitRecord, holder: string): Promise<IssuedGrant>;
  /** For the kiosk's page at the media node while it waits. */
  waiting(visit: VisitRecord, holder: string): Promise<IssuedGrant>;
  /** For an operator's page at the media node while he is being asked. */
  offer(visit: VisitRecord, operator: OperatorId, holder: string): Promise<IssuedGrant>;
  /** For the kiosk's page in the talk. */
  kioskRoom(visit: VisitRecord, holder: string): Promise<IssuedGrant>;
  /** For the operator's page in the talk: media node and certificate node. */
  operatorRoom(visit: VisitRecord, operator: OperatorId, holder: string): Promise<IssuedGrant>;
}

export function createGrantIssuer(deps: { readonly keys: () => GrantKeyRing; readonly now: () => number }): GrantIssuer {
  const issue = async (
    visit: VisitRecord,
    terms: { sub: string; role: 'kiosk' | 'operator'; kind: GrantKind; aud: Audience[]; holder: string },
  ): Promise<IssuedGrant> => {
    const iat = Math.floor(deps.now() / 1000);
    const claims = grantClaims.parse({
      iss: 'queue',
      aud: terms.aud,
      sub: terms.sub,
      role: terms.role,
      kind: terms.kind,
      visit: visit.id,
      kiosk: visit.kiosk,
      nodes: { certificates: visit.certificates, ...(visit.media === undefined ? {} : { sfu: visit.media }) },
      fence: { epoch: visit.epoch, counter: visit.counter },
      cnf: { jkt: terms.holder },
      iat,
      exp: iat + GRANT_LIFE_S,
    });
    return { grant: await signGrant(claims, deps.keys().signing), expiresAt: claims.exp * 1000 };
  };
  return {
    visit: (visit, holder) => issue(visit, { sub: visit.kiosk, role: 'kiosk', kind: 'visit', aud: ['certificates'], holder }),
    waiting: (visit, holder) => issue(visit, { sub: visit.kiosk, role: 'kiosk', kind: 'waiting', aud: ['sfu'], holder }),
    offer: (visit, operator, holder) => issue(visit, { sub: operator, role: 'operator', kind: 'offer', aud: ['sfu'], holder }),
    kioskRoom: (visit, holder) => issue(visit, { sub: visit.kiosk, role: 'kiosk', kind: 'room', aud: ['sfu'], holder }),
    operatorRoom: (visit, operator, holder) =>
      issue(visit, { sub: operator, role: 'operator', kind: 'room', aud: ['sfu', 'certificates'], holder }),
  };
}
