import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { grantKeys } from '@videosportello/protocol/grant.ts';
import type { GrantKeys } from '@videosportello/protocol/grant.ts';
import { writeKept } from '../kept-file.ts';
import type { Keys } from '../redis/keys.ts';
import type { StoreConnection } from '../redis/store-connection.ts';
import type { GrantKeyRing } from './grant-keys.ts';

/** A key that its process has not confirmed for so long is no longer told to nodes, ms. */
const FORGET_AFTER_MS = 2 * 86_400_000;

/**
 * The public grant keys of all queue-service processes of the pool. They are kept in this process's folder too: what was signed
 * for kiosks and desks is believed when the store, and whoever signed, are gone.
 */
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

const keptKeys = z.object({ keys: z.array(entry) });

/** Opens the directory with the keys kept in `path`; a damaged file counts as none, for the pool tells its keys again. */
export async function openKeyDirectory(
  ring: () => GrantKeyRing,
  path: string,
  deps: { readonly connection: Pick<StoreConnection, 'command'>; readonly keys: Keys; readonly now: () => number },
): Promise<KeyDirectory> {
  const { connection, keys, now } = deps;
  let entries = await readKept(path);
  const read = async () => {
    const answer = pairs.parse(await connection.command(['HGETALL', keys.grantKeys()]));
    const texts = Array.isArray(answer) ? answer.filter((_, index) => index % 2 === 1) : Object.values(answer);
    const told = texts.map((text) => entry.parse(JSON.parse(text)));
    const newest = new Map(entries.map((known) => [known.key.kid, known]));
    for (const known of told) if (known.at >= (newest.get(known.key.kid)?.at ?? 0)) newest.set(known.key.kid, known);
    const before = JSON.stringify(entries);
    entries = [...newest.values()].filter(({ at }) => now() - at < FORGET_AFTER_MS);
    if (JSON.stringify(entries) !== before) await writeKept(path, JSON.stringify({ keys: entries }));
  };
  let last = Promise.resolve();
  /** One after the other: they write the same file. */
  const refresh = () => (last = last.catch(() => undefined).then(read));
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
      const own = new Set(ring().publicKeys.map((key) => key.kid));
      return grantKeys.parse({ keys: [...ring().publicKeys, ...entries.filter(({ key }) => !own.has(key.kid)).map(({ key }) => key)] });
    },
  };
}

async function readKept(path: string): Promise<z.output<typeof entry>[]> {
  try {
    return keptKeys.parse(JSON.parse(await readFile(path, 'utf8'))).keys;
  } catch {
    return [];
  }
}
