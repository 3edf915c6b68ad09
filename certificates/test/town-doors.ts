import type { GrantClaims } from '@videosportello/protocol/grant.ts';
import type { VisitId } from '@videosportello/protocol/ids.ts';
import type { HolderKey } from '@videosportello/protocol/keys.ts';

/** Where devices and operators of a town find its service, and what lets them in. */
export interface TownDoors {
  readonly url: string;
  readonly consoleOrigin: string;
  kioskKey(id: string): HolderKey;
  grantFor(visit: VisitId, holder: HolderKey, change: Partial<GrantClaims>): Promise<string>;
  operatorTerms(counter: number, who: string): Partial<GrantClaims>;
}
