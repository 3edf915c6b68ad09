import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { compareFences, createFenceMemory, verifyGrant } from '@videosportello/protocol/grant.ts';
import type { Fence, GrantClaims, GrantKeys, GrantKind } from '@videosportello/protocol/grant.ts';
import { thumbprintOf, verifyProof } from '@videosportello/protocol/keys.ts';

/** One holder's connection, admitted by a grant and open as long as a valid one is shown. */
export interface Admission {
  readonly claims: GrantClaims;
  /**
   * Takes a renewed grant of the same holder and visit.
   * @throws ProtocolError as the door; `grant-foreign` for another visit.
   */
  renew(grant: string): Promise<void>;
  /** Ends the watch over this connection. */
  end(): void;
}

/** What is shown at the door, and who hears when the right to stay is over. */
export interface ShownGrant {
  readonly grant: string;
  readonly proof: string;
  readonly nonce: string;
  readonly kinds: readonly GrantKind[];
  readonly onExpired: () => void;
  /** A newer right to the visit was shown: an operator with an older one has to go. */
  readonly onSuperseded: () => void;
}

/** The node's door for holders of grants. */
export interface GrantDoor {
  /**
   * Verifies grant and proof offline and watches the grant's end.
   * @throws ProtocolError `proof-invalid`, `grant-invalid`, `grant-expired`, `grant-foreign`, `fence-stale`.
   */
  admit(shown: ShownGrant): Promise<Admission>;
  /** The visit is over. */
  forget(visit: string): void;
}

/** Makes the door of one node. `keys` is asked at every grant, so that rolled keys count at once. */
export function createGrantDoor(options: {
  readonly nodeId: string;
  readonly keys: () => GrantKeys;
  readonly now: () => number;
}): GrantDoor {
  const { now } = options;
  const fences = createFenceMemory();
  /** Operators' connections by visit: those whose fence is older than one just shown are sent away. */
  const operators = new Map<string, Set<{ fence: Fence; supersede: () => void }>>();

  return {
    async admit({ grant, proof, nonce, kinds, onExpired, onSuperseded }) {
      const holder = await thumbprintOf(await verifyProof(proof, { nonce, audience: 'certificates' }));
      const verify = async (token: string) => {
        const shown = await verifyGrant(token, {
          audience: 'certificates',
          nodeId: options.nodeId,
          holder,
          kinds,
          nowMs: now(),
          keys: options.keys(),
        });
        fences.admit(shown);
        for (const other of operators.get(shown.visit) ?? []) {
          if (compareFences(other.fence, shown.fence) < 0 && other !== entry) other.supersede();
        }
        return shown;
      };
      const entry = { fence: { epoch: 0, counter: 0 }, supersede: onSuperseded };
      let claims = await verify(grant);
      entry.fence = claims.fence;
      if (claims.role === 'operator') operators.set(claims.visit, (operators.get(claims.visit) ?? new Set()).add(entry));
      const untilEnd = () => setTimeout(onExpired, Math.max(0, claims.exp * 1000 - now()));
      let timer = untilEnd();
      return {
        get claims() {
          return claims;
        },
        async renew(token) {
          const renewed = await verify(token);
          if (renewed.visit !== claims.visit || renewed.sub !== claims.sub) throw new ProtocolError('grant-foreign');
          claims = renewed;
          entry.fence = renewed.fence;
          clearTimeout(timer);
          timer = untilEnd();
        },
        end() {
          clearTimeout(timer);
          operators.get(claims.visit)?.delete(entry);
        },
      };
    },
    forget(visit) {
      fences.forget(visit);
      operators.delete(visit);
    },
  };
}
