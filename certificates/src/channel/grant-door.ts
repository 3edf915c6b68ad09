import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { compareFences, createFenceMemory, verifyGrant } from '@videosportello/protocol/grant.ts';
import type { Fence, GrantClaims, GrantKeys, GrantKind } from '@videosportello/protocol/grant.ts';
import { thumbprintOf, verifyProof } from '@videosportello/protocol/keys.ts';

/** One holder's connection, admitted by a grant and open as long as a valid one is shown. */
export interface Admission {
  readonly claims: GrantClaims;
  /**
   * Takes a renewed grant of the same holder and visit.
   * @throws ProtocolError as the door; `grant-foreign` for another visit, `link-lost` after {@link end}.
   */
  renew(grant: string): Promise<void>;
  /** Ends the watch over this connection; safe to call twice. */
  end(): void;
}

/** What is shown at the door, and who hears when the right to stay is over. */
export interface ShownGrant {
  readonly grant: string;
  readonly proof: string;
  readonly nonce: string;
  readonly kinds: readonly GrantKind[];
  readonly role: GrantClaims['role'];
  readonly onExpired: () => void;
  /** A newer right to the visit was shown: an operator with an older one has to go. */
  readonly onSuperseded: () => void;
}

/** The node's door for holders of grants. */
export interface GrantDoor {
  /**
   * Verifies grant and proof offline and watches the grant's end.
   * @throws ProtocolError `proof-invalid`, `grant-invalid`, `grant-expired`, `grant-foreign`; `fence-stale` for an operator
   * with an older right; and what `check` throws.
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
  /** What else this node knows of kiosk and visit; throws when they may not come in. Asked before anything is remembered. */
  readonly check?: (claims: GrantClaims) => void;
}): GrantDoor {
  const { now, check = () => {} } = options;
  const fences = createFenceMemory();
  /** Operators' connections by visit: those whose fence is older than one just shown are sent away. */
  const operators = new Map<string, Set<{ fence: Fence; supersede: () => void }>>();

  const admitFence = (claims: GrantClaims) => {
    try {
      fences.admit(claims);
    } catch (error) {
      // A fence orders operators. The citizen's own kiosk may still hold the grant from before the latest offer.
      if (claims.role === 'operator') throw error;
    }
  };

  return {
    async admit({ grant, proof, nonce, kinds, role, onExpired, onSuperseded }) {
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
        if (shown.role !== role) throw new ProtocolError('grant-foreign');
        check(shown);
        return shown;
      };
      const entry: { fence: Fence; supersede: () => void } = { fence: { epoch: 0, counter: 0 }, supersede: onSuperseded };
      const take = (shown: GrantClaims): GrantClaims => {
        admitFence(shown);
        for (const other of operators.get(shown.visit) ?? []) {
          if (compareFences(other.fence, shown.fence) < 0 && other !== entry) other.supersede();
        }
        entry.fence = shown.fence;
        return shown;
      };
      let claims = take(await verify(grant));
      if (role === 'operator') operators.set(claims.visit, (operators.get(claims.visit) ?? new Set()).add(entry));
      let ended = false;
      const untilEnd = () => setTimeout(onExpired, Math.max(0, claims.exp * 1000 - now()));
      let timer = untilEnd();
      return {
        get claims() {
          return claims;
        },
        async renew(token) {
          const renewed = await verify(token);
          if (ended) throw new ProtocolError('link-lost');
          if (renewed.visit !== claims.visit || renewed.sub !== claims.sub) throw new ProtocolError('grant-foreign');
          claims = take(renewed);
          clearTimeout(timer);
          timer = untilEnd();
        },
        end() {
          ended = true;
          clearTimeout(timer);
          const others = operators.get(claims.visit);
          others?.delete(entry);
          if (others?.size === 0) operators.delete(claims.visit);
        },
      };
    },
    forget(visit) {
      fences.forget(visit);
      operators.delete(visit);
    },
  };
}
