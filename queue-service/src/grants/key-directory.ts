import { z } from 'zod';
import { grantKeys } from '@videosportello/protocol/grant.ts';
import type { GrantKeys } from '@videosportello/protocol/grant.ts';
import type { Keys } from '../redis/keys.ts';
import type { StoreConnection } from '../redis/store-connection.ts';
import type { GrantKeyRing } from './grant-keys.ts';

/** A key that its process has not confirmed for so long is no longer told to nodes, ms. */
const FORGET_AFTER_MS = 2 * 86_400_000;

/** The public grant keys of all queue-service processes of the pool. */
export interface KeyDirectory {
  /** Tells the pool this process's keys, and reads the others'. @throws ProtocolError `store-unavailable` */
  publish(): Promise<void>;
  /** Reads the others' keys again. @throws ProtocolError `store-unavailable` */
  refresh(): Promise<void>;
  /** What nodes are told: own keys first. */
  readonly known: GrantKeys;
}

const entry = z.object({ key: z.looseObject({ kty: z.literal('OKP'), kid: z.string() }), at: z.number() });
const pairs = z.union([z.array(z.string()), z.record(z.string(), z.string())]);

export function createKeyDirectory(
  ring: () => GrantKeyRing,
  deps: { readonly connection: Pick<StoreConnection, 'command'>; readonly keys: Keys; readonly now: () => number },
): KeyDirectory {
  const { connection, keys, now } = deps;
  let others: GrantKeys['keys'] = [];
  const refresh = async () => {
    const answer = pairs.parse(await connection.command(['HGETALL', keys.grantKeys()]));
    const texts = Array.isArray(answer) ? answer.filter((_, index) => index % 2 === 1) : Object.values(answer);
    const own = new Set(ring().publicKeys.map((key) => key.kid));
    others = texts
      .map((text) => entry.parse(JSON.parse(text)))
      .filter(({ key, at }) => !own.has(key.kid) && now() - at < FORGET_AFTER_MS)
      .map(({ key }) => key);
  };
  return {
    async publish() {
      for (const key of ring().publicKeys) {
        await connection.command(['HSET', keys.grantKeys(), key.kid, JSON.stringify({ key, at: now() })]);
      }
      await refresh();
      await connection.command(['PUBLISH', keys.changes(), JSON.stringify({ grantKeys: [1] })]);
    },
    refresh,
    get known() {
      return grantKeys.parse({ keys: [...ring().publicKeys, ...others] });
    },
  };
}
