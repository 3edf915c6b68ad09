import { GRANT_LIFE_S, signGrant } from '@videosportello/protocol/grant.ts';
import type { GrantClaims, GrantKeys } from '@videosportello/protocol/grant.ts';
import { kioskId, nodeId, operatorId } from '@videosportello/protocol/ids.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import { thumbprintOf } from '@videosportello/protocol/keys.ts';
import type { PublicKey } from '@videosportello/protocol/keys.ts';
import { newSigningPair } from '@videosportello/protocol/testing/signing-pair.ts';

export const testNode = nodeId.parse('media-test');
export const testKiosk = kioskId.parse('kiosk-test');
/** Two invented operators. */
export const firstOperator = operatorId.parse('op_000000000000000000000001');
export const secondOperator = operatorId.parse('op_000000000000000000000002');

export type GrantWish = Partial<GrantClaims> & Pick<GrantClaims, 'visit' | 'role' | 'kind'>;

/** Signs media grants as queue-service does, with a key of its own: for tests and benches that have no queue. */
export interface GrantAuthority {
  readonly keys: GrantKeys;
  /** A grant of 60 s for the holder of `key`; what the wish leaves out is that of the test kiosk or the first operator. */
  sign(key: PublicKey, wish: GrantWish): Promise<string>;
}

export async function createGrantAuthority(now: () => number = Date.now): Promise<GrantAuthority> {
  const { key: own, keys } = newSigningPair('test-grants');
  return {
    keys,
    async sign(key, wish) {
      const iat = Math.floor(now() / 1000);
      return signGrant(
        {
          iss: 'queue',
          aud: ['sfu'],
          sub: wish.role === 'kiosk' ? testKiosk : firstOperator,
          kiosk: testKiosk,
          nodes: { sfu: testNode },
          fence: { epoch: 1, counter: 1 },
          cnf: { jkt: await thumbprintOf(key) },
          iat,
          exp: iat + GRANT_LIFE_S,
          ...wish,
        },
        own,
      );
    },
  };
}

/** The wish of one side of a visit. */
export const wishOf = (visit: VisitId, role: 'kiosk' | 'operator', kind: 'waiting' | 'offer' | 'room'): GrantWish => ({ visit, role, kind });
