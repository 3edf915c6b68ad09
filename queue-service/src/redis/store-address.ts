import { createClient } from 'redis';

/** How long a connection may take to open, ms. */
export const CONNECT_TIMEOUT_MS = 2_000;

/** Where Redis is: the path of a unix socket, or a URL (`redis://`, `rediss://`) of a server or of any node of a cluster. */
export type StoreAddress =
  | { readonly socketPath: string }
  | {
      readonly url: string;
      /** A key of the pool: in a cluster its master is the one to speak to. All keys of a pool share a hash tag, and so a slot. */
      readonly key: string;
    };

/** The address of a REDIS_URL; `unix:///path` is a unix socket. */
export const storeAddress = (url: string, key: string): StoreAddress =>
  url.startsWith('unix:') ? { socketPath: decodeURIComponent(new URL(url).pathname) } : { url, key };

/** One server to connect to. */
export type StoreEndpoint = { readonly socketPath: string } | { readonly url: string };

/** A row of CLUSTER SLOTS: first and last slot, then the master and its replicas, each as host, port, and more. */
type SlotRow = readonly [number, number, ...(readonly [string | null, number, ...unknown[]])[]];

/** The server that has the slot of `key`, and all that were named beside it; undefined when `seed` is in no cluster. */
async function askCluster(seed: string, key: string): Promise<{ readonly master: string; readonly nodes: readonly string[] } | undefined> {
  const client = createClient({ url: seed, socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false }, commandOptions: { timeout: CONNECT_TIMEOUT_MS } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const info = (await client.sendCommand(['INFO', 'cluster'])) as unknown as string;
    if (!info.includes('cluster_enabled:1')) return undefined;
    const slot = Number(await client.sendCommand(['CLUSTER', 'KEYSLOT', key]));
    const rows = (await client.sendCommand(['CLUSTER', 'SLOTS'])) as unknown as readonly SlotRow[];
    const urlOf = ([host, port]: readonly [string | null, number, ...unknown[]]) => {
      const url = new URL(seed);
      // A node that does not know its own address says so by an empty one: it is the one that was asked.
      if (host !== null && host !== '') url.hostname = host.includes(':') ? `[${host}]` : host;
      url.port = String(port);
      return url.href;
    };
    const row = rows.find(([first, last]) => first <= slot && slot <= last);
    const [, , master] = row ?? [];
    if (!master) throw new Error('The cluster serves no slot of this pool.');
    return { master: urlOf(master), nodes: rows.flatMap(([, , ...nodes]) => nodes.map(urlOf)) };
  } finally {
    client.destroy();
  }
}

/**
 * Makes what finds the server to connect to, each time anew: in a cluster the master of the pool may have become another one.
 * The nodes of a cluster that were seen are asked too, so that any of them may be gone.
 */
export function createLocator(address: StoreAddress): (signal: AbortSignal) => Promise<StoreEndpoint> {
  if ('socketPath' in address) return async () => address;
  let seeds: readonly string[] = [address.url];
  return async (signal) => {
    let failure: unknown;
    for (const seed of seeds) {
      signal.throwIfAborted();
      try {
        const found = await askCluster(seed, address.key);
        if (!found) return { url: seed };
        seeds = [...new Set([found.master, ...found.nodes, address.url])];
        return { url: found.master };
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
}
